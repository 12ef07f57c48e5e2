"""The next days of one instrument as bars: open, taken, free; percentages of a day for the page to draw."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from yixiang.catalogue.models import Instrument
from yixiang.catalogue.queries import free_time
from yixiang.catalogue.rules import calendar
from yixiang.catalogue.rules.hours import written

DAYS = 14


@dataclass(frozen=True, slots=True)
class Bar:
    """From and up to, in minutes of the day, in words for those who do not see the drawing."""

    kind: str  # open, taken
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class DayShown:
    day: date
    bars: list[Bar]
    words: str
    free: str


def fortnight(instrument: Instrument, *, now: datetime, days: int = DAYS) -> list[DayShown]:
    """Three reads for the hours, one for what is taken, and the free time as everyone else sees it."""
    first = timezone.localdate(now)
    last = first + timedelta(days=days - 1)
    start, end = free_time.day_bounds(first, last)
    opening = free_time.open_days(instrument, first, last)
    taken = [
        (calendar.point(hold.span.lower), calendar.point_after(hold.span.upper))
        for hold in free_time.busy(instrument, start, end)
    ]
    free = [
        (calendar.point(slot.start), calendar.point(slot.end))
        for slot in free_time.free(instrument, start, end, now=now)
    ]
    return [_day(day, stretches, taken, free) for day, stretches in opening.items()]


def _day(
    day: date,
    opening: list[calendar.Stretch],
    taken: list[calendar.Stretch],
    free: list[calendar.Stretch],
) -> DayShown:
    busy, left = _within(day, taken), _within(day, free)
    bars = [Bar("open", a, b) for a, b in opening] + [Bar("taken", a, b) for a, b in busy]
    return DayShown(day, bars, written(opening) or "不开放", written(left))


def _within(day: date, stretches: list[calendar.Stretch]) -> list[calendar.Stretch]:
    base = calendar.first_of(day)
    cut = ((max(a - base, 0), min(b - base, calendar.DAY)) for a, b in stretches)
    return calendar.merged((a, b) for a, b in cut if a < b)
