from collections.abc import Callable
from decimal import Decimal

import pytest

from yixiang.catalogue.models import Instrument
from yixiang.orders.commands import answering, drafting, moving, placing
from yixiang.orders.commands.moving import NewTime
from yixiang.orders.models import Line, Order
from yixiang.orders.queries import orders
from yixiang.orders.queries.substitutes import substitutes_for
from yixiang.orders.tests.conftest import (
    NOW,
    MakeInstrument,
    browser,
    fresh,
    joined_unit,
    line_of,
    local,
    priced,
    text,
    wish,
)
from yixiang.people.models import Person


def test_a_list_that_was_loaded_before_a_change_accepts_nothing(
    submitted: Order, customer: Person, admin: Person
) -> None:
    seen = submitted.ticket
    moved = NewTime(line_of(submitted).pk, local(4, 10), local(4, 12))
    moving.reschedule(submitted, [moved], actor=customer, now=NOW)
    page = text(browser(admin).post("/desk/serving/accept/", {"chosen": [seen]}, follow=True))
    assert fresh(submitted).state == "submitted"
    assert "刚刚有了变化" in page


@pytest.mark.parametrize("typed", ["", "7", "7:", ":1", "7:1:1", "a:b", "９:１", "1" * 30 + ":1", "7:-1", "0:0"])
def test_what_is_no_ticket_chooses_nothing(typed: str, submitted: Order, admin: Person) -> None:
    answer = browser(admin).post("/desk/serving/accept/", {"chosen": [typed]}, follow=True)
    assert "没有选中任何预约单" in text(answer)
    assert fresh(submitted).state == "submitted"


def test_an_offer_waits_for_the_customer_and_not_in_the_queue_of_the_provider(submitted: Order, admin: Person) -> None:
    answering.quote(submitted, actor=admin, amounts={line_of(submitted).pk: {"running": Decimal(500)}}, now=NOW)
    found = orders.counts(admin, "provider", now=NOW)
    assert (found["answer"], found["quoted"], found["open"]) == (0, 1, 1)


def test_the_tabs_count_all_queues_in_one_question(
    submitted: Order, admin: Person, django_assert_num_queries: Callable[[int], object]
) -> None:
    orders.counts(admin, "provider", now=NOW)
    with django_assert_num_queries(3):  # the grants, the sub-units, the count
        orders.counts(Person.objects.get(pk=admin.pk), "provider", now=NOW)


def test_what_serves_is_filtered_by_instrument(
    submitted: Order, sem: Instrument, instrument: MakeInstrument, customer: Person, admin: Person
) -> None:
    other = placing.place(actor=customer, wish=wish(priced(instrument(name="X 射线衍射仪"))), now=NOW)
    page = text(browser(admin).get(f"/desk/serving/?instrument={sem.code}"))
    assert f'<option value="{sem.code}" selected>' in page
    assert submitted.number in page
    assert other.number not in page


def test_the_nearest_are_offered_instead_however_many_are_free_earlier(
    submitted: Order, instrument: MakeInstrument
) -> None:
    """Ninety elsewhere that are free at once do not hide the one next door that is free tomorrow."""
    far = joined_unit("湘江上游研究所", "371000")
    for n in range(90):
        made = instrument(name=f"远处 {n}")
        Instrument.objects.filter(pk=made.pk).update(unit=far, region="371002", first_free=local(2, 11))
    near = instrument(name="隔壁的电镜")
    Instrument.objects.filter(pk=near.pk).update(first_free=local(4, 9))
    assert substitutes_for(submitted)[0] == near


def test_more_bookings_than_the_inbox_shows_are_one_click_away(
    submitted: Order, sem: Instrument, customer: Person, admin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    placing.submit(
        drafting.start(actor=customer, wish=wish(sem, local(4, 10), local(4, 12)), now=NOW), actor=customer, now=NOW
    )
    monkeypatch.setattr("yixiang.portal.pages.desk.ORDERS", 1)
    page = text(browser(admin).get("/desk/"))
    assert "还有 1 张，全部列出" in page
    assert page.count("待受理的预约") == 1


def test_a_stretch_over_midnight_names_its_last_day() -> None:
    line = Line(starts=local(3, 22), ends=local(4, 6))
    said_of = orders.said_of
    assert (said_of(line), said_of(Line())) == ("03-03 22:00–03-04 06:00", "送样")
    assert said_of(line, year=True) == "2026-03-03 22:00–2026-03-04 06:00"
