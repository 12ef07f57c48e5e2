"""One unit: for somebody, as facts, as typed, its clock, its neighbours."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from yixiang.kernel.errors import Unseen
from yixiang.kernel.reference import province_of
from yixiang.kernel.states import Move
from yixiang.people.access import may
from yixiang.people.models import Person
from yixiang.units import law
from yixiang.units.models import IntegrityFlag, Membership, Unit, UnitEvent, combined_reach
from yixiang.units.permissions import UnitsPermission
from yixiang.units.rules import clock, details, names
from yixiang.units.states import CLAIMED, JOINING

COMMITMENT = "commitment_version"
SHORTEST_LOGIN = settings.ACCOUNT_USERNAME_MIN_LENGTH

# --- one unit


def unit_for(person: Any, pk: int) -> Unit:
    unit: Unit | None = Unit.objects.visible_to(person).select_related("case", "created_by").filter(pk=pk).first()
    if unit is None:
        raise Unseen()
    return unit


def unit_by_code(person: Any, code: str) -> Unit:
    """By the unit's account name or its credit code, whichever a program has; a draft only has its number."""
    if code.isdigit() and len(code) < 18:
        return unit_for(person, int(code))
    wanted = Q(account_name__iexact=code) | Q(credit_code=code.upper(), state__in=[*CLAIMED, "left"])
    found: Unit | None = Unit.objects.visible_to(person).exclude(account_name="").filter(wanted).order_by("pk").first()
    if found is None:
        raise Unseen()
    return found


def own_registration(person: Any) -> Unit | None:
    """The first joining this person has under way."""
    found: Unit | None = (
        Unit.objects.filter(created_by_id=person.pk, joined_at=None, state__in=["draft", "submitted", "returned"])
        .select_related("case")
        .order_by("-pk")
        .first()
    )
    return found


def current_membership(person: Any) -> Membership | None:
    found: Membership | None = person.memberships.live().select_related("unit", "sub_unit", "case").first()
    return found


def home_unit(person: Any) -> Unit | None:
    return home_and_membership(person)[0]


def home_and_membership(person: Any) -> tuple[Unit | None, Membership | None]:
    """The unit somebody means by 我的单位: where they belong, else the one they register, else one they administer."""
    member = current_membership(person)
    return _home(person, member), member


def _home(person: Any, member: Membership | None) -> Unit | None:
    if member and member.state in {"member", "leaving"}:
        return unit_for(person, member.unit_id)
    if registration := own_registration(person):
        return registration
    administered: Unit | None = administered_units(person).first()
    return administered


def administered_units(person: Any) -> QuerySet[Unit]:
    held = combined_reach(person, UnitsPermission.EDIT, UnitsPermission.MEMBERS)
    units: QuerySet[Unit] = Unit.objects.filter(pk__in=held.units).order_by("pk")
    return units


def facts_of(unit: Unit) -> dict[str, Any]:
    """The stated facts in force, by field."""
    values = {spec.name: getattr(unit, spec.name) for spec in details.SPECS}
    return {**values, COMMITMENT: unit.commitment_version}


def typed_of(unit: Unit) -> dict[str, str]:
    """What a form shows: the facts in force, overlaid with what was typed since."""
    stored = {spec.name: details.as_typed(getattr(unit, spec.name)) for spec in details.SPECS}
    return {**stored, **unit.typed}


def holder_of_typed_code(unit: Unit) -> Unit | None:
    """The other unit that holds the code this one is about to claim."""
    code = details.read({"credit_code": typed_of(unit)["credit_code"]}).values.get("credit_code", "")
    holder: Unit | None = Unit.objects.claiming(code).exclude(pk=unit.pk).first() if code else None
    return holder


def label_of(name: str) -> str:
    return "承诺书" if name == COMMITMENT else details.BY_NAME[name].label


def shown(name: str, stored: str | None) -> str:
    """Stored text of a change as people read it."""
    if name == COMMITMENT:
        return stored or "—"
    values = details.read({name: stored or ""}).values
    return details.shown(name, values.get(name))


def may_see_private(person: Any, unit: Unit) -> bool:
    """Contacts and the bank account: the unit's own administrators and whoever reviews it."""
    own = unit.created_by_id == person.pk and unit.joined_at is None
    seen = (UnitsPermission.EDIT, UnitsPermission.SEE_PRIVATE, UnitsPermission.DECIDE)
    return own or any(may(person, permission, unit.scopes) for permission in seen)


