"""A unit's year of open service: counted from orders, apportioned to the cent, never above 70 %, decided once."""

# ruff: noqa: F811  # fixtures are asked for by their names

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from yixiang.catalogue.models import Instrument
from yixiang.kernel import scopes
from yixiang.kernel.errors import Invalid, NotPermitted, Refused, WrongState
from yixiang.notices.models import Notice
from yixiang.people.models import Person
from yixiang.subsidies.commands import handing, stating
from yixiang.subsidies.commands.stating import Correction
from yixiang.subsidies.models import Statement
from yixiang.subsidies.queries import statements as reading
from yixiang.subsidies.queries.counted import counted
from yixiang.subsidies.tests.conftest import NOW, Settled
from yixiang.subsidies.tests.statement_world import (  # noqa: F401  # the world of a statement
    YEAR,
    Provider,
    dean,
    figures,
    filled,
    microscope,
    prove,
    provider,
    ready,
    row_of,
    scan,
    univ,
)
from yixiang.units.models import Unit

WHY = "夜间自用没有经过平台"


def submit(statement: Statement, by: Person) -> Statement:
    return handing.submit(statement, actor=by, now=NOW)


# --- counting


def test_income_is_what_others_were_billed_by_component(
    univ: Unit, microscope: Instrument, settled: Settled, dean: Person
) -> None:
    settled("1000.01", material="300.00", one=microscope)
    settled("500", one=microscope, state="recorded", closed_at=None)  # not settled
    settled("80", one=microscope, by=univ, internal=True)
    made = stating.begin(univ, YEAR, actor=dean, now=NOW)
    assert (made.orders, made.income) == (1, Decimal("1000.01"))
    assert (made.income_material, made.income_running, made.income_labour) == (300, 0, Decimal("700.01"))


def test_an_order_belongs_to_the_day_it_was_settled_in_chinese_time(
    univ: Unit, microscope: Instrument, settled: Settled
) -> None:
    settled("1", one=microscope, closed_at=datetime(2025, 12, 31, 15, 30, tzinfo=UTC))  # 23:30 on 31 December
    settled("2", one=microscope, closed_at=datetime(2025, 12, 31, 16, 30, tzinfo=UTC))  # 0:30 on 1 January
    settled("4", one=microscope, closed_at=datetime(2024, 12, 31, 15, 30, tzinfo=UTC))
    assert counted(univ, 2025).income["labour"] == 1
    assert counted(univ, 2026).income["labour"] == 2


def test_own_use_is_use_but_not_open_service(ready: Statement) -> None:
    row = row_of(ready)
    assert (row.open_counted, row.all_counted, row.untimed) == (60, 120, 0)


def test_what_was_never_timed_is_said_and_not_guessed(
    univ: Unit, microscope: Instrument, settled: Settled, dean: Person
) -> None:
    line = settled(one=microscope).lines.get()
    line.used_minutes = line.started_at = line.stopped_at = None
    line.save()
    row = row_of(stating.begin(univ, YEAR, actor=dean, now=NOW))
    assert (row.all_counted, row.untimed) == (0, 1)


def test_counting_again_changes_nothing_that_was_typed(ready: Statement, dean: Person, settled: Settled) -> None:
    stating.count(ready, actor=dean, now=NOW)
    again = stating.count(ready, actor=dean, now=NOW)
    assert (again.income, again.orders, again.planned) == (1000, 1, 0)
    row = row_of(again)
    assert (row.open_counted, row.all_counted, row.total) == (60, 120, 100)


# --- beginning


def test_a_year_is_begun_once_and_only_when_it_is_over(univ: Unit, dean: Person) -> None:
    stating.begin(univ, YEAR, actor=dean, now=NOW)
    with pytest.raises(WrongState) as twice:
        stating.begin(univ, YEAR, actor=dean, now=NOW)
    assert twice.value.code == "statement-exists"
    with pytest.raises(Refused) as early:
        stating.begin(univ, 2026, actor=dean, now=NOW)
    assert early.value.code == "year-open"


