from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from yixiang.catalogue.commands import timing
from yixiang.catalogue.models import Instrument
from yixiang.catalogue.tests.conftest import keeping
from yixiang.kernel.errors import WrongState
from yixiang.orders.commands import recording
from yixiang.orders.models import Line, Order
from yixiang.orders.rules import using
from yixiang.orders.tests.conftest import browser, line_of, local, text
from yixiang.people.models import Person
from yixiang.units.models import Membership

MakePerson = Callable[..., Person]
FORM = '<form class="form" method="post"'


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """Ten minutes before the booked time."""
    at = [local(3, 9, 50)]
    monkeypatch.setattr("yixiang.orders.pages.plate.timezone.now", lambda: at[0])
    return at


def plate(one: Instrument) -> str:
    return f"/q/{one.code}"


def step(order: Order, action: str) -> str:
    line = line_of(order)
    return f"/q/{line.instrument.code}/{line.pk}/{action}"


def again(order: Order) -> Line:
    return Line.objects.get(pk=line_of(order).pk)


def test_everybody_sees_what_it_is_and_nobody_who_is_there(accepted: Order, sem: Instrument) -> None:
    page = text(Client().get(plate(sem)))
    assert "场发射扫描电镜" in page
    assert "现在空闲" in page
    assert "登录后开始或结束使用" in page
    assert accepted.number not in page
    assert "王芳" not in page


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (local(3, 9, 30), "现在空闲"),
        (local(3, 10, 1), "已有预约"),
        (local(3, 18), "现在不开放"),
        (local(7, 10), "现在不开放"),
    ],
)
def test_the_state_follows_the_clock(
    at: datetime, said: str, accepted: Order, sem: Instrument, clock: list[datetime]
) -> None:
    clock[0] = at
    assert said in text(Client().get(plate(sem)))


def test_downtime_and_a_stopped_instrument_say_so(sem: Instrument, admin: Person, now: datetime) -> None:
    timing.hold(sem, kind="downtime", starts=local(3, 9), ends=local(3, 12), actor=admin, now=now)
    assert "维护停机" in text(Client().get(plate(sem)))
    Instrument.objects.filter(pk=sem.pk).update(state="stopped")
    page = text(Client().get(plate(sem)))
    assert "暂停服务" in page
    assert "/desk/orders/new/" not in page


def test_the_customer_begins_and_ends_with_a_page_between(
    accepted: Order, sem: Instrument, customer: Person, clock: list[datetime]
) -> None:
    client = browser(customer)
    assert step(accepted, "start") in text(client.get(plate(sem)))
    assert FORM in text(client.get(step(accepted, "start")))
    assert again(accepted).started_at is None
    assert client.post(step(accepted, "start")).headers["Location"] == plate(sem)
    clock[0] = local(3, 11, 20)
    client = browser(customer)  # the first session has ended meanwhile
    assert step(accepted, "stop") in text(client.get(plate(sem)))
    client.post(step(accepted, "stop"))
    assert again(accepted).measured_minutes == 90


def test_the_keeper_sees_who_comes_and_may_begin_for_them(accepted: Order, sem: Instrument, person: MakePerson) -> None:
    sem.keepers.create(name="李工", added_at=local(1, 9))
    client = browser(keeping(person("li"), sem))
    assert "王芳" in text(client.get(plate(sem)))
    client.post(step(accepted, "start"))
    assert again(accepted).started_at == local(3, 9, 50)


def test_too_early_is_told_on_the_plate_and_writes_nothing(
    accepted: Order, customer: Person, clock: list[datetime]
) -> None:
    clock[0] = local(3, 9)
    for ask in (browser(customer).get, browser(customer).post):
        answer = ask(step(accepted, "start"))
        assert answer.status_code == 409
        assert "最多提前 30 分钟" in text(answer)
    assert again(accepted).started_at is None


def test_too_late_sends_the_customer_to_the_keeper_who_may_still_put_it_down(
    accepted: Order, customer: Person, admin: Person, clock: list[datetime]
) -> None:
    clock[0] = local(3, 12, 30)
    answer = browser(customer).post(step(accepted, "start"))
    assert answer.status_code == 409
    assert "请联系机组" in text(answer)
    recording.check_in(line_of(accepted), actor=admin, now=clock[0])
    assert again(accepted).started_at == clock[0]


