from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yixiang.catalogue.commands import timing
from yixiang.catalogue.models import Instrument
from yixiang.catalogue.tests.conftest import keeping
from yixiang.orders.commands import answering, drafting, placing, recording
from yixiang.orders.models import Order
from yixiang.orders.rules import board
from yixiang.orders.rules.board import Cell, Taken
from yixiang.orders.tests.conftest import (
    MakeInstrument,
    browser,
    line_of,
    local,
    priced,
    samples_wish,
    text,
    wish,
)
from yixiang.people.models import Person

MakePerson = Callable[..., Person]
THE_DAY = "/desk/board/?day=2026-03-03"
NINE_TO_FIVE = [(9 * 60, 17 * 60)]


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, now: datetime) -> list[datetime]:
    at = [now]
    monkeypatch.setattr("yixiang.orders.pages.board.timezone.now", lambda: at[0])
    return at


def kinds(cells: list[Cell]) -> list[tuple[str, int]]:
    return [(cell.kind, cell.span * board.GRAIN) for cell in cells]


def test_a_row_is_closed_open_and_taken_in_turn() -> None:
    cells = board.row([Taken(10 * 60, 12 * 60, "x")], NINE_TO_FIVE, (8, 20))
    assert kinds(cells) == [("closed", 60), ("open", 60), ("taken", 120), ("open", 300), ("closed", 180)]


@pytest.mark.parametrize(
    "taken",
    [
        [],
        [Taken(0, 1440, "")],
        [Taken(601, 602, ""), Taken(602, 603, ""), Taken(603, 604, "")],
        [Taken(0, 481, ""), Taken(1199, 1440, "")],
        [Taken(540, 600, ""), Taken(600, 660, "")],
    ],
)
def test_a_row_is_always_as_wide_as_the_hours_shown(taken: list[Taken]) -> None:
    cells = board.row(taken, NINE_TO_FIVE, (8, 20))
    assert sum(cell.span for cell in cells) == 12 * board.HOUR
    assert all(cell.span > 0 for cell in cells)


@pytest.mark.parametrize(
    ("stretches", "hours"),
    [
        ([], (8, 20)),
        ([(540, 1020)], (8, 20)),
        ([(419, 430)], (6, 20)),
        ([(600, 1201)], (8, 21)),
        ([(0, 1440)], (0, 24)),
    ],
)
def test_the_hours_shown_hold_everything(stretches: list[tuple[int, int]], hours: tuple[int, int]) -> None:
    assert board.hours_shown(stretches) == hours


def test_a_keeper_sees_who_comes_and_a_click_opens_the_order(accepted: Order, admin: Person) -> None:
    page = text(browser(admin).get(THE_DAY))
    assert f'href="/desk/orders/{accepted.number}/"' in page
    assert "10:00–12:00" in page
    assert "王芳" in page
    assert "待测试" in page


def test_the_week_shows_the_same_by_days(accepted: Order, admin: Person) -> None:
    page = text(browser(admin).get(f"{THE_DAY}&view=week"))
    assert "03-02" in page
    assert "03-08" in page
    assert accepted.number in page


def test_downtime_stands_on_the_board_with_its_reason(sem: Instrument, admin: Person, now: datetime) -> None:
    timing.hold(sem, kind="downtime", starts=local(3, 9), ends=local(3, 11), note="换灯丝", actor=admin, now=now)
    page = text(browser(admin).get(THE_DAY))
    assert "维护停机" in page
    assert "换灯丝" in page


@pytest.mark.parametrize(
    ("at", "said"),
    [(local(3, 9), "slot-ahead"), (local(3, 11), "还没有开始"), (local(3, 13), "待登记结果")],
)
def test_the_state_follows_the_clock(
    accepted: Order, admin: Person, clock: list[datetime], at: datetime, said: str
) -> None:
    clock[0] = at
    assert said in text(browser(admin).get(THE_DAY)).split('class="legend"')[0]


def test_what_runs_now_is_said_to_run(accepted: Order, admin: Person, clock: list[datetime]) -> None:
    clock[0] = local(3, 11)
    recording.check_in(line_of(accepted), actor=admin, now=local(3, 10))
    page = text(browser(admin).get("/desk/board/"))
    assert "使用中" in page.split('class="legend"')[0]
    assert 'class="board-now"' in page


def test_another_day_has_no_line_of_now(sem: Instrument, admin: Person) -> None:
    assert 'class="board-now"' in text(browser(admin).get("/desk/board/"))
    assert 'class="board-now"' not in text(browser(admin).get(THE_DAY))


def test_samples_without_a_time_wait_in_a_strip(
    sem: Instrument, customer: Person, admin: Person, now: datetime
) -> None:
    order = placing.submit(drafting.start(actor=customer, wish=samples_wish(sem), now=now), actor=customer, now=now)
    assert "没有定时间" not in text(browser(admin).get("/desk/board/"))
    answering.accept(order, actor=admin, now=now)
    page = text(browser(admin).get("/desk/board/"))
    assert "没有定时间" in page
    assert "3 个样品" in page


def test_a_keeper_sees_the_own_instruments_and_a_stranger_none(
    sem: Instrument, instrument: MakeInstrument, person: MakePerson, customer: Person
) -> None:
    sem.keepers.create(name="李工", added_at=local(1, 9))
    instrument(name="别人的质谱")
    page = text(browser(keeping(person("li"), sem)).get("/desk/board/"))
    assert "场发射扫描电镜" in page
    assert "别人的质谱" not in page
    assert "还没有您负责的仪器" in text(browser(customer).get("/desk/board/"))


def test_one_instrument_can_be_chosen(sem: Instrument, instrument: MakeInstrument, admin: Person) -> None:
    other = instrument(name="质谱")
    table = text(browser(admin).get(f"/desk/board/?instrument={other.code}")).split("<tbody>")[1]
    assert "质谱" in table
    assert "场发射扫描电镜" not in table


@pytest.mark.parametrize(
    "query",
    [
        "day=soon",
        "day=9999-12-31",
        "day=0001-01-01",
        "view=year",
        "sub=-1",
        "sub=" + "9" * 40,
        "page=x",
        "instrument=%00",
    ],
)
def test_what_cannot_be_read_shows_today(query: str, sem: Instrument, admin: Person) -> None:
    assert browser(admin).get(f"/desk/board/?{query}").status_code == 200


def count(who: Person, address: str) -> int:
    client = browser(who)
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as found:
        client.get(address)
    return len(found)


def test_the_board_costs_the_same_for_one_instrument_and_for_many(
    accepted: Order, instrument: MakeInstrument, customer: Person, admin: Person, now: datetime
) -> None:
    one = count(admin, THE_DAY)
    for number in range(4):
        other = priced(instrument(name=f"质谱 {number}"))
        asked = drafting.start(actor=customer, wish=wish(other, local(3, 9), local(3, 9) + timedelta(hours=2)), now=now)
        placing.submit(asked, actor=customer, now=now)
    assert count(admin, THE_DAY) == one
    assert one - count(admin, "/desk/notices/") <= 12
