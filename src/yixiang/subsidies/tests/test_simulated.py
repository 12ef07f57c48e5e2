"""A closed year tried with other numbers: to the cent what a run says, by name where it refuses, and never written."""

# ruff: noqa: F811  # fixtures are asked for by their names

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from yixiang.kernel.errors import Invalid, Unseen
from yixiang.kernel.money import ZERO
from yixiang.ledger.models import Programme
from yixiang.people.models import Person
from yixiang.subsidies.commands import calculating, checking, piling
from yixiang.subsidies.commands.checking import Evidence
from yixiang.subsidies.commands.piling import Piled
from yixiang.subsidies.models import Line, Run
from yixiang.subsidies.queries import applying as asked
from yixiang.subsidies.queries import compared, simulated
from yixiang.subsidies.queries.simulated import Bench, Simulated, Typed
from yixiang.subsidies.tests.conftest import Settled, joined_unit
from yixiang.subsidies.tests.test_runs import NOW, calculated, fiscal, good, grade, programme  # noqa: F401
from yixiang.units.models import Unit

Tried = Callable[..., Simulated]


@pytest.fixture
def bench(programme: Programme) -> Bench:
    return simulated.bench("hunan", "provider-subsidy", 2025, now=NOW)


@pytest.fixture
def tried(bench: Bench) -> Tried:
    return lambda **given: simulated.simulate_year(bench, Typed.of(bench, given))


@pytest.fixture
def second(province: Person, instrument: Any, settled: Settled) -> Unit:
    """A small unit in another city, far below every ceiling."""
    made = joined_unit("株洲研究院", "430202")
    settled("2000.00", one=instrument(unit=made, name="光谱仪", funds=["local"]))
    grade(made, province, "qualified")
    return made


@pytest.fixture
def rich(unit: Unit, province: Person, instrument: Any, settled: Settled) -> Unit:
    """42 instruments at the ceiling of one, and a facility counted apart: cut by the ceiling of the unit."""
    grade(unit, province, "excellent")
    for number in range(42):
        settled("300000.00", one=instrument(name=f"仪器{number}", funds=["central"]))
    settled("300000.00", one=instrument(name="装置", kind="facility", funds=["central"]))
    return unit


def by_unit(run: Run) -> dict[int, Decimal]:
    found: dict[int, Decimal] = {}
    for key, amount in run.awards.values_list("unit", "amount"):
        found[key] = found.get(key, ZERO) + amount
    return found


def test_without_a_change_before_and_after_are_what_a_run_says(
    programme: Programme, rich: Unit, second: Unit, settled: Settled, province: Person, tried: Tried
) -> None:
    settled("77.77", purpose="teaching")
    run = calculated(programme, province)
    found = tried().found
    assert {one.party.key: one.before.amount for one in found.changes} == by_unit(run)
    assert (found.before, found.after) == (run.amount, run.amount)
    assert run.amount == Decimal("2050200.00")


def test_an_accepted_contest_counts_as_in_the_run(
    programme: Programme, good: None, fiscal: Any, settled: Settled, province: Person, admin: Person, tried: Tried
) -> None:
    settled("333.33")
    settled("400.00", purpose="teaching")
    run = checking.send(calculated(programme, province), actor=province, days=5, now=NOW)
    line = run.lines.get(reason__code="purpose")
    made = checking.contest(line, Evidence("其实是科研测试，见合同"), actor=admin, now=NOW)
    checking.answer(made, actor=province, action="accept", words="合同属实，予以采纳。", now=NOW)
    run = calculating.calculate(run, actor=province, now=NOW)
    assert tried().found.before == run.amount == Decimal("110.00")


def test_who_is_related_on_the_day_is_left_out_as_in_the_run(
    programme: Programme, good: None, fiscal: Any, settled: Settled, province: Person, firm: Unit, unit: Unit,
    tried: Tried,
) -> None:  # fmt: skip
    firm.relations.create(other=unit, other_name=unit.name, nature="control", declared_at=NOW, since=date(2025, 7, 1))
    settled("100.00", paid=date(2025, 6, 30))
    settled("200.00", paid=date(2025, 7, 1))
    assert tried().found.before == calculated(programme, province).amount == Decimal("15.00")