def test_somebody_else_is_told_kindly_that_it_is_not_theirs(accepted: Order, outsider: Person) -> None:
    for ask in (browser(outsider).get, browser(outsider).post):
        answer = ask(step(accepted, "start"))
        assert answer.status_code == 404
        assert "这不是您的预约" in text(answer)
    assert again(accepted).started_at is None


def test_whoever_left_the_unit_is_offered_nothing(accepted: Order, sem: Instrument, customer: Person) -> None:
    Membership.objects.filter(person=customer).update(state="released")
    client = browser(customer)
    assert step(accepted, "start") not in text(client.get(plate(sem)))
    assert client.post(step(accepted, "start")).status_code == 404


def test_a_visitor_signs_in_and_comes_back(accepted: Order) -> None:
    where = step(accepted, "start")
    assert Client().get(where).headers["Location"] == f"/account/login/?next={where}"


def test_the_line_of_another_instrument_is_not_begun_here(accepted: Order, customer: Person, sem: Instrument) -> None:
    wrong = f"/q/zzzzzzzzz/{line_of(accepted).pk}/start"
    assert browser(customer).post(wrong).status_code == 404
    assert browser(customer).get(f"/q/{sem.code}/{line_of(accepted).pk}/break").status_code == 404


def test_twice_is_said_once(accepted: Order, customer: Person) -> None:
    client = browser(customer)
    client.post(step(accepted, "start"))
    client.post(step(accepted, "start"))
    assert accepted.events.filter(action="check_in").count() == 1
    assert "不用再登记" in text(client.get(step(accepted, "start")))


def test_what_is_recorded_is_not_ended_afterwards(recorded: Order, customer: Person) -> None:
    Line.objects.filter(order=recorded).update(started_at=local(3, 10))
    with pytest.raises(WrongState):
        recording.check_out(line_of(recorded), actor=customer, now=local(3, 14))


def test_a_keeper_finds_what_still_has_to_be_recorded(
    accepted: Order, sem: Instrument, admin: Person, clock: list[datetime]
) -> None:
    clock[0] = local(4, 9)
    assert f"/desk/orders/{accepted.number}/do/record/" in text(browser(admin).get(plate(sem)))


def test_an_unknown_or_former_code_leads_to_the_page_that_explains(db: None) -> None:
    assert Client().get("/q/nothing22").headers["Location"] == "/instruments/nothing22/"


def test_a_code_typed_in_capitals_is_understood(sem: Instrument) -> None:
    assert Client().get(f"/q/{sem.code.upper()}").status_code == 200


def test_it_is_told_in_english_too(accepted: Order, sem: Instrument, customer: Person, clock: list[datetime]) -> None:
    clock[0] = local(3, 9)
    answer = browser(customer).get(f"/en{step(accepted, 'start')}")
    assert "use may begin at most 30 minutes" in text(answer)


def test_a_visitor_costs_few_reads(
    accepted: Order, sem: Instrument, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    Client().get(plate(sem))
    with django_assert_max_num_queries(6):
        Client().get(plate(sem))


@pytest.mark.parametrize(
    ("starts", "ends", "said"),
    [
        (local(3, 10), local(3, 12), "10:00–12:00"),
        (local(4, 10), local(4, 12), "03-04 10:00–12:00"),
        (local(3, 22), local(4, 2), "03-03 22:00 – 03-04 02:00"),
    ],
)
def test_a_span_names_the_day_only_where_it_is_another(starts: datetime, ends: datetime, said: str) -> None:
    assert using.span_words(starts, ends, local(3, 9)) == said


@pytest.mark.parametrize(
    ("minutes", "provider", "code"),
    [(-31, False, "too-early"), (-30, False, None), (119, False, None), (120, False, "too-late"), (120, True, None)],
)
def test_when_use_may_begin(minutes: int, provider: bool, code: str | None) -> None:
    starts, ends = local(3, 10), local(3, 12)
    at = starts + timedelta(minutes=minutes)
    found = using.begins(state="accepted", starts=starts, ends=ends, provider=provider, now=at)
    assert (found.code if found else None) == code
