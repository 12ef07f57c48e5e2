"""The calendar board: what somebody serves, for a day or a week; and the samples that wait without a time."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from yixiang.catalogue.models import Hold, Instrument
from yixiang.catalogue.queries import free_time
from yixiang.catalogue.rules.calendar import Stretch
from yixiang.catalogue.rules.words import HOLDS
from yixiang.kernel.periods import SHANGHAI, day_typed, local_date, midnight
from yixiang.orders.models import Line
from yixiang.orders.queries import served
from yixiang.orders.rules import board
from yixiang.orders.rules.board import Taken
from yixiang.orders.states import ORDER
from yixiang.units.models import SubUnit

MOST_SAMPLES = 12


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for; what cannot be read counts as not asked for."""

    day: date
    view: str = "day"
    instrument: str = ""
    sub: int = 0

    @property
    def first(self) -> date:
        return self.day if self.view == "day" else self.day - timedelta(days=self.day.weekday())

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range(1 if self.view == "day" else 7)]

    @property
    def step(self) -> timedelta:
        return timedelta(days=len(self.days))

    @property
    def applied(self) -> int:
        return bool(self.instrument) + bool(self.sub)


def wanted_from(data: Mapping[str, str], *, now: datetime) -> Wanted:
    sub, view, code = (str(data.get(name, "")) for name in ("sub", "view", "instrument"))
    return Wanted(
        day=_day(str(data.get("day", "")), local_date(now)),
        view=view if view in board.VIEWS else "day",
        instrument=code if code.isascii() and code.isalnum() and len(code) <= 12 else "",
        sub=int(sub) if sub.isascii() and sub.isdigit() and len(sub) < 10 else 0,
    )


def _day(typed: str, today: date) -> date:
    """Within what calendars hold; anything else is today."""
    found = day_typed(typed)
    return found if found and abs((found - today).days) < 3660 else today


@dataclass(frozen=True, slots=True)
class Entry:
    """One stretch as it is shown: who or why, in which state, where a click leads."""

    instrument: Instrument
    starts: datetime
    ends: datetime
    tone: str  # waiting, ahead, now, done, downtime, other
    label: str
    who: str = ""
    number: str = ""

    @property
    def start_clock(self) -> str:
        return f"{self.starts.astimezone(SHANGHAI):%H:%M}"

    @property
    def when(self) -> str:
        """Beginning and end, with the day where it is another one."""
        start, end = self.starts.astimezone(SHANGHAI), self.ends.astimezone(SHANGHAI)
        if start.date() == end.date():
            return f"{start:%H:%M}–{end:%H:%M}"
        return f"{start:%m-%d %H:%M} – {end:%m-%d %H:%M}"


# --- who is on it


def instruments_of(person: Any, wanted: Wanted) -> QuerySet[Instrument]:
    """What has anything in the days shown stands first."""
    rows = served.instruments_of(person).select_related("sub_unit", "unit")
    if wanted.instrument:
        rows = rows.filter(code=wanted.instrument)
    if wanted.sub:
        below = SubUnit.objects.filter(pk=wanted.sub).values("path")[:1]
        rows = rows.filter(sub_unit__path__startswith=below)
    start, end = _bounds(wanted)
    busy = Hold.objects.filter(instrument=OuterRef("pk"), starts__lt=end, ends__gt=start)
    return rows.annotate(busy=Exists(busy)).order_by("-busy", "sub_unit__path", "name", "pk")


def choices_of(person: Any) -> tuple[list[tuple[str, str]], list[tuple[int, str]]]:
    """Instruments and sub-units to choose between; no list where there is nothing to choose."""
    rows = served.instruments_of(person).order_by("name", "model").values_list("code", "name", "model", "sub_unit_id")
    found = list(rows[:400])
    subs = SubUnit.objects.filter(pk__in={row[3] for row in found if row[3]}).order_by("path")
    named = [(code, f"{name} {model}".strip()) for code, name, model, _sub in found]
    return named, [(one.pk, one.name) for one in subs]


# --- what takes their time


def entries_of(instruments: Collection[Instrument], wanted: Wanted, *, now: datetime) -> dict[int, list[Entry]]:
    """Instrument → what takes its time in these days, in order; two reads."""
    by_key = {one.pk: one for one in instruments}
    start, end = _bounds(wanted)
    rows = Hold.objects.filter(instrument__in=by_key, span__overlap=(start, end), starts__lt=end, ends__gt=start)
    held = list(rows.order_by("starts", "pk"))
    booked = [hold.reference for hold in held if hold.kind == "booking" and hold.reference]
    lines = Line.objects.filter(pk__in=booked).select_related("order", "order__customer").in_bulk()
    found: dict[int, list[Entry]] = defaultdict(list)
    for hold in held:
        line = lines.get(hold.reference or 0)
        one = by_key[hold.instrument_id]
        found[one.pk].append(_booking(line, hold, one, now) if line else _other(hold, one))
    return found


