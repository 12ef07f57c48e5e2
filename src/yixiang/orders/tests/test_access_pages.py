"""The doors of fair access: each page opens for whom it is for, does what its button says and keeps what was typed."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from yixiang.catalogue.models import Instrument
from yixiang.orders.commands import answering, drawing, moving, placing, qualifying, queueing
from yixiang.orders.models import Draw, Fault, Manners, Mark, Order, Qualification, Terms, Waiting
from yixiang.orders.tests.conftest import NOW, belong, browser, local, text, wish
from yixiang.orders.tests.test_queueing import fill, lot, opened
from yixiang.people.models import Person
from yixiang.units.models import Unit

TABS = ("terms", "qualified", "queue", "faults", "own")


@pytest.fixture(autouse=True)
def _then(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    for door in ("running", "access", "manners"):
        monkeypatch.setattr(f"yixiang.orders.pages.{door}.timezone.now", lambda: now)


def beside(one: Instrument, name: str, *more: Any) -> str:
    return reverse(f"orders:{name}", args=[one.code, *more])


@pytest.mark.parametrize("name", TABS)
def test_pages_beside_an_instrument_are_for_who_runs_it(
    name: str, sem: Instrument, admin: Person, customer: Person, outsider: Person
) -> None:
    assert browser(admin).get(beside(sem, name)).status_code == 200
    for other in (customer, outsider):
        assert browser(other).get(beside(sem, name)).status_code == 404


def test_the_tabs_lead_to_them_from_the_other_pages_of_the_instrument(sem: Instrument, admin: Person) -> None:
    page = text(browser(admin).get(reverse("catalogue:hours", args=[sem.code])))
    assert beside(sem, "terms") in page
    assert beside(sem, "faults") in page
    assert beside(sem, "own") in page


def test_terms_are_saved_and_wrong_ones_come_back_with_what_was_typed(sem: Instrument, admin: Person) -> None:
    data = {"level": "working", "staffed_from": "08:30", "staffed_to": "17:30", "person_hours": "20",
            "cancel_hours": "48", "offer_hours": "6", "queue": "on", "auto_accept": "on"}  # fmt: skip
    assert browser(admin).post(beside(sem, "terms"), data).status_code == 302
    set_ = Terms.objects.get(instrument=sem)
    assert (set_.level, set_.staffed_from, set_.person_hours, set_.auto_accept) == ("working", 510, 20, True)
    wrong = browser(admin).post(beside(sem, "terms"), {**data, "person_hours": "200", "cancel_hours": "33"})
    assert wrong.status_code == 422
    assert 'value="33"' in text(wrong)


def test_a_request_for_training_is_answered_on_a_page_of_its_own(
    sem: Instrument, customer: Person, admin: Person
) -> None:
    client = browser(customer)
    client.post(reverse("orders:ask-training", args=[sem.code]), {"words": "想学能谱"})
    found = Qualification.objects.get()
    assert "想学能谱" in text(browser(admin).get(beside(sem, "qualified")))
    place = beside(sem, "qualification", found.pk)
    browser(admin).post(place, {"do": "invite", "at": "2026-03-05T14:00", "place": "A 楼 101"})
    assert "A 楼 101" in text(client.get("/desk/access/"))
    browser(admin).post(place, {"do": "grant", "level": "any"})
    assert browser(admin).post(place, {"do": "withdraw", "note": ""}).status_code == 422
    browser(admin).post(place, {"do": "withdraw", "note": "设备更新，须重新培训"})
    found.refresh_from_db()
    assert (found.state, found.level) == ("withdrawn", "any")
    assert browser(admin).post(place, {"do": "fly"}).status_code == 404


def test_only_people_one_knows_can_be_given_a_qualification(
    sem: Instrument, admin: Person, customer: Person, outsider: Person, submitted: Order
) -> None:
    client = browser(admin)
    client.post(beside(sem, "qualified"), {"person": customer.pk, "level": "working"})
    client.post(beside(sem, "qualified"), {"person": outsider.pk, "level": "working"})
    assert [one.person for one in Qualification.objects.all()] == [customer]


def test_waiting_begins_and_ends_on_pages(sem: Instrument, customer: Person, admin: Person, firm: Unit,
                                          person: Callable[..., Person]) -> None:  # fmt: skip
    client, place = browser(customer), reverse("orders:wait", args=[sem.code])
    typed = {"first_day": "2026-03-03", "last_day": "2026-03-03", "minutes": "120", "way": "entrusted",
             "content": "断口形貌", "contact_phone": "13800138000"}  # fmt: skip
    free = client.post(place, typed)
    assert "现在就有空闲" in text(free)
    assert "start=2026-03-03T" in text(free)
    third = person("zhao")
    belong(third, firm)
    order = answering.accept(fill(sem, third, 3), actor=admin, now=NOW)
    assert client.post(place, typed).status_code == 302
    moving.cancel(order, actor=third, now=NOW)
    queueing.offer_next(sem.pk, now=NOW)
    waiting = Waiting.objects.get()
    assert "就约这个时间" in text(client.get("/desk/access/"))
    act = reverse("orders:access-act", args=["waiting", waiting.pk, "take"])
    assert browser(third).post(act).status_code == 404
    done = client.post(act)
    assert done.headers["Location"] == reverse("orders:order", args=[Order.objects.get(person=customer).number])


@pytest.mark.parametrize("pair", [("waiting", "fly"), ("magic", "take"), ("qualification", "take")])
def test_what_is_no_step_is_no_page(pair: tuple[str, str], customer: Person) -> None:
    assert browser(customer).post(f"/desk/access/{pair[0]}/1/{pair[1]}/").status_code == 404


def test_a_draw_is_read_by_everybody_and_keeps_its_seed_until_it_is_over(
    sem: Instrument, customer: Person, admin: Person, db: None
) -> None:
    client = browser(admin)
    client.post(beside(sem, "queue"), {"starts": "2026-03-06T09:00", "ends": "2026-03-06T17:00",
        "closes_at": "2026-03-05T12:00", "most_minutes": "240"})  # fmt: skip
    draw = Draw.objects.get()
    place = reverse("orders:draw", args=[draw.code])
    assert draw.seed not in text(Client().get(place))
    assert draw.commitment in text(Client().get(place))
    typed = {"day": "2026-03-06", "begins": "09:00", "finishes": "13:00", "way": "entrusted", "content": "断口",
             "contact_phone": "13800138000"}  # fmt: skip
    assert browser(customer).post(place, {**typed, "second_day": "2026-03-06"}).status_code == 422
    assert browser(customer).post(place, typed).status_code == 302
    assert "/account/login/" in Client().post(place, typed).headers["Location"]
    drawing.draw_lots(draw.pk, now=local(5, 12))
    page = text(Client().get(place))
    assert draw.seed in page
    assert "中签（第一志愿）" in page
    assert customer.username not in page


def test_a_lot_can_be_taken_back_and_a_draw_called_off(sem: Instrument, customer: Person, admin: Person) -> None:
    draw = opened(sem, admin)
    lot(draw, customer)
    browser(customer).post(reverse("orders:draw", args=[draw.code]), {"do": "leave"})
    assert not draw.lots.exists()
    off = beside(sem, "draw-off", draw.code)
    assert browser(admin).post(off, {"note": ""}).status_code == 422
    browser(admin).post(off, {"note": "检修提前"})
    draw.refresh_from_db()
    assert draw.state == "cancelled"


def test_a_fault_is_reported_and_mended_on_one_page(accepted: Order, sem: Instrument, admin: Person) -> None:
    client = browser(admin)
    page = client.post(beside(sem, "faults"), {"words": "真空泵报警"}, follow=True)
    assert "通知了 1 张预约单" in text(page)
    assert accepted.number in text(page)
    client.post(beside(sem, "faults"), {"outcome": "换了泵油"})
    assert Fault.objects.get().mended_at is not None


def test_own_use_is_one_short_form(sem: Instrument, admin: Person) -> None:
    typed = {"day": "2026-03-01", "begins": "22:00", "finishes": "02:00", "purpose": "research", "content": "过夜采谱"}
    assert browser(admin).post(beside(sem, "own"), typed).status_code == 302
    line = Order.objects.get().lines.get()
    assert (line.starts, line.ends) == (local(1, 22), local(2, 2))
    wrong = browser(admin).post(beside(sem, "own"), {**typed, "content": ""})
    assert wrong.status_code == 422
    slip = browser(admin).post(beside(sem, "own"), {**typed, "begins": "12:00", "finishes": "11:30"})
    assert slip.status_code == 422
    assert Order.objects.count() == 1


def test_marks_are_appealed_against_and_decided_by_the_office(
    accepted: Order, customer: Person, admin: Person, unit: Unit, sem: Instrument
) -> None:
    office = browser(admin)
    rules = {"no_show_points": "10", "late_points": "4", "fade_days": "100", "limit": "10"}
    office.post(reverse("orders:appeals"), rules)
    assert Manners.objects.get(unit=unit).limit == 10
    assert office.post(reverse("orders:appeals"), {**rules, "fade_days": "0"}).status_code == 422
    moving.no_show(accepted, actor=admin, now=local(3, 13))
    mark = Mark.objects.get()
    client = browser(customer)
    assert "申诉" in text(client.get("/desk/access/"))
    client.post(reverse("orders:appeal", args=[mark.pk]), {"words": "我到了，楼门锁着"})
    assert "我到了，楼门锁着" in text(office.get(reverse("orders:appeals")))
    decide = reverse("orders:decide-appeal", args=[mark.pk])
    assert client.get(decide).status_code == 404
    office.post(decide, {"words": "监控属实", "do": "uphold"})
    mark.refresh_from_db()
    assert mark.appeal == "upheld"


def test_the_office_page_is_for_offices(customer: Person) -> None:
    assert browser(customer).get(reverse("orders:appeals")).status_code == 404


def test_an_office_whose_unit_provides_nothing_is_told_so(unit: Unit, admin: Person) -> None:
    """The menu leads every office there."""
    unit.provides, unit.uses = False, True
    unit.save(update_fields=["provides", "uses"])
    page = browser(admin).get(reverse("orders:appeals"))
    assert page.status_code == 200
    assert "没有提供仪器" in text(page)
    rules = {"no_show_points": "10", "late_points": "4", "fade_days": "100"}
    browser(admin).post(reverse("orders:appeals"), rules)
    assert not Manners.objects.exists()


def test_an_empty_page_of_access_says_what_belongs_there(customer: Person) -> None:
    assert "这里还没有内容" in text(browser(customer).get("/desk/access/"))


def test_everything_on_the_page_of_access_at_once_asks_few_questions(
    sem: Instrument, customer: Person, admin: Person, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    draw = opened(sem, admin)
    lot(draw, customer)
    qualifying.ask(sem, actor=customer, now=NOW)
    order = answering.accept(
        placing.place(actor=customer, wish=wish(sem, local(3, 9), local(3, 17)), now=NOW), actor=admin, now=NOW
    )
    moving.cancel(order, actor=customer, now=local(3, 8))
    client = browser(customer)
    client.get("/desk/access/")
    with django_assert_max_num_queries(14):
        page = text(client.get("/desk/access/"))
    assert "晚于时限取消" in page
