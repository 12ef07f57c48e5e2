import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from yixiang.catalogue.commands import timing
from yixiang.catalogue.models import Instrument
from yixiang.catalogue.tests.conftest import keeping
from yixiang.kernel.errors import NotPermitted, Unseen
from yixiang.orders.commands import feeding, moving
from yixiang.orders.commands.moving import NewTime
from yixiang.orders.models import Feed, Order
from yixiang.orders.rules import icalendar
from yixiang.orders.rules.icalendar import Event
from yixiang.orders.tests.conftest import MakeInstrument, browser, fresh, line_of, local, text
from yixiang.orders.tests.reading import read, unfolded
from yixiang.people.models import Person
from yixiang.units.models import Membership, Unit

MakePerson = Callable[..., Person]


@pytest.fixture(autouse=True)
def _then(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr("yixiang.orders.pages.feeds.timezone.now", lambda: now)


def address(who: Person, now: datetime, **of: Any) -> str:
    return f"/calendars/{feeding.open_feed(actor=who, now=now, **of)[1]}.ics"


def events(path: str) -> list[dict[str, str]]:
    answer = Client().get(path)
    assert answer.status_code == 200
    return read(answer.content)[1]


@pytest.mark.parametrize(
    "words", ["场发射扫描电子显微镜与能谱联用系统" * 9, "a" * 200, "é" * 80, "🔬" * 40, "a" * 67 + "镜"]
)
def test_long_lines_fold_between_characters_and_read_back_whole(words: str) -> None:
    event = Event("1", local(3, 10), local(3, 12), local(2, 9), 1, "CONFIRMED", words)
    content = icalendar.calendar("试", [event])
    assert read(content)[1][0]["SUMMARY"] == words


@pytest.mark.parametrize("words", ["一;二,三\\四", "两\n行", "BEGIN:VEVENT\r\nX:1", "\\n", "钟\x07\x00"])
def test_what_would_end_a_value_is_escaped(words: str) -> None:
    event = Event("1", local(3, 10), local(3, 12), local(2, 9), 1, "CONFIRMED", "题", words=words)
    wanted = re.sub(r"[\x00\x07]", "", words.replace("\r\n", "\n"))
    assert [one["DESCRIPTION"] for one in read(icalendar.calendar("试", [event]))[1]] == [wanted]


def test_a_line_of_exactly_75_octets_is_left_alone() -> None:
    assert icalendar.folded("X:" + "a" * 73).count(b"\r\n") == 1
    assert icalendar.folded("X:" + "a" * 74).count(b"\r\n") == 2


def test_a_customer_reads_the_time_place_and_state_of_a_booking(
    submitted: Order, customer: Person, now: datetime
) -> None:
    (event,) = events(address(customer, now))
    assert (event["DTSTART"], event["DTEND"]) == ("20260303T020000Z", "20260303T040000Z")
    assert (event["STATUS"], event["SUMMARY"]) == ("TENTATIVE", "场发射扫描电镜 · 待受理")
    assert submitted.number in event["URL"]


def test_a_keeper_reads_who_comes_but_no_telephone(
    accepted: Order, sem: Instrument, person: MakePerson, now: datetime
) -> None:
    keeper = keeping_of(sem, person)
    path = address(keeper, now)
    (event,) = events(path)
    assert (event["STATUS"], event["SUMMARY"]) == ("CONFIRMED", "场发射扫描电镜 · 王芳（湘江材料科技有限公司）")
    assert "13800138000" not in "".join(unfolded(Client().get(path).content))


def keeping_of(sem: Instrument, person: MakePerson) -> Person:
    sem.keepers.create(name="李工", added_at=local(1, 9))
    return keeping(person("li"), sem)


def test_another_time_is_the_same_event_with_a_higher_sequence(
    accepted: Order, customer: Person, admin: Person, now: datetime
) -> None:
    path = address(customer, now)
    (before,) = events(path)
    times = [NewTime(line_of(accepted).pk, local(4, 14), local(4, 15))]
    moving.shift(fresh(accepted), times, actor=admin, now=now, note="校准")
    (after,) = events(path)
    assert after["UID"] == before["UID"]
    assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])
    assert after["DTSTART"] == "20260304T060000Z"


