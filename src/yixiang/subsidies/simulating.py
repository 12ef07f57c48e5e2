"""What a year would have cost under other numbers: two answers to the same facts compared.

The other law is a pack with changes (`policy.changing`). Nothing is read or written here: who owns the year's lines
hands them in. A line may stand for one order line or for the sum of all that have the same facts, since the law asks
a line only for its facts. The provider subsidy is reckoned by the very functions a year is paid by.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter
from typing import Any, Protocol

from yixiang.kernel.money import ZERO, percent
from yixiang.subsidies.laws.kinds import GRADES, GradeName, PartOf, UserKind
from yixiang.subsidies.laws.provider import COUNTING, Income, ProviderRules, Settings, UnitFacts, quick_line
from yixiang.subsidies.laws.reckoning import graded, reckon
from yixiang.subsidies.laws.user import UserRules, quick_order, rate_of
from yixiang.units.joining import UNIT_KINDS, UnitKind


class Line(Protocol):
    """The facts of a line under the law's names, and whose it is."""

    @property
    def unit(self) -> Any: ...
    @property
    def instrument(self) -> Any: ...
    @property
    def part_of(self) -> PartOf: ...
    @property
    def contest(self) -> int:
        """The accepted contest by which it counts whatever the rules say; 0 without one."""


class Order(Protocol):
    """The facts of a user's order under the law's names; one row for each order, since each is rounded by itself."""

    @property
    def unit(self) -> Any: ...
    @property
    def user(self) -> UserKind: ...
    @property
    def paid(self) -> Decimal: ...


@dataclass(frozen=True, slots=True)
class Party:
    """A unit in the year, on either side. A provider has exactly one grade, or it is not reckoned."""

    key: Any
    name: str
    city: str
    kind: UnitKind
    grades: tuple[GradeName, ...] = ()
    has_centre: bool | None = None
    disqualified: bool = False


