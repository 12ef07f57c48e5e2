"""Orders paid in part by a voucher: chosen at the settlement or the agreement, given back when the order ends."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from yixiang.catalogue.models import Instrument
from yixiang.catalogue.tests.conftest import browser, text
from yixiang.files.commands import take
from yixiang.kernel import scopes
from yixiang.kernel.errors import Refused
from yixiang.ledger.commands import programmes
from yixiang.ledger.commands.programmes import Plan
from yixiang.ledger.models import Hold, Programme
from yixiang.ledger.queries.books import books, check_books
from yixiang.orders.commands import answering, contracting, moving, placing, recording, settling, vouchering
from yixiang.orders.commands.settling import Billed
from yixiang.orders.models import Order
from yixiang.orders.queries.vouchers import offers_of
from yixiang.orders.tests.conftest import NOW, done, fresh, line_of, local, wish
from yixiang.people.models import Person
from yixiang.units.models import Unit
from yixiang.vouchers.commands import claiming
from yixiang.vouchers.models import Redemption

NUMBER = "24432000000012345678"
LATER = local(4, 9)
MakePerson = Callable[..., Person]


def upload(name: str = "proof.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, "研发任务书".encode())


def programme_of(region: str, by: Person, **settings: str) -> Programme:
    plan = Plan("voucher", region, 2026, f"{region} 创新券", Decimal("10000.00"), date(2026, 1, 1), date(2026, 12, 31),
                settings)  # fmt: skip
    return programmes.open_programme(programmes.plan(plan, actor=by, now=NOW), actor=by, now=NOW)


def settle_in(firm: Unit, region: str) -> None:
    Unit.objects.filter(pk=firm.pk).update(
        region=region, kind="enterprise", credit_code="91370100M000100Y43", headcount=80, wants_voucher=True,
        last_year_revenue=Decimal("9000000.00"), high_tech=True,
    )  # fmt: skip
    firm.refresh_from_db()


@pytest.fixture
def jinan(firm: Unit, person: MakePerson) -> Programme:
    """The customer is a firm in Jinan; the province has opened vouchers of half the price."""
    settle_in(firm, "370102")
    office = person("sd", "authority", scopes.region("370000"))
    return programme_of("370000", office, rate="0.50", order_ceiling="5000.00", year_ceiling="20000.00")


@pytest.fixture
def xuchang(firm: Unit, person: MakePerson) -> Programme:
    """The customer is a firm in Xuchang which has claimed a thousand."""
    settle_in(firm, "411002")
    made = programme_of("411000", person("xc", "authority", scopes.region("411000")))
    claimer = person("claimer", "user_unit_admin", firm.scope)
    claiming.claim(firm, made, actor=claimer, now=NOW, wanted=Decimal("1000.00"))
    return made


@pytest.fixture
def billed(jinan: Programme, recorded: Order, admin: Person, customer: Person) -> Order:
    """750 yuan, with invoice and report by the provider."""
    file = take(upload("invoice.pdf.txt"), uploader=admin, purpose="order-invoice", now=LATER)
    settling.add_invoice(recorded, Billed(NUMBER, Decimal("750.00"), date(2026, 3, 4), file), actor=admin, now=LATER)
    report = take(upload("report.txt"), uploader=admin, purpose="order-report", now=LATER)
    recording.add_paper(recorded, report, kind="report", actor=admin, now=LATER)
    return fresh(recorded)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """What the pages take for now."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: LATER)
    return LATER


# --- Shandong: one form


def test_settling_in_one_form_files_the_redemption(later: datetime, billed: Order, customer: Person) -> None:
    desk, place = browser(customer), f"/desk/orders/{billed.number}/do/settle/"
    page = text(desk.get(place))
    rules = ("企业人数", "1.1.1", "还缺", "科技创新相关性证明", "服务合同（使用方还没有确认）")
    for said in ("省级创新券", "¥375.00", *rules):
        assert said in page
    form = {"version": billed.version, "voucher": "province", "confirm": "on", "relevance": upload(), "step": "5"}
    assert desk.post(place, form).status_code == 302
    made = Redemption.objects.get()
    assert (made.state, made.amount, fresh(billed).state) == ("submitted", Decimal("375.00"), "completed")
    assert sorted(made.papers.values_list("kind", flat=True)) == ["contract", "invoice", "relevance", "result"]
    assert made.invoices == [NUMBER]
    assert "创新券 375.00 元已提交兑付" in text(desk.get(f"/desk/orders/{billed.number}/"))
    assert check_books() == []


def test_what_is_missing_is_named_and_nothing_is_settled(later: datetime, billed: Order, customer: Person) -> None:
    place = f"/desk/orders/{billed.number}/do/settle/"
    answer = browser(customer).post(place, {"version": billed.version, "voucher": "province", "words": "很好"})
    assert answer.status_code == 422
    for said in ("服务合同（使用方还没有确认）", "科技创新相关性证明", "很好"):
        assert said in text(answer)
    assert (fresh(billed).state, Hold.objects.count()) == ("recorded", 0)


