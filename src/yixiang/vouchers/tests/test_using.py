"""Using a voucher: what the law says, what money is set aside, what is refused and leaves nothing behind."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from yixiang.kernel.errors import Invalid, Refused, WrongState
from yixiang.ledger.commands import programmes
from yixiang.ledger.commands.programmes import Plan
from yixiang.ledger.models import Entry, Hold, Programme
from yixiang.ledger.queries.books import books, check_books
from yixiang.people.models import Person
from yixiang.units.models import Unit
from yixiang.units.tests.test_at_once import together
from yixiang.vouchers.commands import using
from yixiang.vouchers.models import Redemption
from yixiang.vouchers.queries.offers import offers_for
from yixiang.vouchers.tests.conftest import NOW, SET, TODAY, MakeOrder, enterprise, fresh, opened

Offices = dict[str, Person]


def refusal(call: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as refused:
        call()
    assert not Hold.objects.exists()
    assert not Redemption.objects.exists()
    return refused.value


def test_a_redemption_files_itself_with_the_papers_of_the_order(filed: Redemption, user: Person) -> None:
    assert (filed.state, filed.amount, filed.payee_id) == ("submitted", Decimal("500.00"), filed.unit_id)
    assert sorted(filed.papers.values_list("kind", flat=True)) == ["contract", "invoice", "relevance", "result"]
    assert filed.case
    assert [one["level"] for one in filed.case.rounds] == ["city", "province"]
    assert {fact["label"] for fact in filed.case.facts} >= {"企业人数", "上年营业收入", "发票", "科技创新相关性证明"}
    assert books(filed.programme)["reserved"] == Decimal("500.00")
    posting = filed.hold.postings.get()
    assert (posting.order_number, posting.invoices) == (filed.order_number, filed.invoices)
    assert "1.1.1" in posting.article
    assert [one["title"] for one in posting.decision["verdicts"]] == ["能否使用", "支付多少"]
    assert check_books() == []


@pytest.mark.parametrize(
    ("what_it_is", "order_says", "said"),
    [
        ({"headcount": 500}, {}, "500 人以下"),
        ({"last_year_revenue": Decimal("200000000.00")}, {}, "2 亿元以下"),
        ({"wants_voucher": False}, {}, "选择了申请创新券"),
        ({"kind": "institute"}, {}, "须为企业"),
        ({"headcount": None}, {}, "500 人以下"),
        ({}, {"other_subsidy": True}, "没有其他财政补贴"),
    ],
)
def test_who_or_what_does_not_fit_is_told_the_rule(
    what_it_is: dict[str, Any],
    order_says: dict[str, Any],
    said: str,
    province: Programme,
    user: Person,
    order: MakeOrder,
) -> None:
    other = enterprise("别家", "370102", **what_it_is)
    asked = order(other, user, **order_says)
    found = refusal(lambda: using.redeem(asked, "province", actor=user, now=NOW))
    assert (found.code, said in found.message) == ("voucher-not-possible", True)
    offers = offers_for(asked, moment="settlement", today=TODAY)
    assert offers.shown == ()
    assert offers.reasons is not None
    assert any(said in step.because for step in offers.reasons.failed)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"state": "cancelled"}, "order-not-settled"),
        ({"state": "recorded"}, "order-not-settled"),
        ({"internal": True}, "voucher-not-possible"),
        ({"price": Decimal("0.00")}, "voucher-not-possible"),
        ({"price": Decimal("-5.00")}, "voucher-not-possible"),
    ],
)
def test_orders_that_are_none_to_pay(
    facts: dict[str, Any], code: str, province: Programme, firm: Unit, user: Person, order: MakeOrder
) -> None:
    assert refusal(lambda: using.redeem(order(firm, user, **facts), "province", actor=user, now=NOW)).code == code


def test_what_is_missing_is_named_before_anything_moves(
    province: Programme, firm: Unit, user: Person, order: MakeOrder
) -> None:
    whole = order(firm, user)
    bare = order(firm, user, papers=[one for one in whole.papers if one.kind in {"contract", "invoice"}],
                 unproven={"contract": "服务合同（使用方还没有确认）"})  # fmt: skip
    found = refusal(lambda: using.redeem(bare, "province", actor=user, now=NOW))
    assert isinstance(found, Invalid)
    for name in ("服务结果证明", "科技创新相关性证明", "使用方还没有确认"):
        assert name in found.message
    assert "发票" not in found.message


@pytest.mark.parametrize("unset", ["rate", "order_ceiling", "year_ceiling"])
def test_what_the_authority_has_not_set_is_named(
    unset: str, offices: Offices, firm: Unit, user: Person, order: MakeOrder
) -> None:
    opened(offices, "370000", **{name: value for name, value in SET.items() if name != unset})
    (offer,) = offers_for(order(firm, user), moment="settlement", today=TODAY).shown
    assert not offer.usable
    named = {"rate": "兑付比例", "order_ceiling": "单笔最高", "year_ceiling": "每家每年"}[unset]
    assert named in offer.why_not
    assert refusal(lambda: using.redeem(order(firm, user), "province", actor=user, now=NOW)).status == 422


def test_the_year_pays_to_the_last_cent_and_not_one_more(
    province: Programme, firm: Unit, user: Person, order: MakeOrder
) -> None:
    prices = ["12000.00", "9999.99", "100.00"]
    paid = []
    for number, price in enumerate(prices[:2]):
        asked = order(firm, user, price, number=f"260510-00000{number}A")
        paid.append(using.redeem(asked, "province", actor=user, now=NOW).amount)
    assert paid == [Decimal("5000.00"), Decimal("3000.00")]
    with pytest.raises(Refused, match="本年度的额度已经用完"):
        using.redeem(order(firm, user, "100.00", number="260510-000009A"), "province", actor=user, now=NOW)


def test_a_budget_that_is_spent_is_said_beforehand(
    offices: Offices, firm: Unit, user: Person, order: MakeOrder
) -> None:
    opened(offices, "370000", budget="499.99", **SET)
    (offer,) = offers_for(order(firm, user), moment="settlement", today=TODAY).shown
    assert "只剩 499.99 元" in offer.why_not


def test_the_city_shows_with_conditions_of_its_own(
    offices: Offices, province: Programme, user: Person, order: MakeOrder
) -> None:
    """003 3.3.1: with the province's conditions the city hides and shows with it."""

    def shown(unit: Unit) -> list[str]:
        return [one.level for one in offers_for(order(unit, user), moment="settlement", today=TODAY).shown]

    big, small = enterprise("大企业", "370102", headcount=800), enterprise("小企业", "370102")
    city = opened(offices, "370100", **SET)
    assert (shown(big), shown(small)) == ([], ["province", "city"])
    wish = Plan("voucher", "370100", 2026, city.title, city.budget, city.opens_on, city.closes_on,
                {**SET, "headcount_below": "1000"})  # fmt: skip
    programmes.change(city, wish, actor=offices["370100"], now=NOW)
    assert (shown(big), shown(small)) == (["city"], ["province", "city"])


