"""我的创新券: what a unit may use this year, and what it has used."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q

from yixiang.kernel.money import ZERO
from yixiang.kernel.reference import stem
from yixiang.ledger.models import Programme
from yixiang.ledger.queries.explaining import VerdictShown, shown
from yixiang.people.access import reach
from yixiang.policy import Verdict, library
from yixiang.units.models import Unit
from yixiang.units.queries.standing import standing_on
from yixiang.vouchers.law import Law, law_for, settings_of
from yixiang.vouchers.laws import LEVELS, SETTINGS, VOUCHER
from yixiang.vouchers.models import Entitlement, Redemption
from yixiang.vouchers.permissions import VouchersPermission
from yixiang.vouchers.queries.offers import used_by


@dataclass(frozen=True, slots=True)
class Year:
    """One programme for one unit: the limit, how much of it is used or claimed, and why."""

    programme: Programme
    label: str
    claims: bool
    limit: Decimal | None
    claimed: Decimal
    used: Decimal
    verdict: Verdict
    missing: list[str]

    @property
    def left(self) -> Decimal:
        """What can still be used: of what was claimed, or of the year's ceiling."""
        return max(ZERO, (self.claimed if self.claims else self.limit or ZERO) - self.used)

    @property
    def claimable(self) -> Decimal:
        if not self.claims or self.verdict.decision not in {"granted", "used_up"}:
            return ZERO
        return Decimal(self.verdict.value["left"])

    @property
    def rules(self) -> VerdictShown:
        return shown(self.verdict)

    @property
    def entitled(self) -> bool:
        return self.verdict.decision != "not_entitled"


def units_of(person: Any) -> list[Unit]:
    """Whose vouchers somebody looks after."""
    keys = reach(person, VouchersPermission.USE).units
    return list(Unit.objects.filter(pk__in=keys, state="joined").order_by("pk"))


def years_of(unit: Unit, *, today: date) -> list[Year]:
    law = law_for(unit.region, on=today)
    if law is None:
        return []
    return [_year(law, unit, level, one, today) for level, one in law.programmes(today=today).items()]


def _year(law: Law, unit: Unit, level: str, programme: Programme, today: date) -> Year:
    row = Entitlement.objects.filter(programme=programme, unit=unit).first()
    used, claimed = used_by(unit.pk, programme), row.claimed if row else ZERO
    asked = claimed if law.claims else used
    verdict = law.entitlement(standing_on(unit, today), programme, claimed=asked, wanted=None)
    settings = settings_of(programme)
    missing = [SETTINGS[name] for name in law.rules.settings.value if getattr(settings, name) is None]
    limit = Decimal(verdict.value["limit"]) if "limit" in verdict.value else None
    return Year(programme, LEVELS[level], law.claims, limit, claimed, used, verdict, missing)  # type: ignore[index]


def has_vouchers(unit: Unit, *, on: date) -> bool:
    return law_for(unit.region, on=on) is not None


def meets_vouchers(person: Any) -> bool:
    """Whether some unit they look after lies where there is a law on vouchers, or has given or received one."""
    keys = reach(person, VouchersPermission.USE).units
    if not keys:
        return False
    wanted = Q(pk__in=Redemption.objects.filter(unit__in=keys).values("unit"))
    wanted |= Q(pk__in=Redemption.objects.filter(provider__in=keys).values("provider"))
    for place in library().jurisdictions.values():
        if library().packs(place.code, VOUCHER.name):
            wanted |= Q(region__startswith=stem(place.region))
    found: bool = Unit.objects.filter(wanted, pk__in=keys).exists()
    return found
