"""Who may run an instrument, on which terms, and what is remembered of who did not come."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from yixiang.catalogue.models import Instrument
from yixiang.kernel.errors import Invalid, NotPermitted, Refused, Unseen, WrongState
from yixiang.notices.models import Notice
from yixiang.orders.commands import (
    marking,
    moving,
    placing,
    qualifying,
    setting,
)
from yixiang.orders.commands.moving import NewTime
from yixiang.orders.commands.setting import Wanted
from yixiang.orders.models import Contract, Mark, Order, Qualification
from yixiang.orders.queries import conduct
from yixiang.orders.rules.conduct import Manner, score, weight
from yixiang.orders.tests.conftest import NOW, MakeInstrument, line_of, local, wish
from yixiang.people.models import Person
from yixiang.units.models import Unit

MakePerson = Callable[..., Person]


def terms(one: Instrument, admin: Person, **wanted: Any) -> None:
    setting.set_terms(one, Wanted(**wanted), actor=admin, now=NOW)


def book(one: Instrument, who: Person, starts: datetime, ends: datetime, way: str = "entrusted") -> Order:
    return placing.place(actor=who, wish=wish(one, starts, ends, way=way), now=NOW)


# --- qualifications


def test_alone_needs_a_qualification_that_reaches_to_the_day_of_the_booking(
    sem: Instrument, customer: Person, admin: Person
) -> None:
    terms(sem, admin, level="working")
    with pytest.raises(Refused, match="工作时间独立操作"):
        book(sem, customer, local(4, 10), local(4, 12), "self")
    found = qualifying.ask(sem, actor=customer, now=NOW, words="周三下午方便")
    qualifying.grant(found, actor=admin, level="working", until=date(2026, 3, 4), now=NOW)
    assert book(sem, customer, local(4, 10), local(4, 12), "self").state == "submitted"
    with pytest.raises(Refused, match="资格"):
        book(sem, customer, local(5, 10), local(5, 12), "self")


@pytest.mark.parametrize(
    ("asked", "held", "way", "hour", "fits"),
    [
        ("working", "assisted", "self", 10, False),
        ("working", "working", "self", 10, True),
        ("working", "working", "self", 19, False),
        ("working", "any", "self", 19, True),
        ("any", "working", "self", 10, False),
        ("assisted", "", "guided", 10, False),
        ("assisted", "assisted", "guided", 10, True),
        ("working", "", "guided", 10, True),
        ("", "", "guided", 19, False),
        ("any", "", "entrusted", 19, True),
    ],
)
def test_each_level_opens_what_it_says(
    asked: str, held: str, way: str, hour: int, fits: bool, sem: Instrument, customer: Person, admin: Person
) -> None:
    sem.opening_hours.update(closes=22 * 60)
    terms(sem, admin, level=asked)
    if held:
        qualifying.grant(qualifying.ask(sem, actor=customer, now=NOW), actor=admin, level=held, now=NOW)
    if fits:
        assert book(sem, customer, local(4, hour), local(4, hour + 2), way).state == "submitted"
    else:
        with pytest.raises(Refused):
            book(sem, customer, local(4, hour), local(4, hour + 2), way)


def test_a_training_is_arranged_moved_passed_and_taken_back(sem: Instrument, customer: Person, admin: Person) -> None:
    found = qualifying.ask(sem, actor=customer, now=NOW)
    qualifying.invite(found, actor=admin, at=local(5, 14), place="A 楼 101", now=NOW)
    qualifying.invite(found, actor=admin, at=local(6, 14), place="A 楼 101", now=NOW + timedelta(minutes=1))
    qualifying.grant(found, actor=admin, level="any", now=NOW + timedelta(minutes=2))
    done = qualifying.end(found, "withdraw", actor=admin, note="违规操作", now=NOW + timedelta(minutes=3))
    assert (done.state, done.note) == ("withdrawn", "违规操作")
    assert Notice.objects.filter(person=customer, kind="booking-help").count() == 4
    assert qualifying.ask(sem, actor=customer, now=NOW + timedelta(minutes=4)).state == "asked"


def test_asking_twice_is_one_request(sem: Instrument, customer: Person, admin: Person) -> None:
    qualifying.ask(sem, actor=customer, now=NOW)
    with pytest.raises(WrongState, match="不用再申请"):
        qualifying.ask(sem, actor=customer, now=NOW)
    assert Qualification.objects.count() == 1


def test_strangers_grant_nothing_and_see_nothing(
    sem: Instrument, customer: Person, other: Person, outsider: Person
) -> None:
    found = qualifying.ask(sem, actor=customer, now=NOW)
    with pytest.raises(NotPermitted):
        qualifying.grant(found, actor=customer, level="any", now=NOW)
    for stranger in (other, outsider):
        with pytest.raises(Unseen):
            qualifying.grant(found, actor=stranger, level="any", now=NOW)
        with pytest.raises(Unseen):
            qualifying.leave(found, actor=stranger, now=NOW)


@pytest.mark.parametrize("until", [date(2026, 3, 1), date(2046, 1, 1)])
def test_a_qualification_ends_after_today_and_within_five_years(
    until: date, sem: Instrument, customer: Person, admin: Person
) -> None:
    found = qualifying.ask(sem, actor=customer, now=NOW)
    with pytest.raises(Invalid):
        qualifying.grant(found, actor=admin, level="any", until=until, now=NOW)


def test_the_end_of_a_qualification_is_told_once(sem: Instrument, customer: Person, admin: Person) -> None:
    found = qualifying.ask(sem, actor=customer, now=NOW)
    qualifying.grant(found, actor=admin, level="any", until=date(2026, 3, 20), now=NOW)
    assert [qualifying.remind_of_ends(now=NOW + timedelta(days=n)) for n in (1, 2)] == [1, 0]


# --- terms


@pytest.mark.parametrize(
    "wrong",
    [
        {"level": "wizard"}, {"person_hours": 0}, {"group_hours": 200}, {"person_hours": 10, "group_hours": 5},
        {"cancel_hours": -1}, {"staffed_from": 600, "staffed_to": 600}, {"offer_hours": 0},
    ],
)  # fmt: skip
def test_terms_that_make_no_sense_are_told_by_field(wrong: dict[str, Any], sem: Instrument, admin: Person) -> None:
    with pytest.raises(Invalid) as refused:
        terms(sem, admin, **wrong)
    assert set(refused.value.fields) & set(wrong)


def test_terms_are_set_by_who_runs_it(sem: Instrument, customer: Person) -> None:
    with pytest.raises(NotPermitted):
        terms(sem, customer, cancel_hours=1)


def test_time_that_meets_the_terms_is_accepted_at_once(sem: Instrument, customer: Person, admin: Person) -> None:
    terms(sem, admin, auto_accept=True)
    order = book(sem, customer, local(4, 10), local(4, 12))
    assert order.state == "accepted"
    assert list(order.events.values_list("action", "side")) == [("submit", "customer"), ("accept", "system")]
    assert Contract.objects.get(order=order).provider_label == "按预约条件自动受理"


def test_what_needs_an_offer_still_waits_for_a_person(
    instrument: MakeInstrument, customer: Person, admin: Person
) -> None:
    unpriced = instrument()
    terms(unpriced, admin, auto_accept=True)
    assert book(unpriced, customer, local(4, 10), local(4, 12)).state == "submitted"


# --- conduct

RULES = Manner({"no_show": 10, "late": 4}, 100, limit=10)


@pytest.mark.parametrize(
    ("days", "left"), [(0, "10.0"), (1, "9.9"), (50, "5.0"), (99, "0.1"), (100, "0.0"), (400, "0.0")]
)
def test_points_fade_day_by_day(days: int, left: str) -> None:
    assert weight("no_show", date(2026, 1, 1), RULES, on=date(2026, 1, 1) + timedelta(days=days)) == Decimal(left)


def test_points_of_all_marks_are_added() -> None:
    today = date(2026, 3, 1)
    assert score([("no_show", today), ("late", today)], RULES, on=today) == Decimal("14.0")


def no_show(order: Order, admin: Person) -> Mark:
    moving.no_show(order, actor=admin, now=local(3, 13))
    return Mark.objects.get(order=order)


def test_whoever_does_not_come_too_often_pauses_with_time_but_not_with_samples(
    accepted: Order, sem: Instrument, customer: Person, admin: Person, unit: Unit
) -> None:
    setting.set_manners(unit, no_show_points=10, late_points=4, fade_days=100, limit=10, actor=admin)
    no_show(accepted, admin)
    wanted = wish(sem, local(5, 10), local(5, 12))
    with pytest.raises(Refused, match="预约信用"):
        placing.place(actor=customer, wish=wanted, now=local(3, 14))
    later = wish(sem, local(6, 10), local(6, 12))
    assert placing.place(actor=customer, wish=later, now=local(4, 14)).state == "submitted"  # 9.9 by then


def test_an_appeal_that_is_upheld_takes_the_points_away(
    accepted: Order, customer: Person, other: Person, admin: Person, unit: Unit
) -> None:
    setting.set_manners(unit, no_show_points=10, late_points=4, fade_days=100, limit=10, actor=admin)
    mark = no_show(accepted, admin)
    with pytest.raises(Unseen):
        marking.appeal(mark, actor=other, words="不是我的错，门锁着", now=local(3, 14))
    marking.appeal(mark, actor=customer, words="我到了，楼门锁着进不去", now=local(3, 14))
    with pytest.raises(WrongState):
        marking.appeal(mark, actor=customer, words="我到了，楼门锁着进不去", now=local(3, 14))
    with pytest.raises(Unseen):
        marking.decide_appeal(mark, actor=customer, upheld=True, words="同意", now=local(3, 15))
    marking.decide_appeal(mark, actor=admin, upheld=True, words="监控属实", now=local(3, 15))
    (standing,) = conduct.standings(customer, on=date(2026, 3, 3))
    assert (standing.total, standing.paused) == (Decimal("0.0"), False)


def test_without_rules_of_the_unit_facts_are_kept_and_nothing_follows(
    accepted: Order, sem: Instrument, customer: Person, admin: Person
) -> None:
    no_show(accepted, admin)
    (standing,) = conduct.standings(customer, on=date(2026, 3, 3))
    assert standing.total is None
    assert placing.place(actor=customer, wish=wish(sem, local(5, 10), local(5, 12)), now=local(3, 14))


def test_cancelling_late_is_kept_and_cancelling_in_time_is_not(accepted: Order, customer: Person) -> None:
    moving.cancel(accepted, actor=customer, now=local(3, 9))
    assert Mark.objects.get().kind == "late"


def test_what_the_provider_moved_may_be_cancelled_freely(accepted: Order, customer: Person, admin: Person) -> None:
    to = NewTime(line_of(accepted).pk, local(3, 14), local(3, 16))
    moved = moving.shift(accepted, [to], actor=admin, note="送气中断", now=NOW)
    moving.cancel(moved, actor=customer, now=local(3, 13))
    assert not Mark.objects.exists()
