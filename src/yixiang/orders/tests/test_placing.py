from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from yixiang.catalogue.commands import standing
from yixiang.catalogue.models import Hold, Instrument
from yixiang.kernel.errors import Invalid, NotPermitted, Refused, Unseen, WrongState
from yixiang.notices.models import Notice
from yixiang.orders.commands import drafting, moving, placing
from yixiang.orders.models import Order, Terms
from yixiang.orders.rules.wishes import LineWish, Wish
from yixiang.orders.tests.conftest import (
    NOW,
    WORDS,
    MakeInstrument,
    belong,
    fresh,
    joined_unit,
    line_of,
    local,
    priced,
    samples_wish,
    wish,
)
from yixiang.people.models import Person
from yixiang.units.models import Unit


def test_a_draft_holds_no_time_and_nobody_else_sees_it(draft: Order, admin: Person, customer: Person) -> None:
    assert not Hold.objects.exists()
    assert not Order.objects.visible_to(admin).exists()
    assert Order.objects.visible_to(customer).get() == draft


def test_submitting_holds_the_time_freezes_the_price_and_starts_the_clock(submitted: Order, admin: Person) -> None:
    line = line_of(submitted)
    held = Hold.objects.get()
    assert (held.kind, held.reference, held.starts) == ("booking", line.pk, local(3, 10))
    assert line.tariff_id
    assert submitted.quoted_total == Decimal("600.00")
    assert submitted.answer_by == (NOW + timedelta(days=7)).date()
    assert Notice.objects.get(person=admin, kind="order-waiting").deadline == submitted.answer_by


def test_each_move_leaves_one_row(submitted: Order) -> None:
    assert list(submitted.events.values_list("action", "after")) == [("submit", "submitted")]


def test_samples_take_no_time_and_cost_by_the_piece(sem: Instrument, customer: Person) -> None:
    order = drafting.start(actor=customer, wish=samples_wish(sem, 4), now=NOW)
    order = placing.submit(order, actor=customer, now=NOW)
    assert order.quoted_total == Decimal("320.00")
    assert not Hold.objects.exists()


def test_the_slower_one_keeps_the_draft_and_is_offered_three_times(
    submitted: Order, sem: Instrument, firm: Unit, person: Callable[..., Person]
) -> None:
    late = person("late")
    belong(late, firm)
    order = drafting.start(actor=late, wish=wish(sem), now=NOW)
    with pytest.raises(Refused) as refused:
        placing.submit(order, actor=late, now=NOW)
    assert (refused.value.code, len(refused.value.extra["alternatives"])) == ("time-taken", 3)
    assert fresh(order).state == "draft"
    assert Hold.objects.count() == 1


def test_all_or_nothing_over_several_instruments(
    submitted: Order, sem: Instrument, instrument: MakeInstrument, customer: Person
) -> None:
    other = priced(instrument())
    both = Wish((*wish(other).lines, *wish(sem, local(3, 11), local(3, 13)).lines), dict(WORDS))
    order = drafting.start(actor=customer, wish=both, now=NOW)
    with pytest.raises(Refused):
        placing.submit(order, actor=customer, now=NOW)
    assert Hold.objects.count() == 1


def test_submitting_twice_does_it_once(submitted: Order, customer: Person) -> None:
    with pytest.raises(WrongState):
        placing.submit(submitted, actor=customer, now=NOW)
    assert Hold.objects.count() == 1


def test_an_old_window_cannot_overwrite_a_newer_draft(draft: Order, customer: Person, sem: Instrument) -> None:
    old = draft.version
    drafting.save_draft(draft, actor=customer, wish=wish(sem, local(4, 10), local(4, 11)), now=NOW, version=old)
    with pytest.raises(WrongState) as refused:
        drafting.save_draft(draft, actor=customer, wish=wish(sem), now=NOW, version=old)
    assert refused.value.code == "order-changed"
    assert line_of(draft).starts == local(4, 10)


def test_a_price_that_changed_meanwhile_is_told(draft: Order, customer: Person) -> None:
    with pytest.raises(Refused) as refused:
        placing.submit(draft, actor=customer, now=NOW, seen_total=Decimal(500))
    assert (refused.value.code, refused.value.extra) == ("price-changed", {"quote": "600.00"})
    assert not Hold.objects.exists()


def test_an_instrument_stopped_while_choosing_is_refused_kindly(draft: Order, customer: Person, admin: Person) -> None:
    standing.act(line_of(draft).instrument, "stop", actor=admin, note="检修", now=NOW)
    with pytest.raises(Refused) as refused:
        placing.submit(draft, actor=customer, now=NOW)
    assert refused.value.code == "instrument-stopped"
    assert "检修" in refused.value.message


@pytest.mark.parametrize(
    ("starts", "ends", "rule"),
    [
        (local(2, 8), local(2, 9), "晚一些"),
        (local(3, 7), local(3, 10), "开放时间"),
        (local(3, 10, 7), local(3, 11, 7), "30 分钟一格"),
        (local(3, 10), local(3, 10, 30), "60 至 480"),
        (local(3, 10, month=9), local(3, 12, month=9), "最多提前 60 天"),
    ],
)
def test_impossible_wishes_say_which_rule(
    starts: datetime, ends: datetime, rule: str, sem: Instrument, customer: Person
) -> None:
    order = drafting.start(actor=customer, wish=wish(sem, starts, ends), now=NOW)
    with pytest.raises(Refused, match=rule) as refused:
        placing.submit(order, actor=customer, now=NOW)
    assert refused.value.status == 422
    assert "alternatives" in refused.value.extra


