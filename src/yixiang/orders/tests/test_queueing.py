"""Who waits, what the lot decides, what a fault stops, what the owner does alone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from yixiang.catalogue.commands import standing
from yixiang.catalogue.models import Hold, Instrument
from yixiang.kernel.errors import Invalid, NotPermitted, Refused, Unseen, WrongState
from yixiang.notices.models import Notice
from yixiang.orders.commands import (
    answering,
    drawing,
    faulting,
    moving,
    owning,
    queueing,
)
from yixiang.orders.commands.drawing import Asked
from yixiang.orders.commands.owning import Use
from yixiang.orders.commands.queueing import Place
from yixiang.orders.models import Draw, Lot, Mark, Order, Waiting
from yixiang.orders.queries import queues
from yixiang.orders.rules import lots
from yixiang.orders.rules.lots import Request
from yixiang.orders.tests.conftest import NOW, MakeInstrument, belong, line_of, local, priced
from yixiang.orders.tests.test_access import book, terms
from yixiang.people.models import Person
from yixiang.units.models import Unit

PLACE = Place(local(3, 9), local(3, 17), 120, "断口形貌", contact_phone="13800138000")


def fill(one: Instrument, who: Person, day: int) -> Order:
    return book(one, who, local(day, 9), local(day, 17))


# --- the queue


def test_time_that_comes_free_is_offered_to_the_first_and_held_for_them(
    sem: Instrument, customer: Person, other: Person, admin: Person
) -> None:
    order = answering.accept(fill(sem, customer, 3), actor=admin, now=NOW)
    waiting = queueing.join(sem, PLACE, actor=other, now=NOW)
    assert queueing.offer_next(sem.pk, now=NOW) == 0
    moving.cancel(order, actor=customer, now=NOW)
    assert [queueing.offer_next(sem.pk, now=NOW) for _ in range(2)] == [1, 0]
    waiting.refresh_from_db()
    assert (waiting.state, waiting.starts, waiting.ends) == ("offered", local(3, 9), local(3, 11))
    assert Hold.objects.get().kind == "offer"
    with pytest.raises(Refused):
        book(sem, customer, local(3, 9), local(3, 11))


def test_taking_an_offer_is_one_click_even_inside_the_notice(
    sem: Instrument, customer: Person, other: Person, admin: Person
) -> None:
    order = answering.accept(fill(sem, customer, 4), actor=admin, now=NOW)
    waiting = queueing.join(sem, replace(PLACE, earliest=local(4, 9), latest=local(4, 17)), actor=other, now=NOW)
    moving.cancel(order, actor=customer, now=local(3, 8))
    queueing.offer_next(sem.pk, now=local(3, 8))
    made = queueing.take(waiting, actor=other, now=local(3, 11))
    assert (made.state, line_of(made).starts) == ("submitted", local(4, 9))
    assert Hold.objects.get().kind == "booking"
    waiting.refresh_from_db()
    assert (waiting.state, waiting.order) == ("taken", made)


def offered(sem: Instrument, customer: Person, other: Person, admin: Person) -> Waiting:
    order = answering.accept(fill(sem, customer, 3), actor=admin, now=NOW)
    waiting = queueing.join(sem, PLACE, actor=other, now=NOW)
    moving.cancel(order, actor=customer, now=NOW)
    queueing.offer_next(sem.pk, now=NOW)
    waiting.refresh_from_db()
    return waiting


def test_an_offer_nobody_takes_lapses_once_and_goes_to_the_next(
    sem: Instrument, customer: Person, other: Person, admin: Person, firm: Unit, person: Callable[..., Person]
) -> None:
    waiting = offered(sem, customer, other, admin)
    third = person("zhao")
    belong(third, firm)
    fill_rest = book(sem, customer, local(3, 11), local(3, 17))
    behind = queueing.join(sem, PLACE, actor=third, now=NOW)
    late = NOW + timedelta(hours=4)
    assert [queueing.lapse(waiting.pk, now=moment) for moment in (NOW, late, late)] == [False, True, False]
    with pytest.raises(WrongState):
        queueing.take(waiting, actor=other, now=late)
    queueing.offer_next(sem.pk, now=NOW)
    behind.refresh_from_db()
    assert (behind.state, fill_rest.state) == ("offered", "submitted")


def test_an_offer_is_taken_by_its_owner_alone(sem: Instrument, customer: Person, other: Person, admin: Person) -> None:
    waiting = offered(sem, customer, other, admin)
    for act in (queueing.take, queueing.leave):
        with pytest.raises(Unseen):
            act(waiting, actor=customer, now=NOW)
    queueing.leave(waiting, actor=other, now=NOW)
    assert not Hold.objects.exists()


def test_what_is_free_now_is_booked_and_not_waited_for(sem: Instrument, customer: Person) -> None:
    with pytest.raises(Refused) as refused:
        queueing.join(sem, PLACE, actor=customer, now=NOW)
    assert refused.value.code == "free-now"
    assert refused.value.extra["alternatives"][0]["instrument"] == sem.code


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("latest", local(3, 9)), ("latest", local(1, 9)), ("latest", local(1, 9, month=12)), ("minutes", 5),
        ("minutes", 100_000), ("way", "magic"), ("content", " "),
    ],
)  # fmt: skip
def test_waiting_for_something_impossible_is_told_by_field(
    field: str, value: Any, sem: Instrument, customer: Person
) -> None:
    with pytest.raises(Invalid) as refused:
        queueing.join(sem, replace(PLACE, **{field: value}), actor=customer, now=NOW)
    assert refused.value.fields


def test_offers_skip_times_the_person_may_not_have(
    sem: Instrument, customer: Person, other: Person, admin: Person
) -> None:
    terms(sem, admin, level="any")
    order = answering.accept(fill(sem, customer, 3), actor=admin, now=NOW)
    waiting = queueing.join(sem, replace(PLACE, way="self"), actor=other, now=NOW)
    moving.cancel(order, actor=customer, now=NOW)
    assert queueing.offer_next(sem.pk, now=NOW) == 0
    assert queues.place_in_line(waiting) == 1


def test_whoever_is_guided_is_offered_the_hours_of_the_keepers(
    sem: Instrument, customer: Person, other: Person, admin: Person
) -> None:
    sem.opening_hours.update(opens=6 * 60)
    order = answering.accept(book(sem, customer, local(3, 6), local(3, 14)), actor=admin, now=NOW)
    book(sem, customer, local(3, 14), local(3, 17))
    place = replace(PLACE, earliest=local(3, 6), way="guided")
    waiting = queueing.join(sem, place, actor=other, now=NOW)
    moving.cancel(order, actor=customer, now=NOW)
    queueing.offer_next(sem.pk, now=NOW)
    waiting.refresh_from_db()
    assert waiting.starts == local(3, 8)


# --- the lot


def opened(sem: Instrument, admin: Person) -> Draw:
    return drawing.open_draw(
        sem, starts=local(6, 9), ends=local(6, 17), closes_at=local(5, 12), most_minutes=240, actor=admin, now=NOW
    )


def lot(draw: Draw, who: Person, hour: int = 9, second: int | None = None, at: datetime = NOW) -> Lot:
    again = (local(6, second), local(6, second + 4)) if second else None
    wanted = Asked(local(6, hour), local(6, hour + 4), "断口", second=again, contact_phone="13800138000")
    return drawing.ask_for(draw, wanted, actor=who, now=at)


def test_the_ranking_can_be_computed_again_by_anybody(
    sem: Instrument, customer: Person, other: Person, admin: Person
) -> None:
    draw = opened(sem, admin)
    lot(draw, customer, second=13)
    lot(draw, other, second=13)
    assert drawing.draw_lots(draw.pk, now=local(5, 12))
    draw.refresh_from_db()
    rows = list(draw.lots.order_by("rank"))
    assert lots.digest(draw.seed) == draw.commitment
    again = [
        Request(one.number, [(one.starts, one.ends), (one.second_starts, one.second_ends)])  # type: ignore[list-item]
        for one in rows
    ]
    assert [one.number for one in lots.ranking(again, seed=draw.seed)] == [one.number for one in rows]
    assert [one.outcome for one in rows] == ["won", "second"]
    assert [line_of(one.order).starts for one in rows if one.order] == [local(6, 9), local(6, 13)]


def test_nobody_is_faster_while_lots_are_collected(sem: Instrument, customer: Person, admin: Person) -> None:
    opened(sem, admin)
    with pytest.raises(Refused) as refused:
        book(sem, customer, local(6, 10), local(6, 12))
    assert refused.value.code == "time-taken"


def test_a_draw_happens_once_and_after_its_end(sem: Instrument, customer: Person, admin: Person) -> None:
    draw = opened(sem, admin)
    lot(draw, customer)
    assert [drawing.draw_lots(draw.pk, now=at) for at in (local(5, 11), local(5, 12), local(5, 13))] == [
        False, True, False,
    ]  # fmt: skip
    assert Order.objects.count() == 1
    assert Hold.objects.get().kind == "booking"


def test_asking_again_changes_the_wish_and_keeps_the_number(sem: Instrument, customer: Person, admin: Person) -> None:
    draw = opened(sem, admin)
    first, second = lot(draw, customer), lot(draw, customer, hour=13)
    assert (first.pk, first.number) == (second.pk, second.number)
    assert draw.lots.get().starts == local(6, 13)


def test_the_list_is_closed_at_its_end(sem: Instrument, customer: Person, admin: Person) -> None:
    draw = opened(sem, admin)
    with pytest.raises(WrongState):
        lot(draw, customer, at=local(5, 12))
    with pytest.raises(WrongState):
        drawing.leave(draw, actor=customer, now=local(5, 12))


def test_a_rule_that_refuses_says_why_and_the_next_one_gets_the_time(
    sem: Instrument, customer: Person, other: Person, admin: Person
) -> None:
    draw = opened(sem, admin)
    lot(draw, customer)
    terms(sem, admin, person_hours=1)
    drawing.draw_lots(draw.pk, now=local(5, 12))
    found = draw.lots.get()
    assert (found.outcome, found.order) == ("refused", None)
    assert "最多 1 小时" in found.why
    assert not Hold.objects.exists()


def test_a_draw_over_a_booking_is_refused(submitted: Order, sem: Instrument, admin: Person) -> None:
    with pytest.raises(Refused, match="已有 1 处"):
        drawing.open_draw(
            sem, starts=local(3, 9), ends=local(3, 17), closes_at=local(2, 18), most_minutes=240, actor=admin, now=NOW
        )
    assert not Draw.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"ends": local(6, 9)}, {"closes_at": local(6, 9)}, {"closes_at": local(1, 9)}, {"most_minutes": 1},
        {"ends": local(6, 9, month=6)},
    ],
)  # fmt: skip
def test_a_draw_that_makes_no_sense_is_told_by_field(wrong: dict[str, Any], sem: Instrument, admin: Person) -> None:
    asked = {"starts": local(6, 9), "ends": local(6, 17), "closes_at": local(5, 12), "most_minutes": 240} | wrong
    with pytest.raises(Invalid):
        drawing.open_draw(sem, actor=admin, now=NOW, **asked)


def test_a_draw_called_off_frees_the_time_and_tells_everybody(sem: Instrument, customer: Person, admin: Person) -> None:
    draw = opened(sem, admin)
    lot(draw, customer)
    with pytest.raises(Unseen):
        drawing.call_off(draw, actor=customer, note="不", now=NOW)
    drawing.call_off(draw, actor=admin, note="检修提前", now=NOW)
    assert book(sem, customer, local(6, 9), local(6, 11)).state == "submitted"
    assert Notice.objects.filter(person=customer, subject__contains="抽签已取消").exists()


# --- faults


def test_what_was_stopped_for_another_reason_stays_stopped_when_the_fault_is_mended(
    sem: Instrument, admin: Person
) -> None:
    standing.act(sem, "stop", actor=admin, now=NOW, note="搬迁")
    fault = faulting.report(sem, actor=admin, words="真空泵报警", now=NOW)
    faulting.mend(fault, actor=admin, outcome="换了泵油", now=NOW + timedelta(hours=2))
    sem.refresh_from_db()
    assert (sem.state, sem.state_note) == ("stopped", "搬迁")


def test_a_fault_stops_the_listing_and_tells_everybody_booked_what_else_there_is(
    accepted: Order, sem: Instrument, instrument: MakeInstrument, customer: Person, admin: Person
) -> None:
    instead = priced(instrument(name="隔壁的电镜"))
    fault = faulting.report(sem, actor=admin, words="真空泵报警", expected=date(2026, 3, 9), now=NOW)
    sem.refresh_from_db()
    assert (sem.state, fault.told) == ("stopped", 1)
    notice = Notice.objects.get(person=customer, subject__contains="仪器故障")
    assert instead.name in notice.body
    assert "3月9日" in notice.body or "03月09日" in notice.body
    moving.cancel(accepted, actor=customer, now=local(3, 9))
    assert not Mark.objects.exists()


def test_a_fault_that_is_mended_opens_the_listing_again(accepted: Order, sem: Instrument, admin: Person) -> None:
    fault = faulting.report(sem, actor=admin, words="真空泵报警", now=NOW)
    with pytest.raises(WrongState):
        faulting.report(sem, actor=admin, words="又坏了", now=NOW)
    with pytest.raises(Invalid):
        faulting.mend(fault, actor=admin, outcome=" ", now=NOW)
    faulting.mend(fault, actor=admin, outcome="换了泵油", now=NOW + timedelta(hours=2))
    sem.refresh_from_db()
    assert sem.state == "listed"
    with pytest.raises(WrongState):
        faulting.mend(fault, actor=admin, outcome="换了泵油", now=NOW + timedelta(hours=3))


def test_whoever_is_using_it_may_report_and_nobody_else_outside(
    accepted: Order, sem: Instrument, customer: Person
) -> None:
    from yixiang.orders.commands import recording

    with pytest.raises(NotPermitted):
        faulting.report(sem, actor=customer, words="冒烟了", now=NOW)
    recording.check_in(line_of(accepted), actor=customer, now=local(3, 10))
    assert faulting.report(sem, actor=customer, words="冒烟了", now=local(3, 10, 30)).pk
    sem.refresh_from_db()
    assert sem.state == "stopped"


# --- own use


def test_own_use_of_yesterday_is_complete_in_one_step(sem: Instrument, admin: Person) -> None:
    order = owning.use_own(sem, Use(local(1, 20), local(1, 22), "标样校准"), actor=admin, now=NOW)
    assert (order.state, order.internal, line_of(order).used_minutes) == ("completed", True, 120)
    assert list(order.events.values_list("action", flat=True)) == ["submit", "accept", "record", "settle"]
    assert Hold.objects.get().reference == line_of(order).pk
    sem.refresh_from_db()
    assert sem.service_count == 1


def test_own_use_to_come_holds_the_time(sem: Instrument, admin: Person, customer: Person) -> None:
    order = owning.use_own(sem, Use(local(4, 9), local(4, 12), "课题组实验"), actor=admin, now=NOW)
    assert order.state == "accepted"
    with pytest.raises(Refused):
        book(sem, customer, local(4, 10), local(4, 12))


def test_own_use_does_not_push_anybody_out(submitted: Order, sem: Instrument, admin: Person) -> None:
    with pytest.raises(Refused) as refused:
        owning.use_own(sem, Use(local(3, 9), local(3, 11), "课题组实验"), actor=admin, now=NOW)
    assert refused.value.code == "time-taken"
    assert Order.objects.count() == 1


@pytest.mark.parametrize(
    "use",
    [
        Use(local(3, 12), local(3, 10), "实验"),
        Use(local(2, 9), local(2, 11), "实验"),  # goes on right now
        Use(local(3, 9), local(3, 11), " "),
        Use(datetime.fromisoformat("2024-01-01T09:00+08:00"), datetime.fromisoformat("2024-01-01T10:00+08:00"), "补"),
    ],
)
def test_own_use_that_cannot_be_is_told_by_field(use: Use, sem: Instrument, admin: Person) -> None:
    with pytest.raises(Invalid):
        owning.use_own(sem, use, actor=admin, now=NOW)
    assert not Order.objects.exists()


def test_guests_record_no_own_use(sem: Instrument, customer: Person) -> None:
    with pytest.raises(NotPermitted):
        owning.use_own(sem, Use(local(4, 9), local(4, 12), "实验"), actor=customer, now=NOW)
