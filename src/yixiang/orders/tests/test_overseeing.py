"""督办: what an office sees of complaints and late orders, and what nobody else sees."""

from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from yixiang.orders.commands import drafting, placing, rating, reminding
from yixiang.orders.models import Complaint, Order
from yixiang.orders.queries import overseeing
from yixiang.orders.queries.overseeing import Filter
from yixiang.orders.tests.conftest import MakeInstrument, browser, fresh, local, priced, samples_wish, text
from yixiang.people.models import Person

LATER = local(4, 9)
HERE = "/desk/oversight/"


@pytest.fixture
def judge(person: Callable[..., Person]) -> Person:
    return person("judge", "authority", "region/430000")


@pytest.fixture
def elsewhere(person: Callable[..., Person]) -> Person:
    return person("elsewhere", "authority", "region/370000")


@pytest.fixture
def complained(recorded: Order, customer: Person) -> Complaint:
    return rating.complain(recorded, actor=customer, words="报告迟迟没有给出", now=LATER)


@pytest.fixture
def second(instrument: MakeInstrument, customer: Person, now: datetime) -> Complaint:
    order = drafting.start(actor=customer, wish=samples_wish(priced(instrument(booking_mode="samples"))), now=now)
    placing.submit(order, actor=customer, now=now)
    return rating.complain(fresh(order), actor=customer, words="样品丢了一件", now=local(5, 9))


def test_the_office_and_the_authority_see_a_complaint_and_others_do_not(
    complained: Complaint,
    admin: Person,
    judge: Person,
    customer: Person,
    outsider: Person,
    person: Callable[..., Person],
) -> None:
    elsewhere = person("elsewhere", "authority", "region/370000")
    seen = {who.username: complained.order.number in text(browser(who).get(HERE)) for who in (admin, judge)}
    assert set(seen.values()) == {True}
    for who in (customer, outsider, elsewhere):
        assert complained.order.number not in text(browser(who).get(HERE))


def test_whoever_sees_the_order_sees_its_complaint(
    complained: Complaint, admin: Person, customer: Person, outsider: Person
) -> None:
    assert [Complaint.objects.visible_to(who).count() for who in (admin, customer, outsider)] == [1, 1, 0]


def test_what_waits_for_ones_decision_comes_first(
    complained: Complaint, second: Complaint, customer: Person, judge: Person, admin: Person
) -> None:
    rating.escalate_complaint(complained, actor=customer, now=LATER)
    assert [one.pk for one in overseeing.complaints_of(judge, Filter())] == [complained.pk, second.pk]
    assert [one.pk for one in overseeing.complaints_of(admin, Filter())] == [second.pk, complained.pk]
    assert "等您处理" in text(browser(judge).get(HERE))
    assert "等您处理" not in text(browser(admin).get(HERE))


@pytest.mark.parametrize(
    ("query", "found"),
    [("", 2), ("state=open", 1), ("state=escalated", 1), ("state=closed", 0), ("q=丢了", 1), ("since=2026-03-05", 1),
     ("state=x&since=soon&q=%00&page=-1", 2)],
)  # fmt: skip
def test_filters_stand_in_the_address_and_the_sheet_follows_them(
    query: str, found: int, complained: Complaint, second: Complaint, customer: Person, admin: Person
) -> None:
    rating.escalate_complaint(second, actor=customer, now=LATER)
    client = browser(admin)
    assert text(client.get(f"{HERE}?{query}")).count("/complaint/") == found
    book: Any = CalamineWorkbook.from_filelike(BytesIO(client.get(f"{HERE}sheet/?{query}").content))
    rows = book.get_sheet_by_index(0).to_python()
    assert (rows[0][0], len(rows) - 1) == ("单号", found)


def test_an_order_nobody_answered_is_listed_until_it_is_answered(
    submitted: Order, admin: Person, judge: Person
) -> None:
    page = f"{HERE}?tab=late"
    assert "没有逾期未受理的预约" in text(browser(admin).get(page))
    Order.objects.filter(pk=submitted.pk).update(escalated_at=LATER, answer_by=local(2, 9).date())
    for who in (admin, judge):
        assert submitted.number in text(browser(who).get(page))
    Order.objects.filter(pk=submitted.pk).update(state="accepted")
    assert submitted.number not in text(browser(admin).get(page))


def test_the_clock_brings_a_late_order_to_the_office(submitted: Order, admin: Person) -> None:
    reminding.remind(submitted.pk, local(20, 9))
    assert [one.pk for one in overseeing.late_of(admin, Filter("late"))] == [submitted.pk]
    assert overseeing.counts(admin)["late"] == 1


def test_the_authority_hears_of_what_was_taken_to_it(complained: Complaint, customer: Person, judge: Person) -> None:
    rating.escalate_complaint(complained, actor=customer, now=LATER)
    assert judge.notices.get(kind="order-office").subject.startswith("投诉转到主管部门")


def test_programs_read_the_same_list(complained: Complaint, admin: Person, outsider: Person) -> None:
    place = "/api/v1/complaints?state=open"
    one = browser(admin).get(place).json()["items"][0]
    assert (one["order"], one["state"], one["mine"]) == (complained.order.number, "open", False)
    assert browser(outsider).get(place).json()["items"] == []


def test_a_long_list_asks_few_questions(
    complained: Complaint, second: Complaint, admin: Person, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    client = browser(admin)
    client.get(HERE)
    with django_assert_max_num_queries(18):
        client.get(HERE)
