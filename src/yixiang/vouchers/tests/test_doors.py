"""Pages and API of vouchers: who finds them, what they say, what a printed code tells a stranger."""

import json
from typing import Any

import pytest
from django.test import Client

from yixiang.ledger.models import Programme
from yixiang.people.models import Person
from yixiang.reviews.models import Case
from yixiang.units.models import Unit
from yixiang.vouchers import printables
from yixiang.vouchers.commands import paying, reviewing
from yixiang.vouchers.models import Redemption
from yixiang.vouchers.tests.conftest import NOW, MakePerson, browser, fresh, opened, scan, text
from yixiang.vouchers.tests.test_reviewing import LATER, Offices, approved, decide


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: LATER)


def test_the_unit_reads_its_year_and_every_voucher(filed: Redemption, user: Person) -> None:
    page = text(browser(user).get("/desk/vouchers/"))
    for said in ("¥7,500.00", "还可以使用", filed.number, "待审核"):
        assert said in page
    detail = text(browser(user).get(f"/desk/redemptions/{filed.number}/"))
    for said in ("¥500.00", "撤回申请", "企业人数", "24432000000012345678", f"/desk/orders/{filed.order_number}/"):
        assert said in detail
    assert f"/desk/postings/{filed.hold.postings.get().pk}/" in detail


def test_an_unset_standard_is_named_on_the_page(offices: Offices, firm: Unit, user: Person) -> None:
    opened(offices, "370000", rate="0.50")
    assert "还没有确定单笔最高兑付金额、每家每年最高兑付金额" in text(browser(user).get("/desk/vouchers/"))


def test_claiming_shows_each_rule_and_keeps_what_was_typed(xuchang: Programme, xu_firm: Unit, xu_user: Person) -> None:
    place = f"/desk/vouchers/claim/{xu_firm.pk}/{xuchang.code}/"
    desk = browser(xu_user)
    assert "已认定的国家高新技术企业" in text(desk.get(place))
    refused = desk.post(place, {"amount": "50000.01"})
    assert (refused.status_code, "50000.01" in text(refused)) == (422, True)
    assert desk.post(place, {"amount": ""}).status_code == 302
    assert "¥50,000.00" in text(desk.get("/desk/vouchers/"))


@pytest.mark.parametrize("place", ["", "voucher.pdf", "do/withdraw/", "papers/add/"])
def test_what_belongs_to_others_is_not_there(
    place: str, filed: Redemption, person: MakePerson, xu_user: Person
) -> None:
    for other in (xu_user, person("qd", "authority", "region/370000/370200"), person("nobody")):
        assert browser(other).get(f"/desk/redemptions/{filed.number}/{place}").status_code == 404


def test_an_answer_to_a_return_from_page_to_case(filed: Redemption, offices: Offices, user: Person) -> None:
    decide(filed, offices["370100"], "return", "请补充任务书")
    desk, place = browser(user), f"/desk/redemptions/{filed.number}/"
    assert "请补充任务书" in text(desk.get(place))
    paper = scan(user, "task.txt")
    reviewing.add_paper(fresh(filed), paper, kind="other", actor=user, now=LATER)
    answer = desk.get(f"{place}papers/{filed.papers.get(kind='other').pk}/")
    assert b"".join(answer.streaming_content) == "材料 task.txt\n".encode()
    assert desk.post(f"{place}do/resubmit/", {"note": "已补", "version": fresh(filed).version}).status_code == 302
    page = text(browser(offices["370100"]).get(f"/desk/cases/{fresh(filed).case_id}/"))
    for said in ("task.txt", "已补", "企业人数", "您的决定"):
        assert said in page


def test_the_office_finds_what_waits_and_finance_pays_it(filed: Redemption, offices: Offices) -> None:
    assert filed.number in text(browser(offices["370100"]).get("/desk/redemptions/?queue=review"))
    made = approved(filed, offices)
    finance = browser(offices["pay370000"])
    assert made.ticket in text(finance.get("/desk/redemptions/?queue=pay"))
    finance.post("/desk/redemptions/pay/", {"chosen": made.ticket})
    assert fresh(made).state == "paid"
    assert "没有选中" in text(finance.post("/desk/redemptions/pay/", {"chosen": "x"}, follow=True))


