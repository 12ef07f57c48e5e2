"""City, then province; returned, resubmitted, approved, paid; and every way back gives back what was held."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from yixiang.kernel.errors import Invalid, NotPermitted, Refused, Unseen, WrongState
from yixiang.ledger.queries.books import books, check_books
from yixiang.people.models import Person
from yixiang.reviews.models import Decision
from yixiang.units.models import Unit
from yixiang.vouchers.commands import paying, reviewing, using
from yixiang.vouchers.models import Redemption
from yixiang.vouchers.queries.collected import face_values
from yixiang.vouchers.tests.conftest import NOW, MakeOrder, MakePerson, fresh, scan

Offices = dict[str, Person]
LATER = NOW + timedelta(days=2)


def decide(one: Redemption, by: Person, action: str = "approve", note: str = "") -> Redemption:
    case = fresh(one).case
    assert case
    reviewing.decide_case(case, actor=by, action=action, note=note, now=LATER)  # type: ignore[arg-type]
    return fresh(one)


def approved(one: Redemption, offices: Offices) -> Redemption:
    decide(one, offices["370100"])
    return decide(one, offices["370000"])


def stands(one: Redemption) -> tuple[str, ...]:
    held = books(one.programme)
    return tuple(str(held[stage]) for stage in ("reserved", "committed", "paid", "recovered"))


def test_from_the_city_to_the_province_to_paid(filed: Redemption, offices: Offices) -> None:
    with pytest.raises(NotPermitted):
        decide(filed, offices["370000"])
    assert decide(filed, offices["370100"]).state == "submitted"
    made = decide(filed, offices["370000"])
    assert (made.state, stands(made)) == ("approved", ("0.00", "500.00", "0.00", "0.00"))
    made = paying.pay(made, actor=offices["pay370000"], now=LATER)
    assert (made.state, made.paid_on, stands(made)) == ("paid", date(2026, 5, 13), ("0.00", "0.00", "500.00", "0.00"))
    assert [event.action for event in made.events.all()] == ["use", "pass_on", "approve", "pay"]
    assert check_books() == []


def test_the_second_level_asks_for_more_and_gets_it(filed: Redemption, offices: Offices, user: Person) -> None:
    decide(filed, offices["370100"])
    made = decide(filed, offices["370000"], "return", "请补充研发任务书")
    assert (made.state, made.state_note, stands(made)[0]) == ("returned", "请补充研发任务书", "500.00")
    reviewing.add_paper(made, scan(user), kind="other", label="研发任务书", actor=user, now=LATER)
    made = reviewing.resubmit(made, actor=user, now=LATER)
    assert made.case
    assert (made.state, made.case.state, made.case.round) == ("submitted", "open", 0)
    assert "补充材料" in {fact["label"] for fact in made.case.facts}
    assert approved(made, offices).state == "approved"


@pytest.mark.parametrize("state", ["submitted", "approved"])
def test_papers_are_added_only_while_the_office_waits(
    state: str, filed: Redemption, offices: Offices, user: Person
) -> None:
    made = approved(filed, offices) if state == "approved" else filed
    with pytest.raises(WrongState):
        reviewing.add_paper(made, scan(user), kind="other", actor=user, now=LATER)
    with pytest.raises(WrongState):
        reviewing.resubmit(made, actor=user, now=LATER)


def test_refused_gives_everything_back(filed: Redemption, offices: Offices, firm: Unit, user: Person) -> None:
    with pytest.raises(Invalid):
        decide(filed, offices["370100"], "reject")
    made = decide(filed, offices["370100"], "reject", "发票与合同不符")
    assert (made.state, stands(made)) == ("rejected", ("0.00",) * 4)
    assert check_books() == []


def test_withdrawn_gives_everything_back_and_is_not_asked_for_again(
    filed: Redemption, firm: Unit, user: Person, order: MakeOrder
) -> None:
    made = reviewing.withdraw(filed, actor=user, now=LATER)
    assert (made.state, stands(made)) == ("withdrawn", ("0.00",) * 4)
    with pytest.raises(Refused):
        using.redeem(order(firm, user), "province", actor=user, now=LATER)


def test_an_approval_is_undone_before_it_is_paid(filed: Redemption, offices: Offices) -> None:
    made = approved(filed, offices)
    with pytest.raises(Invalid):
        paying.revoke(made, actor=offices["pay370000"], now=LATER, note="")
    made = paying.revoke(made, actor=offices["pay370000"], now=LATER, note="服务已退款")
    assert (made.state, made.state_note, stands(made)) == ("rejected", "服务已退款", ("0.00",) * 4)


def test_paid_money_comes_back_in_parts(filed: Redemption, offices: Offices) -> None:
    finance = offices["pay370000"]
    made = paying.pay(approved(filed, offices), actor=finance, now=LATER)
    made = paying.recover(made, Decimal("100.00"), actor=finance, now=LATER, note="多付")
    assert (made.state, stands(made)) == ("paid", ("0.00", "0.00", "400.00", "100.00"))
    for wrong in ("400.01", "-1.00", "0.00"):
        with pytest.raises(Invalid):
            paying.recover(made, Decimal(wrong), actor=finance, now=LATER, note="多付")
    made = paying.recover(made, Decimal("400.00"), actor=finance, now=LATER, note="虚报")
    assert (made.state, check_books()) == ("recovered", [])


def test_a_payment_is_neither_in_the_future_nor_before_the_approval(filed: Redemption, offices: Offices) -> None:
    made = approved(filed, offices)
    for day in (date(2026, 5, 14), date(2026, 5, 12)):
        with pytest.raises(Invalid):
            paying.pay(made, actor=offices["pay370000"], now=LATER, paid_on=day)


def test_paying_many_says_which_could_not_be_paid(filed: Redemption, offices: Offices) -> None:
    made = approved(filed, offices)
    finance = offices["pay370000"]
    (stale,) = paying.pay_many([(made, made.version - 1)], actor=finance, now=LATER)
    assert stale.refused is not None
    assert stale.refused.code == "voucher-changed"
    (done, twice) = paying.pay_many([(made, made.version), (made, made.version)], actor=finance, now=LATER)
    assert done.refused is None
    assert twice.refused is not None
    assert stands(made)[2] == "500.00"


def test_nobody_else_pays_withdraws_or_decides(
    filed: Redemption, offices: Offices, user: Person, person: MakePerson
) -> None:
    made = approved(filed, offices)
    for other in (offices["pay370100"], offices["370000"], user):
        with pytest.raises(NotPermitted):
            paying.pay(made, actor=other, now=LATER)
    stranger = person("stranger", "user_unit_admin", "unit/999999")
    for act in (reviewing.withdraw, reviewing.resubmit, paying.pay):
        with pytest.raises(Unseen):
            act(made, actor=stranger, now=LATER)
    assert Decision.objects.filter(case=made.case).count() == 3


def test_an_office_of_another_city_sees_nothing(filed: Redemption, offices: Offices, person: MakePerson) -> None:
    qingdao = person("qd", "authority", "region/370000/370200")
    assert not Redemption.objects.visible_to(qingdao).exists()
    assert not Redemption.objects.visible_to(offices["411000"]).exists()
    for who in ("370100", "370000", "pay370000"):
        assert Redemption.objects.visible_to(offices[who]).exists()


def test_a_provider_collects_face_values_once_they_are_approved(
    pledged: Redemption, offices: Offices, xu_firm: Unit, xu_user: Person, order: MakeOrder
) -> None:
    using.file_pledged(order(xu_firm, xu_user), actor=xu_user, now=NOW)
    assert list(face_values("xuchang")) == []
    made = decide(pledged, offices["411000"])
    (one,) = face_values("xuchang")
    assert (one.provider, one.amount, one.order_number) == (made.provider_id, Decimal("400.00"), made.order_number)
    paying.pay(made, actor=offices["pay411000"], now=LATER)
    paying.recover(made, Decimal("150.00"), actor=offices["pay411000"], now=LATER, note="退款")
    assert [one.amount for one in face_values("xuchang")] == [Decimal("250.00")]
    paying.recover(made, Decimal("250.00"), actor=offices["pay411000"], now=LATER, note="退款")
    assert [one.amount for one in face_values("xuchang")] == [Decimal("0.00")]
    assert list(face_values("shandong")) == []


def test_what_is_paid_to_the_user_is_collected_by_nobody(filed: Redemption, offices: Offices) -> None:
    approved(filed, offices)
    assert list(face_values("shandong")) == []