def test_only_one_level_pays_for_one_order(
    offices: Offices, filed: Redemption, firm: Unit, user: Person, order: MakeOrder
) -> None:
    opened(offices, "370100", **SET)
    with pytest.raises(Refused, match="已经用过创新券"):
        using.redeem(order(firm, user), "city", actor=user, now=NOW)
    assert Redemption.objects.count() == Hold.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_double_click_redeems_once(province: Programme, firm: Unit, user: Person, order: MakeOrder) -> None:
    asked = order(firm, user)
    results = together(*[lambda: using.redeem(asked, "province", actor=user, now=NOW)] * 4)
    assert sum(isinstance(one, Redemption) for one in results) == 1
    assert books(province)["reserved"] == Decimal("500.00")
    assert check_books() == []


# --- which day counts


def test_a_firm_that_has_grown_since_keeps_what_it_was(
    province: Programme, firm: Unit, user: Person, order: MakeOrder
) -> None:
    agreed = order(firm, user)
    firm.headcount, firm.wants_voucher = 5000, False
    firm.save()
    assert using.redeem(agreed, "province", actor=user, now=NOW).state == "submitted"


def test_the_year_is_that_of_the_agreement_in_chinese_time(
    offices: Offices, firm: Unit, user: Person, order: MakeOrder
) -> None:
    """Agreed on 31 December and settled in January: the old year pays while it still takes, the new one never."""
    january = datetime(2027, 1, 4, 2, tzinfo=UTC)
    asked = order(firm, user, day=date(2026, 12, 31))
    new = opened(offices, "370000", year=2027, **SET)
    assert offers_for(asked, moment="settlement", today=january.date()).shown == ()
    old = opened(offices, "370000", year=2026, closes_on=date(2027, 1, 31), **SET)
    assert using.redeem(asked, "province", actor=user, now=january).programme == old
    first = order(firm, user, day=date(2027, 1, 1), number="270101-ABCDEFG")
    assert using.redeem(first, "province", actor=user, now=january).programme == new