@pytest.mark.parametrize("place", ["/desk/vouchers/list", "/desk/redemptions/list"])
def test_lists_leave_as_sheet_and_paper(place: str, filed: Redemption, user: Person, offices: Offices) -> None:
    who = user if "vouchers" in place else offices["370000"]
    assert browser(who).get(f"{place}.xlsx").content[:2] == b"PK"
    assert browser(who).get(f"{place}.pdf").content[:4] == b"%PDF"


def test_a_voucher_is_printed_until_it_is_given_back(filed: Redemption, user: Person) -> None:
    assert browser(user).get(f"/desk/redemptions/{filed.number}/voucher.pdf").content[:4] == b"%PDF"
    reviewing.withdraw(filed, actor=user, now=LATER)
    assert browser(user).get(f"/desk/redemptions/{filed.number}/voucher.pdf").status_code == 404


def test_anybody_may_check_a_code_and_reads_nothing_personal(filed: Redemption, offices: Offices, user: Person) -> None:
    place = f"/v/{filed.code}"
    assert printables.public_address(filed).endswith(place)
    page = text(Client().get(place))
    assert "有效" in page
    assert filed.number in page
    for secret in ("泉城新材料", "user", filed.order_number, "24432000000012345678"):
        assert secret not in page.split("<main")[1].split("</main")[0]
    paying.pay(approved(filed, offices), actor=offices["pay370000"], now=LATER)
    assert "已使用" in text(Client().get(place))
    answer = Client().get(f"/api/v1/vouchers/verify/{filed.code}").json()
    assert (answer["verdict"], answer["amount"]) == ("used", "500.00")
    assert "泉城" not in json.dumps(answer, ensure_ascii=False)


def test_a_code_given_back_or_made_up_is_no_voucher(filed: Redemption, user: Person) -> None:
    reviewing.withdraw(filed, actor=user, now=LATER)
    assert "已退回" in text(Client().get(f"/v/{filed.code}"))
    assert Client().get("/v/aaaaaaaaaaaaaaaa").status_code == 404
    assert Client().get("/api/v1/vouchers/verify/aaaaaaaaaaaaaaaa").status_code == 404


def post(client: Client, place: str, data: dict[str, Any] | None = None) -> Any:
    return client.post(f"/api/v1/{place}", data or {}, content_type="application/json")


def test_the_api_moves_a_redemption(filed: Redemption, offices: Offices, user: Person) -> None:
    desk, finance = browser(user), browser(offices["pay370000"])
    one = desk.get(f"/api/v1/redemptions/{filed.number}").json()
    assert (one["amount"], one["allowed"]) == ("500.00", ["withdraw"])
    assert one["decision"]["verdicts"][1]["basis"]["pack"].startswith("shandong/voucher/")
    assert post(finance, f"redemptions/{filed.number}/pay").status_code == 409
    approved(filed, offices)
    assert post(desk, f"redemptions/{filed.number}/pay").status_code == 403
    paid = post(finance, f"redemptions/{filed.number}/pay", {"paid_on": "2026-05-13"}).json()
    assert (paid["state"]["code"], paid["paid_on"], paid["allowed"]) == ("paid", "2026-05-13", ["recover"])
    assert post(finance, f"redemptions/{filed.number}/recover", {"note": "退款"}).status_code == 422
    assert post(finance, f"redemptions/{filed.number}/recover", {"note": "退款", "amount": "-1.00"}).status_code == 422
    back = post(finance, f"redemptions/{filed.number}/recover", {"note": "退款", "amount": "500.00"}).json()
    assert back["state"]["code"] == "recovered"
    assert desk.get("/api/v1/redemptions?queue=over").json()["items"][0]["number"] == filed.number
    assert Case.objects.get().state == "approved"


def test_the_api_claims_and_tells_the_year(xuchang: Programme, xu_firm: Unit, xu_user: Person) -> None:
    desk, wanted = browser(xu_user), {"unit": xu_firm.account_name, "programme": xuchang.code}
    made = post(desk, "vouchers/claims", wanted | {"amount": "1000.00"})
    assert (made.status_code, made.json()["claimed"]) == (201, "1000.00")
    (year,) = desk.get("/api/v1/vouchers").json()
    assert (year["left"], year["claimable"], year["limit"]) == ("1000.00", "49000.00", "50000.00")
    assert post(desk, "vouchers/claims", wanted | {"amount": "49000.01"}).json()["code"] == "cap-reached"
    assert post(desk, "vouchers/claims", wanted | {"unit": "somebody"}).status_code == 404
    assert NOW < LATER
