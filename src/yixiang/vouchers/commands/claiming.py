"""领取: a unit takes vouchers up to the year's limit of its class. Nothing is set aside before one is used."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from yixiang.kernel.errors import Invalid, Refused
from yixiang.kernel.money import ZERO, NotMoney, yuan
from yixiang.kernel.periods import local_date
from yixiang.ledger.models import Programme
from yixiang.people.access import require
from yixiang.people.models import Person
from yixiang.units.models import Unit
from yixiang.units.queries.standing import standing_on
from yixiang.vouchers.law import law_for
from yixiang.vouchers.models import Claim, Entitlement
from yixiang.vouchers.permissions import VouchersPermission


@transaction.atomic
def claim(unit: Unit, programme: Programme, *, actor: Person, now: datetime, wanted: Decimal | None = None) -> Claim:
    """`wanted` empty takes all that is left. The unit is judged as it is today; what it has claimed it keeps."""
    require(actor, VouchersPermission.USE, [unit.scope])
    today = local_date(now)
    law = law_for(unit.region, on=today)
    if (
        law is None
        or not law.claims
        or not programme.takes(today)
        or programme not in law.programmes(today=today).values()
    ):
        raise Refused("voucher-not-possible", "这里现在没有可以领取的创新券。", status=422)
    row, _new = Entitlement.objects.get_or_create(programme=programme, unit=unit, defaults={"limit": ZERO})
    row = Entitlement.objects.select_for_update().get(pk=row.pk)
    verdict = law.entitlement(standing_on(unit, today), programme, claimed=row.claimed, wanted=_amount(wanted))
    if verdict.decision != "granted" or not verdict.amount:
        raise _refused(verdict.decision, [step.because for step in verdict.failed])
    row.limit, row.claimed = (
        max(row.claimed + verdict.amount, Decimal(verdict.value["limit"])),
        row.claimed + verdict.amount,
    )
    row.save()
    return Claim.objects.create(
        entitlement=row, amount=verdict.amount, at=now, by=actor, by_label=str(actor), decision=verdict.to_json()
    )  # fmt: skip


def _amount(wanted: Decimal | None) -> Decimal | None:
    if wanted is None:
        return None
    try:
        value = yuan(wanted)
    except NotMoney:
        value = ZERO
    if value <= ZERO:
        raise Invalid.field("amount", "领取金额应大于 0，最多两位小数。", code="amount-invalid")
    return value


def _refused(decision: str, reasons: list[str]) -> Refused:
    if decision in {"over_limit", "used_up"}:
        why = "".join(reasons) or "本年度的限额已经领完。"
        return Refused("cap-reached", f"没有领取：{why}", fields={"amount": [why]})
    why = "".join(reasons) or "不符合领取条件。"
    return Refused("voucher-not-possible", f"没有领取：{why}", status=422, fields={"amount": [why]})