def test_a_lower_ceiling_of_a_unit_costs_exactly_those_it_cuts(rich: Unit, second: Unit, tried: Tried) -> None:
    found = tried(unit_ceiling="1500000.00").found
    assert [(one.party.key, one.difference) for one in found.losers] == [(rich.pk, Decimal("-500000.00"))]
    assert found.winners == ()


def test_a_lower_rate_of_a_grade_costs_that_grade(rich: Unit, second: Unit, tried: Tried) -> None:
    one = tried(rate_qualified="0.05")
    assert [(change.party.key, change.difference) for change in one.found.losers] == [(second.pk, Decimal("-100.00"))]
    assert [(a.label, a.was, a.now) for a in one.altered] == [("合格的补助比例", "10%", "5%")]


def test_groups_add_up_to_the_total(rich: Unit, second: Unit, tried: Tried) -> None:
    found = tried(instrument_ceiling="20000.00").found
    for groups in (found.by_city, found.by_kind, found.by_grade):
        assert sum(one.before for one in groups) == found.before
        assert sum(one.after for one in groups) == found.after
    assert [group.key for group in found.by_city] == ["430100", "430200"]


def test_the_budget_is_that_of_the_year_unless_another_is_tried(rich: Unit, tried: Tried) -> None:
    assert tried().found.left == Decimal("7950000.00")
    assert tried(budget="2000000.00").found.left == Decimal("-50000.00")


def test_a_unit_without_a_grade_is_named_as_not_reckoned(fiscal: Any, settled: Settled, tried: Tried) -> None:
    settled("1000.00")
    (change,) = tried().found.unreckoned
    assert compared.said(change.before) == "没有考核等次"


def test_who_is_barred_today_is_named_with_the_reason(
    good: None, fiscal: Any, settled: Settled, unit: Unit, tried: Tried
) -> None:
    settled("1000.00")
    unit.flags.create(kind="dishonest", since=date(2026, 1, 5), source="查实虚报", noted_at=NOW)
    (change,) = tried().found.unreckoned
    assert (change.before.amount, compared.said(change.before)) == (ZERO, "不是补助对象，或者补助资格已取消")


def test_a_year_without_a_programme_can_be_tried_with_rates_of_its_own(
    good: None, fiscal: Any, settled: Settled, unit: Unit
) -> None:
    settled("1000.00", paid=date(2025, 6, 1))
    bench = simulated.bench("hunan", "provider-subsidy", 2025, now=NOW)
    found = simulated.simulate_year(bench, Typed.of(bench, {"rate_good": "0.12"})).found
    assert bench.programme is None
    assert (found.changes[0].before.decision, found.after, found.left) == ("unset", Decimal("120.00"), None)


# --- refused by name


@pytest.mark.parametrize(
    ("given", "name", "said"),
    [
        ({"rate_good": "0.21"}, "rate_good", "最高不超过 20%"),
        ({"rate_ceiling": "0.12"}, "rate_excellent", "最高不超过 12%"),
        ({"rate_good": "-0.1"}, "rate_good", "0 到 1"),
        ({"unit_celing": "1.00"}, "unit_celing", "是否应为 unit_ceiling"),
        ({"unit_ceiling": "-1.00"}, "unit_ceiling", "金额"),
        ({"unit_ceiling": 3000000}, "unit_ceiling", "金额"),
        ({"unit_ceiling": "9" * 10_000}, "unit_ceiling", "金额"),
        ({"rate_ceiling": "很多"}, "rate_ceiling", "比例"),
        ({"budget": "0"}, "budget", "大于 0"),
        ({"base": "vouchers"}, "base", "只能换数"),
        ({"rules.covered.any.1.fact": "fees"}, "changes", "不能按这个事实"),
    ],
)
def test_what_cannot_be_tried_is_refused_by_its_name(tried: Tried, given: dict[str, Any], name: str, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        tried(**given)
    assert said in "".join(refused.value.fields[name])


def test_a_higher_rate_goes_with_a_higher_cap(good: None, fiscal: Any, settled: Settled, tried: Tried) -> None:
    settled("1000.00")
    assert tried(rate_ceiling="0.30", rate_good="0.25").found.after == Decimal("250.00")


@pytest.mark.parametrize("year", [2026, 2027, 2013, 0])
def test_only_a_closed_year_is_tried(db: None, year: int) -> None:
    with pytest.raises(Invalid, match="已经结束的年度"):
        simulated.bench("hunan", "provider-subsidy", year, now=NOW)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [(("hunam", "provider-subsidy"), "hunan"), (("hunan", "voucher"), "只能试算补助"),
     (("shandong", "provider-subsidy"), "没有生效"), (("hunan", "provider-subsidy", 2024), "没有生效")],
)  # fmt: skip
def test_a_law_there_is_not_is_said(db: None, wanted: tuple[Any, ...], said: str) -> None:
    with pytest.raises(Invalid, match=said):
        simulated.bench(*(*wanted, 2025)[:3], now=NOW)


