"""What the pack in force where the provider lies says about an order: the clock to answer, the clauses."""

from dataclasses import dataclass
from datetime import date, timedelta

from yixiang.kernel.reference import region_path
from yixiang.kernel.workdays import due, working_days_between
from yixiang.kernel.workdays_table import load_calendar
from yixiang.orders.serving import ANSWER, SERVICE, AnswerFacts, ServiceRules
from yixiang.policy import Pack, Verdict, library
from yixiang.policy.library import NoPack
from yixiang.units.models import Unit


@dataclass(frozen=True, slots=True)
class Clock:
    """Until when the provider answers; `certain` is False while a calendar on the way is not published."""

    last_day: date
    certain: bool
    article: str


def pack_of(unit: Unit, *, on: date) -> Pack[ServiceRules] | None:
    place = library().jurisdiction_of(region_path(unit.region)) if len(unit.region) == 6 else None
    if place is None:
        return None
    try:
        return library().pack(place.code, SERVICE, on)
    except NoPack:
        return None


def answer_clock(unit: Unit, *, on: date) -> Clock | None:
    """None where this installation has no such law."""
    pack = pack_of(unit, on=on)
    if pack is None:
        return None
    limit = pack.values.answer_within
    last = due(on, limit.value, load_calendar())
    return Clock(last.on, last.certain, limit.cited.article)


def answer(unit: Unit, submitted_on: date, *, on: date) -> Verdict | None:
    """In time, near the end of it, or late. The law of the day of submitting counts."""
    pack = pack_of(unit, on=submitted_on)
    if pack is None:
        return None
    waited = working_days_between(submitted_on, on, load_calendar())
    return ANSWER.ask(pack, AnswerFacts(max(0, waited)), on=on)


def settle_by(unit: Unit, *, on: date) -> date | None:
    pack = pack_of(unit, on=on)
    return on + timedelta(days=pack.values.settle_within.value) if pack else None


def quote_until(unit: Unit, *, on: date) -> date | None:
    pack = pack_of(unit, on=on)
    return on + timedelta(days=pack.values.quote_days.value) if pack else None
