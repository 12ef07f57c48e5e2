"""Working days: an editable calendar over the published one; beyond both, Monday to Friday and a warning.

The State Council publishes next year's holidays each autumn. A deadline that reaches past what is known is
still given, but marked as not certain, so that the page can say that it may move.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

import chinese_calendar

Source = Literal["table", "published", "weekday"]
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Day:
    """What is known about one day."""

    on: date
    working: bool
    source: Source
    name: str = ""

    @property
    def certain(self) -> bool:
        """False when neither the table nor the published calendar knows this day."""
        return self.source != "weekday"


@dataclass(frozen=True)
class Due:
    """A day reckoned in working days, and whether every day on the way to it is known."""

    on: date
    certain: bool


@dataclass(frozen=True)
class Calendar:
    """The rows somebody entered; whatever they leave open is answered by the published calendar."""

    rows: Mapping[date, Day] = field(default_factory=dict)

    def day(self, on: date) -> Day:
        return self.rows.get(on) or _published(on)


PUBLISHED = Calendar()


def working_day(day: date, days: Calendar = PUBLISHED) -> bool:
    return days.day(day).working


def add_working_days(start: date, count: int, days: Calendar = PUBLISHED) -> date:
    """The last day in time for what is due within `count` working days; the first day is not counted."""
    return due(start, count, days).on


def due(start: date, count: int, days: Calendar = PUBLISHED) -> Due:
    """As `add_working_days`, with the warning: certain is False when a day on the way is only guessed."""
    if count < 0:
        raise ValueError("working days are counted forward")
    on, left, certain = start, count, True
    while left:
        on += ONE_DAY
        day = days.day(on)
        left -= day.working
        certain = certain and day.certain
    return Due(on, certain)


def working_days_between(start: date, end: date, days: Calendar = PUBLISHED) -> int:
    """Working days after `start` up to and with `end`; negative when `end` is the earlier one."""
    if end < start:
        return -working_days_between(end, start, days)
    return sum(working_day(start + timedelta(days=n), days) for n in range(1, (end - start).days + 1))


def certain_until(days: Calendar, start: date, horizon: int = 800) -> date:
    """The last day from `start` on about which something is known; what pages show as 日历已公布至."""
    known = start
    for n in range(horizon):
        on = start + timedelta(days=n)
        if days.day(on).certain:
            known = on
    return known


@lru_cache(maxsize=16_384)
def _published(on: date) -> Day:
    try:
        holiday, name = chinese_calendar.get_holiday_detail(on)
    except NotImplementedError:  # outside the years the library knows
        return Day(on, on.weekday() < 5, "weekday")
    return Day(on, not holiday, "published", name or "")
