"""A year under other numbers: who gets more, who less, and that no yuan is lost between the groups."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yixiang.kernel.money import ZERO
from yixiang.policy import library
from yixiang.policy.changing import changed
from yixiang.subsidies.laws import reckoning
from yixiang.subsidies.laws.kinds import GRADES, PARTS, USER_KINDS
from yixiang.subsidies.laws.provider import Settings, UnitFacts
from yixiang.subsidies.simulating import Party, Scenario, incomes_of, simulate, simulate_users

DAY = date(2026, 12, 31)
PACK = library().pack("hunan", "provider-subsidy", DAY)
USERS = library().pack("hunan", "user-subsidy", DAY)
RATES = Settings(Decimal("0.20"), Decimal("0.15"), Decimal("0.10"), Decimal("0.00"))
NOW = Scenario(PACK.values, RATES)


@dataclass(frozen=True)
class Row:
    unit: str
    instrument: str
    fees: Decimal = ZERO
    part_of: str = "none"
    user: str = "enterprise"
    related: bool = False
    own_use: bool = False
    purpose: str = "research"
    listed: bool = True
    fiscal: bool = True
    worth: Decimal | None = None
    paid: Decimal = ZERO
    settled_on: date = DAY
    year: int = 2026
    disqualified: bool = False
    contest: int = 0


UNITS = [
    Party("A", "甲大学", "430100", "university", ("excellent",)),
    Party("B", "乙研究院", "430200", "institute", ("good",)),
    Party("C", "丙公司", "430100", "enterprise", ("qualified",)),
    Party("D", "丁中心", "430200", "institute"),
]
LINES = [
    *(Row("A", f"A{n:02}", Decimal("250000.00")) for n in range(50)),
    Row("B", "B01", Decimal("100000.00")),
    Row("B", "B01", Decimal("99999.00"), related=True),
    Row("C", "C01", Decimal("1000.00"), fiscal=False, worth=Decimal("400000.00")),
    Row("D", "D01", Decimal("5000.00")),
]

money = st.decimals(min_value=0, max_value=400_000, places=2, allow_nan=False)
rows = st.lists(
    st.builds(
        Row, st.sampled_from("ABCD"), st.sampled_from("12345"), money, part_of=st.just("none"),
        user=st.sampled_from(list(USER_KINDS)), related=st.booleans(), fiscal=st.booleans(),
        worth=st.sampled_from([None, Decimal("500000.00"), Decimal("499999.99")]), paid=money,
    ),
    max_size=40,
)  # fmt: skip


def under(**changes: Any) -> Scenario:
    return Scenario(changed(PACK, changes).values, RATES)


def test_the_same_law_changes_nothing() -> None:
    found = simulate(NOW, NOW, UNITS, LINES)
    assert found.before == found.after == Decimal("2015000.00")
    assert (found.winners, found.losers) == ((), ())


def test_a_higher_ceiling_helps_those_it_had_cut() -> None:
    found = simulate(NOW, under(unit_ceiling="2500000.00"), UNITS, LINES, Decimal("2200000.00"))
    assert [(one.party.name, one.difference) for one in found.winners] == [("甲大学", Decimal("500000.00"))]
    assert found.left == Decimal("-315000.00")


def test_a_lower_one_hurts_them_and_the_most_hurt_come_first() -> None:
    found = simulate(NOW, under(instrument_ceiling="10000.00"), UNITS, LINES)
    assert [one.party.key for one in found.losers] == ["A", "B"]
    assert found.winners == ()


def test_another_condition_is_judged_line_by_line_anew() -> None:
    found = simulate(NOW, under(**{"rules.covered.any.1.at_least": "400000.00"}), UNITS, LINES)
    assert [(one.party.key, one.after.amount) for one in found.winners] == [("C", Decimal("100.00"))]


def test_what_an_accepted_contest_speaks_for_counts_under_both_laws() -> None:
    spoken_for = replace(LINES[-3], purpose="teaching", related=True, contest=7)
    assert simulate(NOW, NOW, UNITS, [spoken_for]).before == Decimal("14999.85")


def test_other_rates_of_the_year_can_be_tried_with_the_same_law() -> None:
    after = replace(NOW, settings=replace(RATES, rate_good=Decimal("0.20")))
    found = simulate(NOW, after, UNITS, LINES)
    assert found.after - found.before == Decimal("5000.00")


def test_what_cannot_be_reckoned_is_named_and_counts_as_nothing() -> None:
    after = replace(NOW, settings=replace(RATES, rate_good=Decimal("0.21"), rate_excellent=None))
    found = simulate(NOW, after, UNITS, LINES)
    assert [(one.party.key, one.after.decision) for one in found.unreckoned] == [
        ("A", "unset"), ("B", "above_ceiling"), ("D", "ungraded"),
    ]  # fmt: skip


def test_money_is_told_by_city_class_and_grade() -> None:
    found = simulate(NOW, under(unit_ceiling="2500000.00"), UNITS, LINES)
    assert [(group.key, group.units, group.difference) for group in found.by_city] == [
        ("430100", 2, Decimal("500000.00")), ("430200", 2, ZERO),
    ]  # fmt: skip
    assert [group.key for group in found.by_kind] == ["university", "institute", "enterprise"]
    assert [group.key for group in found.by_grade] == ["excellent", "good", "qualified", ""]


@given(rows, st.sampled_from(["1000.00", "50000.00", "90000.00"]))
def test_every_yuan_stands_in_one_group(lines: list[Row], ceiling: str) -> None:
    found = simulate(NOW, under(instrument_ceiling=ceiling), UNITS, lines)
    for groups in (found.by_city, found.by_kind, found.by_grade):
        assert sum((group.before for group in groups), ZERO) == found.before
        assert sum((group.after for group in groups), ZERO) == found.after
    gained = sum((one.difference for one in found.winners), ZERO) + sum((one.difference for one in found.losers), ZERO)
    assert gained == found.after - found.before


@given(rows, st.sampled_from([*GRADES, None]), st.booleans(), st.sampled_from(list(PARTS)))
def test_a_unit_gets_what_the_full_decision_gives_it(
    lines: list[Row], grade: str | None, barred: bool, part: str
) -> None:
    lines = [replace(line, part_of=part) for line in lines]
    party = Party("A", "甲", "430100", "university", (grade,) if grade else (), disqualified=barred)
    (change,) = simulate(NOW, NOW, [party], lines).changes
    incomes = incomes_of(PACK.values, lines).get("A", [])
    full = reckoning.unit(
        PACK.values, UnitFacts("university", tuple(incomes), party.grades, RATES, disqualified=barred)
    )
    assert (change.after.decision, change.after.amount) == (full.decision, full.amount or ZERO)


@given(rows, st.randoms(use_true_random=False))
def test_the_order_of_lines_is_of_no_account(lines: list[Row], chance: Any) -> None:
    mixed = list(lines)
    chance.shuffle(mixed)
    assert simulate(NOW, NOW, UNITS, lines) == simulate(NOW, NOW, UNITS, mixed)


@given(rows)
def test_lines_of_the_same_facts_may_come_as_their_sum(lines: list[Row]) -> None:
    sums: dict[Row, Decimal] = {}
    for line in lines:
        sums[replace(line, fees=ZERO, paid=ZERO)] = sums.get(replace(line, fees=ZERO, paid=ZERO), ZERO) + line.fees
    heaped = [replace(key, fees=total) for key, total in sums.items()]
    assert simulate(NOW, NOW, UNITS, lines) == simulate(NOW, NOW, UNITS, heaped)


def test_users_are_compared_alike() -> None:
    orders = [
        Row("A", "", paid=Decimal("150000.00")),
        Row("A", "", paid=Decimal("100000.00")),
        Row("B", "", user="other"),
    ]
    after = changed(USERS, {"ceiling": "120000.00"}).values
    found = simulate_users(USERS.values, after, UNITS[:2], orders, Decimal("110000.00"))
    assert [(one.party.key, one.before.amount, one.after.amount) for one in found.winners] == [
        ("A", Decimal("100000.00"), Decimal("120000.00"))
    ]
    assert found.left == Decimal("-10000.00")


@pytest.mark.parametrize("user", list(USER_KINDS))
def test_a_user_gets_by_its_class(user: str) -> None:
    (change,) = simulate_users(
        USERS.values, USERS.values, UNITS[:1], [Row("A", "", user=user, paid=Decimal("100.00"))]
    ).changes
    expected = {"enterprise": "50.00", "student_startup": "85.00", "student_team": "85.00", "other": "0.00"}
    assert change.after.amount == Decimal(expected[user])
