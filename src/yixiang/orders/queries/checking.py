"""May this time be asked for, what does it cost, what is near it: told before the click, again by the command."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import DurationField, ExpressionWrapper, F, Q, Sum

from yixiang.catalogue.commands.writing import may_run
from yixiang.catalogue.models import Instrument, Tariff
from yixiang.catalogue.queries import free_time
from yixiang.catalogue.queries.prices import lines_of, tariff_on
from yixiang.catalogue.rules import calendar
from yixiang.catalogue.rules.calendar import Stretch
from yixiang.kernel.periods import local_date, midnight
from yixiang.kernel.workdays import working_day
from yixiang.kernel.workdays_table import load_calendar
from yixiang.orders.models import Line, Qualification, Terms
from yixiang.orders.queries.conduct import manner_of, points_of
from yixiang.orders.rules import booking, nearby, pricing
from yixiang.orders.rules.booking import Answer, Asked, Limits
from yixiang.orders.states import KEEPING
from yixiang.units.models import Unit


@dataclass(frozen=True, slots=True)
class Alternative:
    """A time that can be had: nearest, a near miss, or on the instrument beside it."""

    kind: str
    instrument: Instrument
    start: datetime
    end: datetime

    @property
    def as_json(self) -> dict[str, str]:
        return {
            "kind": self.kind,
            "instrument": self.instrument.code,
            "name": self.instrument.name,
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
        }


def terms_of(instrument: Instrument) -> Terms:
    """Without a row of its own an instrument asks nothing more than its hours."""
    found = Terms.objects.filter(instrument=instrument).first()
    return found or Terms(instrument=instrument)


def answers(
    instrument: Instrument,
    starts: datetime,
    ends: datetime,
    *,
    person: Any,
    unit: Unit | None,
    way: str,
    now: datetime,
    besides: int | None = None,
) -> list[Answer]:
    """What every rule says to this wish; `besides` is the line that is being moved."""
    terms, extra = free_time.terms_of(instrument), terms_of(instrument)
    wanted = calendar.point(starts), calendar.point_after(ends)
    manner = manner_of(instrument.unit_id)
    most = manner.limit if manner else None
    limits = Limits(instrument.max_minutes, extra.person_hours, extra.group_hours, extra.level, most)
    asked = _asked(instrument, extra, starts, ends, person=person, unit=unit, way=way, besides=besides)
    if manner and most is not None:
        asked = replace(asked, points=points_of(person, instrument.unit_id, manner, on=local_date(now)))
    return booking.answers(
        wanted,
        opening=_opening(instrument, starts, ends),
        window=calendar.window(terms, now),
        terms=terms,
        limits=limits,
        asked=asked,
        staffed=way == "entrusted" or _staffed(extra, wanted),
    )


def _opening(instrument: Instrument, starts: datetime, ends: datetime) -> list[Stretch]:
    first = local_date(starts) - timedelta(days=1)
    last = min(local_date(ends), first + timedelta(days=40)) + timedelta(days=1)
    days = free_time.open_days(instrument, first, last)
    return [(calendar.first_of(day) + a, calendar.first_of(day) + b) for day, open_ in days.items() for a, b in open_]


def _asked(
    instrument: Instrument,
    terms: Terms,
    starts: datetime,
    ends: datetime,
    *,
    person: Any,
    unit: Unit | None,
    way: str,
    besides: int | None,
) -> Asked:
    monday = local_date(starts) - timedelta(days=local_date(starts).weekday())
    rows = Line.objects.filter(
        instrument=instrument,
        mode="time",
        order__state__in=KEEPING,
        starts__gte=midnight(monday),
        starts__lt=midnight(monday + timedelta(days=7)),
    ).exclude(pk=besides or 0)
    own = _minutes(rows.filter(order__person_id=person.pk)) if terms.person_hours is not None else 0
    group = _minutes(rows.filter(order__customer=unit)) if terms.group_hours is not None and unit else 0
    level = level_of(person, instrument, on=local_date(ends)) if terms.level and way != "entrusted" else ""
    return Asked(own, group, level, way)


def _minutes(rows: Any) -> int:
    length = ExpressionWrapper(F("ends") - F("starts"), output_field=DurationField())
    total: timedelta | None = rows.aggregate(total=Sum(length))["total"]
    return int(total.total_seconds()) // 60 if total else 0


def level_of(person: Any, instrument: Instrument, *, on: date) -> str:
    """What a person may do at an instrument on that day, which is the day of the booking; its keepers may anything."""
    if not getattr(person, "is_authenticated", False):
        return ""
    if may_run(instrument, person):
        return "any"
    held = Qualification.objects.filter(person_id=person.pk, instrument=instrument, state="granted")
    return held.filter(Q(until=None) | Q(until__gte=on)).values_list("level", flat=True).first() or ""


def _staffed(terms: Terms, wanted: Stretch) -> bool:
    """Within the hours the keepers are there, on a working day."""
    day = calendar.day_of(wanted[0])
    low, high = (calendar.first_of(day) + minute for minute in (terms.staffed_from, terms.staffed_to))
    return low <= wanted[0] and wanted[1] <= high and working_day(day, load_calendar())


# --- prices


def tariff_for(instrument: Instrument, *, on: date) -> Tariff | None:
    return tariff_on(instrument, on)


def use_of(line: Line) -> pricing.Use:
    """What a line asks for."""
    if line.by_time and line.starts and line.ends:
        return pricing.use_of_time(line.starts, line.ends)
    return pricing.Use(line.mode, samples=line.sample_count)


def charges_of(
    line: Line, tariff: Tariff | None, *, internal: bool, use: pricing.Use | None = None
) -> list[pricing.Amount]:
    """By the price list; nothing where it has no price for this, so that an offer is needed."""
    if tariff is None:
        return []
    prices = pricing.audience(lines_of(tariff.lines.all()), internal=internal)
    return pricing.charges(prices, use or use_of(line), line.items)


def basis_of(line: Line) -> str:
    """By what a line is charged."""
    if line.tariff is None:
        return ""
    prices = pricing.audience(lines_of(line.tariff.lines.all()), internal=line.order.internal)
    return pricing.basis_for(prices, line.mode)


# --- what else can be had


def alternatives(
    instrument: Instrument, starts: datetime, ends: datetime, *, now: datetime, count: int = 3
) -> list[Alternative]:
    """Near misses first, then the nearest free times, then the neighbour; `count` of them where there are so many."""
    near, around = free_time.near_and_around(instrument, starts, ends, timedelta(hours=2), now=now, count=count)
    found = _misses(instrument, starts, ends, around) + [
        Alternative("near", instrument, one.start, one.end) for one in near
    ]
    if len(found) < count:
        found += _neighbours(instrument, starts, ends, now, count - len(found))
    unique = {(one.instrument.pk, one.start, one.end): one for one in found}
    return list(unique.values())[:count]


def _misses(
    instrument: Instrument, starts: datetime, ends: datetime, slots: Sequence[free_time.Slot]
) -> list[Alternative]:
    stretches = [(calendar.point(one.start), calendar.point(one.end)) for one in slots]
    wanted = calendar.point(starts), calendar.point_after(ends)
    found = nearby.misses(wanted, stretches, instrument.min_minutes)
    step = instrument.slot_minutes
    return [
        Alternative(one.kind, instrument, calendar.moment(one.stretch[0]), calendar.moment(one.stretch[1]))
        for one in found
        if (one.stretch[0] - wanted[0]) % step == 0 or one.kind == "shorter"
    ]


def _neighbours(
    instrument: Instrument, starts: datetime, ends: datetime, now: datetime, count: int
) -> list[Alternative]:
    """Others of the same class that are free then, those of the same unit and city first."""
    others = Instrument.objects.listed().filter(category=instrument.category, booking_mode__in=free_time.BY_TIME)
    near = others.exclude(pk=instrument.pk).filter(first_free__lte=starts)
    rows: Sequence[Instrument] = sorted(
        near.order_by("pk")[:40],
        key=lambda one: (one.unit_id != instrument.unit_id, one.region[:4] != instrument.region[:4], one.pk),
    )
    found: list[Alternative] = []
    for one in rows[:8]:
        slots = free_time.free(one, starts, ends, now=now)
        if any(slot.start <= starts and ends <= slot.end for slot in slots):
            found.append(Alternative("another", one, starts, ends))
        if len(found) == count:
            break
    return found