def test_only_who_calculates_may_try(province: Person, city: Person, admin: Person) -> None:
    assert [pack.subject.name for pack in simulated.packs_for(province)] == ["provider-subsidy", "user-subsidy"]
    simulated.may_try(province, "hunan")
    for who, place in ((city, "hunan"), (admin, "hunan"), (province, "xuchang")):
        with pytest.raises(Unseen):
            simulated.may_try(who, place)


# --- nothing is written


def test_the_database_refuses_whatever_writes_while_a_year_is_tried(
    monkeypatch: pytest.MonkeyPatch, good: None, fiscal: Any, settled: Settled, unit: Unit, tried: Tried
) -> None:
    settled("1000.00")

    def scribble(year: int) -> dict[int, str]:
        Unit.objects.filter(pk=unit.pk).update(name="改名")
        return {}

    monkeypatch.setattr(simulated, "grades_of_year", scribble)
    with pytest.raises(DatabaseError, match="read-only"), transaction.atomic():
        tried()
    unit.refresh_from_db()
    assert unit.name != "改名"


def test_beside_that_heap_a_run_can_neither_be_cleared_nor_kept(
    programme: Programme, good: None, fiscal: Any, settled: Settled, province: Person
) -> None:
    settled("1000.00")
    run = calculated(programme, province)

    @transaction.atomic
    def clear() -> None:
        piling.pile_unwritten(Piled("hunan", "43", 2025, "provider", "fees", run.pk))
        piling.clear(run)

    with pytest.raises(DatabaseError, match="read-only"):
        clear()
    assert Line.objects.count() == 1


def test_after_a_trial_the_same_connection_writes_again(
    programme: Programme, good: None, fiscal: Any, settled: Settled, province: Person, tried: Tried
) -> None:
    settled("1000.00")
    assert tried().found.before == Decimal("150.00")
    assert calculated(programme, province).amount == Decimal("150.00")


# --- users


@pytest.fixture
def users(db: None) -> Bench:
    return simulated.bench("hunan", "user-subsidy", 2026, now=datetime(2027, 3, 1, tzinfo=UTC))


def test_users_get_what_their_orders_say_one_by_one(users: Bench, settled: Settled, firm: Unit) -> None:
    for total, more in (("1000.01", {}), ("333.33", {}), ("50", {"purpose": "teaching"})):
        settled(total, paid=date(2026, 3, 5), **more)
    settled("9.99", paid=date(2025, 3, 5))
    rows = asked.judged(firm, asked.orders_to_ask_for(firm, 2026), 2026)
    (change,) = simulated.simulate_year(users, Typed()).found.changes
    assert change.before.amount == sum(one.earned for one in rows) == Decimal("1133.34")


def test_a_lower_ceiling_cuts_users_too_and_an_order_with_an_unlisted_instrument_earns_nothing(
    users: Bench, settled: Settled, instrument: Any
) -> None:
    settled("200000.00", paid=date(2026, 3, 5))
    settled("500.00", paid=date(2026, 3, 5), one=instrument(name="未上网", listed_at=None, state="draft"))
    found = simulated.simulate_year(users, Typed({"ceiling": "80000.00"})).found
    assert (found.before, found.after) == (Decimal("100000.00"), Decimal("80000.00"))


def test_the_rate_of_one_kind_of_user_is_a_number_of_its_own(users: Bench, settled: Settled) -> None:
    settled("1000.00", paid=date(2026, 3, 5))
    paths = {one.label: one.path for one in users.numbers}
    path = paths["按费用的多少补助：大学生创业团队（个人），补助比例"]
    one = simulated.simulate_year(users, Typed({path: "0.60"}))
    assert (one.found.before, one.found.after) == (Decimal("850.00"), Decimal("600.00"))
    assert [(a.was, a.now) for a in one.altered] == [("85%", "60%")]