@pytest.mark.parametrize(("region", "year"), [("370102", 2025), ("430104", 2024)])
def test_without_a_law_at_the_end_of_the_year_nothing_is_begun(
    provider: Provider, person: Callable[..., Person], region: str, year: int
) -> None:
    unit = provider(region=region)
    boss = person("boss", "unit_admin", scopes.unit(unit.pk))
    with pytest.raises(Refused, match="没有生效的开放共享净收入规定") as refused:
        stating.begin(unit, year, actor=boss, now=NOW)
    assert refused.value.code == "no-law"


def test_nobody_states_for_another_unit(univ: Unit, outsider: Person, province: Person) -> None:
    for who in (outsider, province):
        with pytest.raises(NotPermitted):
            stating.begin(univ, YEAR, actor=who, now=NOW)


# --- apportioning


@pytest.mark.parametrize(("own", "cost"), [(60, "50.01"), (61, "49.59")])
def test_the_running_cost_is_rounded_to_the_cent_once(
    univ: Unit, microscope: Instrument, settled: Settled, dean: Person, own: int, cost: str
) -> None:
    """100.01 × 60 ÷ 120 = 50.005 goes up; 100.01 × 60 ÷ 121 = 49.5917… goes down."""
    settled(one=microscope)
    settled("0", one=microscope, by=univ, internal=True, minutes=own)
    made = submit(filled(univ, dean, total="100.01"), dean)
    assert (row_of(made).cost, made.running, made.net) == (Decimal(cost), Decimal(cost), 1000 - Decimal(cost))


def test_an_instrument_that_was_not_used_costs_nothing(univ: Unit, microscope: Instrument, dean: Person) -> None:
    Instrument.objects.filter(pk=microscope.pk).update(listed_at=datetime(2025, 5, 1, tzinfo=UTC))
    made = submit(filled(univ, dean, total="8000.00"), dean)
    assert (row_of(made).cost, made.net, made.pay_ceiling) == (0, 0, 0)
    assert row_of(made).verdict["decision"] == "unused"


