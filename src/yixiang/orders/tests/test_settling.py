from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from yixiang.catalogue.models import Instrument
from yixiang.kernel.errors import Invalid, NotPermitted, Refused, Unseen, WrongState
from yixiang.orders.commands import rating, recording, settling
from yixiang.orders.commands.recording import Done
from yixiang.orders.commands.settling import Billed
from yixiang.orders.models import Order
from yixiang.orders.tests.conftest import belong, done, fresh, line_of, local
from yixiang.people.models import Person
from yixiang.units.models import Unit

NUMBER = "24432000000012345678"
LATER = local(4, 9)


def invoice(order: Order, by: Person, number: str = NUMBER, amount: str = "750.00") -> None:
    settling.add_invoice(order, Billed(number, Decimal(amount), date(2026, 3, 4)), actor=by, now=LATER)


def settled(order: Order, provider: Person, customer: Person) -> Order:
    invoice(order, provider)
    return settling.settle(order, actor=customer, now=LATER)


def test_the_bill_explains_each_difference(recorded: Order) -> None:
    charges = list(line_of(recorded).charges.filter(stage="final"))
    assert recorded.final_total == Decimal("750.00") == sum(one.amount for one in charges)
    assert {one.why for one in charges} == {"预约 2 小时，实际 2.5 小时，多 0.5 小时。"}


def test_hours_come_from_check_in_and_check_out(accepted: Order, admin: Person, customer: Person) -> None:
    line = line_of(accepted)
    recording.check_in(line, actor=customer, now=local(3, 10))
    recording.check_in(line, actor=admin, now=local(3, 11))
    recording.check_out(line, actor=customer, now=local(3, 11, 30))
    order = recording.record_results(accepted, {}, actor=admin, now=local(3, 13))
    assert line_of(order).used_minutes == 90
    assert order.final_total == Decimal("450.00")


def test_a_price_by_hand_needs_a_reason(accepted: Order, admin: Person) -> None:
    cheaper = {"running": Decimal("100.00")}
    with pytest.raises(Invalid) as refused:
        recording.record_results(accepted, done(accepted, amounts=cheaper), actor=admin, now=local(3, 13))
    assert "lines.0" in refused.value.fields
    reasoned = done(accepted, amounts=cheaper, why="首次合作减免")
    order = recording.record_results(accepted, reasoned, actor=admin, now=local(3, 13))
    assert order.final_total == Decimal("100.00")
    assert line_of(order).charges.get(stage="final").why == "首次合作减免"


@pytest.mark.parametrize("facts", [{"used_minutes": -1}, {"used_minutes": 10**6}, {"amounts": {"running": "1.234"}}])
def test_impossible_figures_are_refused(facts: dict[str, object], accepted: Order, admin: Person) -> None:
    with pytest.raises(Invalid):
        recording.record_results(accepted, done(accepted, **facts), actor=admin, now=local(3, 13))
    assert fresh(accepted).state == "accepted"


def test_results_wait_for_the_booked_time(accepted: Order, admin: Person) -> None:
    with pytest.raises(WrongState):
        recording.record_results(accepted, {}, actor=admin, now=local(3, 9))


def test_an_invoice_number_counts_once_on_the_whole_platform(recorded: Order, admin: Person, customer: Person) -> None:
    invoice(recorded, admin)
    with pytest.raises(Refused) as refused:
        invoice(recorded, customer, "2443 2000 0000 1234 5678")
    assert refused.value.code == "invoice-used"
    assert recorded.invoices.count() == 1


@pytest.mark.parametrize("number", ["", "123", "2443200000001234567X", "12345678901234567890123"])
def test_a_number_that_is_none_is_refused(number: str, recorded: Order, admin: Person) -> None:
    with pytest.raises(Invalid):
        invoice(recorded, admin, number)


def test_settling_wants_invoices_for_exactly_the_bill(recorded: Order, admin: Person, customer: Person) -> None:
    with pytest.raises(Invalid):
        settling.settle(recorded, actor=customer, now=LATER)
    invoice(recorded, admin, amount="700.00")
    with pytest.raises(Invalid, match=r"700\.00"):
        settling.settle(recorded, actor=customer, now=LATER)
    invoice(recorded, admin, "043002000111 12345678", "50.00")
    order = settling.settle(recorded, actor=customer, now=LATER)
    assert (order.state, order.paid_on) == ("completed", date(2026, 3, 4))
    assert line_of(order).instrument.service_count == 1


def test_an_objection_is_answered_by_a_corrected_bill(recorded: Order, admin: Person, customer: Person) -> None:
    order = settling.dispute(recorded, actor=customer, note="只用了两小时", now=LATER)
    with pytest.raises(WrongState):
        settling.settle(order, actor=customer, now=LATER)
    order = recording.amend(order, done(order, used_minutes=120), actor=admin, now=LATER, note="核对上机记录")
    assert (order.state, order.final_total) == ("recorded", Decimal("600.00"))
    assert order.events.last().what == "更正费用：750.00 元 → 600.00 元"


def test_a_rating_counts_on_the_instrument_and_is_answered_once(
    recorded: Order, admin: Person, customer: Person, sem: Instrument
) -> None:
    order = settled(recorded, admin, customer)
    rating.rate(order, actor=customer, step=4, words="很及时", now=LATER)
    sem.refresh_from_db()
    assert (sem.rating, sem.rating_count) == (Decimal("4.00"), 1)
    rating.reply(order, actor=admin, words="谢谢", now=LATER)
    with pytest.raises(WrongState):
        rating.reply(order, actor=admin, words="再次感谢", now=LATER)
    with pytest.raises(WrongState):
        rating.rate(order, actor=customer, step=1, now=LATER)


def test_strangers_do_not_rate(
    recorded: Order, admin: Person, customer: Person, outsider: Person, firm: Unit, person: Callable[..., Person]
) -> None:
    order = settled(recorded, admin, customer)
    with pytest.raises(Unseen):
        rating.rate(order, actor=outsider, step=1, now=LATER)
    with pytest.raises(NotPermitted):
        rating.rate(order, actor=admin, step=5, now=LATER)
    colleague = person("colleague")
    belong(colleague, firm)
    with pytest.raises(Unseen):
        rating.rate(order, actor=colleague, step=1, now=LATER)


def test_a_complaint_goes_from_the_office_to_the_authority(
    recorded: Order, admin: Person, customer: Person, person: Callable[..., Person]
) -> None:
    judge = person("judge", "authority", "region/430000")
    made = rating.complain(recorded, actor=customer, words="报告迟迟没有给出", now=LATER)
    with pytest.raises(WrongState):
        rating.complain(recorded, actor=customer, words="报告迟迟没有给出", now=LATER)
    made = rating.answer_complaint(made, actor=admin, words="明天给出", now=LATER)
    made = rating.escalate_complaint(made, actor=customer, now=LATER)
    with pytest.raises(NotPermitted):
        rating.rule_on_complaint(made, actor=admin, words="不成立", now=LATER)
    made = rating.rule_on_complaint(made, actor=judge, words="责令三日内给出", now=LATER)
    assert made.state == "closed"


def test_what_is_not_of_this_order_is_not_recorded(accepted: Order, admin: Person) -> None:
    with pytest.raises(Unseen):
        recording.record_results(accepted, {0: Done()}, actor=admin, now=local(3, 13))


def test_notices_reach_the_person_who_placed_it(recorded: Order, customer: Person) -> None:
    kinds = set(customer.notices.values_list("kind", flat=True))
    assert {"order", "order-money"} <= kinds
