"""许昌: a provider is rewarded by the face values of the vouchers it has collected, in the run everybody else has."""

# fixtures are asked for by their names

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from yixiang.assessment import commands as grading
from yixiang.assessment.commands import Found
from yixiang.catalogue.models import Instrument, Platform
from yixiang.files.commands import take
from yixiang.kernel import scopes
from yixiang.kernel.errors import Invalid, Refused, WrongState
from yixiang.ledger.commands import programmes
from yixiang.ledger.commands.programmes import Plan
from yixiang.ledger.models import Programme
from yixiang.ledger.queries.books import books, check_books
from yixiang.orders.commands import answering, placing, recording, settling, vouchering
from yixiang.orders.commands.settling import Billed
from yixiang.orders.models import Order
from yixiang.orders.queries.vouchers import facts_of
from yixiang.orders.tests.conftest import belong, done, local, priced, wish
from yixiang.people.models import Person
from yixiang.reviews.models import Authority
from yixiang.subsidies import jobs, law
from yixiang.subsidies.commands import calculating, checking, paying, publishing
from yixiang.subsidies.commands.checking import Evidence
from yixiang.subsidies.models import Award, Line, Run
from yixiang.subsidies.tests.conftest import browser, joined_unit, settled_order, text
from yixiang.units.models import Unit
from yixiang.vouchers.commands import claiming, reviewing, using
from yixiang.vouchers.commands import paying as redeeming
from yixiang.vouchers.models import Redemption

SPRING = datetime(2025, 3, 3, 2, tzinfo=UTC)
DAY = date(2025, 6, 2)
NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)  # Monday
LATER = NOW + timedelta(days=10)
HERE = "/desk/subsidies/runs/"
MakePerson = Callable[..., Person]
Collect = Callable[..., Redemption]
Lines = dict[int, tuple[str, Decimal, Decimal]]


def opened(subject: str, year: int, by: Person, at: datetime) -> Programme:
    title = f"许昌市 {year} 年 {subject}"
    plan = Plan(subject, "411000", year, title, Decimal(9_000_000), date(year, 1, 1), date(year + 1, 12, 31), {})
    return programmes.open_programme(programmes.plan(plan, actor=by, now=at), actor=by, now=at)


@pytest.fixture
def office(person: MakePerson) -> Person:
    Authority.objects.get_or_create(region="411000", defaults={"level": "city", "name": "许昌市科学技术局"})
    return person("xc", "authority", scopes.region("411000"))


@pytest.fixture
def cashier(person: MakePerson) -> Person:
    return person("xc.pay", "finance", scopes.region("411000"))


@pytest.fixture
def college(db: None) -> Unit:
    return managing("university")


def managing(kind: str) -> Unit:
    made = joined_unit(f"许昌的{kind}", "411002")
    made.kind, made.credit_code = kind, f"1241{made.pk:014d}"
    made.save()
    return made


@pytest.fixture
def keeper(person: MakePerson, college: Unit) -> Person:
    return person("college", "unit_admin", college.scope)


@pytest.fixture
def tool(instrument: Callable[..., Instrument], college: Unit) -> Instrument:
    return instrument(unit=college, region="411002")


@pytest.fixture
def vouchers(office: Person) -> Programme:
    return opened("voucher", 2025, office, SPRING)


@pytest.fixture
def reward(office: Person) -> Programme:
    return opened("provider-subsidy", 2025, office, NOW)


@pytest.fixture
def good(college: Unit, office: Person) -> None:
    grade(college, "good", office)


def grade(unit: Unit, name: str, by: Person, **more: Any) -> None:
    grading.record(unit, 2025, Found(name, date(2026, 2, 20), "许科〔2026〕1号"), actor=by, now=NOW, **more)


@pytest.fixture
def firm_of(vouchers: Programme, person: MakePerson) -> Callable[[str], tuple[Unit, Person]]:
    """A high-tech firm with all the vouchers of its year."""
    known: dict[str, tuple[Unit, Person]] = {}

    def make(name: str) -> tuple[Unit, Person]:
        if name not in known:
            firm = joined_unit(name, "411002")
            firm.kind, firm.uses, firm.provides, firm.high_tech = "enterprise", True, False, True
            firm.credit_code, firm.high_tech_until = f"9141{firm.pk:014d}", date(2028, 6, 30)
            firm.save()
            boss = person(f"boss{firm.pk}", "user_unit_admin", firm.scope)
            claiming.claim(firm, vouchers, actor=boss, now=SPRING)
            known[name] = firm, boss
        return known[name]

    return make