def test_a_correction_goes_both_ways_and_keeps_the_count_beside_it(ready: Statement, dean: Person) -> None:
    row = stating.correct(row_of(ready), Correction(60, 240, WHY, scan(dean)), actor=dean, now=NOW)
    assert reading.reckon(ready).running == 25
    row = stating.correct(row_of(ready), Correction(30, 30, WHY), actor=dean, now=NOW)  # the paper is there already
    assert reading.reckon(ready).running == 100
    assert (row.open_counted, row.all_counted, row.paper.kind) == (60, 120, "use")
    stating.drop_correction(row_of(ready), actor=dean, now=NOW)
    assert reading.reckon(ready).running == 50


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (Correction(60, 240, WHY), "paper-missing"),
        (Correction(61, 60, WHY), "use-exceeds"),
        (Correction(-1, 60, WHY), "use-exceeds"),
        (Correction(60, 240, "  "), "reason-missing"),
        (Correction(60, 527_041, WHY), "invalid"),
    ],
)
def test_a_correction_without_paper_reason_or_sense_is_refused(
    ready: Statement, dean: Person, said: Correction, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        stating.correct(row_of(ready), said, actor=dean, now=NOW)
    assert refused.value.code == code
    assert not row_of(ready).corrected


def test_the_database_itself_refuses_a_correction_without_paper(ready: Statement) -> None:
    for change in ({"open_stated": 1, "all_stated": 2, "reason": WHY}, {"open_stated": 1}, {"open_counted": 121}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ready.rows.update(**change)


def test_the_paper_of_a_correction_stays_while_it_holds(ready: Statement, dean: Person) -> None:
    row = stating.correct(row_of(ready), Correction(60, 240, WHY, scan(dean)), actor=dean, now=NOW)
    with pytest.raises(WrongState) as refused:
        stating.remove_paper(ready, row.paper_id, actor=dean, now=NOW)
    assert refused.value.code == "paper-in-use"
    stating.drop_correction(row, actor=dean, now=NOW)
    stating.remove_paper(ready, row.paper_id, actor=dean, now=NOW)
    assert not ready.papers.filter(kind="use").exists()


# --- figures


@pytest.mark.parametrize("amount", ["-0.01", "0.001", "10000000000", "NaN"])
def test_an_amount_that_is_none_is_refused(ready: Statement, dean: Person, amount: str) -> None:
    with pytest.raises(Invalid) as refused:
        stating.type_figures(ready, figures(ready, material=Decimal(amount)), actor=dean, now=NOW)
    assert list(refused.value.fields) == ["material"]


def test_figures_typed_on_an_old_page_do_not_replace_newer_ones(ready: Statement, dean: Person) -> None:
    with pytest.raises(WrongState) as refused:
        stating.type_figures(ready, figures(ready), actor=dean, now=NOW, version=ready.version - 1)
    assert refused.value.code == "statement-changed"


# --- submitting


def test_what_is_missing_is_named_and_what_was_typed_stays(
    univ: Unit, microscope: Instrument, settled: Settled, dean: Person
) -> None:
    settled(one=microscope)
    made = stating.begin(univ, YEAR, actor=dean, now=NOW)
    stating.type_figures(made, figures(made, totals={}, planned=None), actor=dean, now=NOW)
    with pytest.raises(Invalid) as refused:
        submit(made, dean)
    assert refused.value.fields["missing"] == [
        "“场发射扫描电镜”的年度水电等运行费总额", "拟作为绩效工资来源", "水电表计与账单", "运行费分摊计算表",
        "人力成本（工资）证明",
    ]  # fmt: skip
    made.refresh_from_db()
    assert (made.state, made.material) == ("draft", 0)


def test_seventy_percent_exactly_is_handed_in_with_every_step(ready: Statement, dean: Person, province: Person) -> None:
    stating.type_figures(ready, figures(ready, planned=Decimal("665.00")), actor=dean, now=NOW)
    made = submit(ready, dean)
    assert (made.running, made.net, made.pay_ceiling) == (50, 950, 665)
    assert {step["article"] for step in made.verdict["steps"]} == {"第十五条"}
    assert Notice.objects.filter(person=province, subject__contains="净收入报表待审核").count() == 1


def test_one_cent_more_is_refused_by_its_article_and_kept(ready: Statement, dean: Person) -> None:
    stating.type_figures(ready, figures(ready, planned=Decimal("665.01")), actor=dean, now=NOW)
    with pytest.raises(Invalid, match="第十五条") as refused:
        submit(ready, dean)
    assert refused.value.code == "over-ceiling"
    ready.refresh_from_db()
    assert (ready.state, ready.planned) == ("draft", Decimal("665.01"))


def test_a_cent_of_fiscal_wages_is_refused_by_name(ready: Statement, dean: Person) -> None:
    stating.type_figures(ready, figures(ready, fiscal_wages=Decimal("0.01")), actor=dean, now=NOW)
    with pytest.raises(Invalid, match="第十五条") as refused:
        submit(ready, dean)
    assert refused.value.code == "wages-not-allowed"


@pytest.mark.parametrize(("kind", "nature"), [("university", "civil"), ("enterprise", "state")])
def test_who_is_not_entitled_may_state_but_not_pay(
    provider: Provider, instrument: Callable[..., Instrument], person: Callable[..., Person], settled: Settled,
    kind: str, nature: str,
) -> None:  # fmt: skip
    unit = provider(kind, nature)
    boss = person("boss", "unit_admin", scopes.unit(unit.pk))
    settled(one=instrument(unit=unit))
    made = filled(unit, boss, planned=Decimal("0.01"))
    with pytest.raises(Invalid, match="不符合：") as refused:
        submit(made, boss)
    assert refused.value.code == "over-ceiling"
    stating.type_figures(made, figures(made), actor=boss, now=NOW)
    made = submit(made, boss)
    assert (made.net, made.pay_ceiling) == (900, 0)


def test_who_has_not_seen_to_the_instruments_may_not_pay(ready: Statement, dean: Person) -> None:
    said = figures(ready, planned=Decimal(1), runs_normally=False)
    stating.type_figures(ready, said, actor=dean, now=NOW)
    with pytest.raises(Invalid, match="正常运转"):
        submit(ready, dean)


def test_a_unit_that_does_not_say_whether_it_is_public_is_asked(
    provider: Provider, person: Callable[..., Person]
) -> None:
    unit = provider(nature="")
    boss = person("boss", "unit_admin", scopes.unit(unit.pk))
    assert reading.missing(filled(unit, boss)) == ["单位信息中的单位性质（公办还是民办）"]


def test_costs_above_income_leave_nothing_to_pay(ready: Statement, dean: Person) -> None:
    stating.type_figures(ready, figures(ready, material=Decimal("950.01")), actor=dean, now=NOW)
    made = submit(ready, dean)
    assert (made.net, made.pay_ceiling) == (Decimal("-0.01"), 0)


def test_it_is_handed_in_once_and_cannot_be_changed_then(ready: Statement, dean: Person) -> None:
    submit(ready, dean)
    with pytest.raises(WrongState):
        submit(ready, dean)
    with pytest.raises(WrongState) as refused:
        stating.type_figures(ready, figures(ready), actor=dean, now=NOW)
    assert refused.value.code == "statement-fixed"


def test_the_database_itself_keeps_the_ceiling(ready: Statement, dean: Person) -> None:
    submit(ready, dean)
    with pytest.raises(IntegrityError), transaction.atomic():
        Statement.objects.update(planned=Decimal("665.01"))


# --- the office


def test_the_office_returns_with_a_reason_and_accepts(ready: Statement, dean: Person, province: Person) -> None:
    submit(ready, dean)
    with pytest.raises(Invalid) as refused:
        handing.give_back(ready, actor=province, note=" ", now=NOW)
    assert refused.value.code == "reason-missing"
    back = handing.give_back(ready, actor=province, note="请补充九月的电费账单", now=NOW)
    assert (back.state, back.net, back.verdict) == ("returned", None, {})
    submit(ready, dean)
    assert handing.accept(ready, actor=province, now=NOW).state == "accepted"
    actions = list(ready.events.values_list("action", flat=True))
    assert actions[-4:] == ["submit", "return", "submit", "accept"]


def test_what_was_accepted_wrongly_can_be_returned(ready: Statement, dean: Person, province: Person) -> None:
    submit(ready, dean)
    handing.accept(ready, actor=province, now=NOW)
    assert handing.give_back(ready, actor=province, note="分摊表与账单不符", now=NOW).state == "returned"


def test_only_the_office_of_the_jurisdiction_decides(
    ready: Statement, dean: Person, city: Person, person: Callable[..., Person]
) -> None:
    submit(ready, dean)
    for who in (dean, city, person("elsewhere", "authority", scopes.region("370000"))):
        with pytest.raises(NotPermitted):
            handing.accept(ready, actor=who, now=NOW)


def test_a_withdrawn_statement_is_the_units_alone_again(ready: Statement, dean: Person, province: Person) -> None:
    submit(ready, dean)
    assert Statement.objects.visible_to(province).count() == 1
    handing.withdraw(ready, actor=dean, now=NOW)
    assert Statement.objects.visible_to(province).count() == 0
    assert reading.reckon(ready).running == 50


def test_what_was_decided_is_shown_as_it_was_decided(
    ready: Statement, dean: Person, settled: Settled, microscope: Instrument
) -> None:
    submit(ready, dean)
    settled(one=microscope, paid=date(2025, 7, 1))
    ready.refresh_from_db()
    found: Any = reading.reckon(ready)
    assert (found.running, found.net.amount, found.rows[0][1].amount) == (50, 950, 50)
