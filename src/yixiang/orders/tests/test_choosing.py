"""The calendar one chooses a time on."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from yixiang.catalogue.models import Hold, Instrument, OpeningHours
from yixiang.orders.models import Order
from yixiang.orders.queries import choosing
from yixiang.orders.tests.conftest import MakeInstrument, browser, local, text
from yixiang.people.models import Person

MONDAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _then(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr("yixiang.orders.pages.asking.timezone.now", lambda: now)


@pytest.fixture
def client(customer: Person) -> Client:
    return browser(customer)


def shown(one: Instrument, *others: Instrument, now: datetime, **data: str) -> list[choosing.Grid]:
    instruments = {f"line-{place}": each for place, each in enumerate([one, *others])}
    return list(choosing.calendar(data, instruments, now=now).grids)


def stopped(one: Instrument, starts: datetime, ends: datetime, *, after: int = 0) -> None:
    """Out of use, and kept free a while longer."""
    span = (starts, ends + timedelta(minutes=after))
    Hold.objects.create(instrument=one, kind="downtime", starts=starts, ends=ends, span=span)


def test_a_week_of_one_has_a_column_for_each_day(sem: Instrument, now: datetime) -> None:
    (grid,) = shown(sem, now=now)
    assert [column.day for column in grid.columns] == [MONDAY + timedelta(days=n) for n in range(7)]
    assert {column.key for column in grid.columns} == {"line-0"}
    assert not grid.empty


def test_several_stand_beside_each_other_on_one_day(instrument: MakeInstrument, now: datetime) -> None:
    one, other, samples = instrument(), instrument(), instrument(booking_mode="samples")
    (grid,) = shown(one, samples, other, now=now, **{"from": "2026-03-03"})
    assert [(column.key, column.instrument, column.day) for column in grid.columns] == [
        ("line-0", one, date(2026, 3, 3)),
        ("line-2", other, date(2026, 3, 3)),
    ]
    weeks = shown(one, samples, other, now=now, view="week")
    assert [{column.key for column in week.columns} for week in weeks] == [{"line-0"}, {"line-2"}]


def test_many_take_as_many_questions_as_one(
    instrument: MakeInstrument, now: datetime, django_assert_num_queries: Callable[..., Any]
) -> None:
    many = [instrument() for _n in range(4)]
    for some in (many[:1], many):
        with django_assert_num_queries(5):
            shown(*some, now=now)


def test_what_is_taken_is_shown_without_its_buffers_and_can_not_be_chosen(sem: Instrument, now: datetime) -> None:
    sem.buffer_after = 30
    sem.save()
    stopped(sem, local(3, 10), local(3, 12), after=30)
    column = shown(sem, now=now)[0].columns[1]
    assert column.taken == [(600, 720)]
    assert all(offer.high <= 600 - 30 or offer.low >= 720 + 30 for offer in column.offers)


def test_a_stretch_over_midnight_is_shown_on_both_days(sem: Instrument, now: datetime) -> None:
    sem.opening_hours.all().delete()
    for weekday in range(7):
        OpeningHours.objects.create(instrument=sem, weekday=weekday, opens=0, closes=1440)
    stopped(sem, local(3, 22), local(4, 2))
    (grid,) = shown(sem, now=now)
    assert grid.hours == (0, 24)
    assert [column.taken for column in grid.columns[1:3]] == [[(1320, 1440)], [(0, 120)]]
    assert (grid.columns[1].offers[-1].high, grid.columns[2].offers[0].low) == (1320, 120)
    assert (grid.share(0), grid.share(720), grid.share(1440)) == (0, 50, 100)


@pytest.mark.parametrize("typed", ["", "soon", "2026-13-40", "1900-01-01", "9999-12-31", "0001-01-01", "2026-03-01"])
def test_a_day_that_is_none_or_past_or_beyond_every_calendar_is_today(
    typed: str, sem: Instrument, now: datetime
) -> None:
    assert choosing.wanted_from({"from": typed, "view": "year"}, [sem], now=now) == choosing.Wanted(MONDAY)


def test_what_is_busy_for_longer_begins_with_its_first_free_day(sem: Instrument, now: datetime) -> None:
    sem.first_free = local(19, 9)
    assert choosing.wanted_from({}, [sem], now=now).first == date(2026, 3, 19)


def test_a_week_without_room_says_where_there_is_some(client: Client, sem: Instrument) -> None:
    sem.first_free = local(3, 9)
    sem.save()
    page = text(client.get(f"/desk/orders/new/?instrument={sem.code}&from=2028-01-03"))
    assert "这些天没有可以约的时间" in page
    assert "2026-03-03 09:00" in page


def test_one_that_was_stopped_has_no_calendar(client: Client, sem: Instrument) -> None:
    Instrument.objects.filter(pk=sem.pk).update(state="stopped")
    page = text(client.get(f"/desk/orders/new/?instrument={sem.code}"))
    assert "现在不能按时间预约" in page
    assert "<svg role=" not in page


def test_every_stretch_is_a_link_that_fills_the_form(client: Client, sem: Instrument) -> None:
    page = text(client.get(f"/desk/orders/new/?instrument={sem.code}"))
    links = re.findall(r'<a href="([^"]+)#line-0" data-slot="line-0"', page)
    assert links
    filled = text(client.get(links[-1].replace("&amp;", "&")))
    assert re.search(r'name="line-0-begins" value="\d\d:\d\d"', filled)


def test_a_page_asked_for_anew_keeps_the_calendar_it_showed(client: Client, sem: Instrument) -> None:
    page = text(client.get(f"/desk/orders/new/?instrument={sem.code}&from=2026-03-09&view=day"))
    assert 'data-day="2026-03-09"' in page
    assert "from=2026-03-10&amp;view=day" in page
    assert "from=2026-03-08&amp;view=day" in page


def test_another_time_that_is_offered_can_be_taken_at_once(submitted: Order, sem: Instrument, client: Client) -> None:
    typed: dict[str, Any] = {
        "instrument": sem.code, "line-0-mode": "time", "line-0-day": "2026-03-03", "line-0-begins": "10:00",
        "line-0-finishes": "12:00",
    }  # fmt: skip
    page = text(client.post("/desk/orders/look/", typed))
    assert page.count('data-take="line-0"') == 3
    assert re.findall(r'data-day="2026-03-0\d" data-begins="\d\d:00" data-finishes="\d\d:00">3月\d日 周.', page)


def test_another_time_is_chosen_on_the_calendar_where_ones_own_counts_as_free(
    submitted: Order, client: Client, sem: Instrument, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    """Held from ten to twelve; half an hour later overlaps what one has oneself."""
    monkeypatch.setattr("yixiang.orders.pages.acting.timezone.now", lambda: now)
    line = submitted.lines.get()
    address = f"/desk/orders/{submitted.number}/do/reschedule/"
    page = text(client.get(address))
    assert 'data-day="2026-03-03"' in page
    assert "已占用 " not in page
    key = f"at-{line.pk}"
    whole_day = rf'<a href="([^"]+)#{key}" data-slot="{key}" data-low="540" data-high="1020" aria'
    link = re.findall(whole_day, page)[0]
    proposed = text(client.get(link.replace("&amp;", "&")))
    assert f'name="{key}-begins" value="09:00"' in proposed
    typed = {"day": "2026-03-03", "begins": "11:00", "finishes": "13:00"}
    data = {f"{key}-{name}": value for name, value in typed.items()}
    done = client.post(address, {**data, "version": submitted.version})
    assert done.status_code == 302, text(done)
    assert submitted.lines.get().starts == local(3, 11)
    assert Hold.objects.get().starts == local(3, 11)


def test_a_time_over_midnight_keeps_its_last_day(
    submitted: Order, client: Client, sem: Instrument, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    monkeypatch.setattr("yixiang.orders.pages.acting.timezone.now", lambda: now)
    submitted.lines.update(starts=local(3, 20), ends=local(4, 2))
    line = submitted.lines.get()
    page = text(client.get(f"/desk/orders/{submitted.number}/do/reschedule/"))
    assert f'name="at-{line.pk}-last_day" value="2026-03-04"' in page


def test_lines_keep_their_numbers_when_one_cannot_be_read(
    instrument: MakeInstrument, client: Client, make_typed: Callable[..., dict[str, Any]]
) -> None:
    page = text(client.post("/desk/orders/look/", make_typed(instrument(), instrument())))
    assert page.count('class="look') >= 2
    assert "12:00" in page


@pytest.fixture
def make_typed() -> Callable[..., dict[str, Any]]:
    """The day of the first line cannot be read; the second is complete."""

    def made(first: Instrument, second: Instrument) -> dict[str, Any]:
        return {
            "instrument": [first.code, second.code], "line-0-mode": "time", "line-0-day": "soon",
            "line-1-mode": "time", "line-1-day": "2026-03-03", "line-1-begins": "10:00", "line-1-finishes": "12:00",
        }  # fmt: skip

    return made
