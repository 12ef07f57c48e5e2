"""A closed year under other numbers: read as a run piles it, compared, and never written.

The transaction that reads is read-only from the moment the shape of the heap is there: the database itself refuses
whatever would outlast it. Grades, records of dishonesty and what belongs together are those of today, as in a run
that is calculated again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction

from yixiang.assessment.queries import grades_of_year
from yixiang.kernel.errors import Invalid, Unseen
from yixiang.kernel.periods import local_date
from yixiang.kernel.reference import city_of, stem
from yixiang.ledger.declaring import Setting
from yixiang.ledger.models import Programme
from yixiang.policy import Jurisdiction, Pack, library
from yixiang.policy.changing import ChangeRefused, Number, changed, numbers, steps_of
from yixiang.policy.library import NoPack
from yixiang.policy.problems import suggestion
from yixiang.subsidies import law
from yixiang.subsidies.commands import piling
from yixiang.subsidies.commands.calculating import counted_apart
from yixiang.subsidies.commands.piling import Piled, Side
from yixiang.subsidies.laws import PROVIDER_SUBSIDY, USER_SUBSIDY
from yixiang.subsidies.laws.kinds import GradeName, PartOf, UserKind
from yixiang.subsidies.laws.provider import COUNTING, Base, Settings
from yixiang.subsidies.models import Run
from yixiang.subsidies.permissions import SubsidiesPermission
from yixiang.subsidies.programmes import rates_left_open
from yixiang.subsidies.queries.places import places_of
from yixiang.subsidies.simulating import Comparison, Party, Scenario, simulate, simulate_users
from yixiang.units.models import Unit
from yixiang.units.rules.words import PACK_KINDS

SUBJECTS = {one.name: one for one in (PROVIDER_SUBSIDY, USER_SUBSIDY)}
FIRST_YEAR = 2014
_WITHOUT_MONEY = ("review",)  # days of a review change nobody's amount
_JUDGED = {*piling.FACTS, "settled_on", "year"}  # what a heap of equal lines knows
BUDGET = Setting("budget", "预算", "money")


class Heap(NamedTuple):
    """Lines of one instrument that have the same facts, under the names the law knows them by."""

    unit: int
    instrument: int
    user: UserKind
    related: bool
    own_use: bool
    purpose: str
    listed: bool
    fiscal: bool
    worth: Decimal | None
    vouchers: Decimal
    contest: int
    fees: Decimal  # what the line counts with, where the pack does not reckon by vouchers
    settled_on: date
    year: int
    part_of: PartOf


class Paid(NamedTuple):
    """One order of a user."""

    unit: int
    user: UserKind
    paid: Decimal
    own_use: bool
    purpose: str
    listed: bool
    settled_on: date
    year: int
    disqualified: bool


@dataclass(frozen=True, slots=True)
class Bench:
    """A year and a pack to try on it, with what the year's programme had set."""

    place: Jurisdiction
    pack: Pack[Any]
    year: int
    programme: Programme | None

    @property
    def numbers(self) -> tuple[Number, ...]:
        return tuple(one for one in numbers(self.pack) if one.cited.name not in _WITHOUT_MONEY)

    @property
    def left_open(self) -> list[Setting]:
        return _left_open(self.pack)

    @property
    def standing(self) -> Mapping[str, str]:
        return self.programme.settings if self.programme else {}

    @property
    def of_users(self) -> bool:
        return self.pack.subject is USER_SUBSIDY


@dataclass(frozen=True, slots=True)
class Typed:
    """Other numbers: of the pack by their path, of the programme by their name."""

    changes: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    budget: str = ""

    @classmethod
    def of(cls, bench: Bench, given: Mapping[str, Any]) -> "Typed":
        """From one list of names: a rate the pack leaves open and the budget are the programme's."""
        own = {one.name for one in bench.left_open}
        return cls(
            {name: value for name, value in given.items() if name not in {*own, BUDGET.name}},
            {name: str(value) for name, value in given.items() if name in own},
            str(given.get(BUDGET.name, "")),
        )


@dataclass(frozen=True, slots=True)
class Altered:
    """One number that was changed, in words."""

    label: str
    was: str
    now: str
    article: str