@pytest.fixture
def collect(tool: Instrument, office: Person, firm_of: Any) -> Collect:
    """An order agreed with a voucher of forty percent, settled, filed and approved."""

    def make(
        price: str, day: date = DAY, *, one: Instrument = tool, firm: str = "莲城电气", agreed: date | None = None,
        approve: bool = True, **more: Any,
    ) -> Redemption:  # fmt: skip
        unit, boss = firm_of(firm)
        at, before = moment(day), moment(agreed or day)
        order = settled_order(one, unit, boss, Decimal(price), day, accepted_at=before, **more)
        facts = facts_of(order, today=day)
        using.pledge(replace(facts, state="accepted"), "city", actor=boss, now=before)
        made = using.file_pledged(facts, actor=boss, now=at)
        assert made
        if approve:
            assert made.case
            reviewing.decide_case(made.case, actor=office, action="approve", now=at + timedelta(days=1))
        return Redemption.objects.get(pk=made.pk)

    return make


def moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def calculated(programme: Programme, by: Person, at: datetime = NOW) -> Run:
    return calculating.calculate(calculating.start(programme, actor=by, now=at), actor=by, now=at)


def lines_of(run: Run) -> Lines:
    return {one.order_line: (one.reason.code, one.income, one.earned) for one in run.lines.select_related("reason")}


# --- the figures


@pytest.mark.parametrize(
    ("name", "price", "award"),
    [
        ("excellent", "25000.00", "3000.00"),
        ("good", "25000.00", "3000.00"),
        ("qualified", "25000.25", "1500.02"),  # 10,000.10 × 15 % = 1,500.015
        ("poor", "25000.00", "0.00"),
    ],
)
def test_the_grade_gives_the_share_of_the_face_values(
    name: str, price: str, award: str, college: Unit, reward: Programme, collect: Collect, office: Person
) -> None:
    grade(college, name, office)
    collect(price)
    assert calculated(reward, office).amount == Decimal(award)
    found = Award.objects.get()
    assert (found.grade, bool(found.words)) == (name, name == "poor")


def test_from_an_order_by_everybodys_commands_to_the_reward(
    college: Unit, keeper: Person, tool: Instrument, office: Person, firm_of: Any, vouchers: Programme
) -> None:
    """Agreed, paid in part by a voucher, tested, billed, settled, approved; then the year ends."""
    firm, boss = firm_of("莲城电气")
    belong(boss, firm)
    belong(keeper, college)
    priced(tool)
    at = local(3, 9)
    this_year = opened("voucher", 2026, office, at)
    claiming.claim(firm, this_year, actor=boss, now=at)
    order = answering.accept(placing.place(actor=boss, wish=wish(tool), now=at), actor=keeper, now=at)
    vouchering.use_voucher(order, "city", actor=boss, now=at)
    after = local(4, 9)
    recording.record_results(Order.objects.get(), done(order, used_minutes=120), actor=keeper, now=after)
    billed = Billed("24432000000012345678", Decimal("600.00"), date(2026, 3, 4))
    settling.add_invoice(order, billed, actor=keeper, now=after)
    settling.settle(Order.objects.get(), actor=boss, now=after)
    made = Redemption.objects.get()
    assert made.case
    reviewing.decide_case(made.case, actor=office, action="approve", now=after)
    new_year = datetime(2027, 2, 1, 2, tzinfo=UTC)
    found = Found("qualified", date(2027, 1, 20), "许科〔2027〕1号")
    grading.record(college, 2026, found, actor=office, now=new_year)
    run = calculated(opened("provider-subsidy", 2026, office, new_year), office, new_year)
    assert (run.income, run.amount) == (Decimal("240.00"), Decimal("36.00"))  # 600 × 40 % × 15 %


def test_each_line_opens_to_order_voucher_and_reason(
    reward: Programme, good: None, collect: Collect, office: Person
) -> None:
    made = collect("10000.00")
    line = calculated(reward, office).lines.get()
    assert (line.number, line.voucher, line.customer) == (made.order_number, made, made.unit)
    assert (line.fees, line.income, line.earned) == (Decimal(10_000), Decimal(4_000), Decimal(1_200))
    assert (line.reason.counts, line.reason.words) == (True, "计入。")


