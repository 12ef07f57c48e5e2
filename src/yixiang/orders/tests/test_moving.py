from datetime import timedelta
from decimal import Decimal

import pytest

from yixiang.catalogue.models import Hold, Instrument
from yixiang.kernel.errors import Invalid, Refused, Unseen, WrongState
from yixiang.orders.commands import answering, drafting, moving, placing
from yixiang.orders.commands.moving import NewTime
from yixiang.orders.commands.reminding import run_clock
from yixiang.orders.models import Contract, Order
from yixiang.orders.tests.conftest import NOW, MakeInstrument, line_of, local, wish
from yixiang.people.models import Person


def new_time(order: Order, day: int, hour: int, hours: int = 2) -> list[NewTime]:
    return [NewTime(line_of(order).pk, local(day, hour), local(day, hour + hours))]


def offer(order: Order, running: str = "500.00", labour: str = "100.00") -> dict[int, dict[str, Decimal]]:
    return {line_of(order).pk: {"running": Decimal(running), "labour": Decimal(labour)}}


def test_accepting_makes_a_contract_the_customer_confirms(accepted: Order) -> None:
    contract = Contract.objects.get(order=accepted)
    assert accepted.state == "accepted"
    assert (contract.provider_label, contract.customer_at) == ("admin", None)
    assert len(contract.clauses) == 6
    assert "湘江大学" in contract.clauses[0]["text"]


def test_accepting_after_a_withdrawal_is_told(submitted: Order, customer: Person, admin: Person) -> None:
    moving.withdraw(submitted, actor=customer, now=NOW)
    with pytest.raises(WrongState):
        answering.accept(submitted, actor=admin, now=NOW)
    assert not Hold.objects.exists()


def test_an_old_page_does_not_accept_what_has_changed(submitted: Order, customer: Person, admin: Person) -> None:
    seen = submitted.version
    moving.reschedule(submitted, new_time(submitted, 4, 10), actor=customer, now=NOW)
    with pytest.raises(WrongState) as refused:
        answering.accept(submitted, actor=admin, now=NOW, version=seen)
    assert refused.value.code == "order-changed"


def test_a_refusal_gives_reason_and_substitute_and_frees_the_time(
    submitted: Order, admin: Person, instrument: MakeInstrument
) -> None:
    other = instrument(name="钨灯丝扫描电镜")
    order = answering.refuse(submitted, actor=admin, now=NOW, reason="fault", substitute=other)
    assert (order.state, order.reason, order.substitute) == ("refused", "fault", other)
    assert not Hold.objects.exists()


@pytest.mark.parametrize("reason", ["", "other", "nonsense"])
def test_a_refusal_without_a_reason_is_none(reason: str, submitted: Order, admin: Person) -> None:
    with pytest.raises(Invalid):
        answering.refuse(submitted, actor=admin, now=NOW, reason=reason)


def test_haggling_ends_in_an_agreed_price(submitted: Order, admin: Person, customer: Person) -> None:
    order = answering.quote(submitted, actor=admin, amounts=offer(submitted), now=NOW)
    order = answering.counter(order, actor=customer, total=Decimal("500.00"), note="长期合作", now=NOW)
    order = answering.quote(order, actor=admin, amounts=offer(order, "450.00", "70.00"), now=NOW)
    order = answering.agree(order, actor=customer, now=NOW)
    assert (order.state, order.agreed_total) == ("accepted", Decimal("520.00"))
    assert [one.total for one in order.quotes.all()] == [Decimal("600.00"), Decimal("500.00"), Decimal("520.00")]
    assert Contract.objects.get(order=order).confirmed


def test_an_offer_that_ran_out_is_not_agreed_to(submitted: Order, admin: Person, customer: Person) -> None:
    order = answering.quote(submitted, actor=admin, amounts=offer(submitted), now=NOW)
    with pytest.raises(WrongState) as refused:
        answering.agree(order, actor=customer, now=NOW + timedelta(days=8))
    assert refused.value.code == "quote-expired"


@pytest.mark.parametrize("amounts", [{}, {0: {"running": Decimal(1)}}])
def test_an_offer_covers_every_line(amounts: dict[int, dict[str, Decimal]], submitted: Order, admin: Person) -> None:
    with pytest.raises(Invalid):
        answering.quote(submitted, actor=admin, amounts=amounts, now=NOW)


