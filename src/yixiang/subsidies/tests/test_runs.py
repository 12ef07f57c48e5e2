"""A year from the first figure to the bank and back: every line with its reason, every cap kept, nothing twice."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from yixiang.assessment import commands as grading
from yixiang.assessment.commands import Found
from yixiang.catalogue.models import Instrument
from yixiang.kernel.errors import NotPermitted, Refused, WrongState
from yixiang.ledger.commands import programmes
from yixiang.ledger.commands.programmes import Plan
from yixiang.ledger.models import Hold, Programme
from yixiang.ledger.queries.books import books, check_books
from yixiang.people.models import Person
from yixiang.subsidies.commands import calculating, checking, paying, publishing
from yixiang.subsidies.commands.checking import Evidence
from yixiang.subsidies.models import Award, Line, Run, Share
from yixiang.subsidies.tests.conftest import Settled
from yixiang.units.models import IntegrityFlag, Unit

NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)  # Monday
RATES = {"rate_excellent": "0.20", "rate_good": "0.15", "rate_qualified": "0.10"}


@pytest.fixture
def programme(province: Person) -> Programme:
    return opened(province, RATES)


def opened(province: Person, rates: dict[str, str], budget: str = "10000000.00") -> Programme:
    plan = Plan("provider-subsidy", "430000", 2025, "湖南省 2025 年度后补助", Decimal(budget), date(2025, 1, 1),
                date(2026, 12, 31), rates)  # fmt: skip
    return programmes.open_programme(programmes.plan(plan, actor=province, now=NOW), actor=province, now=NOW)


@pytest.fixture
def good(unit: Unit, province: Person) -> None:
    grade(unit, province, "good")


def grade(unit: Unit, province: Person, name: str) -> None:
    grading.record(unit, 2025, Found(name, date(2026, 2, 20), "湘科发〔2026〕1号"), actor=province, now=NOW)


@pytest.fixture
def fiscal(sem: Instrument, firm: Unit) -> Instrument:
    Instrument.objects.filter(pk=sem.pk).update(funds=["local"])
    Unit.objects.filter(pk=firm.pk).update(kind="enterprise", credit_code="91350100M000100Y43")
    sem.refresh_from_db()
    return sem


def calculated(programme: Programme, by: Person) -> Run:
    return calculating.calculate(calculating.start(programme, actor=by, now=NOW), actor=by, now=NOW)


def test_every_line_has_its_reason_and_its_part(
    programme: Programme, good: None, fiscal: Instrument, settled: Settled, province: Person, unit: Unit
) -> None:
    settled("1000.01")
    settled("333.33")
    settled("500", purpose="teaching")
    run = calculated(programme, province)
    lines = {line.income: (line.reason.code, line.earned) for line in run.lines.select_related("reason")}
    assert lines == {
        Decimal("1000.01"): ("", Decimal("150.00")), Decimal("333.33"): ("", Decimal("50.00")),
        Decimal("500.00"): ("purpose", Decimal(0)),
    }  # fmt: skip
    assert (run.lines_total, run.lines_counted, run.amount) == (3, 2, Decimal("200.00"))
    assert Award.objects.get(unit=unit).grade == "good"


def test_a_year_is_over_at_midnight_in_china(programme: Programme, province: Person) -> None:
    new_year = datetime(2025, 12, 31, 16, tzinfo=UTC)
    with pytest.raises(Refused, match="还没有结束"):
        calculating.start(programme, actor=province, now=new_year - timedelta(minutes=1))
    assert calculating.start(programme, actor=province, now=new_year).year == 2025


def test_a_run_repeated_gives_the_same_digest(
    programme: Programme, good: None, fiscal: Instrument, settled: Settled, province: Person
) -> None:
    for cents in range(7):
        settled(f"99.9{cents}")
    run = calculated(programme, province)
    first = run.digest
    assert calculating.calculate(run, actor=province, now=NOW + timedelta(hours=1)).digest == first
    settled("1.00")
    assert calculating.calculate(run, actor=province, now=NOW).digest != first


def test_the_cap_of_an_instrument_is_kept_to_the_cent(
    programme: Programme, good: None, fiscal: Instrument, settled: Settled, province: Person
) -> None:
    for _ in range(3):
        settled("333333.33")
    run = calculated(programme, province)
    assert Share.objects.get().award == Decimal("50000.00")
    earned = sorted(run.lines.values_list("earned", flat=True))
    assert earned == [Decimal("16666.66"), Decimal("16666.67"), Decimal("16666.67")]


def test_what_is_related_on_that_day_does_not_count(
    programme: Programme, good: None, fiscal: Instrument, settled: Settled, province: Person, firm: Unit, unit: Unit
) -> None:
    firm.relations.create(
        other=unit, other_name=unit.name, nature="control", declared_at=NOW, since=date(2025, 7, 1),
        ended_at=datetime(2025, 9, 30, 17, tzinfo=UTC),  # 1 October in China
    )  # fmt: skip
    for day in (date(2025, 6, 30), date(2025, 7, 1), date(2025, 9, 30), date(2025, 10, 1)):
        settled(paid=day)
    run = calculated(programme, province)
    found = dict(run.lines.values_list("settled_on", "reason__code"))
    assert [found[day] for day in sorted(found)] == ["", "unrelated", "unrelated", ""]


def test_the_class_of_the_customer_is_that_of_the_day(
    programme: Programme, good: None, fiscal: Instrument, settled: Settled, province: Person, firm: Unit
) -> None:
    """The firm was a team until today: the fixture made it an enterprise, and the change is on record."""
    settled(paid=date(2025, 6, 1))
    assert Unit.objects.get(pk=firm.pk).kind == "enterprise"
    run = calculated(programme, province)
    assert run.reasons.get().facts["user"] == "student_team"


def test_midnight_of_the_31st_of_december_is_in_china(
    programme: Programme, good: None, fiscal: Instrument, settled: Settled, province: Person
) -> None:
    settled("1", closed_at=datetime(2025, 12, 31, 15, 59, tzinfo=UTC))
    settled("2", closed_at=datetime(2025, 12, 31, 16, 0, tzinfo=UTC))
    settled("4", closed_at=datetime(2024, 12, 31, 16, 0, tzinfo=UTC))
    assert calculated(programme, province).income == Decimal(5)


def test_unsettled_and_disputed_orders_do_not_count(
    programme: Programme, good: None, fiscal: Instrument, settled: Settled, province: Person
) -> None:
    settled(state="recorded", closed_at=None)
    settled(state="disputed", closed_at=None)
    assert calculated(programme, province).lines_total == 0


def test_without_a_grade_there_is_nothing_and_it_says_so(
    programme: Programme, fiscal: Instrument, settled: Settled, province: Person
) -> None:
    settled()
    calculated(programme, province)
    award = Award.objects.get()
    assert (award.amount, award.income) == (Decimal(0), Decimal(1000))
    assert "还没有评价考核结果" in award.words


def test_a_rate_that_is_not_set_is_refused_by_name(
    province: Person, unit: Unit, fiscal: Instrument, settled: Settled
) -> None:
    grade(unit, province, "good")
    settled()
    run = calculating.start(opened(province, {"rate_excellent": "0.20"}), actor=province, now=NOW)
    with pytest.raises(Refused, match="良好的补助比例"):
        calculating.calculate(run, actor=province, now=NOW)


def test_a_standing_record_of_dishonesty_takes_the_award(
    programme: Programme, good: None, fiscal: Instrument, settled: Settled, province: Person, unit: Unit
) -> None:
    settled()
    unit.flags.create(kind="dishonest", since=date(2026, 1, 5), source="查实虚报", noted_at=NOW)
    calculated(programme, province)
    assert Award.objects.get().amount == 0


def test_laboratories_and_facilities_are_counted_apart(
    programme: Programme, province: Person, unit: Unit, firm: Unit, customer: Person, instrument: Any, fiscal: Any,
    settled: Settled,
) -> None:  # fmt: skip
    grade(unit, province, "excellent")
    for number in range(42):  # 42 × 50,000 would be 2,100,000
        settled("300000", one=instrument(name=f"仪器{number}", funds=["central"]))
    settled("300000", one=instrument(name="装置", kind="facility", funds=["central"]))
    calculated(programme, province)
    found = {bool(award.apart): award.amount for award in Award.objects.all()}
    assert found == {False: Decimal(2_000_000), True: Decimal(50_000)}
    assert sum(Share.objects.values_list("final", flat=True)) == Decimal(2_050_000)
    assert sum(Line.objects.values_list("earned", flat=True)) == Decimal(2_050_000)


# --- checked, frozen, published, paid


@pytest.fixture
def checked(programme: Programme, good: None, fiscal: Instrument, settled: Settled, province: Person) -> Run:
    settled("1000")
    settled("400", purpose="teaching")
    return checking.send(calculated(programme, province), actor=province, days=5, now=NOW)


LATER = NOW + timedelta(days=10)


def test_an_accepted_contest_counts_in_the_next_calculation(checked: Run, admin: Person, province: Person) -> None:
    line = checked.lines.get(reason__code="purpose")
    made = checking.contest(line, Evidence("其实是科研测试，见合同"), actor=admin, now=NOW)
    with pytest.raises(WrongState, match="没有答复"):
        checking.freeze(checked, actor=province, now=LATER)
    checking.answer(made, actor=province, action="accept", words="合同写明为研发", now=NOW + timedelta(hours=1))
    with pytest.raises(WrongState, match="重新核算"):
        checking.freeze(checked, actor=province, now=LATER)
    run = calculating.calculate(checked, actor=province, now=NOW + timedelta(hours=2))
    assert run.amount == Decimal("210.00")
    assert run.lines.get(income=400).reason.words == "核对异议已采纳，计入。"


def test_nothing_is_contested_after_the_last_day_or_by_others(checked: Run, admin: Person, outsider: Person) -> None:
    line = checked.lines.get(reason__code="purpose")
    with pytest.raises(NotPermitted):
        checking.contest(line, Evidence("我们也有意见"), actor=outsider, now=NOW)
    with pytest.raises(WrongState):
        checking.contest(line, Evidence("我们也有意见"), actor=admin, now=LATER)


@pytest.fixture
def published(checked: Run, province: Person) -> Run:
    run = checking.freeze(checked, actor=province, now=LATER)
    return publishing.publish(run, actor=province, days=5, now=LATER)


def test_freezing_sets_aside_and_sending_back_frees_every_yuan(
    checked: Run, province: Person, programme: Programme
) -> None:
    run = checking.freeze(checked, actor=province, now=LATER)
    assert books(programme)["reserved"] == Decimal("150.00")
    with pytest.raises(WrongState):
        calculating.calculate(run, actor=province, now=LATER)
    checking.reopen(run, actor=province, note="发现一处错误", now=LATER)
    assert books(programme)["reserved"] == 0
    checking.freeze(checked, actor=province, now=LATER)
    assert books(programme)["reserved"] == Decimal("150.00")
    assert check_books() == []


def test_a_budget_that_is_too_small_refuses_and_freezes_nothing(
    province: Person, good: None, fiscal: Instrument, settled: Settled
) -> None:
    settled("1000")
    run = calculated(opened(province, RATES, "149.99"), province)
    run = checking.send(run, actor=province, days=1, now=NOW)
    with pytest.raises(Refused, match="预算"):
        checking.freeze(run, actor=province, now=LATER)
    run.refresh_from_db()
    assert (run.state, Hold.objects.count()) == ("checking", 0)


def test_anybody_objects_while_the_notice_stands(published: Run, customer: Person, province: Person) -> None:
    made = publishing.object_to(published, actor=customer, words="这家单位的收入与实际不符，请核查。", now=LATER)
    after = LATER + timedelta(days=20)
    with pytest.raises(WrongState, match="没有处理"):
        publishing.confirm(published, actor=province, now=after)
    with pytest.raises(WrongState):
        publishing.object_to(published, actor=customer, words="这家单位的收入与实际不符，请核查。", now=after)
    publishing.answer(made, actor=province, words="已核对发票，收入属实。", now=after)
    assert publishing.confirm(published, actor=province, now=after).state == "confirmed"


def test_a_notice_is_not_cut_short(published: Run, province: Person) -> None:
    with pytest.raises(WrongState, match="公示到"):
        publishing.confirm(published, actor=province, now=LATER + timedelta(days=1))


@pytest.fixture
def paid(published: Run, province: Person, person: Callable[..., Person]) -> Run:
    after = LATER + timedelta(days=20)
    run = publishing.confirm(published, actor=province, now=after)
    cashier = person("cashier", "finance", "region/430000")
    return paying.pay(run, actor=cashier, paid_on=date(2026, 4, 1), now=after)


def test_finance_pays_what_the_ledger_holds(paid: Run, programme: Programme, person: Any, province: Person) -> None:
    rows = paying.batch(paid, actor=person("cashier"))
    assert [row[6] for row in rows] == ["150.00"]
    assert "没有登记银行账户" in rows[0][-1]
    assert books(programme)["paid"] == Decimal("150.00")
    with pytest.raises(NotPermitted):
        paying.batch(paid, actor=province)


def test_what_is_taken_back_leaves_a_record_that_bars_the_unit(
    paid: Run, province: Person, programme: Programme, unit: Unit
) -> None:
    award = paid.awards.get()
    now = LATER + timedelta(days=60)
    paying.recover(award, actor=province, amount=Decimal("150.00"), words="查实虚报机时，收回全部", now=now)
    award.refresh_from_db()
    assert (award.state, award.recovered) == ("recovered", Decimal("150.00"))
    assert IntegrityFlag.objects.get(unit=unit).kind == "dishonest"
    assert books(programme)["recovered"] == Decimal("150.00")
    assert check_books() == []


def test_more_than_was_paid_is_not_taken_back(paid: Run, province: Person) -> None:
    with pytest.raises(Refused, match="最多可以追回"):
        paying.recover(paid.awards.get(), actor=province, amount=Decimal("150.01"), words="查实虚报机时", now=LATER)


def test_a_city_and_a_unit_calculate_nothing(programme: Programme, city: Person, admin: Person) -> None:
    for who in (city, admin):
        with pytest.raises(NotPermitted):
            calculating.start(programme, actor=who, now=NOW)


def test_a_year_that_is_not_over_is_refused(province: Person) -> None:
    plan = Plan("provider-subsidy", "430000", 2026, "今年", Decimal(1), date(2026, 1, 1), date(2026, 12, 31), {})
    made = programmes.open_programme(programmes.plan(plan, actor=province, now=NOW), actor=province, now=NOW)
    with pytest.raises(Refused, match="还没有结束"):
        calculating.start(made, actor=province, now=NOW)
