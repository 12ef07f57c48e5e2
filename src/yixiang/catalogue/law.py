"""What the pack in force where a unit lies says about its instruments: admission, keepers, the clock, who reviews."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from yixiang.catalogue import joining
from yixiang.catalogue.joining import ListingRules, Practice
from yixiang.catalogue.rules.words import LEVELS as PLATFORM_LEVELS
from yixiang.catalogue.rules.words import PLATFORM_KINDS
from yixiang.kernel.reference import region_path
from yixiang.kernel.workdays import Calendar, due, working_days_between
from yixiang.kernel.workdays_table import load_calendar
from yixiang.policy import Pack, Step, Verdict, library
from yixiang.policy.library import NoPack
from yixiang.reviews.commands import Fact, Round, authority_round
from yixiang.units import law as unit_law
from yixiang.units.joining import Affiliation
from yixiang.units.models import Unit

FISCAL = frozenset({"central", "local"})
ADMITTED = {
    "must": ("必须加入平台", "accent"),
    "encouraged": ("鼓励加入平台", "good"),
    "may": ("可以加入平台", "good"),
    "needs_reason": ("低于门槛，须写明理由", "warm"),
    "not_admitted": ("不在平台上填报", "bad"),
}


@dataclass(frozen=True, slots=True)
class Clock:
    """The last day to join after acceptance; `certain` is False while a calendar on the way is not published."""

    last_day: date
    days: int
    left: int
    certain: bool
    article: str

    @property
    def late(self) -> bool:
        return self.left < 0


def pack_of(unit: Unit, *, on: date) -> Pack[ListingRules] | None:
    """The law of the nearest jurisdiction of the unit; None where this installation has none."""
    place = library().jurisdiction_of(region_path(unit.region)) if len(unit.region) == 6 else None
    if place is None:
        return None
    try:
        return library().pack(place.code, joining.JOINING, on)
    except NoPack:
        return None


# --- verdicts


def admission(unit: Unit, values: Mapping[str, Any], *, on: date) -> Verdict | None:
    """None while worth or the source of the money is not known yet."""
    pack = pack_of(unit, on=on)
    if pack is None or not values.get("worth") or not values.get("funds"):
        return None
    facts = joining.AdmissionFacts(
        worth=values["worth"],
        fiscal=not FISCAL.isdisjoint(values["funds"]),
        kind="facility" if values.get("kind") == "facility" else "instrument",
        reasoned=bool(values.get("below_reason")),
    )
    return joining.ADMISSION.ask(pack, facts, on=on)


def platform(unit: Unit, values: Mapping[str, Any], *, on: date) -> Verdict | None:
    """None while kind or level are not known yet."""
    pack = pack_of(unit, on=on)
    if pack is None or values.get("kind") not in PLATFORM_KINDS or values.get("level") not in PLATFORM_LEVELS:
        return None
    return joining.PLATFORM.ask(pack, joining.PlatformFacts(values["kind"], values["level"]), on=on)


def keepers(unit: Unit, people: Iterable[Practice], *, on: date) -> Verdict | None:
    pack = pack_of(unit, on=on)
    return joining.KEEPERS.ask(pack, joining.KeepersFacts(tuple(people)), on=on) if pack else None


def clock(
    unit: Unit, accepted_on: date | None, *, must: bool, on: date, calendar: Calendar | None = None
) -> Clock | None:
    """None where no clock runs: voluntary, not accepted yet, or no such law."""
    pack = pack_of(unit, on=on)
    if pack is None or accepted_on is None or not must or accepted_on > on or not pack.values.join_within.value:
        return None
    days, calendar = pack.values.join_within.value[0].count, calendar or load_calendar()
    last = due(accepted_on, days, calendar)
    left = working_days_between(on, last.on, calendar)
    return Clock(last.on, days, left, last.certain, pack.values.join_within.cited.article)


def deadline(unit: Unit, accepted_on: date, *, must: bool, on: date) -> Verdict | None:
    pack = pack_of(unit, on=on)
    if pack is None:
        return None
    waited = working_days_between(accepted_on, on, load_calendar())
    return joining.DEADLINE.ask(pack, joining.DeadlineFacts(must, waited), on=on)


def published(unit: Unit, present: Sequence[joining.Field], *, on: date) -> Verdict | None:
    """Whether everything the law wants made public is there."""
    pack = pack_of(unit, on=on)
    return joining.LISTING_FIELDS.ask(pack, joining.FieldsFacts(tuple(present)), on=on) if pack else None


def device(unit: Unit, number: str, *, on: date) -> Verdict | None:
    pack = pack_of(unit, on=on)
    return joining.DEVICE.ask(pack, joining.DeviceFacts(bool(number)), on=on) if pack else None


def prices(unit: Unit, *, published: bool, components: Sequence[joining.Component], on: date) -> Verdict | None:
    pack = pack_of(unit, on=on)
    facts = joining.PriceFacts(published, tuple(dict.fromkeys(components)))
    return joining.PRICE_RULE.ask(pack, facts, on=on) if pack else None


def check_months(unit: Unit, *, on: date) -> int | None:
    """After how many months the published facts must be looked at again."""
    pack = pack_of(unit, on=on)
    spans = pack.values.check_every.value if pack else ()
    return next((span.count for span in spans if span.unit == "months"), None)


# --- who decides


def review_rounds(unit: Unit, *, on: date, removal: bool = False) -> list[Round]:
    """The offices a listing goes through, in order; without a law of its own those that review the unit."""
    pack = pack_of(unit, on=on)
    if pack is None:
        return unit_law.joining_rounds(unit, on=on)[-1 if removal else 0 :]
    known: dict[str, Affiliation] = {"provincial": "provincial", "central": "central"}
    facts = joining.ReviewFacts(known.get(unit.affiliation, "municipal"), removal)
    planned = joining.rounds(pack.values, facts)
    return [authority_round(stage.level, unit.region, stage.working_days) for stage in planned]


# --- beside a case


def fact_of(step: Step, label: str = "") -> Fact:
    return Fact(
        label=label or step.label or step.fact or step.rule,
        value=step.found_text or _plain(step.found),
        passed=step.passed,
        threshold=step.threshold_text or _plain(step.threshold, ""),
        article=step.article,
        because=step.because,
    )


def _plain(value: Any, nothing: str = "—") -> str:
    if value is None or value == "":
        return nothing
    if isinstance(value, bool):
        return "是" if value else "否"
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)