def test_a_voucher_taken_back_is_not_rewarded(
    reward: Programme, good: None, collect: Collect, office: Person, cashier: Person
) -> None:
    """Neither all of it nor the part; a line of nothing says so."""
    whole, part = collect("10000.00"), collect("10000.00")
    for made, amount in ((whole, "4000.00"), (part, "1500.00")):
        redeeming.pay(made, actor=cashier, now=NOW)
        redeeming.recover(made, Decimal(amount), actor=cashier, now=NOW, note="退款")
    run = calculated(reward, office)
    assert (run.lines_total, run.lines_counted, run.income) == (2, 1, Decimal(2_500))
    nothing = run.lines.get(voucher=whole)
    assert (nothing.reason.code, nothing.earned, nothing.reason.words) == ("user", 0, "使用方用创新券支付。")


def test_what_is_not_approved_is_not_collected(reward: Programme, good: None, collect: Collect, office: Person) -> None:
    collect("10000.00", approve=False)
    refused = collect("10000.00", approve=False)
    assert refused.case
    reviewing.decide_case(refused.case, actor=office, action="reject", note="不属于科技创新", now=NOW)
    assert calculated(reward, office).lines_total == 0


@pytest.mark.parametrize(
    ("more", "income", "before"),
    [("", "100000.00", "30000.00"), ("0.05", "100000.02", "30000.00")],  # exactly the ceiling, and a cent beyond
)
def test_the_ceiling_of_an_instrument_is_met_to_the_cent(
    more: str, income: str, before: str, reward: Programme, good: None, collect: Collect, office: Person
) -> None:
    collect("125000.00", firm="甲")
    collect("125000.00", firm="乙")
    if more:
        collect(more, firm="丙")
    run = calculated(reward, office)
    assert (run.income, run.amount) == (Decimal(income), Decimal(before))
    assert sum(run.lines.values_list("earned", flat=True)) == run.amount


@pytest.mark.parametrize(("more", "before"), [("", "200000.00"), ("0.08", "200000.01")])
def test_the_ceiling_of_a_unit_is_met_to_the_cent(
    more: str, before: str, reward: Programme, good: None, collect: Collect, office: Person, instrument: Any,
    college: Unit,
) -> None:  # fmt: skip
    """The pack's own example: six instruments of 100,000 and one of 66,666.67, then three cents more."""
    tools = [instrument(unit=college, name=letter, region="411002") for letter in "ABCDEFG"]
    for place, one in enumerate(tools[:6]):
        for turn in "甲乙":
            collect("125000.00", one=one, firm=f"{turn}{place}")
    collect("125000.00", one=tools[6], firm="丙")
    collect("41666.68", one=tools[6], firm="丁")
    if more:
        collect(more, one=tools[6], firm="戊")
    run = calculated(reward, office)
    assert (Award.objects.get().before, run.amount) == (Decimal(before), Decimal(200_000))
    assert sum(run.shares.values_list("final", flat=True)) == run.amount
    assert sum(run.lines.values_list("earned", flat=True)) == run.amount


def test_a_voucher_of_another_year_does_not_count(
    reward: Programme, good: None, collect: Collect, office: Person
) -> None:
    """By the day of the settlement, in Chinese time, whenever it was agreed."""
    collect("1000.00", closed_at=datetime(2025, 12, 31, 15, 59, tzinfo=UTC))
    collect("2000.00", date(2026, 1, 2), agreed=date(2025, 12, 30))
    collect("4000.00", closed_at=datetime(2025, 12, 31, 16, 0, tzinfo=UTC))
    assert calculated(reward, office).income == Decimal(400)
    after = datetime(2027, 2, 1, 2, tzinfo=UTC)
    assert calculated(opened("provider-subsidy", 2026, office, after), office, after).income == Decimal(2_400)


def test_two_grades_in_a_year_are_refused_by_name(
    reward: Programme, good: None, collect: Collect, office: Person, college: Unit
) -> None:
    collect("25000.00")
    with pytest.raises(WrongState, match="已登记为“良好”"):
        grade(college, "qualified", office)
    assert calculated(reward, office).amount == Decimal(3_000)
    grade(college, "qualified", office, reason="复核后更正")
    assert calculating.calculate(Run.objects.get(), actor=office, now=NOW).amount == Decimal(1_500)