def test_two_tabs_settle_once(later: datetime, billed: Order, customer: Person) -> None:
    desk, place = browser(customer), f"/desk/orders/{billed.number}/do/settle/"
    form = {"version": billed.version, "voucher": "province", "confirm": "on"}
    assert desk.post(place, form | {"relevance": upload()}).status_code == 302
    assert desk.post(place, form | {"relevance": upload()}).status_code in {404, 409}
    assert Redemption.objects.count() == 1


def test_without_a_voucher_the_settlement_is_as_it_was(later: datetime, billed: Order, customer: Person) -> None:
    place = f"/desk/orders/{billed.number}/do/settle/"
    assert browser(customer).post(place, {"version": billed.version, "voucher": ""}).status_code == 302
    assert not Redemption.objects.exists()


def test_an_invoice_without_its_scan_is_completed_in_the_same_form(
    later: datetime, billed: Order, customer: Person
) -> None:
    billed.invoices.update(file=None)
    desk, place = browser(customer), f"/desk/orders/{billed.number}/do/settle/"
    assert "还没有上传" in text(desk.get(place))
    form = {"version": billed.version, "voucher": "province", "confirm": "on", "relevance": upload()}
    assert desk.post(place, form | {"invoice_file": SimpleUploadedFile("a.png", _png())}).status_code == 302
    assert billed.invoices.get().file is not None


def _png() -> bytes:
    stream = BytesIO()
    Image.new("RGB", (8, 8), "white").save(stream, "PNG")
    return stream.getvalue()


def test_who_does_not_fit_sees_no_section_and_may_read_why(
    later: datetime, billed: Order, customer: Person, firm: Unit
) -> None:
    billed.customer_facts = billed.customer_facts | {"headcount": 500}
    billed.save()
    page = text(browser(customer).get(f"/desk/orders/{billed.number}/do/settle/"))
    assert "看原因" in page
    assert "500 人以下" in page
    assert 'name="voucher"' not in page


def test_an_order_that_has_other_money_cannot_take_a_voucher(billed: Order, customer: Person) -> None:
    Order.objects.filter(pk=billed.pk).update(other_subsidy=True)
    with pytest.raises(Refused, match="没有其他财政补贴"):
        settling.settle(fresh(billed), actor=customer, now=LATER, voucher="province")
    assert (fresh(billed).state, Hold.objects.count()) == ("recorded", 0)


def test_the_day_of_the_agreement_decides_what_the_firm_was(billed: Order, firm: Unit) -> None:
    firm.headcount = 5000
    firm.save()
    (offer,) = offers_of(fresh(billed), moment="settlement", today=LATER.date()).shown
    assert offer.usable
    assert fresh(billed).customer_facts["headcount"] == 80


def test_where_there_are_no_vouchers_nothing_is_said(later: datetime, recorded: Order, customer: Person) -> None:
    assert "创新券" not in text(browser(customer).get(f"/desk/orders/{recorded.number}/do/settle/")).split("<main")[1]


# --- Xuchang: at the agreement


@pytest.fixture
def agreed(xuchang: Programme, submitted: Order, admin: Person) -> Order:
    """Six hundred from the price list."""
    return answering.accept(submitted, actor=admin, now=NOW)


def test_a_voucher_is_used_after_the_agreement_and_filed_by_the_settlement(
    later: datetime, agreed: Order, customer: Person, admin: Person
) -> None:
    desk = browser(customer)
    assert "¥240.00" in text(desk.get(f"/desk/orders/{agreed.number}/"))
    place = f"/desk/orders/{agreed.number}/do/voucher/"
    assert desk.post(place, {"version": fresh(agreed).version, "voucher": "city"}).status_code == 302
    made = Redemption.objects.get()
    assert (made.state, made.amount, made.payee) == ("pledged", Decimal("240.00"), agreed.provider)
    recording.record_results(fresh(agreed), done(agreed, used_minutes=120), actor=admin, now=LATER)
    settling.add_invoice(agreed, Billed(NUMBER, Decimal("600.00"), date(2026, 3, 4)), actor=admin, now=LATER)
    assert "已用创新券抵扣" in text(desk.get(f"/desk/orders/{agreed.number}/do/settle/"))
    settling.settle(fresh(agreed), actor=customer, now=LATER)
    made.refresh_from_db()
    assert (made.state, made.invoices) == ("submitted", [NUMBER])
    assert check_books() == []