def test_what_was_cancelled_is_said_to_be_so_for_a_month(
    accepted: Order, customer: Person, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = address(customer, now)
    moving.cancel(accepted, actor=customer, now=now)
    (event,) = events(path)
    assert (event["STATUS"], event["TRANSP"]) == ("CANCELLED", "TRANSPARENT")
    monkeypatch.setattr("yixiang.orders.pages.feeds.timezone.now", lambda: now + timedelta(days=31))
    assert events(path) == []


def test_a_draft_is_in_no_calendar(draft: Order, customer: Person, now: datetime) -> None:
    assert events(address(customer, now)) == []


def test_downtime_of_an_instrument_is_in_its_calendar(sem: Instrument, admin: Person, now: datetime) -> None:
    timing.hold(sem, kind="downtime", starts=local(5, 9), ends=local(5, 12), note="换灯丝", actor=admin, now=now)
    (event,) = events(address(admin, now, instrument=sem))
    assert (event["SUMMARY"], event["DESCRIPTION"]) == ("场发射扫描电镜 · 维护停机", "换灯丝")


def test_a_calendar_of_a_unit_holds_its_instruments_and_no_others(
    accepted: Order, admin: Person, outsider: Person, unit: Unit, now: datetime
) -> None:
    assert len(events(address(admin, now, unit=unit))) == 1
    with pytest.raises(Unseen):
        feeding.open_feed(actor=outsider, now=now, unit=unit)


def test_whoever_left_the_unit_reads_nothing_of_it(
    accepted: Order, sem: Instrument, person: MakePerson, now: datetime
) -> None:
    keeper = keeping_of(sem, person)
    paths = [address(keeper, now), address(keeper, now, instrument=sem)]
    assert [len(events(path)) for path in paths] == [1, 1]
    Membership.objects.filter(person=keeper).update(state="released")
    assert [events(path) for path in paths] == [[], []]


def test_a_customer_who_left_the_unit_reads_nothing_of_its_orders(
    accepted: Order, customer: Person, now: datetime
) -> None:
    path = address(customer, now)
    Membership.objects.filter(person=customer).update(state="released")
    assert events(path) == []


def test_a_stranger_gets_no_calendar_of_an_instrument(sem: Instrument, customer: Person, now: datetime) -> None:
    with pytest.raises(Unseen):
        feeding.open_feed(actor=customer, now=now, instrument=sem)


def test_a_new_address_ends_the_old_one_and_a_revoked_one_is_gone(customer: Person, now: datetime) -> None:
    old, new = address(customer, now), address(customer, now)
    assert Client().get(old).status_code == 404
    assert Client().get(new).status_code == 200
    feeding.revoke_feed(Feed.objects.get(revoked_at=None).pk, actor=customer, now=now)
    assert Client().get(new).status_code == 404


@pytest.mark.parametrize("secret", ["x", "..", "镜", "a" * 300, "%00"])
def test_a_wrong_address_does_not_exist(secret: str, db: None) -> None:
    assert Client().get(f"/calendars/{secret}.ics").status_code == 404


def test_somebody_who_was_stopped_reads_nothing(customer: Person, now: datetime) -> None:
    path = address(customer, now)
    Person.objects.filter(pk=customer.pk).update(is_active=False)
    assert Client().get(path).status_code == 404


def test_the_secret_is_kept_nowhere(customer: Person, now: datetime) -> None:
    feed, secret = feeding.open_feed(actor=customer, now=now)
    assert len(secret) >= 40
    assert secret not in str(Feed.objects.filter(pk=feed.pk).values())


def test_a_token_makes_no_address(customer: Person, now: datetime) -> None:
    customer.token_permissions = frozenset()  # type: ignore[attr-defined]
    with pytest.raises(NotPermitted):
        feeding.open_feed(actor=customer, now=now)


def test_nobody_revokes_the_address_of_another(customer: Person, admin: Person, now: datetime) -> None:
    feed, _secret = feeding.open_feed(actor=customer, now=now)
    assert browser(admin).post(f"/desk/feeds/{feed.pk}/revoke/").status_code == 404
    assert Feed.objects.get().revoked_at is None


def test_what_has_not_changed_is_not_sent_again(
    submitted: Order, customer: Person, admin: Person, now: datetime
) -> None:
    path, client = address(customer, now), Client()
    first = client.get(path)
    assert first.headers["Content-Type"] == "text/calendar; charset=utf-8"
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    moving.withdraw(submitted, actor=customer, now=now)
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_reading_costs_the_same_for_one_booking_and_for_many(
    accepted: Order,
    sem: Instrument,
    admin: Person,
    now: datetime,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    path = address(admin, now, instrument=sem)
    Client().get(path)
    with django_assert_max_num_queries(4):
        Client().get(path)


def test_the_page_shows_the_address_once(customer: Person, sem: Instrument) -> None:
    client = browser(customer)
    shown = text(client.post("/desk/feeds/", {"of": "person"}))
    found = re.search(r"/calendars/[\w-]{43}\.ics", shown)
    assert found
    assert Client().get(found.group()).status_code == 200
    assert "webcal://" in shown
    assert "/calendars/" not in text(client.get("/desk/feeds/"))


@pytest.mark.parametrize(
    "of", ["", "instrument:nothing", "instrument:\x00", "unit:0", "unit:x", "unit:" + "9" * 30, "magic"]
)
def test_what_cannot_be_subscribed_to_is_refused(of: str, customer: Person) -> None:
    assert browser(customer).post("/desk/feeds/", {"of": of}).status_code == 422
    assert not Feed.objects.exists()


def test_the_calendar_says_its_name_and_when_to_look_again(customer: Person, now: datetime) -> None:
    head, _events = read(Client().get(address(customer, now)).content)
    assert head["X-WR-CALNAME"] == "仪享 · 我的预约"
    assert head["REFRESH-INTERVAL"] == "PT30M"
    assert icalendar.utc(datetime(2026, 3, 2, 2, tzinfo=UTC)) == "20260302T020000Z"


def test_two_instruments_have_two_addresses(
    sem: Instrument, instrument: MakeInstrument, admin: Person, now: datetime
) -> None:
    one, other = address(admin, now, instrument=sem), address(admin, now, instrument=instrument(name="透射电镜"))
    assert [Client().get(path).status_code for path in (one, other)] == [200, 200]