@pytest.mark.parametrize(
    ("kind", "level", "award"),
    [("technology_centre", "1", "3000.00"), ("key_laboratory", "2", "3000.00"), ("key_laboratory", "3", "0.00"),
     ("", "", "0.00")],
)  # fmt: skip
def test_an_enterprise_is_rewarded_where_it_has_a_centre(
    kind: str, level: str, award: str, reward: Programme, collect: Collect, office: Person, instrument: Any
) -> None:
    maker = managing("enterprise")
    if kind:
        Platform.objects.create(unit=maker, name="中心", kind=kind, level=level, state="listed", listed_at=SPRING)
    grade(maker, "good", office)
    collect("25000.00", one=instrument(unit=maker, region="411002"))
    assert calculated(reward, office).amount == Decimal(award)
    assert ("拥有所有权" in Award.objects.get().words) is (award == "0.00")


def test_a_place_with_vouchers_but_no_law_of_rewards_has_no_run(person: MakePerson) -> None:
    shandong = person("sd", "authority", scopes.region("370000"))
    plan = Plan("provider-subsidy", "370000", 2025, "山东", Decimal(1), date(2025, 1, 1), date(2026, 12, 31), {})
    with pytest.raises(Invalid):
        programmes.plan(plan, actor=shandong, now=NOW)
    bare = Programme(jurisdiction="shandong", subject="provider-subsidy", region="370000", year=2025, state="open")
    with pytest.raises(Refused, match="后补助政策包"):
        calculating.start(bare, actor=shandong, now=NOW)


# --- the way


def test_a_run_repeated_gives_the_same_digest(
    reward: Programme, good: None, collect: Collect, office: Person, cashier: Person
) -> None:
    made, *_rest = [collect(f"99.9{cents}") for cents in range(5)]
    run = calculated(reward, office)
    first = run.digest
    assert calculating.calculate(run, actor=office, now=NOW + timedelta(hours=1)).digest == first
    redeeming.pay(made, actor=cashier, now=NOW)
    assert calculating.calculate(run, actor=office, now=NOW + timedelta(hours=2)).digest == first
    redeeming.recover(made, Decimal("0.01"), actor=cashier, now=NOW, note="多付")
    assert calculating.calculate(run, actor=office, now=NOW + timedelta(hours=3)).digest != first


@pytest.fixture
def checked(reward: Programme, good: None, collect: Collect, office: Person, instrument: Any, college: Unit) -> Run:
    """Two lines count; of the third order it stands written that it was for teaching."""
    collect("10000.00")
    collect("3333.35")
    other = instrument(unit=college, name="光谱仪", region="411002")
    made = collect("5000.00", one=other)
    Order.objects.filter(number=made.order_number).update(purpose="teaching")
    return checking.send(calculated(reward, office), actor=office, days=5, now=NOW)


def proof(by: Person) -> Evidence:
    upload = SimpleUploadedFile("委托合同.txt", "委托合同".encode())
    return Evidence("用于新产品研发，见委托合同", take(upload, uploader=by, purpose="subsidy-evidence", now=NOW))


def test_an_accepted_contest_changes_exactly_one_line(checked: Run, keeper: Person, office: Person) -> None:
    before = lines_of(checked)
    line = checked.lines.get(reason__code="purpose")
    made = checking.contest(line, proof(keeper), actor=keeper, now=NOW)
    checking.answer(made, actor=office, action="accept", words="合同写明为研发", now=NOW + timedelta(hours=1))
    run = calculating.calculate(checked, actor=office, now=NOW + timedelta(hours=2))
    after = lines_of(run)
    assert {key for key in after if after[key] != before[key]} == {line.order_line}
    assert after[line.order_line] == ("", Decimal(2_000), Decimal(600))
    assert run.lines.get(order_line=line.order_line).voucher == line.voucher


