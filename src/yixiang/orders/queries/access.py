"""Qualifications, faults and draws for the pages of those who run an instrument, and for whoever they are about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Q, QuerySet, When

from yixiang.catalogue.models import Instrument
from yixiang.kernel.errors import Unseen
from yixiang.kernel.periods import local_date
from yixiang.orders.models import Draw, Fault, Lot, Mark, Order, Qualification, Waiting
from yixiang.orders.queries import checking
from yixiang.orders.rules.words import ASKED, LEVELS
from yixiang.people.access import reach
from yixiang.units.models import Membership
from yixiang.units.permissions import UnitsPermission
from yixiang.units.states import BELONGS


def qualifications_of(person: Any) -> QuerySet[Qualification]:
    rows: QuerySet[Qualification] = Qualification.objects.filter(person_id=person.pk)
    return rows.select_related("instrument__unit").order_by("-pk")


def qualified_at(instrument: Instrument) -> QuerySet[Qualification]:
    return Qualification.objects.filter(instrument=instrument).select_related("person", "decided_by").order_by("-pk")


def qualification_of(instrument: Instrument, pk: int) -> Qualification:
    found = qualified_at(instrument).filter(pk=pk).first()
    if found is None:
        raise Unseen()
    return found


def own_qualification(person: Any, pk: int) -> Qualification:
    found = qualifications_of(person).filter(pk=pk).first()
    if found is None:
        raise Unseen()
    return found


def known_people(instrument: Instrument) -> list[int]:
    """Members of the unit, and who has booked this instrument: the only ones a keeper can name."""
    members = Membership.objects.filter(unit=instrument.unit_id, state__in=BELONGS).values("person")
    booked = Order.objects.filter(lines__instrument=instrument, submitted_at__isnull=False).values("person")
    keys = Q(person__in=members) | Q(person__in=booked)
    found = set(Membership.objects.filter(keys).values_list("person", flat=True))
    return sorted(found)


def own_waiting(person: Any, pk: int) -> Waiting:
    found = Waiting.objects.filter(person_id=person.pk, pk=pk).select_related("instrument").first()
    if found is None:
        raise Unseen()
    return found


def own_mark(person: Any, pk: int) -> Mark:
    found = Mark.objects.filter(person_id=person.pk, pk=pk).select_related("order").first()
    if found is None:
        raise Unseen()
    return found


def marks_to_decide(person: Any) -> QuerySet[Mark]:
    """Open first, then what has been decided, of the units whose office this person is."""
    units = reach(person, UnitsPermission.EDIT).units
    rows: QuerySet[Mark] = Mark.objects.filter(unit__in=units).exclude(appeal="")
    open_first = Case(When(appeal="open", then=0), default=1)
    return rows.select_related("order", "person", "unit").order_by(open_first, "-appealed_at")


def mark_to_decide(person: Any, pk: int) -> Mark:
    units = reach(person, UnitsPermission.EDIT).units
    found = Mark.objects.filter(unit__in=units, pk=pk).select_related("order", "unit").first()
    if found is None:
        raise Unseen()
    return found


def draw_by(person: Any, code: str) -> Draw:
    """Anybody may read a draw of an instrument they may see."""
    rows = Draw.objects.filter(code=code.upper(), instrument__in=Instrument.objects.visible_to(person).values("pk"))
    found = rows.select_related("instrument__unit", "instrument__sub_unit").first()
    if found is None:
        raise Unseen("没有找到这次抽签。")
    return found


def draw_of(instrument: Instrument, code: str) -> Draw:
    found = Draw.objects.filter(instrument=instrument, code=code.upper()).select_related("instrument").first()
    if found is None:
        raise Unseen()
    return found


def lots_of(person: Any) -> QuerySet[Lot]:
    rows: QuerySet[Lot] = Lot.objects.filter(person_id=person.pk).select_related("draw__instrument__unit", "order")
    return rows.order_by("-pk")


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside the free times of an instrument while somebody chooses."""

    level: str  # what running it alone asks for, in words
    held: str  # what this person holds
    queue: bool
    draws: Sequence[Draw]


def beside(instrument: Instrument, *, person: Any, now: datetime) -> Beside:
    terms = checking.terms_of(instrument)
    held = checking.level_of(person, instrument, on=local_date(now)) if terms.level else ""
    draws = Draw.objects.filter(instrument=instrument, state="open", closes_at__gt=now).order_by("starts")[:3]
    return Beside(ASKED[terms.level] if terms.level else "", LEVELS.get(held, ""), terms.queue, list(draws))


def open_fault(instrument: Instrument) -> Fault | None:
    return Fault.objects.filter(instrument=instrument, mended_at=None).select_related("instrument", "by").first()