@dataclass(frozen=True, slots=True)
class Simulated:
    bench: Bench
    altered: tuple[Altered, ...]
    found: Comparison
    units: Mapping[int, Unit]
    run: Run | None

    @property
    def began_within(self) -> bool:
        """The pack did not hold for the whole year; it is tried on all of it."""
        return self.bench.pack.start > date(self.bench.year, 1, 1)


# --- what may be tried


def packs_for(person: Any) -> list[Pack[Any]]:
    """Of the jurisdictions this person calculates for; 404 for who calculates nowhere."""
    held = places_of(person, SubsidiesPermission.CALCULATE)
    if not held:
        raise Unseen()
    return [pack for place in held for name in SUBJECTS for pack in library().packs(place.code, name)]


def may_try(person: Any, jurisdiction: str) -> None:
    if jurisdiction not in {place.code for place in places_of(person, SubsidiesPermission.CALCULATE)}:
        raise Unseen()


def bench(jurisdiction: str, subject: str, year: int, *, now: datetime, on: date | None = None) -> Bench:
    """The pack in force on that day, or when the year ends."""
    place, last = library().jurisdictions.get(jurisdiction), local_date(now).year - 1
    if place is None:
        raise Invalid.field("jurisdiction", f"没有这个地区。{suggestion(jurisdiction, library().jurisdictions)}")
    if subject not in SUBJECTS:
        raise Invalid.field("subject", f"只能试算补助。{suggestion(subject, SUBJECTS)}")
    if not FIRST_YEAR <= year <= last:
        raise Invalid.field("year", f"只能试算已经结束的年度：{FIRST_YEAR} 至 {last} 年。")
    day = on or law.last_day(year)
    try:
        pack = library().pack(jurisdiction, subject, day)
    except NoPack:
        words = f"{place.name}在 {day} 没有生效的“{SUBJECTS[subject].title}”政策包。"
        raise Invalid.field("pack", words, code="no-law") from None
    rows = Programme.objects.filter(subject=subject, region=place.region, year=year).exclude(state="draft")
    return Bench(place, pack, year, rows.order_by("-pk").first())


# --- trying it


def simulate_year(on: Bench, typed: Typed) -> Simulated:
    """Refuses numbers that would not start or could not be set, each by its name; then compares the whole year."""
    other = _other(on.pack, typed.changes)
    settings, budget = _settings(on, other, typed.settings), _budget(on, typed.budget)
    run = Run.objects.filter(programme=on.programme).first() if on.programme else None
    with transaction.atomic():
        piling.pile_unwritten(_piled(on, run))
        if on.of_users:
            found, units = _users(on, other, budget)
        else:
            before = Scenario(on.pack.values, _rates(on.standing))
            found, units = _providers(on, before, Scenario(other.values, _rates(settings)), budget)
    altered = (*_altered(on.pack, other), *_set_anew(on, other, settings), *_budgeted(on, budget))
    return Simulated(on, altered, found, units, run)


def _piled(on: Bench, run: Run | None) -> Piled:
    base: Base = "fees" if on.of_users else on.pack.values.base.value
    side: Side = "customer" if on.of_users else "provider"
    return Piled(on.place.code, stem(on.place.region), on.year, side, base, run.pk if run else None)


def _providers(on: Bench, before: Scenario, after: Scenario, budget: Decimal | None) -> tuple[Comparison, Any]:
    parts, day = counted_apart(), law.last_day(on.year)
    heaps = [Heap._make((*row, day, on.year, parts.get(row[1], "none"))) for row in piling.equal_lines()]
    units = _units({heap.unit for heap in heaps})
    grades, barred = grades_of_year(on.year), law.barred(list(units))
    centres = law.with_centres(list(units))
    parties = [
        replace(_party(unit, barred=key in barred), grades=_graded(grades.get(key)), has_centre=key in centres)
        for key, unit in units.items()
    ]
    return simulate(before, after, parties, heaps, budget), units


def _users(on: Bench, other: Pack[Any], budget: Decimal | None) -> tuple[Comparison, Any]:
    rows = piling.whole_orders()
    units = _units({row[0] for row in rows})
    barred = law.barred(list(units))
    orders = [Paid._make((*row, on.year, row[0] in barred)) for row in rows]
    parties = [_party(unit, barred=key in barred) for key, unit in units.items()]
    return simulate_users(on.pack.values, other.values, parties, orders, budget), units


