"""A year of rewards by vouchers tried with other numbers, to the cent what a run says."""

# ruff: noqa: F811  # fixtures are asked for by their names

from decimal import Decimal
from typing import Any

from yixiang.ledger.models import Programme
from yixiang.people.models import Person
from yixiang.subsidies.queries import simulated
from yixiang.subsidies.queries.simulated import Typed
from yixiang.subsidies.tests.test_reward import (  # noqa: F401  # the world of the reward
    NOW,
    Collect,
    calculated,
    collect,
    college,
    firm_of,
    good,
    office,
    reward,
    tool,
    vouchers,
)


def test_without_a_change_vouchers_give_what_the_run_gives(
    reward: Programme, good: None, collect: Collect, office: Person
) -> None:
    for price in ("25000.00", "25000.00", "333.33"):  # two of the same worth are still two
        collect(price)
    bench = simulated.bench("xuchang", "provider-subsidy", 2025, now=NOW)
    found = simulated.simulate_year(bench, Typed()).found
    run = calculated(reward, office)
    assert found.before == found.after == run.amount == Decimal("6040.00")


def test_another_rate_of_a_grade_is_a_number_of_the_pack(reward: Programme, good: None, collect: Any) -> None:
    collect("25000.00")
    bench = simulated.bench("xuchang", "provider-subsidy", 2025, now=NOW)
    paths = {one.label: one.path for one in bench.numbers}
    path = paths["按评价考核结果的补助比例：良好，补助比例"]
    assert simulated.simulate_year(bench, Typed({path: "0.20"})).found.after == Decimal("2000.00")


def test_who_may_not_be_rewarded_is_named(reward: Programme, good: None, collect: Any, college: Any) -> None:
    collect("25000.00")
    college.kind = "enterprise"
    college.save()
    bench = simulated.bench("xuchang", "provider-subsidy", 2025, now=NOW)
    assert [one.before.decision for one in simulated.simulate_year(bench, Typed()).found.unreckoned] == ["not_entitled"]
