"""A user asks for its settled orders, once, within the cap of the year; the office reviews; finance pays."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from yixiang.kernel import scopes
from yixiang.kernel.errors import Invalid, NotPermitted, Refused
from yixiang.ledger.commands import programmes
from yixiang.ledger.commands.programmes import Plan
from yixiang.ledger.models import Programme
from yixiang.ledger.queries.books import books, check_books
from yixiang.people.models import Person
from yixiang.reviews.models import Authority
from yixiang.subsidies.commands import applying
from yixiang.subsidies.models import Application
from yixiang.subsidies.tests.conftest import Settled, browser, text
from yixiang.units.models import Unit

NOW = datetime(2026, 6, 1, 2, tzinfo=UTC)
DAY = date(2026, 3, 5)


@pytest.fixture
def programme(province: Person) -> Programme:
    Authority.objects.get_or_create(region="430000", defaults={"level": "province", "name": "湖南省科学技术厅"})
    plan = Plan("user-subsidy", "430000", 2026, "湖南省 2026 年用户补助", Decimal(500_000), date(2026, 1, 1),
                date(2026, 12, 31), {})  # fmt: skip
    return programmes.open_programme(programmes.plan(plan, actor=province, now=NOW), actor=province, now=NOW)


@pytest.fixture
def boss(person: Callable[..., Person], firm: Unit) -> Person:
    return person("boss", "user_unit_admin", scopes.unit(firm.pk))


@pytest.fixture
def asked(programme: Programme, boss: Person, settled: Settled, firm: Unit) -> Application:
    settled("1000.01", paid=DAY)
    return applying.apply(firm, actor=boss, now=NOW)


def test_a_team_gets_85_percent_and_an_enterprise_half(
    programme: Programme, boss: Person, settled: Settled, firm: Unit
) -> None:
    settled("1000.01", paid=DAY)
    assert applying.apply(firm, actor=boss, now=NOW).amount == Decimal("850.01")
    Unit.objects.filter(pk=firm.pk).update(kind="enterprise", credit_code="91350100M000100Y43")
    later = datetime(2027, 1, 1, tzinfo=UTC)
    settled("1000.01", closed_at=datetime(2026, 12, 30, tzinfo=UTC))  # after the change is on record
    firm.refresh_from_db()
    assert later
    assert applying.apply(firm, actor=boss, now=NOW).amount == Decimal("500.01")


def test_the_cap_of_the_year_holds_over_several_applications(
    programme: Programme, boss: Person, settled: Settled, firm: Unit
) -> None:
    settled("100000", paid=DAY)
    assert applying.apply(firm, actor=boss, now=NOW).amount == Decimal(85_000)
    settled("100000", paid=DAY)
    assert applying.apply(firm, actor=boss, now=NOW).amount == Decimal(15_000)
    settled("0.02", paid=DAY)
    with pytest.raises(Refused) as refused:
        applying.apply(firm, actor=boss, now=NOW)
    assert refused.value.code == "cap-reached"


def test_an_order_is_asked_for_once_and_unsettled_ones_never(
    asked: Application, boss: Person, settled: Settled, firm: Unit
) -> None:
    settled(state="disputed", closed_at=None, paid=DAY)
    with pytest.raises(Invalid):
        applying.apply(firm, actor=boss, now=NOW)
    with pytest.raises(Invalid, match="已经申请过"):
        applying.apply(firm, actor=boss, now=NOW, numbers=[asked.orders.get().order.number])


def test_returned_frees_the_money_and_resubmitted_holds_it_again(
    asked: Application, province: Person, boss: Person, programme: Programme
) -> None:
    applying.decide_case(asked.case, actor=province, action="return", note="请补充用途说明", now=NOW)
    assert books(programme)["reserved"] == 0
    applying.resubmit(asked, actor=boss, now=NOW)
    assert books(programme)["reserved"] == Decimal("850.01")
    asked.refresh_from_db()
    applying.decide_case(asked.case, actor=province, action="approve", now=NOW)
    assert books(programme)["committed"] == Decimal("850.01")
    assert check_books() == []


def test_finance_pays_what_was_approved(
    asked: Application, province: Person, person: Callable[..., Person], programme: Programme
) -> None:
    applying.decide_case(asked.case, actor=province, action="approve", now=NOW)
    with pytest.raises(NotPermitted):
        applying.pay(asked, actor=province, paid_on=NOW.date(), now=NOW)
    cashier = person("cashier", "finance", "region/430000")
    assert applying.pay(asked, actor=cashier, paid_on=NOW.date(), now=NOW).state == "paid"
    assert books(programme)["paid"] == Decimal("850.01")


def test_withdrawn_and_rejected_let_the_order_go(
    asked: Application, boss: Person, province: Person, firm: Unit, programme: Programme
) -> None:
    applying.withdraw(asked, actor=boss, now=NOW)
    again = applying.apply(firm, actor=boss, now=NOW)
    applying.decide_case(again.case, actor=province, action="reject", note="不符合条件", now=NOW)
    assert books(programme)["fund"] == Decimal(500_000)
    assert applying.apply(firm, actor=boss, now=NOW).state == "submitted"


def test_a_record_of_dishonesty_bars_the_user(programme: Programme, boss: Person, settled: Settled, firm: Unit) -> None:
    settled("1000", paid=DAY)
    firm.flags.create(kind="dishonest", since=DAY, source="查实虚报", noted_at=NOW)
    with pytest.raises(Invalid, match="没有可以申请"):
        applying.apply(firm, actor=boss, now=NOW)


def test_on_the_pages_the_user_applies_and_others_see_nothing(
    programme: Programme, boss: Person, settled: Settled, clock: list[Any], outsider: Person, admin: Person,
    province: Person,
) -> None:  # fmt: skip
    clock[0] = NOW
    order = settled("1000.01", paid=DAY)
    page = text(browser(boss).get("/desk/subsidies/applications/new/"))
    assert "¥850.01" in page
    assert order.number in page
    answer = browser(boss).post("/desk/subsidies/applications/new/", {"orders": [order.number]})
    made = Application.objects.get()
    here = f"/desk/subsidies/applications/{made.number}/"
    assert answer.headers["Location"] == here
    assert {browser(who).get(here).status_code for who in (boss, province)} == {200}
    assert {browser(who).get(here).status_code for who in (admin, outsider)} == {404}
    assert browser(province).get("/desk/subsidies/applications/sheet/pdf/").status_code == 200


def test_what_was_approved_before_the_unit_was_barred_is_not_paid_but_taken_back(
    asked: Application, province: Person, boss: Person, person: Callable[..., Person], programme: Programme, firm: Unit
) -> None:
    applying.decide_case(asked.case, actor=province, action="approve", now=NOW)
    firm.flags.create(kind="dishonest", since=DAY, source="查实虚报", noted_at=NOW)
    cashier = person("cashier", "finance", "region/430000")
    with pytest.raises(Refused) as refused:
        applying.pay(asked, actor=cashier, paid_on=NOW.date(), now=NOW)
    assert refused.value.code == "unit-barred"
    for who in (cashier, boss):
        with pytest.raises(NotPermitted):
            applying.revoke(asked, actor=who, note="已取消资格", now=NOW)
    with pytest.raises(Invalid):
        applying.revoke(asked, actor=province, note=" ", now=NOW)
    assert applying.revoke(asked, actor=province, note="已取消补助资格", now=NOW).state == "rejected"
    assert books(programme)["fund"] == Decimal(500_000)
    assert check_books() == []


def test_a_program_reads_moves_and_pays_an_application(
    asked: Application, boss: Person, outsider: Person, province: Person, person: Callable[..., Person], as_: Any,
    clock: list[Any],
) -> None:  # fmt: skip
    clock[0], here = NOW, f"/api/v1/subsidy-applications/{asked.number}"
    one = as_(boss)("GET", here).json()
    assert (one["orders"][0]["granted"], one["allowed"]) == ("850.01", ["withdraw"])
    assert one["verdict"]["basis"]["pack"] == "hunan/user-subsidy/2025-12-22"
    assert as_(outsider)("GET", here).status_code == 404
    cashier = as_(person("cashier", "finance", "region/430000"))
    assert cashier("POST", f"{here}/pay", {"paid_on": "2026-06-01"}).status_code == 409
    applying.decide_case(asked.case, actor=province, action="approve", now=NOW)
    assert as_(boss)("POST", f"{here}/withdraw", {}).status_code == 409
    assert as_(boss)("POST", f"{here}/pay", {"paid_on": "2026-06-01"}).status_code == 403
    assert cashier("POST", f"{here}/pay", {"paid_on": "2026-06-02"}).json()["errors"]
    assert cashier("POST", f"{here}/pay", {"paid_on": "2026-06-01"}).json()["state"] == "paid"


def test_on_its_page_the_office_takes_an_approval_back(
    asked: Application, boss: Person, province: Person, clock: list[Any]
) -> None:
    clock[0], here = NOW, f"/desk/subsidies/applications/{asked.number}/"
    applying.decide_case(asked.case, actor=province, action="approve", now=NOW)
    assert "撤销核定" in text(browser(province).get(here))
    assert "撤销核定" not in text(browser(boss).get(here))
    assert browser(province).post(here, {"do": "revoke", "note": ""}).status_code == 422
    assert browser(province).post(here, {"do": "revoke", "note": "材料有误"}).status_code == 302
    assert "材料有误" in text(browser(boss).get(here))
