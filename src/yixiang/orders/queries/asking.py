"""What the page for asking shows: the instruments, what they cost, the draft. Its calendar: `choosing`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from yixiang.catalogue.models import Instrument
from yixiang.catalogue.queries import free_time, prices
from yixiang.kernel.periods import SHANGHAI, local_date
from yixiang.orders.models import Line, Order
from yixiang.orders.queries import checking
from yixiang.orders.rules import booking, pricing
from yixiang.orders.rules.booking import Answer
from yixiang.orders.rules.pricing import Amount
from yixiang.orders.rules.wishes import LineWish, SampleWish, Wish
from yixiang.units.models import Unit


def bookable(person: Any, codes: Sequence[str]) -> list[Instrument]:
    """In the order asked for; what cannot be seen is left out."""
    rows = Instrument.objects.visible_to(person).filter(code__in=list(codes)[:20]).select_related("unit", "sub_unit")
    found = {one.code: one for one in rows}
    return [found[code] for code in dict.fromkeys(codes) if code in found]


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
