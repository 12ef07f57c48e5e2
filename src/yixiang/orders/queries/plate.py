"""What the phone shows at the instrument: what it does now, and the bookings this person begins and ends there."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from yixiang.catalogue.models import Hold, Instrument
from yixiang.catalogue.queries import free_time
from yixiang.catalogue.rules import calendar
from yixiang.kernel.periods import local_date
from yixiang.orders.models import Line
from yixiang.orders.queries import served
from yixiang.orders.rules.using import EARLY
from yixiang.orders.states import PLACE
from yixiang.people.access import reach
from yixiang.units.states import BELONGS

SHOWN = 3
LOOK_BACK = timedelta(days=14)  # what ended longer ago is found in the lists


@dataclass(frozen=True, slots=True)
class Standing:
    """For everybody: in a word what it does now and until when; never who."""

    tone: str  # good, waiting, warm, neutral
    label: str
    until: datetime | None = None


def standing_of(instrument: Instrument, *, now: datetime) -> Standing:
    if instrument.state == "stopped":
        return Standing("warm", "暂停服务")
    held: Hold | None = instrument.holds.filter(starts__lte=now, ends__gt=now).first()
    if held is not None:
        words = {"downtime": ("warm", "维护停机"), "booking": ("waiting", "已有预约")}
        tone, label = words.get(held.kind, ("waiting", "占用中"))
        return Standing(tone, label, held.ends)
    if instrument.booking_mode not in free_time.BY_TIME:
        return (
            Standing("good", "接收送样") if instrument.booking_mode == "samples" else Standing("neutral", "联系后安排")
        )
    minute = calendar.point(now) - calendar.first_of(local_date(now))
    for opens, closes in free_time.open_hours(instrument, local_date(now)):
        if opens <= minute < closes:
            return Standing("good", "现在空闲")
    return Standing("neutral", "现在不开放")


@dataclass(frozen=True, slots=True)
class Bookings:
    """Of one person at one instrument; for a keeper everybody's."""

    serves: bool = False
    running: Sequence[Line] = field(default_factory=list)
    due: Sequence[Line] = field(default_factory=list)
    coming: Sequence[Line] = field(default_factory=list)
    passed: Sequence[Line] = field(default_factory=list)

    @property
    def some(self) -> bool:
        return bool(self.running or self.due or self.coming or self.passed)


def bookings_of(person: Any, instrument: Instrument, *, now: datetime) -> Bookings:
    if not getattr(person, "is_authenticated", False):
        return Bookings()
    serves = served.instruments_of(person).filter(pk=instrument.pk).exists()
    rows = Line.objects.filter(instrument=instrument, order__state="accepted", mode="time", ends__gt=now - LOOK_BACK)
    if not serves:
        rows = rows.filter(_own(person))
    lines = list(rows.select_related("order", "order__customer", "order__provider", "instrument").order_by("starts"))
    soon = now + timedelta(minutes=EARLY)
    waiting = [line for line in lines if not line.started_at]
    return Bookings(
        serves=serves,
        running=[line for line in lines if line.started_at and not line.stopped_at],
        due=[line for line in waiting if line.starts and line.ends and line.starts <= soon and line.ends > now],
        coming=[line for line in waiting if line.starts and line.starts > soon][:SHOWN],
        passed=[line for line in lines if line.stopped_at or (not line.started_at and line.ends and line.ends <= now)],
    )


def _own(person: Any) -> Q:
    """Those one placed while one belongs to the unit, and those of the unit one places for."""
    belongs = person.memberships.filter(state__in=BELONGS).values("unit_id")
    return Q(order__person=person, order__customer__in=belongs) | Q(order__customer__in=reach(person, PLACE).units)
