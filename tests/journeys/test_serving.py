"""A keeper's morning: the inbox, the board, the phone at the instrument, the results; and calendars that read along."""

import re
import urllib.error
import urllib.request
from collections.abc import Callable

import psycopg
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Installation
from tests.journeys.test_booking import submitted

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def accepted(open_page: Callable[..., Page]) -> tuple[str, Page]:
    """The number of an order the keeper took with one click in the inbox, and the keeper's page."""
    number, keeper = submitted(open_page("hn.user")), open_page("hn.keeper")
    row = keeper.locator(".inbox-orders .case", has=keeper.locator(f'a[href*="{number}"]'))
    row.get_by_role("button", name="受理").click()
    expect(keeper.locator("#messages")).to_contain_text(number)
    return number, keeper


def begun_by_now(installation: Installation, number: str) -> str:
    """Time passes: the booking is the one that is due. The code on the plate."""
    with psycopg.connect(installation.database, autocommit=True) as database:
        line, instrument, code = database.execute(
            "SELECT l.id, i.id, i.code FROM orders_line l JOIN orders_order o ON o.id = l.order_id"
            " JOIN catalogue_instrument i ON i.id = l.instrument_id WHERE o.number = %s",
            [number],
        ).fetchone() or ("", "", "")
        due = "now() - interval '5 minutes'", "now() + interval '2 hours'"
        here = f"instrument_id = %s AND span && tstzrange({due[0]}, {due[1]}) AND reference IS DISTINCT FROM %s"
        database.execute(f"DELETE FROM catalogue_hold WHERE {here}", [instrument, line])
        database.execute(f"UPDATE orders_line SET starts = {due[0]}, ends = {due[1]} WHERE id = %s", [line])
        database.execute(
            f"UPDATE catalogue_hold SET starts = {due[0]}, ends = {due[1]}, span = tstzrange({due[0]}, {due[1]})"
            " WHERE reference = %s AND kind = 'booking'",
            [line],
        )
    return str(code)


def test_from_the_inbox_over_the_board_and_the_plate_to_the_bill(
    open_page: Callable[..., Page], installation: Installation
) -> None:
    number, keeper = accepted(open_page)
    code = begun_by_now(installation, number)
    keeper.goto("/desk/board/")
    expect(keeper.locator(f'.board a[href*="{number}"]').first).to_contain_text("还没有开始")
    phone = open_page("hn.user", width=375, height=800)
    phone.goto(f"/q/{code}")
    for button in ("开始使用", "结束使用"):
        phone.get_by_role("link", name=button).click()
        phone.get_by_role("button", name=button).click()
        expect(phone.locator("#messages")).to_contain_text(f"已登记{button}")
    keeper.goto("/desk/board/")
    keeper.locator(f'.board a[href*="{number}"]').first.click()
    keeper.get_by_role("link", name="登记结果与费用").click()
    keeper.locator("main form button[type=submit]").first.click()
    expect(keeper.locator("h1")).to_contain_text("待结算")


def test_a_quote_takes_two_clicks_from_the_inbox(open_page: Callable[..., Page]) -> None:
    number, keeper = submitted(open_page("hn.user")), open_page("hn.keeper")
    row = keeper.locator(".inbox-orders .case", has=keeper.locator(f'a[href*="{number}"]'))
    row.get_by_role("link", name="报价").click()  # one
    keeper.locator("main input[name^=running-]").first.fill("860")
    keeper.locator("main form button[type=submit]").first.click()  # two
    expect(keeper.locator("h1")).to_contain_text("待确认报价")


def test_the_board_is_a_list_on_a_phone_and_works_without_script(open_page: Callable[..., Page]) -> None:
    page = open_page("hn.keeper", width=375, javascript=False)
    page.goto("/desk/board/?view=week")
    page.get_by_role("link", name="前一周").click()
    expect(page.locator(".agenda").first).to_be_visible()
    expect(page.locator(".board")).to_be_hidden()
    page.locator(".agenda a.slot").first.click()
    expect(page.locator("h1")).to_be_visible()


def test_a_calendar_program_reads_the_address_until_it_is_switched_off(open_page: Callable[..., Page]) -> None:
    page = open_page("hn.keeper")
    page.goto("/desk/feeds/")
    page.get_by_role("button", name="生成地址").first.click()
    address = page.locator(".feed-address code").inner_text()
    with urllib.request.urlopen(address, timeout=10) as answer:
        assert answer.headers["Content-Type"].startswith("text/calendar")
        assert re.match(rb"BEGIN:VCALENDAR\r\n.*BEGIN:VEVENT", answer.read(), re.DOTALL)
    page.goto("/desk/feeds/")
    expect(page.locator("main")).not_to_contain_text(address)
    page.get_by_role("button", name="停用").first.click()
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(address, timeout=10)
