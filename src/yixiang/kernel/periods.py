"""Spans of time, always half-open [start, end): two that touch do not overlap, and none is counted twice."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def aware(moment: datetime) -> datetime:
    """Refuses a naive datetime: the accident it prevents is a booking eight hours off."""
    if moment.utcoffset() is None:
        raise ValueError(f"{moment!r} has no time zone")
    return moment


def local_date(moment: datetime) -> date:
    """The calendar day in China on which this moment falls."""
    return aware(moment).astimezone(SHANGHAI).date()


def midnight(day: date) -> datetime:
    """The moment at which this day begins in China."""
    return datetime.combine(day, time(), tzinfo=SHANGHAI)


def day_typed(typed: str) -> date | None:
    """A day as somebody or an address wrote it; None for anything that is no day."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def moment_typed(typed: str) -> datetime | None:
    """In Chinese time unless it says otherwise; a plus that an address turned into a blank is one again."""
    try:
        found = datetime.fromisoformat(typed.replace(" ", "+"))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=SHANGHAI)


@dataclass(frozen=True, order=True)
class Period:
    """From `start` up to but without `end`; never empty."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if aware(self.start) >= aware(self.end):
            raise ValueError(f"a period must end after it starts: {self.start} … {self.end}")

    @property
    def length(self) -> timedelta:
        return self.end.astimezone(UTC) - self.start.astimezone(UTC)

    def contains(self, moment: datetime) -> bool:
        return self.start <= aware(moment) < self.end

    def covers(self, other: "Period") -> bool:
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: "Period") -> bool:
        return self.start < other.end and other.start < self.end

    def common(self, other: "Period") -> "Period | None":
        """The part both share."""
        if not self.overlaps(other):
            return None
        return Period(max(self.start, other.start), min(self.end, other.end))

    def minus(self, others: Iterable["Period"]) -> list["Period"]:
        """What is left of this period when the others are taken out, in order."""
        left, cursor = [], self.start
        for other in merge(others):
            if not self.overlaps(other):
                continue
            if cursor < other.start:
                left.append(Period(cursor, other.start))
            cursor = max(cursor, other.end)
        if cursor < self.end:
            left.append(Period(cursor, self.end))
        return left


def merge(periods: Iterable[Period]) -> list[Period]:
    """The same time as few periods as possible, in order; touching ones are joined."""
    merged: list[Period] = []
    for period in sorted(periods):
        if merged and period.start <= merged[-1].end:
            merged[-1] = Period(merged[-1].start, max(merged[-1].end, period.end))
        else:
            merged.append(period)
    return merged


def total(periods: Iterable[Period]) -> timedelta:
    """How long they last together, with overlapping time counted once."""
    return sum((period.length for period in merge(periods)), start=timedelta())


@dataclass(frozen=True, order=True)
class Days:
    """Calendar days in China from `start` up to but without `end`."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if isinstance(self.start, datetime) or isinstance(self.end, datetime):
            raise TypeError("days are dates; use Period for moments")
        if self.start >= self.end:
            raise ValueError(f"a span of days must end after it starts: {self.start} … {self.end}")

    @property
    def last(self) -> date:
        return self.end - timedelta(days=1)

    @property
    def moments(self) -> Period:
        """The same span as moments, from midnight to midnight in China."""
        return Period(midnight(self.start), midnight(self.end))

    def __len__(self) -> int:
        return (self.end - self.start).days

    def contains(self, day: date) -> bool:
        return self.start <= day < self.end

    def overlaps(self, other: "Days") -> bool:
        return self.start < other.end and other.start < self.end


def year(number: int) -> Days:
    return Days(date(number, 1, 1), date(number + 1, 1, 1))


def quarter(number: int, which: int) -> Days:
    if which not in {1, 2, 3, 4}:
        raise ValueError(f"there is no quarter {which}")
    return Days(date(number, 3 * which - 2, 1), month(number, 3 * which).end)


def month(number: int, which: int) -> Days:
    return Days(date(number, which, 1), date(number + which // 12, which % 12 + 1, 1))


def year_of(day: date) -> Days:
    return year(day.year)


def quarter_of(day: date) -> Days:
    return quarter(day.year, (day.month + 2) // 3)


def month_of(day: date) -> Days:
    return month(day.year, day.month)
