"""When an instrument can be booked: hours, exceptions, holidays and taken time in, free stretches out.

Points in time are whole minutes of Chinese local time, counted from the first day of the calendar. The country keeps
one zone without summer time, so that a day always has 1,440 of them and sums need no clock.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from yixiang.kernel.periods import SHANGHAI, midnight
from yixiang.kernel.workdays import Day

DAY = 1440
ONE_DAY = timedelta(days=1)
Stretch = tuple[int, int]  # from, up to but without


@dataclass(frozen=True, slots=True)
class Differing:
    """Days that differ from the week: closed for some minutes of each, or open where they otherwise are not."""

    first_day: date
    last_day: date
    opens: int = 0
    closes: int = DAY
    is_open: bool = False


@dataclass(frozen=True)
class Timetable:
    """`weekly` holds (weekday, opens, closes) with 0 = Monday."""

    weekly: tuple[tuple[int, int, int], ...] = ()
    differing: tuple[Differing, ...] = ()
    keeps_holidays: bool = True

    @cached_property
    def by_weekday(self) -> tuple[tuple[Stretch, ...], ...]:
        return tuple(tuple((a, b) for day, a, b in self.weekly if day == wanted) for wanted in range(7))


@dataclass(frozen=True, slots=True)
class Terms:
    """How an instrument lets itself be booked, in minutes where nothing else is said."""

    step: int = 30
    shortest: int = 60
    notice_hours: int = 0
    horizon_days: int = 60
    before: int = 0
    after: int = 0


def point(moment: datetime) -> int:
    """The minute in which this moment falls."""
    local = moment.astimezone(SHANGHAI)
    return local.toordinal() * DAY + local.hour * 60 + local.minute


def point_after(moment: datetime) -> int:
    """The first whole minute that is not before this moment."""
    return point(moment) + bool(moment.second or moment.microsecond)


def first_of(day: date) -> int:
    return day.toordinal() * DAY


def day_of(at: int) -> date:
    return date.fromordinal(at // DAY)


def moment(at: int) -> datetime:
    return midnight(day_of(at)) + timedelta(minutes=at % DAY)


def is_holiday(day: Day) -> bool:
    """A statutory holiday, not an ordinary weekend: opening on Saturdays is the owner's own choice."""
    return not day.working and (bool(day.name) or day.on.weekday() < 5)


# --- stretches


def merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """In order, without overlaps; what touches becomes one."""
    found: list[Stretch] = []
    for start, end in sorted(stretches):
        if start >= end:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def without(stretches: Iterable[Stretch], taken: Sequence[Stretch]) -> Iterator[Stretch]:
    """What is left of them; both in order and without overlaps."""
    for start, end in stretches:
        cursor = start
        for low, high in taken[bisect_right(taken, start, key=lambda one: one[1]) :]:
            if low >= end:
                break
            if low > cursor:
                yield cursor, low
            cursor = max(cursor, high)
        if cursor < end:
            yield cursor, end


# --- opening


def open_on(day: date, table: Timetable, *, holiday: bool) -> list[Stretch]:
    """The open minutes of one day. What is opened specially wins over closed days and holidays."""
    differing = [one for one in table.differing if one.first_day <= day <= one.last_day]
    usual = () if holiday and table.keeps_holidays else table.by_weekday[day.weekday()]
    if not differing:
        return merged(usual)
    closed = merged((one.opens, one.closes) for one in differing if not one.is_open)
    extra = [(one.opens, one.closes) for one in differing if one.is_open]
    return merged([*without(merged(usual), closed), *extra])


def pieces(table: Timetable, first: date, last: date, holiday: Callable[[date], bool]) -> list[Stretch]:
    """The open stretches of the days `first` to `last`, cut at midnight."""
    found: list[Stretch] = []
    if not table.weekly and not any(one.is_open for one in table.differing):
        return found
    day = first
    while day <= last:
        base = first_of(day)
        found += [(base + a, base + b) for a, b in open_on(day, table, holiday=holiday(day))]
        day += ONE_DAY
    return found


def window(terms: Terms, now: datetime) -> Stretch:
    """Not before the notice, not after the last day of the horizon."""
    last = day_of(point(now)) + timedelta(days=terms.horizon_days)
    return point_after(now + timedelta(hours=terms.notice_hours)), first_of(last + ONE_DAY)


# --- free time


def free(opening: Sequence[Stretch], taken: Iterable[Stretch], terms: Terms, within: Stretch) -> list[Stretch]:
    """Stretches in which something of the shortest length can be booked, beginning and ending on the step.

    The step is counted from the opening of each day, so that 8:30 to 17:30 by the hour gives 8:30, 9:30 and so on;
    a stretch may also end when the instrument closes. `taken` holds its own buffers; those of the next booking are
    added here, as the constraint on the table will add them.
    """
    blocked = merged((start - terms.after, end + terms.before) for start, end in taken)
    low, high = within
    limits = merged([(0, low), *blocked, (high, first_of(date.max))])
    found = []
    for start, end in without(merged(opening), limits):
        begin, finish = _up(start, opening, terms.step), _down(end, opening, terms.step)
        if finish - begin >= terms.shortest:
            found.append((begin, finish))
    return found


def _up(at: int, opening: Sequence[Stretch], step: int) -> int:
    """The first point on the step that is not earlier, or the end of the piece."""
    opens, closes = opening[bisect_right(opening, at, key=lambda one: one[0]) - 1]
    return min(closes, opens - (opens - at) // step * step)


def _down(at: int, opening: Sequence[Stretch], step: int) -> int:
    """The last point on the step that is not later; closing time is one."""
    opens, closes = opening[bisect_left(opening, at, key=lambda one: one[0]) - 1]
    return at if at == closes else opens + (at - opens) // step * step


def days_to_begin(slots: Iterable[Stretch], terms: Terms) -> list[date]:
    """The days on which something of the shortest length can begin."""
    found: dict[date, None] = {}
    for start, end in slots:
        day, last = day_of(start), day_of(end - terms.shortest)
        while day <= last:
            found[day] = None
            day += ONE_DAY
    return list(found)


def nearest(
    slots: Sequence[Stretch], opening: Sequence[Stretch], wanted: Stretch, step: int, count: int = 3
) -> list[Stretch]:
    """Free times of the wanted length, nearest to the wanted beginning first; those shown do not overlap."""
    length = wanted[1] - wanted[0]
    starts: set[int] = set()
    for start, end in slots:
        latest = end - length
        if latest < start:
            continue
        middle = _up(min(max(wanted[0], start), latest), opening, step)
        for at in (start, middle, middle - length, middle + length):
            if start <= at <= latest and _up(at, opening, step) == at:
                starts.add(at)
    chosen: list[Stretch] = []
    for at in sorted(starts, key=lambda one: (abs(one - wanted[0]), one)):
        if all(at >= end or at + length <= start for start, end in chosen):
            chosen.append((at, at + length))
        if len(chosen) == count:
            break
    return chosen