def test_without_a_published_price_an_offer_comes_first(
    instrument: MakeInstrument, customer: Person, admin: Person
) -> None:
    order = placing.submit(drafting.start(actor=customer, wish=wish(instrument()), now=NOW), actor=customer, now=NOW)
    with pytest.raises(WrongState) as refused:
        answering.accept(order, actor=admin, now=NOW)
    assert refused.value.code == "quote-needed"


def test_another_time_goes_to_the_provider_again(accepted: Order, customer: Person) -> None:
    order = moving.reschedule(accepted, new_time(accepted, 5, 10, 3), actor=customer, now=NOW)
    assert (order.state, order.accepted_at, order.quoted_total) == ("submitted", None, Decimal("900.00"))
    assert Hold.objects.get().starts == local(5, 10)


def test_a_lost_race_for_a_new_time_keeps_the_old_one(accepted: Order, sem: Instrument, customer: Person) -> None:
    other = drafting.start(actor=customer, wish=wish(sem, local(5, 10), local(5, 12)), now=NOW)
    placing.submit(other, actor=customer, now=NOW)
    with pytest.raises(Refused) as refused:
        moving.reschedule(accepted, new_time(accepted, 5, 11), actor=customer, now=NOW)
    assert refused.value.code == "time-taken"
    assert Hold.objects.filter(reference=line_of(accepted).pk, starts=local(3, 10)).exists()
    assert Order.objects.get(pk=accepted.pk).state == "accepted"


def test_the_provider_moves_it_with_a_reason(accepted: Order, admin: Person) -> None:
    with pytest.raises(Invalid):
        moving.shift(accepted, new_time(accepted, 4, 9), actor=admin, now=NOW, note="")
    order = moving.shift(accepted, new_time(accepted, 4, 9), actor=admin, now=NOW, note="仪器校准")
    assert order.state == "accepted"
    assert Hold.objects.get().starts == local(4, 9)


@pytest.mark.parametrize(("at", "late"), [(local(2, 9), False), (local(2, 11), True)])
def test_cancelling_late_is_remembered(at: object, late: bool, accepted: Order, customer: Person) -> None:
    order = moving.cancel(accepted, actor=customer, now=at)  # type: ignore[arg-type]
    assert order.events.last().data == {"late": late}
    assert not Hold.objects.exists()


def test_not_coming_can_only_be_said_once_the_time_has_come(accepted: Order, admin: Person) -> None:
    with pytest.raises(WrongState):
        moving.no_show(accepted, actor=admin, now=local(3, 9))
    assert moving.no_show(accepted, actor=admin, now=local(3, 11)).state == "no_show"


def test_what_is_left_of_the_time_of_somebody_who_does_not_come_is_free_again(
    accepted: Order, admin: Person, customer: Person, sem: Instrument
) -> None:
    moving.no_show(accepted, actor=admin, now=local(3, 10, 30))
    again = wish(sem, local(3, 11), local(3, 12))
    assert placing.place(actor=customer, wish=again, now=local(3, 10, 31)).state == "submitted"


def test_what_nobody_answered_runs_out_when_its_time_comes(submitted: Order) -> None:
    assert run_clock(now=local(3, 9))["expired"] == 0
    assert run_clock(now=local(3, 10))["expired"] == 1
    assert run_clock(now=local(3, 10))["expired"] == 0
    assert not Hold.objects.exists()


def test_the_clock_reminds_then_hands_to_the_office_once(sem: Instrument, customer: Person, admin: Person) -> None:
    order = drafting.start(actor=customer, wish=wish(sem, local(20, 10), local(20, 12)), now=NOW)
    order = placing.submit(order, actor=customer, now=NOW)
    for day, action in ((4, "submit"), (5, "submit"), (9, "submit"), (10, "escalate"), (11, "escalate")):
        run_clock(now=local(day, 10))
        assert order.events.last().action == action
    assert order.events.filter(action="escalate").count() == 1


def test_a_line_of_another_order_is_not_moved(accepted: Order, customer: Person) -> None:
    with pytest.raises(Unseen):
        moving.reschedule(accepted, [NewTime(0, local(4, 9), local(4, 10))], actor=customer, now=NOW)