def test_calculated_contested_frozen_published_and_paid(
    checked: Run, keeper: Person, office: Person, cashier: Person, reward: Programme
) -> None:
    made = checking.contest(checked.lines.get(reason__code="purpose"), proof(keeper), actor=keeper, now=NOW)
    checking.answer(made, actor=office, action="accept", words="合同写明为研发", now=NOW)
    run = calculating.calculate(checked, actor=office, now=NOW + timedelta(hours=1))
    run = publishing.publish(checking.freeze(run, actor=office, now=LATER), actor=office, days=5, now=LATER)
    assert books(reward)["reserved"] == Decimal("2200.00")  # (4000.00 + 1333.34) × 30 % = 1600.00, and 600.00
    posting = run.awards.get().hold.postings.get()
    assert "创新券" in posting.article
    after = LATER + timedelta(days=20)
    run = publishing.confirm(run, actor=office, now=after)
    assert [row[6] for row in paying.batch(run, actor=cashier)] == ["2200.00"]
    paying.pay(run, actor=cashier, paid_on=date(2026, 4, 1), now=after)
    assert (Award.objects.get().state, books(reward)["paid"]) == ("paid", Decimal("2200.00"))
    assert check_books() == []


def test_the_provider_sees_its_lines_with_the_voucher_and_strangers_see_nothing(
    checked: Run, keeper: Person, office: Person, college: Unit, outsider: Person, person: MakePerson,
    clock: list[datetime],
) -> None:  # fmt: skip
    clock[0] = NOW
    line = checked.lines.select_related("voucher").get(income=4000)
    units, one = f"{HERE}{checked.pk}/units/{college.pk}/", f"{HERE}{checked.pk}/lines/{line.order_line}/"
    assert line.voucher
    assert line.voucher.number in text(browser(keeper).get(units))
    page = text(browser(keeper).get(one))
    for said in (
        f"/desk/redemptions/{line.voucher.number}/",
        f"/desk/orders/{line.number}/",
        "创新券面值",
        "¥4,000.00",
    ):
        assert said in page
    hunan = person("hn", "authority", scopes.region("430000"))
    for who in (outsider, hunan):
        assert {browser(who).get(there).status_code for there in (f"{HERE}{checked.pk}/", units, one)} == {404}
    assert browser(office).get(f"{units}sheet/xlsx/").status_code == 200


def test_the_whole_way_by_everybodys_pages(
    reward: Programme, good: None, collect: Collect, office: Person, keeper: Person, cashier: Person,
    clock: list[datetime],
) -> None:  # fmt: skip
    clock[0] = NOW
    made = collect("10000.00")
    Order.objects.filter(number=made.order_number).update(purpose="teaching")
    there = browser(office).post(HERE, {"programme": reward.pk}).headers["Location"]
    run = Run.objects.get()

    def does(path: str, by: Person = office, **typed: Any) -> None:
        answer = browser(by).post(f"{there}{path}/", typed)
        assert answer.headers["Location"] in {there, f"{there}{path}/"}
        clock[0] += timedelta(minutes=1)
        jobs.calculate(run.pk)
        jobs.step(run.pk)

    does("do/calculate")
    does("do/send", days="5")
    contract = SimpleUploadedFile("委托合同.txt", "委托合同".encode())
    does(f"lines/{run.lines.get().order_line}", keeper, words="用于新产品研发，见委托合同", upload=contract)
    does(f"contests/{run.contests.get().pk}", do="accept", words="合同写明为研发")
    does("do/calculate")
    clock[0] = LATER
    does("do/freeze")
    does("do/publish", days="5")
    assert "¥1,200.00" in text(Client().get(f"/publicity/{run.pk}/"))
    clock[0] = LATER + timedelta(days=20)
    does("do/confirm")
    assert browser(cashier).get(f"{there}batch/xlsx/").status_code == 200
    does("do/pay", cashier, paid_on="2026-04-01")
    assert "1,200.00" in text(browser(keeper).get(there))
    assert (Run.objects.get().state, books(reward)["paid"]) == ("paid", Decimal("1200.00"))


def test_programs_read_the_voucher_of_a_line(checked: Run, keeper: Person, college: Unit, as_: Any) -> None:
    rows = as_(keeper, "subsidies:account:keep", "units:unit:edit")(
        "GET", f"/api/v1/subsidy-runs/{checked.pk}/units/{college.account_name}/lines"
    )
    numbers = set(Redemption.objects.values_list("number", flat=True))
    assert {row["voucher"] for row in rows.json()["items"]} == numbers


def test_the_law_explains_each_line_to_the_same_end(checked: Run) -> None:
    for line in Line.objects.select_related("reason", "run__programme"):
        verdict = law.explain_line(line, checked)
        assert (verdict.value["reason"], verdict.amount) == (line.reason.code, line.income if line.reason.counts else 0)