def test_agreeing_to_an_offer_pays_forty_percent_of_it(
    later: datetime, xuchang: Programme, submitted: Order, admin: Person, customer: Person
) -> None:
    amounts = {line_of(submitted).pk: {"running": Decimal("300.00"), "labour": Decimal("200.01")}}
    answering.quote(submitted, actor=admin, now=NOW, amounts=amounts)
    desk, place = browser(customer), f"/desk/orders/{submitted.number}/do/agree/"
    assert "¥200.00" in text(desk.get(place))
    assert desk.post(place, {"version": fresh(submitted).version, "voucher": "city"}).status_code == 302
    assert (fresh(submitted).state, Redemption.objects.get().amount) == ("accepted", Decimal("200.00"))


@pytest.mark.parametrize("how", ["cancel", "call_off", "no_show", "reschedule"])
def test_whatever_ends_the_agreement_gives_the_voucher_back(
    how: str, agreed: Order, xuchang: Programme, customer: Person, admin: Person
) -> None:
    vouchering.use_voucher(agreed, "city", actor=customer, now=NOW)
    line = line_of(agreed)
    acts: dict[str, Callable[[], object]] = {
        "cancel": lambda: moving.cancel(fresh(agreed), actor=customer, now=NOW),
        "call_off": lambda: moving.call_off(fresh(agreed), actor=admin, now=NOW, note="停机"),
        "no_show": lambda: moving.no_show(fresh(agreed), actor=admin, now=LATER),
        "reschedule": lambda: moving.reschedule(
            fresh(agreed), [moving.NewTime(line.pk, local(5, 10), local(5, 12))], actor=customer, now=NOW
        ),
    }
    assert books(xuchang)["reserved"] == Decimal("240.00")
    acts[how]()
    assert (Redemption.objects.get().state, books(xuchang)["reserved"]) == ("released", 0)
    assert check_books() == []


def test_the_provider_does_not_use_the_customers_voucher(agreed: Order, admin: Person, xuchang: Programme) -> None:
    with pytest.raises(Refused):
        vouchering.use_voucher(agreed, "city", actor=admin, now=NOW)
    assert "可以用创新券" not in text(browser(admin).get(f"/desk/orders/{agreed.number}/"))


def test_own_use_takes_no_voucher(
    xuchang: Programme, firm: Unit, customer: Person, sem: Instrument, admin: Person
) -> None:
    """The provider is in Xuchang and uses its own instrument."""
    Unit.objects.filter(pk=sem.unit_id).update(region="411002")
    order = placing.place(actor=admin, wish=wish(sem), now=NOW)
    order = answering.accept(order, actor=admin, now=NOW)
    assert order.internal
    assert "本单位自己使用" in offers_of(order, moment="agreement", today=NOW.date()).note
    with pytest.raises(Refused):
        vouchering.use_voucher(order, "city", actor=admin, now=NOW)


# --- programs


def test_programs_read_the_offers_and_settle_with_one(
    billed: Order, customer: Person, as_: Callable[..., Any], clock: list[Any]
) -> None:
    clock[0] = LATER
    ask = as_(customer)
    place = f"/api/v1/orders/{billed.number}"
    (offer,) = ask("GET", f"{place}/vouchers").json()["shown"]
    assert (offer["level"], offer["amount"], offer["usable"]) == ("province", "375.00", True)
    assert set(offer["missing_papers"]) == {"contract", "relevance"}
    missing = ask("POST", f"{place}/settle", {"voucher": "province"})
    assert (missing.status_code, missing.json()["code"]) == (422, "papers-missing")
    contracting.confirm_contract(billed, actor=customer, now=LATER)
    file = take(upload(), uploader=customer, purpose="order-relevance", now=LATER)
    recording.add_paper(billed, file, kind="relevance", actor=customer, now=LATER)
    assert ask("POST", f"{place}/settle", {"voucher": "province"}).json()["state"]["code"] == "completed"
    assert Redemption.objects.get().state == "submitted"


def test_programs_use_one_at_the_agreement(agreed: Order, customer: Person, as_: Callable[..., Any]) -> None:
    ask, place = as_(customer), f"/api/v1/orders/{agreed.number}"
    assert ask("GET", f"{place}/vouchers?moment=agreement").json()["shown"][0]["amount"] == "240.00"
    made = ask("POST", f"{place}/voucher", {"level": "city"})
    assert (made.status_code, made.json()["state"]["code"]) == (201, "pledged")
    again = ask("POST", f"{place}/voucher", {"level": "city"})
    assert (again.status_code, again.json()["code"]) == (422, "voucher-not-possible")
    back = ask("POST", f"/api/v1/redemptions/{made.json()['number']}/unpledge", {})
    assert back.json()["state"]["code"] == "released"


def test_a_provider_asks_nothing_about_vouchers(agreed: Order, admin: Person, as_: Callable[..., Any]) -> None:
    assert as_(admin)("GET", f"/api/v1/orders/{agreed.number}/vouchers").status_code == 404
