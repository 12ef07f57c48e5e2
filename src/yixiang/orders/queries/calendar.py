"""The calendar of one instrument between two moments: open, free, taken; the same for a page, a program and a feed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from yixiang.catalogue.models import Hold, Instrument
from yixiang.catalogue.queries import free_time
from yixiang.kernel.errors import Unseen
from yixiang.orders.models import Line, Order

LONGEST = timedelta(days=92)


@dataclass(frozen=True, slots=True)
class Taken:
    """A stretch that is taken; the number only for whoever may see that order."""

    start: datetime
    end: datetime
    kind: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class Month:
    open: list[tuple[datetime, datetime]]
    free: list[tuple[datetime, datetime]]
    taken: list[Taken]


def shown_to(person: Any, code: str) -> Instrument:
    """No more of its wide row than says when it is free."""
    rows = Instrument.objects.visible_to(person).only(*free_time.FREE_BY, "code")
    found: Instrument | None = rows.filter(code=code).first()
    if found is None:
        raise Unseen()
    return found


def month_of(instrument: Instrument, start: datetime, end: datetime, *, person: Any, now: datetime) -> Month:
    """Five questions to the database, however busy the instrument is; two more for whoever is signed in."""
    opened, slots = free_time.open_and_free(instrument, start, end, now=now)
    held = Hold.objects.filter(instrument=instrument, span__overlap=(start, end)).order_by("starts")
    rows = list(held.values_list("starts", "ends", "kind", "reference"))
    numbers = _numbers([row[3] for row in rows if row[2] == "booking"], person)
    return Month(
        open=opened,
        free=[(slot.start, slot.end) for slot in slots],
        taken=[Taken(s, e, kind, numbers.get(ref or 0, "")) for s, e, kind, ref in rows],
    )


def _numbers(references: list[int | None], person: Any) -> dict[int, str]:
    """Line → number of its order, as far as the person may see them."""
    if not references or not getattr(person, "is_authenticated", False):
        return {}
    seen = Order.objects.visible_to(person).filter(lines__in=[one for one in references if one])
    rows = Line.objects.filter(pk__in=[one for one in references if one], order__in=seen.values("pk"))
    return dict(rows.values_list("pk", "order__number"))