def _booking(line: Line, hold: Hold, one: Instrument, now: datetime) -> Entry:
    order = line.order
    who = order.contact_name if order.internal else f"{order.contact_name} {order.customer}".strip()
    tone, label = _standing(line, now)
    return Entry(one, hold.starts, hold.ends, tone, label, who, order.number)


def _standing(line: Line, now: datetime) -> tuple[str, str]:
    """By colour and in words."""
    state, label = line.order.state, ORDER.label(line.order.state)
    if state in {"submitted", "quoted"}:
        return "waiting", label
    if state != "accepted":
        return "done", label
    if line.started_at and not line.stopped_at:
        return "now", "使用中"
    if line.stopped_at or (line.ends and line.ends <= now):
        return "late", "待登记结果"
    return ("late", "还没有开始") if line.starts and line.starts <= now else ("ahead", label)


def _other(hold: Hold, one: Instrument) -> Entry:
    tone = "downtime" if hold.kind == "downtime" else "other"
    return Entry(one, hold.starts, hold.ends, tone, HOLDS[hold.kind], hold.note)


# --- rows


@dataclass(frozen=True, slots=True)
class DayRow:
    instrument: Instrument
    cells: Sequence[board.Cell]


@dataclass(frozen=True, slots=True)
class WeekRow:
    instrument: Instrument
    days: Sequence[tuple[date, bool, Sequence[Entry]]]  # day, open at all, what is in it


def opening_of(instruments: Collection[Instrument], wanted: Wanted) -> dict[int, dict[date, list[Stretch]]]:
    """Instrument → day → its open minutes, whatever is taken of them."""
    return free_time.open_days_of(instruments, wanted.days[0], wanted.days[-1])


def day_rows(
    instruments: Sequence[Instrument], entries: Mapping[int, list[Entry]], opening: Any, wanted: Wanted
) -> tuple[tuple[int, int], list[DayRow]]:
    """The hours shown, and a row of cells for each instrument."""
    base = midnight(wanted.first)
    taken = {
        one.pk: [
            Taken(board.minute_of(each.starts, base), board.minute_of(each.ends, base), each)
            for each in entries.get(one.pk, [])
        ]
        for one in instruments
    }
    stretches = {one.pk: opening[one.pk][wanted.first] for one in instruments}
    everything = [pair for pairs in stretches.values() for pair in pairs]
    everything += [(each.start, each.end) for rows in taken.values() for each in rows]
    hours = board.hours_shown(everything)
    return hours, [DayRow(one, board.row(taken[one.pk], stretches[one.pk], hours)) for one in instruments]


def week_rows(
    instruments: Sequence[Instrument], entries: Mapping[int, list[Entry]], opening: Any, wanted: Wanted
) -> list[WeekRow]:
    return [
        WeekRow(one, [(day, bool(opening[one.pk][day]), _on(day, entries.get(one.pk, []))) for day in wanted.days])
        for one in instruments
    ]


def agenda(entries: Mapping[int, list[Entry]], wanted: Wanted) -> list[tuple[date, list[Entry]]]:
    """The same by time, for a narrow screen."""
    everything = sorted(
        (each for rows in entries.values() for each in rows), key=lambda each: (each.starts, each.instrument.name)
    )
    return [(day, _on(day, everything)) for day in wanted.days]


def _on(day: date, entries: Sequence[Entry]) -> list[Entry]:
    start, end = midnight(day), midnight(day + timedelta(days=1))
    return [each for each in entries if each.starts < end and each.ends > start]


def _bounds(wanted: Wanted) -> tuple[datetime, datetime]:
    return free_time.day_bounds(wanted.days[0], wanted.days[-1])


# --- samples


def samples_of(person: Any, wanted: Wanted) -> tuple[int, list[Line]]:
    """Accepted samples for which no time is set: they are done when there is room. How many, and the first of them."""
    mine = served.instruments_of(person)
    rows = Line.objects.filter(instrument__in=mine, starts=None, mode="samples", order__state="accepted")
    if wanted.instrument:
        rows = rows.filter(instrument__code=wanted.instrument)
    if wanted.sub:
        below = SubUnit.objects.filter(pk=wanted.sub).values("path")[:1]
        rows = rows.filter(Q(instrument__sub_unit__path__startswith=below))
    found = rows.select_related("order", "order__customer", "instrument").prefetch_related("samples")
    return rows.count(), list(found.order_by("order__accepted_at", "pk")[:MOST_SAMPLES])
