"""Fair access in the browser: an offer taken, a training passed, a lot asked for, a fault seen by everybody booked."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_time_that_came_free_is_booked_with_one_click(open_page: Callable[..., Page]) -> None:
    page = open_page("sd.user", width=375)
    page.goto("/desk/access/")
    page.get_by_role("button", name="就约这个时间").click()
    expect(page.locator("h1")).to_contain_text("预约单")
    expect(page.locator("h1")).to_contain_text("待受理")
    page.goto("/desk/access/")
    expect(page.get_by_text("已预约")).to_be_visible()


def test_who_asked_for_a_training_is_qualified_by_the_keeper(open_page: Callable[..., Page]) -> None:
    keeper, user = open_page("sd.keeper"), open_page("sd.user")
    user.goto("/desk/access/")
    waiting = user.locator(".task", has_text="待安排培训")
    waiting.locator("a").first.click()
    code = re.search(r"/instruments/([^/]+)/", user.url)
    assert code
    keeper.goto(f"/desk/resources/{code[1]}/qualified/")
    keeper.get_by_role("link", name="办理").first.click()
    keeper.get_by_label("任何时间独立操作").check()
    keeper.get_by_role("button", name="授予").click()
    expect(keeper.locator("#messages")).to_contain_text("已办理")
    user.goto("/desk/access/")
    expect(user.locator(".task", has_text="任何时间独立操作")).to_contain_text("有效")


def test_a_lot_is_changed_until_the_end_and_the_seed_stays_hidden(open_page: Callable[..., Page]) -> None:
    page = open_page("sd.user")
    page.goto("/desk/access/")
    page.locator("section", has=page.get_by_role("heading", name="抽签")).locator("a").first.click()
    page.get_by_label("测试目的与要求").fill("改成截面观察，一共六个样。")
    page.get_by_role("button", name="保存修改").click()
    expect(page.locator("#messages")).to_contain_text("号签")
    expect(page.get_by_text("截止后公布", exact=True)).to_be_visible()
    expect(page.get_by_label("测试目的与要求")).to_have_value("改成截面观察，一共六个样。")


def test_a_fault_stops_the_instrument_for_everybody_and_ends(open_page: Callable[..., Page]) -> None:
    keeper, visitor = open_page("xc.keeper", width=375), open_page()
    keeper.goto("/desk/resources/?state=listed")
    address = keeper.locator("main table tbody a").first.get_attribute("href") or ""
    number = address.rstrip("/").rsplit("/", 1)[-1]
    keeper.goto(f"/q/{number}")
    keeper.get_by_role("link", name="报告故障").click()
    keeper.get_by_label("出了什么问题").fill("真空泵报警，已断电。")
    keeper.get_by_role("button", name="报故障并停止预约").click()
    expect(keeper.locator("main")).to_contain_text("真空泵报警")
    visitor.goto(f"/instruments/{number}/")
    expect(visitor.locator("main")).to_contain_text("暂停")
    keeper.goto(f"/desk/resources/{number}/faults/")
    keeper.get_by_label("怎么处理的").fill("更换泵油。")
    keeper.get_by_role("button", name="恢复开放").click()
    expect(keeper.locator("#messages")).to_contain_text("已恢复开放")
