"""From a free time to a settled and rated order: the customer and the keeper, each in a browser of their own."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
SEM = "/instruments/?q=SEM&unit=hnuniv"


def bookable(page: Page) -> None:
    """The first scanning electron microscope of the university that takes time."""
    page.goto(SEM)
    page.locator(".find-row:has(.free .ico) .find-name a").first.click()


def filled(page: Page) -> None:
    page.fill("[name=content]", "断口形貌与能谱分析")


def submitted(page: Page) -> str:
    """Four clicks from the result list, one page of form; the number of the order."""
    bookable(page)  # one
    page.locator(".free-words a").nth(-2).click()  # two: a free stretch late enough that nobody else wants it
    filled(page)
    page.get_by_role("button", name="下一步：核对").click()  # three
    expect(page.locator("main")).to_contain_text("提交以后")
    page.get_by_role("button", name="提交预约").click()  # four
    expect(page.locator("h1")).to_contain_text("待受理")
    found = re.search(r"\d{6}-\w{7}", page.locator("h1").inner_text())
    assert found
    return found.group()


def test_two_hours_are_booked_in_four_clicks_and_accepted_in_one(open_page: Callable[..., Page]) -> None:
    number = submitted(open_page("hn.user"))
    keeper = open_page("hn.keeper")
    row = keeper.locator(".inbox-orders .case", has=keeper.locator(f'a[href*="{number}"]'))
    row.get_by_role("button", name="受理").click()
    expect(keeper.locator("#messages")).to_contain_text(number)
    keeper.goto(f"/desk/orders/{number}/")
    expect(keeper.locator("h1")).to_contain_text("待测试")


def test_a_click_on_a_free_time_fills_the_fields_and_says_the_price(open_page: Callable[..., Page]) -> None:
    page = open_page("hn.user")
    bookable(page)
    page.get_by_role("link", name="立即预约").first.click()
    page.locator(".week-slot").last.click()
    expect(page.locator("[name=line-0-begins]")).to_have_value(re.compile(r"\d\d:\d\d"))
    expect(page.locator("#look")).to_contain_text("可以预约")
    expect(page.locator("#look")).to_contain_text("¥")


def test_without_script_the_form_takes_typed_times(open_page: Callable[..., Page]) -> None:
    page = open_page("hn.team", javascript=False)
    bookable(page)
    page.locator(".free-words a").nth(-3).click()
    filled(page)
    page.get_by_role("button", name="下一步：核对").click()
    expect(page.locator("main")).to_contain_text("提交以后")


def test_whoever_was_slower_takes_another_time_with_one_click(open_page: Callable[..., Page]) -> None:
    """Both look the same wish over; the second one is told, and offered what can be had."""
    first, second = open_page("hn.user"), open_page("hn.team")
    for page in (first, second):
        bookable(page)
        page.locator(".free-words a").nth(-5).click()
        filled(page)
        page.get_by_role("button", name="下一步：核对").click()
    first.get_by_role("button", name="提交预约").click()
    expect(first.locator("h1")).to_contain_text("待受理")
    second.get_by_role("button", name="提交预约").click()
    expect(second.locator("[role=alert]")).to_contain_text("刚刚被别人约走")
    second.locator(".others button").first.click()
    second.get_by_role("button", name="提交预约").click()
    expect(second.locator("h1")).to_contain_text("待受理")


def test_a_visitor_signs_in_and_comes_back_to_the_booking(open_page: Callable[..., Page]) -> None:
    page = open_page()
    bookable(page)
    page.get_by_role("link", name="立即预约").first.click()
    page.fill("input[name=login]", "hn.user")
    page.fill("input[name=password]", "Yixiang-demo-2026")
    page.click("button[type=submit]:has-text('登录')")
    expect(page.locator("h1")).to_contain_text("预约")
    expect(page).to_have_url(re.compile("orders/new"))


def test_samples_to_two_instruments_are_one_form(open_page: Callable[..., Page]) -> None:
    page = open_page("hn.user")
    page.goto("/instruments/?unit=hnuniv&mode=samples")
    codes = page.eval_on_selector_all(".find-row .find-name a", "links => links.slice(0, 2).map(a => a.href)")
    wanted = "&".join(f"instrument={link.rstrip('/').rsplit('/', 1)[1]}" for link in codes)
    page.goto(f"/desk/orders/new/?{wanted}")
    for number in (0, 1):
        mode = page.locator(f"input[name=line-{number}-mode][value=samples][type=radio]")
        if mode.count():
            mode.check()
        page.locator(f"[name=line-{number}-sample-name]").first.fill("钢片")
        page.locator(f"[name=line-{number}-sample-count]").first.fill("3")
    filled(page)
    page.get_by_role("button", name="下一步：核对").click()
    page.get_by_role("button", name="提交预约").click()
    expect(page.locator("h1")).to_contain_text("待受理")


def test_settling_and_rating_are_one_form(open_page: Callable[..., Page]) -> None:
    page = open_page("hn.user")
    page.goto("/desk/orders/?queue=settle&q=120")
    page.locator("tr", has_text="待结算").locator("td.td-main a").first.click()
    page.get_by_role("link", name="结算", exact=True).click()
    page.fill("[name=number]", "24432000000098765432")
    page.fill("[name=issued_on]", "2026-11-20")
    page.get_by_label("非常满意").check()
    page.fill("[name=words]", "数据及时，解释清楚。")
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator("h1")).to_contain_text("已完成")
    expect(page.locator("main")).to_contain_text("数据及时，解释清楚。")


def test_a_keeper_refuses_with_a_reason_and_a_substitute(open_page: Callable[..., Page]) -> None:
    number = submitted(open_page("hn.user"))
    keeper = open_page("hn.keeper")
    keeper.goto(f"/desk/orders/{number}/do/refuse/")
    keeper.get_by_label("仪器故障或正在维护").check()
    keeper.fill("[name=note]", "电子枪更换，一周后恢复。")
    keeper.locator("main form button[type=submit]").first.click()
    expect(keeper.locator("h1")).to_contain_text("已拒绝")
    expect(keeper.locator("main")).to_contain_text("电子枪更换")
