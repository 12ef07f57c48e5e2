"""From a free time to a settled and rated order: the customer and the keeper, each in a browser of their own."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

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
    page.locator("svg[data-times] a").last.click()
    expect(page.locator("[name=line-0-begins]")).to_have_value(re.compile(r"\d\d:\d\d"))
    expect(page.locator("#look")).to_contain_text("可以预约")
    expect(page.locator("#look")).to_contain_text("¥")


def choosing(page: Page, *more: str) -> None:
    """The calendar of the first microscope, with others of the university beside it."""
    bookable(page)
    code = page.url.split("?")[0].rstrip("/").rsplit("/", 1)[1]
    page.goto("/desk/orders/new/?" + "&".join(f"instrument={one}" for one in (code, *more)))


def chosen(page: Page, line: int = 0) -> tuple[str, ...]:
    return tuple(page.locator(f"[name=line-{line}-{name}]").input_value() for name in ("day", "begins", "finishes"))


def drag(page: Page, at: tuple[float, float], to: tuple[float, float]) -> None:
    page.mouse.move(*at)
    page.mouse.down()
    page.mouse.move((at[0] + to[0]) / 2, (at[1] + to[1]) / 2)
    page.mouse.move(*to)


def hours_between(begins: str, ends: str) -> float:
    first, last = (int(typed[:2]) + int(typed[3:]) / 60 for typed in (begins, ends))
    return last - first


def long_stretch(page: Page, line: int = 0) -> tuple[Locator, dict[str, float]]:
    """The last free stretch of three hours or more, in the middle of the window; an hour is `hour` pixels high."""
    stretch = page.locator(f"svg[data-times=line-{line}] a:has(text)").last
    stretch.scroll_into_view_if_needed()
    box = stretch.bounding_box()
    low, high = (int(stretch.get_attribute(name) or 0) for name in ("data-low", "data-high"))
    assert box
    assert high - low >= 180
    return stretch, {**box, "hour": box["height"] * 60 / (high - low)}


def test_a_time_is_drawn_moved_and_made_longer_by_hand(open_page: Callable[..., Page]) -> None:
    page = open_page("hn.user")
    choosing(page)
    _stretch, box = long_stretch(page)
    middle, first_hour = box["x"] + box["width"] / 2, box["y"] + box["hour"] / 2
    drag(page, (middle, first_hour), (middle, first_hour + box["hour"]))
    assert chosen(page) == ("", "", ""), "nothing is chosen before the button is let go"
    page.mouse.up()
    day, begins, ends = chosen(page)
    assert hours_between(begins, ends) == 2
    expect(page.locator("#look")).to_contain_text("可以预约")
    drag(page, (middle, first_hour), (middle, first_hour + box["hour"]))
    page.mouse.up()
    assert hours_between(begins, chosen(page)[1]) == 1
    assert hours_between(*chosen(page)[1:]) == 2
    lower = box["y"] + 3 * box["hour"]
    drag(page, (middle, lower - 4), (middle, lower - box["hour"]))
    page.mouse.up()
    assert hours_between(*chosen(page)[1:]) == 1
    before = chosen(page)
    drag(page, (middle, lower - 1.5 * box["hour"]), (middle, box["y"]))
    page.keyboard.press("Escape")
    page.mouse.up()
    assert chosen(page) == before, "Escape leaves everything as it was"
    earlier = page.locator("svg[data-times]", has=page.locator("a")).first.bounding_box()
    assert earlier
    drag(page, (middle, lower - 1.5 * box["hour"]), (earlier["x"] + 20, lower - 1.5 * box["hour"]))
    page.mouse.up()
    assert chosen(page)[0] < day
    assert hours_between(*chosen(page)[1:]) == 1


def test_a_time_is_chosen_by_keyboard_alone(open_page: Callable[..., Page]) -> None:
    page = open_page("hn.user")
    choosing(page)
    stretch, _box = long_stretch(page)
    stretch.focus()
    page.keyboard.press("Enter")
    day, begins, ends = chosen(page)
    assert hours_between(begins, ends) == 2
    page.keyboard.press("ArrowDown")
    assert (day, hours_between(begins, chosen(page)[1])) == (chosen(page)[0], 1)
    page.keyboard.press("Shift+ArrowUp")
    assert hours_between(*chosen(page)[1:]) == 1
    expect(page.locator("#live")).to_contain_text(chosen(page)[1])
    expect(page.locator("#look")).to_contain_text("可以预约")
    page.keyboard.press("Enter")
    assert hours_between(*chosen(page)[1:]) == 1, "what was chosen by arrows stays"


def test_two_instruments_are_chosen_beside_each_other(open_page: Callable[..., Page]) -> None:
    """Looking at another day and typing something wrong loses nothing of what is chosen."""
    page = open_page("hn.user")
    choosing(page, "hnuni002")
    for line in (0, 1):
        _stretch, box = long_stretch(page, line)
        page.mouse.click(box["x"] + 20, box["y"] + 4)
    first, second = chosen(page, 0), chosen(page, 1)
    assert first[0] == second[0]
    assert all(hours_between(*one[1:]) == 2 for one in (first, second))
    page.get_by_role("link", name="后一天").click()
    expect(page.locator("#times")).not_to_contain_text(first[0])
    page.wait_for_url(re.compile(r"from="))
    assert "csrf" not in page.url
    assert (chosen(page, 0), chosen(page, 1)) == (first, second)
    page.get_by_role("link", name="前一天").click()
    expect(page.locator("svg[data-times=line-0] .times-chosen")).to_have_count(1)
    page.fill("[name=line-0-begins]", "15:00")
    page.fill("[name=line-0-finishes]", "18:30")
    expect(page.locator("svg[data-times=line-0] .times-chosen.is-off")).to_have_count(1)
    page.locator("#look [data-take=line-0]").first.click()
    expect(page.locator("#look .look").first).to_contain_text("可以预约")


def test_another_time_is_chosen_on_the_same_calendar(open_page: Callable[..., Page]) -> None:
    page = open_page("hn.user")
    number = submitted(page)
    page.goto(f"/desk/orders/{number}/do/reschedule/")
    own = page.locator(".times-chosen")
    expect(own).to_have_count(1)
    key = page.locator("svg[data-times]").first.get_attribute("data-times")
    page.locator(f"svg[data-times={key}] a:not([aria-current])").last.focus()
    page.keyboard.press("Enter")
    expect(own).to_have_count(1)
    wanted = page.locator(f"[name={key}-begins]").input_value()
    assert wanted in str(own.text_content())
    page.get_by_role("button", name="改时间").click()
    expect(page.locator("#messages")).to_contain_text("时间已改")
    expect(page.locator("main")).to_contain_text(wanted)


def test_on_a_phone_the_calendar_is_a_list(open_page: Callable[..., Page]) -> None:
    page = open_page("hn.user", width=375, height=812)
    choosing(page)
    expect(page.locator("svg[data-times]").first).not_to_be_visible()
    page.locator(".times-slot").last.click()
    assert hours_between(*chosen(page)[1:]) > 0
    expect(page.locator("#look")).to_contain_text("可以预约")


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
