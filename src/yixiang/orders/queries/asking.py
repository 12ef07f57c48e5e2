"""What the page for asking shows: the instruments, their free days, what they cost, what is in the draft."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from yixiang.catalogue.models import Instrument
from yixiang.catalogue.queries import free_time, prices
from yixiang.catalogue.queries.free_time import Slot
from yixiang.kernel.periods import SHANGHAI, local_date, midnight
from yixiang.orders.models import Line, Order
from yixiang.orders.queries import checking
from yixiang.orders.rules import booking, pricing
from yixiang.orders.rules.booking import Answer
from yixiang.orders.rules.pricing import Amount
from yixiang.orders.rules.wishes import LineWish, SampleWish, Wish
from yixiang.units.models import Unit

DAYS_SHOWN = 7
USUAL_MINUTES = 120


@dataclass(frozen=True, slots=True)
class Offer:
    """A free stretch, and what a click on it asks for: two hours where they fit."""

    start: datetime
    end: datetime
    until: datetime

    @property
    def start_text(self) -> str:
        return self.start.astimezone(SHANGHAI).isoformat()

    @property
    def until_text(self) -> str:
        return self.until.astimezone(SHANGHAI).isoformat()


@dataclass(frozen=True, slots=True)
class FreeDay:
    day: date
    offers: Sequence[Offer]


def bookable(person: Any, codes: Sequence[str]) -> list[Instrument]:
    """In the order asked for; what cannot be seen is left out."""
    rows = Instrument.objects.visible_to(person).filter(code__in=list(codes)[:20]).select_related("unit", "sub_unit")
    found = {one.code: one for one in rows}
    return [found[code] for code in dict.fromkeys(codes) if code in found]


def free_days(instrument: Instrument, first: date, *, now: datetime) -> list[FreeDay]:
    """A week from this day, each with what can still be begun on it."""
    last = first + timedelta(days=DAYS_SHOWN)
    slots = free_time.free(instrument, midnight(first), midnight(last), now=now)
    days: dict[date, list[Offer]] = {first + timedelta(days=n): [] for n in range(DAYS_SHOWN)}
    for slot in slots:
        for piece in _by_day(slot):
            days.setdefault(local_date(piece.start), []).append(
                Offer(piece.start, piece.end, usual_end(instrument, piece))
            )
    return [FreeDay(day, found) for day, found in days.items()]


def _by_day(slot: Slot) -> list[Slot]:
    """A stretch over midnight is shown on each of its days."""
    pieces, start = [], slot.start
    while start < slot.end:
        end = min(slot.end, midnight(local_date(start) + timedelta(days=1)))
        pieces.append(Slot(start, end, slot.certain))
        start = end
    return pieces


def first_day(instruments: Sequence[Instrument], asked: date | None, *, now: datetime) -> date:
    """The week that begins today, or with the first free day of what is busy for longer."""
    if asked:
        return max(asked, local_date(now))
    free = [local_date(one.first_free) for one in instruments if one.first_free and one.first_free > now]
    return max(local_date(now), min(free, default=local_date(now)))


def usual_length(instrument: Instrument) -> timedelta:
    """Two hours where the instrument allows them."""
    return timedelta(minutes=min(max(USUAL_MINUTES, instrument.min_minutes), instrument.max_minutes))


def until(instrument: Instrument, starts: datetime, *, now: datetime) -> datetime:
    """Where a booking that begins then usually ends: after two hours, or before somebody else begins."""
    ends = starts + usual_length(instrument)
    slot = next(iter(free_time.free(instrument, starts, ends, now=now)), None)
    return slot.end if slot and slot.start == starts else ends


def usual_end(instrument: Instrument, slot: Slot) -> datetime:
    """What a click on a free stretch means."""
    return min(slot.start + usual_length(instrument), slot.end)


def item_names(instrument: Instrument, *, internal: bool, on: date) -> dict[str, list[str]]:
    """Mode → the priced items one may choose between."""
    tariff = prices.tariff_on(instrument, on)
    lines = pricing.audience(prices.lines_of(tariff.lines.all()), internal=internal) if tariff else []
    return {mode: pricing.items_for(lines, mode) for mode in ("time", "samples")}


def wish_of(order: Order) -> Wish:
    """What a draft holds, as it would be asked for anew."""
    rows = order.lines.select_related("instrument").prefetch_related("samples").order_by("position", "pk")
    return Wish(tuple(line_wish(line) for line in rows), {})


def line_wish(line: Line) -> LineWish:
    samples = tuple(
        SampleWish(one.name, one.count, one.form, one.hazard, one.hazard_note, one.afterwards)
        for one in line.samples.all()
    )
    return LineWish(line.instrument.code, line.mode, line.way, line.starts, line.ends, tuple(line.items), samples)


def line_initial(wish: LineWish) -> dict[str, Any]:
    """For the form."""
    starts, ends = (moment.astimezone(SHANGHAI) if moment else None for moment in (wish.starts, wish.ends))
    return {
        "mode": wish.mode,
        "way": wish.way,
        "day": starts.date() if starts else None,
        "begins": starts.time() if starts else None,
        "finishes": ends.time() if ends else None,
        "last_day": ends.date() if ends and starts and ends.date() != starts.date() else None,
        "items": list(wish.items),
        "samples": [
            {
                "name": one.name, "count": str(one.count), "form": one.form, "hazard": one.hazard,
                "hazard_note": one.hazard_note, "afterwards": one.afterwards,
            }
            for one in wish.samples
        ],
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Look:
    """What the rules and the price list say to one line, before anything is held."""

    instrument: Instrument
    wish: LineWish
    answers: Sequence[Answer] = ()
    amounts: Sequence[Amount] = ()
    alternatives: Sequence[checking.Alternative] = ()
    taken: bool = False

    @property
    def failed(self) -> list[Answer]:
        return booking.failed(self.answers)

    @property
    def fits(self) -> bool:
        return not self.failed and not self.taken

    @property
    def total(self) -> Any:
        return pricing.total(self.amounts) if self.amounts else None


def look(wish: LineWish, instrument: Instrument, *, person: Any, unit: Unit | None, now: datetime) -> Look:
    on = local_date(now)
    tariff = prices.tariff_on(instrument, on)
    internal = unit is not None and unit.pk == instrument.unit_id
    use = _use(wish)
    amounts: list[Amount] = []
    if tariff and use:
        lines = pricing.audience(prices.lines_of(tariff.lines.all()), internal=internal)
        amounts = pricing.charges(lines, use, wish.items)
    if wish.mode != "time" or wish.starts is None or wish.ends is None:
        return Look(instrument, wish, amounts=amounts)
    found = checking.answers(instrument, wish.starts, wish.ends, person=person, unit=unit, way=wish.way, now=now)
    failed = booking.failed(found)
    taken = not failed and bool(free_time.busy(instrument, wish.starts, wish.ends))
    near = checking.alternatives(instrument, wish.starts, wish.ends, now=now) if failed or taken else []
    return Look(instrument, wish, found, amounts, near, taken)


def _use(wish: LineWish) -> pricing.Use | None:
    if wish.mode == "time":
        if wish.starts is None or wish.ends is None or wish.starts >= wish.ends:
            return None
        return pricing.use_of_time(wish.starts, wish.ends)
    count = sum(sample.count for sample in wish.samples)
    return pricing.Use("samples", samples=count) if count else None