def time_line(unit: Unit, limit: int = 50) -> QuerySet[UnitEvent]:
    return unit.events.select_related(None).order_by("-pk")[:limit]


def moves_of(unit: Unit, person: Any) -> list[Move]:
    """What this person may do with the unit now; decisions on a case are made on the case."""
    decides = may(person, UnitsPermission.DECIDE, unit.scopes)
    edits = may(person, UnitsPermission.EDIT, unit.scopes) or (unit.created_by_id == person.pk and not unit.joined_at)
    asked = {"submit": edits, "withdraw": edits, "reopen": edits, "leave": decides}
    return [move for move in JOINING.allowed(unit.state) if asked.get(move.action)]


def waiting_for(unit: Unit) -> str:
    """Who holds the ball in the joining of this unit."""
    return unit.case.holder if unit.case and unit.state in {"submitted", "returned"} else ""


def may_start_new(unit: Unit, *, on: date) -> clock.Verdict:
    """Rooms above ask this before a new listing or order; never for work in progress."""
    return clock.may_start_new(unit.state, law.freshness_of(unit, on=on))


def flags_of(unit: Unit) -> QuerySet[IntegrityFlag]:
    found: QuerySet[IntegrityFlag] = unit.flags.order_by("lifted_on", "-since")
    return found


# --- account names and neighbours


def account_taken(account: str, unit: Unit | None = None) -> bool:
    others = Unit.objects.filter(account_name__iexact=account)
    return bool((others.exclude(pk=unit.pk) if unit else others).exists())


def account_offers(name: str, unit: Unit | None = None) -> list[str]:
    base = names.initials(name)[:2]
    if not base:
        return []
    others = Unit.objects.exclude(account_name="")
    if unit and unit.pk:
        others = others.exclude(pk=unit.pk)
    return names.account_offers(name, set(others.values_list("account_name", flat=True)))


def login_offers(name: str) -> list[str]:
    """Login names for whoever registers this unit: free for a person and for a unit, so that both may carry it."""
    begins, codes = Q(pk__in=[]), Q(pk__in=[])
    for base in names.account_bases(name, SHORTEST_LOGIN):
        begins, codes = begins | Q(username__istartswith=base), codes | Q(account_name__istartswith=base)
    people = Person.objects.filter(begins).values_list("username", flat=True)
    units = Unit.objects.filter(codes).values_list("account_name", flat=True)
    return names.account_offers(name, {*people, *units, *settings.ACCOUNT_USERNAME_BLACKLIST}, SHORTEST_LOGIN)


def similar_units(name: str, region: str, *, besides: int | None = None) -> list[names.Similar]:
    """Nearly the same name within the province."""
    if not name or not region:
        return []
    near = Unit.objects.filter(region__startswith=province_of(region)[:2], state__in=[*CLAIMED, "left"])
    others = near.exclude(pk=besides) if besides else near
    return names.similar_names(name, dict(others.values_list("pk", "name")))


@dataclass(frozen=True, slots=True)
class Joinable:
    """Just enough to recognise the unit one works for."""

    pk: int
    name: str
    region: str
    kind: str


def joinable_unit(code: str) -> Unit:
    """A joined unit by its public account name or credit code, also for those who do not belong to it yet."""
    wanted = Q(account_name__iexact=code) | Q(credit_code=code.upper()) & ~Q(credit_code="")
    unit: Unit | None = Unit.objects.joined().filter(wanted).first()
    if unit is None:
        raise Unseen()
    return unit


def joinable(words: str, limit: int = 20) -> list[Joinable]:
    """Joined units by a part of their name or their whole credit code, for asking to be bound."""
    text = words.strip()
    if len(text) < 2:
        return []
    wanted = Q(name__icontains=text) | Q(credit_code=text.upper()) | Q(account_name__iexact=text)
    found = Unit.objects.joined().filter(wanted).order_by("name", "pk")[:limit]
    return [Joinable(unit.pk, unit.name, unit.region_name, unit.get_kind_display()) for unit in found]


def public_units() -> QuerySet[Unit]:
    """What a visitor may see listed: joined units, nothing personal."""
    units: QuerySet[Unit] = Unit.objects.joined()
    return units
