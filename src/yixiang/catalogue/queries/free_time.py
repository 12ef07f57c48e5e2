"""When an instrument can be booked, for one and for thousands at once."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.utils import timezone

from yixiang.catalogue.models import Hold, Instrument, OpeningException, OpeningHours
from yixiang.catalogue.rules import calendar
from yixiang.catalogue.rules.calendar import Differing, Stretch, Terms, Timetable
from yixiang.kernel.periods import local_date, midnight
from yixiang.kernel.workdays import Calendar
from yixiang.kernel.workdays_table import load_calendar

BY_TIME = frozenset({"time", "both"})  # the booking modes in which time is chosen
FREE_BY = (  # the fields of its wide row that decide when an instrument is free
    "state", "booking_mode", "keeps_holidays", "slot_minutes", "min_minutes", "notice_hours", "horizon_days",
    "buffer_before", "buffer_after",
)  # fmt: skip
LONGEST_DAYS = 400  # beyond this nobody plans; keeps a wild question from walking through centuries


@dataclass(frozen=True, slots=True)
class Slot:
    """A free stretch; not `certain` when it lies on days whose holidays are not published yet."""

    start: datetime
    end: datetime
    certain: bool = True

    @property
    def minutes(self) -> int:
        return int((self.end - self.start).total_seconds()) // 60


@dataclass(slots=True)
class Book:
    """What is known about the time of one instrument."""

    terms: Terms
    table: Timetable
    taken: list[Stretch] = field(default_factory=list)


def can_be_booked(instrument: Instrument) -> bool:
    """By time, and now: one that is stopped or only takes samples has no free time to choose from."""
    return instrument.is_listed and instrument.booking_mode in BY_TIME


def free(
    instrument: Instrument, start: datetime, end: datetime, *, now: datetime, besides: Collection[int] = ()
) -> list[Slot]:
    """Free stretches between two moments, each long enough for the shortest booking; `besides` are the references of
    bookings that are being moved, whose own time counts as free."""
    return free_of([instrument], start, end, now=now, besides=besides)[instrument.pk]


def free_of(
    instruments: Collection[Instrument], start: datetime, end: datetime, *, now: datetime, besides: Collection[int] = ()
) -> dict[int, list[Slot]]:
    """The same for many at once; four queries, however many there are."""
    found: dict[int, list[Slot]] = {one.pk: [] for one in instruments}
    if bookable := [one for one in instruments if can_be_booked(one) and start < end]:
        days = load_calendar()
        for pk, book in _books(bookable, now, besides).items():
            found[pk] = _free_between(book, days, start, end, now)
    return found


def _free_between(book: Book, days: Calendar, start: datetime, end: datetime, now: datetime) -> list[Slot]:
    low, high = calendar.window(book.terms, now)
    within = max(low, calendar.point_after(start)), min(high, calendar.point(end))
    opening = _opening(book, within, days)
    return [_slot(one, book, days) for one in calendar.free(opening, book.taken, book.terms, within)]


def open_and_free(
    instrument: Instrument, start: datetime, end: datetime, *, now: datetime
) -> tuple[list[tuple[datetime, datetime]], list[Slot]]:
    """What the instrument keeps open on these days, whatever is taken of it, and what of it is free; from one look."""
    book, days = _book(instrument, now), load_calendar()
    pieces = calendar.pieces(book.table, local_date(start), local_date(end), _holiday(days))
    opened = [(calendar.moment(low), calendar.moment(high)) for low, high in pieces]
    bookable = can_be_booked(instrument) and start < end
    return opened, _free_between(book, days, start, end, now) if bookable else []


def first_free(instrument: Instrument, *, now: datetime) -> datetime | None:
    return first_free_of([instrument], now=now).get(instrument.pk)


def free_days_of(ids: Iterable[int], *, now: datetime, days: int = 60) -> dict[int, list[date]]:
    """Instrument → the days from today on which something can still be booked. Five queries, however many ask."""
    found = _free_of(list(Instrument.objects.filter(pk__in=list(ids))), now=now, days=days)
    return {pk: calendar.days_to_begin(slots, terms) for pk, (slots, terms) in found.items()}


def first_free_of(instruments: Collection[Instrument], *, now: datetime) -> dict[int, datetime | None]:
    """Instrument → the beginning of its first free stretch, up to its own horizon."""
    horizon = max((one.horizon_days for one in instruments), default=0)
    found = _free_of(instruments, now=now, days=horizon + 1)
    return {pk: calendar.moment(slots[0][0]) if slots else None for pk, (slots, _terms) in found.items()}


def outlook(instrument: Instrument, *, now: datetime) -> tuple[datetime | None, set[date]]:
    """The first free time and every day that still offers one, from one look."""
    slots, terms = _free_of([instrument], now=now, days=instrument.horizon_days + 1)[instrument.pk]
    first = calendar.moment(slots[0][0]) if slots else None
    return first, set(calendar.days_to_begin(slots, terms))


def nearest_free(
    instrument: Instrument, starts: datetime, ends: datetime, *, now: datetime, count: int = 3
) -> list[Slot]:
    """Free times as long as the wanted one, the nearest first: what a refused booking is answered with."""
    return near_and_around(instrument, starts, ends, timedelta(), now=now, count=count)[0]


def near_and_around(
    instrument: Instrument, starts: datetime, ends: datetime, margin: timedelta, *, now: datetime, count: int = 3
) -> tuple[list[Slot], list[Slot]]:
    """The nearest free times of that length, and what is free from `margin` before the wish until as long after it."""
    if not can_be_booked(instrument):
        return [], []
    days, book = load_calendar(), _book(instrument, now)
    within = calendar.window(book.terms, now)
    opening = _opening(book, within, days)
    slots = calendar.free(opening, book.taken, book.terms, within)
    wanted = calendar.point(starts), calendar.point_after(ends)
    chosen = calendar.nearest(slots, opening, wanted, book.terms.step, count)
    around = _free_between(book, days, starts - margin, ends + margin, now)
    return [_slot(one, book, days) for one in chosen], around


def open_hours(instrument: Instrument, day: date) -> list[Stretch]:
    """The open minutes of one day, whatever is taken of them."""
    return open_days(instrument, day, day)[day]


def open_days(instrument: Instrument, first: date, last: date) -> dict[date, list[Stretch]]:
    """Day → its open minutes; three queries for any number of days."""
    return open_days_of([instrument], first, last)[instrument.pk]


def open_days_of(instruments: Collection[Instrument], first: date, last: date) -> dict[int, dict[date, list[Stretch]]]:
    """Instrument → day → its open minutes; three queries for any number of both."""
    published = load_calendar()
    wanted = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    holiday = {day: calendar.is_holiday(published.day(day)) for day in wanted}
    return {
        pk: {day: calendar.open_on(day, table, holiday=holiday[day]) for day in wanted}
        for pk, table in _tables(instruments).items()
    }


def busy(instrument: Instrument, start: datetime, end: datetime) -> list[Hold]:
    """Time taken between two moments, its buffers included."""
    return list(instrument.holds.filter(span__overlap=(start, end)).order_by("starts"))


def uncertain_from(first: date, last: date) -> date | None:
    """The first of these days whose holidays nobody has published yet; pages say so."""
    days = load_calendar()
    wanted = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return next((day for day in wanted if not days.day(day).certain), None)


# --- loading


def terms_of(instrument: Instrument) -> Terms:
    return Terms(
        step=instrument.slot_minutes,
        shortest=instrument.min_minutes,
        notice_hours=instrument.notice_hours,
        horizon_days=instrument.horizon_days,
        before=instrument.buffer_before,
        after=instrument.buffer_after,
    )


def _tables(instruments: Collection[Instrument]) -> dict[int, Timetable]:
    keys = [one.pk for one in instruments]
    weekly: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for hours in OpeningHours.objects.filter(instrument__in=keys).order_by("weekday", "opens"):
        weekly[hours.instrument_id].append((hours.weekday, hours.opens, hours.closes))
    differing: dict[int, list[Differing]] = defaultdict(list)
    for row in OpeningException.objects.filter(instrument__in=keys).order_by("pk"):
        differing[row.instrument_id].append(Differing(row.first_day, row.last_day, row.opens, row.closes, row.is_open))
    return {
        one.pk: Timetable(tuple(weekly[one.pk]), tuple(differing[one.pk]), one.keeps_holidays) for one in instruments
    }


def _books(instruments: Collection[Instrument], now: datetime, besides: Collection[int] = ()) -> dict[int, Book]:
    tables = _tables(instruments)
    books = {one.pk: Book(terms_of(one), tables[one.pk]) for one in instruments}
    holds = Hold.objects.filter(instrument__in=list(books), ends__gt=now - timedelta(days=2))
    if besides:
        holds = holds.exclude(kind="booking", reference__in=besides)
    for pk, span in holds.values_list("instrument_id", "span"):
        books[pk].taken.append((calendar.point(span.lower), calendar.point_after(span.upper)))
    return books


def _book(instrument: Instrument, now: datetime) -> Book:
    return _books([instrument], now)[instrument.pk]


def _holiday(days: Calendar) -> Callable[[date], bool]:
    return lambda day: calendar.is_holiday(days.day(day))


def _opening(book: Book, within: Stretch, days: Calendar) -> list[Stretch]:
    """One day more on each side: a stretch may come over midnight."""
    if within[0] >= within[1]:
        return []
    first = calendar.day_of(within[0])
    last = min(calendar.day_of(within[1]), first + timedelta(days=LONGEST_DAYS))
    return calendar.pieces(book.table, first, last, _holiday(days))


def _free_of(
    instruments: Collection[Instrument], *, now: datetime, days: int
) -> dict[int, tuple[list[Stretch], Terms]]:
    """Most instruments of a unit keep the same hours, so the open days of a timetable are worked out once."""
    bookable = [one for one in instruments if can_be_booked(one)]
    published, today = load_calendar(), timezone.localdate(now)
    holiday = lru_cache(maxsize=None)(_holiday(published))
    until = calendar.first_of(today + timedelta(days=days))
    opening: dict[tuple[Timetable, Stretch], list[Stretch]] = {}
    clear: dict[tuple[Timetable, Terms], list[Stretch]] = {}
    found: dict[int, tuple[list[Stretch], Terms]] = {one.pk: ([], terms_of(one)) for one in instruments}
    for pk, book in _books(bookable, now).items():
        low, high = calendar.window(book.terms, now)
        within = low, min(high, until)
        if not book.taken and (book.table, book.terms) in clear:
            found[pk] = clear[book.table, book.terms], book.terms
            continue
        if (book.table, within) not in opening:
            opening[book.table, within] = calendar.pieces(
                book.table, calendar.day_of(low), calendar.day_of(within[1]), holiday
            )
        slots = calendar.free(opening[book.table, within], book.taken, book.terms, within)
        if not book.taken:
            clear[book.table, book.terms] = slots
        found[pk] = slots, book.terms
    return found


def _slot(stretch: Stretch, book: Book, days: Calendar) -> Slot:
    start, end = calendar.moment(stretch[0]), calendar.moment(stretch[1])
    certain = not book.table.keeps_holidays or days.day(start.date()).certain
    return Slot(start, end, certain)


def days_between(first: date, last: date) -> set[date]:
    return {first + timedelta(days=n) for n in range((last - first).days + 1)}


def day_bounds(first: date, last: date) -> tuple[datetime, datetime]:
    """From the beginning of one day to the end of another."""
    return midnight(first), midnight(last + timedelta(days=1))