def _units(keys: Iterable[int]) -> dict[int, Unit]:
    return {unit.pk: unit for unit in Unit.objects.filter(pk__in=list(keys)).order_by("name", "pk")}


def _party(unit: Unit, *, barred: bool) -> Party:
    city = city_of(unit.region) or unit.region
    return Party(unit.pk, unit.name, city, PACK_KINDS.get(unit.kind, "other"), disqualified=barred)


def _graded(grade: Any) -> tuple[GradeName, ...]:
    return (grade,) if grade else ()


# --- reading what was typed


def _left_open(pack: Pack[Any]) -> list[Setting]:
    return rates_left_open(pack.values) if pack.subject is PROVIDER_SUBSIDY else []


def _other(pack: Pack[Any], changes: Mapping[str, Any]) -> Pack[Any]:
    try:
        other = changed(pack, changes)
    except ChangeRefused as refused:
        told = {_typed_at(key, changes): words for key, words in refused.fields.items()}
        raise Invalid(f"有 {len(refused.flaws)} 处改动不能采用，请逐条修改。", fields=told) from None
    if pack.subject is PROVIDER_SUBSIDY:
        if other.values.base.value != pack.values.base.value:
            raise Invalid.field("base", "以什么为基数不能试算，只能换数。")
        asked = {test.fact for name in COUNTING for test in getattr(other.values, name).tests}
        if strange := sorted(asked - _JUDGED):
            raise Invalid.field("changes", f"一年的订单不能按这个事实试算：{'、'.join(strange)}。")
    return other


def _typed_at(key: str, changes: Iterable[str]) -> str:
    """The path somebody typed, of a flaw there, above it where a name was misspelt, or inside a list."""
    for path in changes:
        whole = ".".join(steps_of(path))
        if f"{whole}.".startswith(f"{key}.") or key.startswith(f"{whole}."):
            return path
    return key


def _settings(on: Bench, other: Pack[Any], typed: Mapping[str, str]) -> dict[str, str]:
    """Every rate under the ceiling of the changed pack, also those set before; an empty one stays as it is."""
    known = {one.name: one for one in _left_open(other)}
    wanted = {name: text for name, text in on.standing.items() if name in known}
    wanted |= {name: text for name, text in typed.items() if text.strip()}
    told: dict[str, Any] = {}
    read: dict[str, str] = {}
    for name, text in wanted.items():
        try:
            if name not in known:
                raise Invalid.field(name, f"没有这项标准。{suggestion(name, known)}")
            read[name] = str(known[name].read(text))
        except Invalid as refused:
            told |= refused.fields
    if told:
        raise Invalid("；".join(words for found in told.values() for words in found), fields=told)
    return read


def _rates(settings: Mapping[str, str]) -> Settings:
    return Settings(**{name: Decimal(text) for name, text in settings.items()})


def _budget(on: Bench, typed: str) -> Decimal | None:
    if typed.strip():
        return BUDGET.read(typed)
    return on.programme.budget if on.programme else None


def _altered(pack: Pack[Any], other: Pack[Any]) -> Iterable[Altered]:
    """By what came of it: a list that was changed is shown as a whole."""
    was = {one.path: one for one in numbers(pack)}
    now = {one.path: one for one in numbers(other)}
    for path in [*was, *(path for path in now if path not in was)]:
        old, new = was.get(path), now.get(path)
        one = old or new
        if one and (old and old.said) != (new and new.said):
            yield Altered(one.label, old.said if old else "—", new.said if new else "—", one.cited.article)


def _set_anew(on: Bench, other: Pack[Any], settings: Mapping[str, str]) -> Iterable[Altered]:
    for one in _left_open(other):
        old, new = on.standing.get(one.name), settings.get(one.name)
        if new is not None and (old is None or Decimal(old) != Decimal(new)):
            yield Altered(one.label, one.shown(old) if old else "未设定", one.shown(new), one.article)


def _budgeted(on: Bench, budget: Decimal | None) -> Iterable[Altered]:
    had = on.programme.budget if on.programme else None
    if budget is not None and budget != had:
        yield Altered(BUDGET.label, BUDGET.shown(had) if had else "未设定", BUDGET.shown(budget), "")
