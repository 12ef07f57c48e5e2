"""Working through the inbox: two at one case, by keyboard, many at once, and without script."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
OpenPage = Callable[..., Page]
REASON = "营业执照扫描件模糊，请重新扫描后上传。"


def choose(page: Page, *names: str) -> None:
    for name in names:
        page.locator("li.case", has_text=name).locator("input[type=checkbox]").check()


def test_the_second_of_two_reviewers_is_told_and_keeps_their_words(open_page: OpenPage) -> None:
    first, second = open_page("sd.authority"), open_page("sd.platform")
    for page in (first, second):
        page.locator("li.case", has_text="胶东深海工程研究院").locator("[data-open]").click()
    second.fill("[name=note]", "海试数据未见共享承诺，请补充。")
    first.fill("[name=note]", "材料齐全。")
    first.get_by_role("button", name="通过", exact=True).click()
    expect(first.locator("main")).to_contain_text("意见已记入")
    second.get_by_role("button", name="退回修改").click()
    expect(second.locator("[data-error-summary]")).to_contain_text("这件事已经处理过")
    kept = second.locator(".notice", has_text="您写的意见没有提交，留在这里供您复制")
    expect(kept).to_contain_text("海试数据未见共享承诺，请补充。")
    line = second.locator(".line")
    expect(line).to_contain_text("材料齐全。")
    expect(line).not_to_contain_text("海试数据")
    expect(line.locator(".line-item", has_text="通过")).to_have_count(2)  # the city's and the province's


def test_the_inbox_is_worked_through_by_keyboard(open_page: OpenPage) -> None:
    page = open_page("sd.city")
    rows = page.locator("li.case")
    waiting, titles = rows.count(), rows.locator("[data-open]").all_inner_texts()
    page.keyboard.press("?")
    expect(page.locator("dialog.keys")).to_contain_text("下一项")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("x")
    expect(rows.nth(0).locator("input[type=checkbox]")).to_be_checked()
    expect(page.locator("[data-bulk-count]")).to_have_text("已选 1 项")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("a")
    expect(rows).to_have_count(waiting - 1)
    expect(page.locator("main")).to_contain_text(f"{titles[1]}：意见已记入")
    expect(rows.locator("[data-open]")).to_have_text([titles[0], *titles[2:]])


def test_two_cases_are_returned_at_once_with_one_reason(open_page: OpenPage) -> None:
    page = open_page("gd.city")
    waiting = page.locator("li.case").count()
    choose(page, "增城食品检测", "琶洲算力")
    page.get_by_role("button", name="退回所选").click()
    expect(page.locator("main")).to_contain_text("已退回 0 件，2 件没有办成")
    expect(page.locator("main")).to_contain_text("请写明退回修改的理由")
    choose(page, "增城食品检测", "琶洲算力")
    page.fill("#bulk-note", REASON)
    page.get_by_role("button", name="退回所选").click()
    expect(page.locator("main")).to_contain_text("已退回 2 件")
    expect(page.locator("li.case")).to_have_count(waiting - 2)
    for login in ("gd.waiting.admin", "gd.waiting3.admin"):
        applicant = open_page(login)
        applicant.get_by_role("link", name="修改后重新提交").click()
        expect(applicant.locator("main")).to_contain_text(REASON)


def test_enter_in_the_reason_decides_nothing(open_page: OpenPage) -> None:
    page = open_page("gd.city")
    choose(page, "流花湖材料", "白云山制药装备")
    page.fill("#bulk-note", REASON)
    page.press("#bulk-note", "Enter")
    expect(page.locator("#bulk-note")).to_have_value(REASON)
    page.goto("/desk/")
    expect(page.locator("li.case", has_text="流花湖材料")).to_have_count(1)
    expect(page.locator("li.case", has_text="白云山制药装备")).to_have_count(1)


def test_everything_needed_works_without_script(open_page: OpenPage) -> None:
    page = open_page("xc.authority", width=375, height=740, javascript=False)
    page.locator("summary[aria-label=打开菜单]").click()
    expect(page.get_by_role("navigation", name="工作台导航（手机）").get_by_role("link").first).to_be_visible()
    page.goto("/desk/")
    page.locator("li.case", has_text="灞陵桥电子").get_by_role("button", name="通过", exact=True).click()
    expect(page.locator("main")).to_contain_text("意见已记入")
    expect(page.locator("li.case", has_text="灞陵桥电子")).to_have_count(0)
    page.locator("li.case", has_text="曹魏古城").get_by_role("link", name="退回").click()
    page.get_by_role("button", name="退回修改").click()
    expect(page.locator("main")).to_contain_text("请写明退回修改的理由")
    page.fill("[name=note]", REASON)
    page.get_by_role("button", name="退回修改").click()
    expect(page.locator("main")).to_contain_text("意见已记入")
