"""The calendar one chooses a time on: a week of one instrument, or a day of several side by side."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from yixiang.catalogue.models import Hold, Instrument
from yixiang.catalogue.queries import free_time
from yixiang.catalogue.queries.free_time import Slot
from yixiang.catalogue.rules.calendar import Stretch
from yixiang.kernel.periods import SHANGHAI, day_typed, local_date, midnight
from yixiang.orders.models import Line
from yixiang.orders.rules import board

DAYS_SHOWN = 7
USUAL_MINUTES = 120
Taken = dict[tuple[int, date], list[Stretch]]  # instrument and day → minutes of the day


@dataclass(frozen=True, slots=True)
class Wanted:
    """The days to show; `beside` puts the instruments next to each other on one of them."""

    first: date
    beside: bool = False

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range(1 if self.beside else DAYS_SHOWN)]

    @property
    def earlier(self) -> date:
        return self.first - timedelta(days=len(self.days))

    @property
    def later(self) -> date:
        return self.first + timedelta(days=len(self.days))


@dataclass(frozen=True, slots=True)
class Offer:
    """A free stretch of a day, and what a click on it asks for: two hours where they fit."""

    start: datetime
    end: datetime
    until: datetime

    @property
    def low(self) -> int:
        """Its beginning in minutes of the day."""
        return board.minute_of(self.start, midnight(local_date(self.start)))

    @property
    def high(self) -> int:
        return board.minute_of(self.end, midnight(local_date(self.start)))

    @property
    def start_text(self) -> str:
        return self.start.astimezone(SHANGHAI).isoformat()

    @property
    def until_text(self) -> str:
        return self.until.astimezone(SHANGHAI).isoformat()


@dataclass(frozen=True, slots=True)
class Column:
    """One day of one instrument: what can be had, and what others have. `key` begins the names of its fields."""

    key: str
    instrument: Instrument
    day: date
    offers: Sequence[Offer]
    taken: Sequence[Stretch]

    @property
    def usual(self) -> int:
        """The minutes a click asks for, on the step."""
        length = int(usual_length(self.instrument).total_seconds()) // 60
        return -(-length // self.instrument.slot_minutes) * self.instrument.slot_minutes


@dataclass(frozen=True, slots=True)
class Grid:
    columns: Sequence[Column]
    hours: tuple[int, int]

    @property
    def empty(self) -> bool:
        return not any(column.offers for column in self.columns)

    def share(self, minute: int) -> float:
        """Where this minute stands, in hundredths of the height."""
        first, last = self.hours
        return round((minute / 60 - first) / (last - first) * 100, 3)


@dataclass(frozen=True, slots=True)
class Calendar:
    """What the page draws."""

    wanted: Wanted
    grids: Sequence[Grid]
    today: date


def calendar(
    data: Mapping[str, str], instruments: Mapping[str, Instrument], *, now: datetime, moving: Sequence[Line] = ()
) -> Calendar:
    """`instruments` by the key of their fields. What is `moving` shows its own time as free, and its own days first."""
    wanted = wanted_from(data, list(instruments.values()), now=now, moving=moving)
    return Calendar(wanted, grids(instruments, wanted, now=now, moving=moving), local_date(now))


def wanted_from(
    data: Mapping[str, str], instruments: Sequence[Instrument], *, now: datetime, moving: Sequence[Line] = ()
) -> Wanted:
    """What the address asks for: `from` a day, `view`. Several stand beside each other unless told otherwise."""
    usual = "day" if len(instruments) > 1 else "week"
    view = data.get("view") if data.get("view") in board.VIEWS else usual
    own = min((local_date(line.starts) for line in moving if line.starts), default=None)
    return Wanted(_first_day(instruments, day_typed(data.get("from", "")) or own, now=now), beside=view == "day")


def _first_day(instruments: Sequence[Instrument], asked: date | None, *, now: datetime) -> date:
    """Today, or the first free day of what is busy for longer; never the past, nor beyond what calendars hold."""
    today = local_date(now)
    if asked and asked - today < timedelta(days=3660):
        return max(asked, today)
    free = [local_date(one.first_free) for one in instruments if one.first_free and one.first_free > now]
    return max(today, min(free, default=today))


def grids(
    instruments: Mapping[str, Instrument], wanted: Wanted, *, now: datetime, moving: Sequence[Line] = ()
) -> list[Grid]:
    """One grid for each instrument that takes time, or one for all of them on one day."""
    besides = [line.pk for line in moving]
    taken = _taken(instruments.values(), wanted, besides)
    bounds = midnight(wanted.first), midnight(wanted.later)
    free = free_time.free_of(list(instruments.values()), *bounds, now=now, besides=besides)
    weeks = [
        _columns(key, one, free[one.pk], taken, wanted)
        for key, one in instruments.items()
        if free_time.can_be_booked(one)
    ]
    if wanted.beside and weeks:
        weeks = [[column for week in weeks for column in week]]
    return [_grid(week) for week in weeks]


def _grid(columns: Sequence[Column]) -> Grid:
    offers = [(one.low, one.high) for column in columns for one in column.offers]
    taken = [stretch for column in columns for stretch in column.taken]
    return Grid(columns, board.hours_shown(offers + taken))


def _columns(key: str, one: Instrument, free: Iterable[Slot], taken: Taken, wanted: Wanted) -> list[Column]:
    days: dict[date, list[Offer]] = {day: [] for day in wanted.days}
    for slot in free:
        for piece in _by_day(slot):
            days[local_date(piece.start)].append(Offer(piece.start, piece.end, usual_end(one, piece)))
    return [Column(key, one, day, offers, taken.get((one.pk, day), ())) for day, offers in days.items()]


def _taken(instruments: Iterable[Instrument], wanted: Wanted, besides: Sequence[int]) -> Taken:
    """Without the buffers: those only keep others at a distance."""
    bounds = midnight(wanted.first), midnight(wanted.later)
    held = Hold.objects.filter(instrument__in=[one.pk for one in instruments], span__overlap=bounds)
    rows = held.exclude(kind="booking", reference__in=besides).order_by("starts")
    found: Taken = {}
    for pk, starts, ends in rows.values_list("instrument_id", "starts", "ends"):
        for day in wanted.days:
            low, high = (board.minute_of(moment, midnight(day)) for moment in (starts, ends))
            if low < high:
                found.setdefault((pk, day), []).append((low, high))
    return found


def _by_day(slot: Slot) -> Iterable[Slot]:
    """A stretch over midnight is shown on each of its days."""
    start = slot.start
    while start < slot.end:
        end = min(slot.end, midnight(local_date(start) + timedelta(days=1)))
        yield Slot(start, end, slot.certain)
        start = end


# --- what a click means


def usual_length(instrument: Instrument) -> timedelta:
    """Two hours where the instrument allows them."""
    return timedelta(minutes=min(max(USUAL_MINUTES, instrument.min_minutes), instrument.max_minutes))


def until(instrument: Instrument, starts: datetime, *, now: datetime) -> datetime:
    """Where a booking that begins then usually ends: after two hours, or before somebody else begins."""
    ends = starts + usual_length(instrument)
    slot = next(iter(free_time.free(instrument, starts, ends, now=now)), None)
    return slot.end if slot and slot.start == starts else ends


def usual_end(instrument: Instrument, slot: Slot) -> datetime:
    return min(slot.start + usual_length(instrument), slot.end)