def test_an_end_before_its_start_is_asked_for_again(sem: Instrument, customer: Person) -> None:
    order = drafting.start(actor=customer, wish=wish(sem, local(3, 12), local(3, 10)), now=NOW)
    with pytest.raises(Invalid) as refused:
        placing.submit(order, actor=customer, now=NOW)
    assert "lines.0" in refused.value.fields


def test_ten_thousand_lines_are_refused_before_any_is_read(sem: Instrument, customer: Person) -> None:
    many = Wish(wish(sem).lines * 10_000, dict(WORDS))
    with pytest.raises(Invalid, match="最多 20 项"):
        drafting.start(actor=customer, wish=many, now=NOW)


def test_instruments_of_two_units_need_two_orders(
    sem: Instrument, instrument: MakeInstrument, customer: Person, outsider: Person
) -> None:
    foreign = instrument(unit=Unit.objects.get(name="别处研究所"))
    both = Wish((*wish(sem).lines, *wish(foreign).lines), dict(WORDS))
    with pytest.raises(Invalid) as refused:
        drafting.start(actor=customer, wish=both, now=NOW)
    assert refused.value.code == "several-providers"


def test_whoever_belongs_nowhere_is_told_to_bind_first(sem: Instrument, person: Callable[..., Person]) -> None:
    with pytest.raises(WrongState) as refused:
        drafting.start(actor=person("alone"), wish=wish(sem), now=NOW)
    assert refused.value.code == "no-unit"


def test_stale_facts_of_the_unit_stop_new_orders_only(
    draft: Order, submitted: Order, customer: Person, firm: Unit, sem: Instrument
) -> None:
    firm.confirmed_at = NOW - timedelta(days=400)
    firm.save(update_fields=["confirmed_at"])
    with pytest.raises(WrongState) as refused:
        drafting.start(actor=customer, wish=wish(sem), now=NOW)
    assert refused.value.code == "unit-confirmation-overdue"


def test_limits_of_a_week_count_what_one_has_already(submitted: Order, sem: Instrument, customer: Person) -> None:
    Terms.objects.create(instrument=sem, person_hours=3)
    order = drafting.start(actor=customer, wish=wish(sem, local(4, 9), local(4, 11)), now=NOW)
    with pytest.raises(Refused, match="最多 3 小时"):
        placing.submit(order, actor=customer, now=NOW)


def test_who_runs_it_alone_needs_the_qualification(sem: Instrument, customer: Person) -> None:
    Terms.objects.create(instrument=sem, level="working")
    order = drafting.start(actor=customer, wish=wish(sem, way="self"), now=NOW)
    with pytest.raises(Refused, match="资格"):
        placing.submit(order, actor=customer, now=NOW)
    drafting.save_draft(order, actor=customer, wish=wish(sem), now=NOW)
    assert placing.submit(order, actor=customer, now=NOW).state == "submitted"


def test_strangers_neither_see_nor_touch_it(submitted: Order, outsider: Person) -> None:
    with pytest.raises(Unseen):
        placing.submit(submitted, actor=outsider, now=NOW)


def test_the_provider_sees_it_but_does_not_submit_for_others(submitted: Order, admin: Person) -> None:
    with pytest.raises(NotPermitted):
        placing.submit(submitted, actor=admin, now=NOW)


def test_the_owners_own_people_pay_their_own_price(sem: Instrument, admin: Person) -> None:
    sem.tariffs.get().lines.create(component="running", basis="hour", price=50, audience="inside")
    order = drafting.start(actor=admin, wish=wish(sem), now=NOW)
    order = placing.submit(order, actor=admin, now=NOW)
    assert order.internal
    assert order.quoted_total == Decimal("100.00")


def test_a_line_without_a_price_waits_for_an_offer(instrument: MakeInstrument, customer: Person, admin: Person) -> None:
    order = drafting.start(actor=customer, wish=wish(instrument()), now=NOW)
    assert placing.submit(order, actor=customer, now=NOW).quoted_total is None


@pytest.mark.parametrize("missing", ["content", "contact_name", "contact_phone"])
def test_what_is_not_filled_in_is_named(missing: str, sem: Instrument, customer: Person) -> None:
    words: dict[str, Any] = {**WORDS, missing: " "}
    order = drafting.start(actor=customer, wish=Wish(wish(sem).lines, words), now=NOW)
    with pytest.raises(Invalid) as refused:
        placing.submit(order, actor=customer, now=NOW)
    assert missing in refused.value.fields


def test_an_instrument_that_is_not_there_is_named(customer: Person) -> None:
    with pytest.raises(Unseen, match="nothing"):
        drafting.start(actor=customer, wish=Wish((LineWish("nothing"),), {}), now=NOW)


def test_a_firm_that_only_provides_does_not_order_outside(sem: Instrument, person: Callable[..., Person]) -> None:
    who = person("zhao")
    belong(who, joined_unit("只提供的单位", "430104"))
    with pytest.raises(WrongState) as refused:
        drafting.start(actor=who, wish=wish(sem), now=NOW)
    assert refused.value.code == "unit-does-not-use"


def test_a_draft_thrown_away_leaves_nothing(draft: Order, customer: Person) -> None:
    drafting.drop(draft, actor=customer)
    assert not Order.objects.exists()


def test_what_was_submitted_once_is_not_thrown_away(submitted: Order, customer: Person) -> None:
    order = moving.withdraw(submitted, actor=customer, now=NOW)
    with pytest.raises(WrongState):
        drafting.drop(order, actor=customer)