@dataclass(frozen=True, slots=True)
class Scenario:
    """A law, and what the programme had set for the year."""

    rules: ProviderRules
    settings: Settings


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one unit gets; without a sum the decision says why."""

    decision: str
    amount: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Change:
    """One unit before and after."""

    party: Party
    before: Outcome
    after: Outcome

    @property
    def difference(self) -> Decimal:
        return self.after.amount - self.before.amount


@dataclass(frozen=True, slots=True)
class Group:
    """All units of a city, a class, a grade."""

    key: str
    units: int
    before: Decimal
    after: Decimal

    @property
    def difference(self) -> Decimal:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Comparison:
    """A year under two laws; `changes` in the order of the units handed in."""

    changes: tuple[Change, ...]
    budget: Decimal | None = None

    @property
    def before(self) -> Decimal:
        return sum((change.before.amount for change in self.changes), ZERO)

    @property
    def after(self) -> Decimal:
        return sum((change.after.amount for change in self.changes), ZERO)

    @property
    def left(self) -> Decimal | None:
        """Of the budget, after the change; below nothing when it would not have sufficed."""
        return None if self.budget is None else self.budget - self.after

    @property
    def winners(self) -> tuple[Change, ...]:
        """Who would have got more, most first."""
        rows = [change for change in self.changes if change.difference > 0]
        return tuple(sorted(rows, key=lambda change: (-change.difference, change.party.name)))

    @property
    def losers(self) -> tuple[Change, ...]:
        rows = [change for change in self.changes if change.difference < 0]
        return tuple(sorted(rows, key=lambda change: (change.difference, change.party.name)))

    @property
    def unreckoned(self) -> tuple[Change, ...]:
        """Units one of the two laws did not reckon: a rate is not set, a grade is missing, the unit is barred."""
        open_ = {"unset", "above_ceiling", "ungraded", "two_grades", "not_entitled"}
        return tuple(one for one in self.changes if {one.before.decision, one.after.decision} & open_)

    @property
    def by_city(self) -> tuple[Group, ...]:
        return self._by(lambda party: party.city)

    @property
    def by_kind(self) -> tuple[Group, ...]:
        return self._by(lambda party: party.kind, list(UNIT_KINDS))

    @property
    def by_grade(self) -> tuple[Group, ...]:
        """Without exactly one grade: under the empty key, last."""
        return self._by(lambda one: one.grades[0] if len(one.grades) == 1 else "", [*GRADES, ""])

    def _by(self, key: Callable[[Party], str], order: Sequence[str] = ()) -> tuple[Group, ...]:
        """In the order given, otherwise by key; every yuan of the total stands in exactly one group."""
        found: dict[str, list[Change]] = defaultdict(list)
        for change in self.changes:
            found[key(change.party)].append(change)
        ordered = [name for name in order if name in found] if order else sorted(found)
        return tuple(
            Group(
                name,
                len(found[name]),
                sum((change.before.amount for change in found[name]), ZERO),
                sum((change.after.amount for change in found[name]), ZERO),
            )
            for name in ordered
        )


def simulate(
    before: Scenario,
    after: Scenario,
    parties: Iterable[Party],
    lines: Iterable[Line],
    budget: Decimal | None = None,
) -> Comparison:
    """The year twice over the same lines, read once."""
    incomes = _incomes((before.rules, after.rules), lines)
    return Comparison(
        tuple(
            Change(
                party,
                _outcome(before, party, incomes[0].get(party.key, [])),
                _outcome(after, party, incomes[1].get(party.key, [])),
            )
            for party in parties
        ),
        budget,
    )


def simulate_users(
    before: UserRules,
    after: UserRules,
    parties: Iterable[Party],
    orders: Iterable[Order],
    budget: Decimal | None = None,
) -> Comparison:
    """The user subsidy of a year twice; as if every order that counts had been asked for."""
    laws = (before, after)
    tests = [(quick_order(rules), defaultdict[Any, Decimal](lambda: ZERO)) for rules in laws]
    for order in orders:
        for rules, (reason, sums) in zip(laws, tests, strict=True):
            rate = None if reason(order) else rate_of(rules, order.user)
            if rate is not None:
                sums[order.unit] += percent(order.paid, rate)
    return Comparison(
        tuple(
            Change(party, *(_within(rules, sums[party.key]) for rules, (_, sums) in zip(laws, tests, strict=True)))
            for party in parties
        ),
        budget,
    )


def _within(rules: UserRules, earned: Decimal) -> Outcome:
    amount = min(earned, rules.ceiling.value)
    return Outcome("capped" if amount < earned else "granted" if amount else "nothing", amount)


def incomes_of(rules: ProviderRules, lines: Iterable[Line]) -> dict[Any, list[Income]]:
    """By unit, what its instruments have earned with the lines that count; instruments in the order of their keys."""
    return _incomes((rules,), lines)[0]


def _incomes(laws: Sequence[ProviderRules], lines: Iterable[Line]) -> list[dict[Any, list[Income]]]:
    """For each law; where two ask the same of a line it is asked once."""
    asked = list({_counting(rules): rules for rules in laws}.values())
    tests = [
        (quick_line(rules), attrgetter(rules.base.value), defaultdict[Any, Decimal](lambda: ZERO)) for rules in asked
    ]
    for line in lines:
        for reason, base, sums in tests:
            if line.contest or not reason(line):
                sums[line.unit, line.instrument, line.part_of] += base(line)
    found = {_counting(rules): _by_unit(sums) for rules, (_, _, sums) in zip(asked, tests, strict=True)}
    return [found[_counting(rules)] for rules in laws]


def _counting(rules: ProviderRules) -> tuple[Any, ...]:
    return rules.base.value, *(getattr(rules, name).condition for name in COUNTING)


def _by_unit(sums: Mapping[Any, Decimal]) -> dict[Any, list[Income]]:
    found: dict[Any, list[Income]] = defaultdict(list)
    for unit, instrument, part_of in sorted(sums, key=lambda key: (str(key[1]), key[2])):
        found[unit].append(Income(str(instrument), sums[unit, instrument, part_of], part_of))
    return dict(found)


def _outcome(scenario: Scenario, party: Party, incomes: Sequence[Income]) -> Outcome:
    """The decision of `unit` without its lines."""
    rules = scenario.rules
    facts = UnitFacts(party.kind, (), party.grades, scenario.settings, party.has_centre, party.disqualified)
    if not rules.recipient.quick(facts):
        return Outcome("not_entitled")
    if len(party.grades) != 1:
        return Outcome("two_grades" if party.grades else "ungraded")
    rated = graded(rules, party.grades[0], scenario.settings)
    if rated.rate is None:
        return Outcome(rated.decision)
    found = reckon(rules, rated.rate, incomes)
    cut = any(award.granted < award.by_rate for award in found.awards)
    return Outcome("capped" if cut else "granted" if found.total else "nothing", found.total)
