"""A year of orders between the demo's units: who asked whom for what, what came of it, and what waits now.

What is over is written down at once, as the commands would have left it; what is under way goes through the commands.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Count, Q

from yixiang.catalogue.commands import timing
from yixiang.catalogue.models import Instrument, Keeper
from yixiang.catalogue.queries.prices import lines_of
from yixiang.catalogue.search import indexing
from yixiang.demo import order_records, order_story, stock
from yixiang.demo.cast import Place
from yixiang.demo.order_records import Past
from yixiang.kernel.periods import SHANGHAI, local_date
from yixiang.kernel.workdays import working_day
from yixiang.orders.models import Order, Rating
from yixiang.orders.rules import pricing
from yixiang.people.models import Person
from yixiang.units.models import SubUnit, Unit

PROVIDERS = ("univ", "institute", "testing", "medical")
CUSTOMERS = {"firm": "user", "high": "high.admin", "large": "large.admin", "young": "young.admin", "team": "team"}
SEASON = {1: 0.6, 2: 0.3, 7: 0.8, 8: 0.5, 9: 1.1, 10: 1.2, 11: 1.4, 12: 1.3}  # February rests, the year's end hurries
BUSY, QUIET = 0.34, 0.02  # how likely a half day of a busy, of any other instrument is taken
KEPT = 6  # instruments of the laboratory that the fixed keeper runs


@dataclass
class Ground:
    """One place with everybody in it."""

    place: Place
    people: Mapping[str, Person]
    units: Mapping[str, Unit]
    now: datetime
    dice: random.Random
    instruments: list[Instrument] = field(default_factory=list)

    def customers(self) -> list[tuple[Unit, Person]]:
        prefix = self.place.prefix
        return [(self.units[f"{prefix}.{key}"], self.people[f"{prefix}.{who}"]) for key, who in CUSTOMERS.items()]


def write(
    place: Place, people: Mapping[str, Person], units: Mapping[str, Unit], now: datetime
) -> tuple[int, list[Instrument]]:
    """How many orders the place has afterwards, and the instruments they are for."""
    ground = ground_of(place, people, units, now)
    _give_keeper(ground)
    order_records.keep(_past(ground), now=now)
    _count(ground)
    order_story.tell(ground.place, ground.people, ground.instruments, now)
    touched = [one.pk for one in ground.instruments]
    timing.roll(touched, now=now)
    indexing.refresh(touched)
    providers = {one.unit_id for one in ground.instruments}
    return Order.objects.filter(provider__in=providers).count(), ground.instruments


def ground_of(place: Place, people: Mapping[str, Person], units: Mapping[str, Unit], now: datetime) -> Ground:
    ground = Ground(place, people, units, now, random.Random(f"{place.prefix}.orders"))  # noqa: S311
    ground.instruments = list(_instruments(ground))
    return ground


def _instruments(ground: Ground) -> Iterator[Instrument]:
    keys = [ground.units[f"{ground.place.prefix}.{key}"].pk for key in PROVIDERS]
    rows = Instrument.objects.filter(
        unit__in=keys, state="listed", demo=True, tariffs__isnull=False, code__regex=r"\d{3}$"
    )
    yield from rows.prefetch_related("opening_hours", "tariffs__lines", "keepers").select_related("unit").order_by("pk")


def _give_keeper(ground: Ground) -> None:
    """The fixed keeper really runs the first instruments of the laboratory."""
    who, unit = ground.people[f"{ground.place.prefix}.keeper"], ground.units[f"{ground.place.prefix}.univ"]
    lab = SubUnit.objects.get(unit=unit, name="电子显微实验室")
    own = [one for one in ground.instruments if one.unit_id == unit.pk][:KEPT]
    Instrument.objects.filter(pk__in=[one.pk for one in own]).update(sub_unit=lab)
    Keeper.objects.filter(instrument__in=own, main=True).update(person=who, name=who.name, phone=who.phone)


def _past(ground: Ground) -> Iterator[Past]:
    today = local_date(ground.now)
    busy = {one.pk for key in PROVIDERS for one in _first(ground, key)}
    for one in ground.instruments:
        assert one.listed_at
        day = local_date(one.listed_at) + timedelta(days=3)
        while day < today:
            if working_day(day):
                yield from _day(ground, one, day, BUSY if one.pk in busy else QUIET)
            day += timedelta(days=1)


def _first(ground: Ground, key: str) -> Sequence[Instrument]:
    unit = ground.units[f"{ground.place.prefix}.{key}"]
    return [one for one in ground.instruments if one.unit_id == unit.pk][: 2 if key == "univ" else 1]


def _day(ground: Ground, one: Instrument, day: date, likely: float) -> Iterator[Past]:
    """Each half day is taken or not; who only takes samples gets them in the morning."""
    stretches = [(h.opens, h.closes) for h in one.opening_hours.all() if h.weekday == day.weekday()] or [(540, 720)]
    for opens, closes in stretches:
        if ground.dice.random() < likely * SEASON.get(day.month, 1.0):
            yield _one(ground, one, day, opens, closes)


def _one(ground: Ground, one: Instrument, day: date, opens: int, closes: int) -> Past:
    dice = ground.dice
    by_time = one.booking_mode == "time" or (one.booking_mode == "both" and dice.random() < 0.6)
    hours = dice.randrange(1, max(2, min((closes - opens - one.buffer_after) // 60, one.max_minutes // 60) + 1))
    starts = _at(day, opens)
    ends = starts + timedelta(hours=hours)
    customer, person = dice.choice(ground.customers())
    if customer.joined_at and customer.joined_at > starts - timedelta(days=5):
        customer, person = ground.customers()[0]
    samples = dice.randrange(1, 13)
    tariff = one.tariffs.all()[0]
    use = pricing.use_of_time(starts, ends) if by_time else pricing.Use("samples", samples=samples)
    extra = dice.choice((0, 0, 0, 0, 30)) if by_time and hours < 4 else 0
    used = pricing.Use("time", minutes=use.minutes + extra, days=1) if by_time else use
    prices = pricing.audience(lines_of(tariff.lines.all()), internal=False)
    difference = pricing.difference(use, used, pricing.basis_for(prices, use.mode))
    return Past(
        instrument=one, tariff=tariff, customer=customer, person=person, starts=starts, ends=ends, mode=use.mode,
        samples=0 if by_time else samples, quoted=pricing.charges(prices, use), final=pricing.charges(prices, used),
        used_minutes=used.minutes if by_time else samples * 40, why=difference.reason if difference else "",
        end=_end(dice, starts, ground.now), step=dice.choices((5, 4, 3, 2), (62, 27, 8, 3))[0],
        rated=dice.random() < 0.55, lead=timedelta(days=dice.choice((2, 3, 4, 6)), hours=dice.randrange(0, 7)),
        words=dice.choice(order_records.WORDS), purpose=dice.choice(order_records.PURPOSES), dice=dice,
        sample_name=dice.choice(order_records.SAMPLES), keeper=_keeper(one), project=stock.person_name(dice),
    )  # fmt: skip


def _keeper(one: Instrument) -> tuple[Person | None, str]:
    main = next(iter(one.keepers.all()), None)
    return (main.person, main.name) if main else (None, "机组")


def _at(day: date, minute: int) -> datetime:
    return datetime.combine(day, time(minute // 60, minute % 60), tzinfo=SHANGHAI)


def _end(dice: random.Random, starts: datetime, now: datetime) -> str:
    """What became of it; the last weeks are not all settled yet."""
    end = dice.choices(("completed", "cancelled", "refused", "no_show", "disputed"), (88, 5, 4, 2, 1))[0]
    recent = (now - starts).days
    if end == "completed" and recent < 2:
        return "accepted"
    if end == "completed" and recent < 30:
        return dice.choices(("recorded", "completed"), (40, 60))[0]
    if end == "disputed":
        return "recorded" if 30 <= recent < 60 else "completed"
    return end


def _count(ground: Ground) -> None:
    """How often each served and how it was rated, reckoned from the orders themselves."""
    done = Count("order_lines", filter=Q(order_lines__order__state="completed"))
    served = dict(
        Instrument.objects.filter(pk__in=[i.pk for i in ground.instruments]).annotate(n=done).values_list("pk", "n")
    )
    rated: dict[int, list[int]] = {}
    for pk, step in Rating.objects.values_list("order__lines__instrument_id", "step"):
        rated.setdefault(pk, []).append(step)
    for one in ground.instruments:
        steps = rated.get(one.pk, [])
        one.service_count, one.rating_count = served.get(one.pk, 0), len(steps)
        one.rating = (Decimal(sum(steps)) / len(steps)).quantize(Decimal("0.01")) if steps else None
    Instrument.objects.bulk_update(ground.instruments, ["service_count", "rating", "rating_count"])