# --- Xuchang: used at the agreement


def test_forty_percent_of_the_negotiated_price_goes_to_the_provider(pledged: Redemption) -> None:
    assert (pledged.state, pledged.amount, pledged.payee_id) == ("pledged", Decimal("400.00"), pledged.provider_id)
    entry = Entry.objects.get(account__stage="reserved")
    assert (entry.customer_id, entry.provider_id) == (pledged.unit_id, pledged.provider_id)
    assert entry.instrument is not None


def test_without_a_claim_there_is_nothing_to_use(
    xuchang: Programme, xu_firm: Unit, xu_user: Person, order: MakeOrder
) -> None:
    asked = order(xu_firm, xu_user, state="accepted")
    assert "还没有领取" in refusal(lambda: using.pledge(asked, "city", actor=xu_user, now=NOW)).message


def test_an_order_that_ends_gives_back_exactly_what_was_held(
    pledged: Redemption, xu_firm: Unit, xu_user: Person, order: MakeOrder
) -> None:
    using.give_back(pledged.order_number, actor=None, now=NOW, reason="取消预约")
    using.give_back(pledged.order_number, actor=None, now=NOW, reason="取消预约")
    assert fresh(pledged).state == "released"
    assert books(pledged.programme)["reserved"] == 0
    again = using.pledge(order(xu_firm, xu_user, state="accepted"), "city", actor=xu_user, now=NOW)
    assert (again.state, check_books()) == ("pledged", [])


@pytest.mark.parametrize(
    ("bill", "amount", "price"),
    [("1200.00", "400.00", "1000.00"), ("500.00", "200.00", "500.00"), ("0.05", "0.02", "0.05")],
)
def test_a_smaller_bill_takes_less_and_a_larger_one_no_more(
    bill: str, amount: str, price: str, pledged: Redemption, xu_firm: Unit, xu_user: Person, order: MakeOrder
) -> None:
    made = using.file_pledged(order(xu_firm, xu_user, bill), actor=xu_user, now=NOW)
    assert made is not None
    assert (made.state, made.amount, made.price) == ("submitted", Decimal(amount), Decimal(price))
    assert books(made.programme)["reserved"] == Decimal(amount)
    assert check_books() == []


def test_a_bill_of_nothing_gives_it_back(pledged: Redemption, xu_firm: Unit, xu_user: Person, order: MakeOrder) -> None:
    assert using.file_pledged(order(xu_firm, xu_user, "0.00"), actor=xu_user, now=NOW) is None
    assert fresh(pledged).state == "released"


def test_a_pledge_outlives_the_closing_of_its_programme(
    offices: Offices, pledged: Redemption, xu_firm: Unit, xu_user: Person, order: MakeOrder
) -> None:
    programmes.close_programme(pledged.programme, actor=offices["411000"], now=NOW, note="年度结束")
    made = using.file_pledged(order(xu_firm, xu_user, "500.00"), actor=xu_user, now=NOW)
    assert made is not None
    assert made.state == "submitted"


def test_before_the_agreement_and_after_the_results_nothing_is_pledged(
    xuchang: Programme, xu_firm: Unit, xu_user: Person, order: MakeOrder
) -> None:
    for state in ("quoted", "recorded", "completed", "cancelled"):
        with pytest.raises(WrongState):
            using.pledge(order(xu_firm, xu_user, state=state), "city", actor=xu_user, now=NOW)


def test_shandong_has_nothing_at_the_agreement(province: Programme, firm: Unit, user: Person, order: MakeOrder) -> None:
    assert offers_for(order(firm, user, state="accepted"), moment="agreement", today=TODAY).shown == ()
