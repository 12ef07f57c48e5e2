"""The security administrator gives roles: a second hat for one person, and never two of the three offices."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
OpenPage = Callable[..., Page]
HATS = (
    ("平台管理员 · 广东省", "珠江理工大学", "齐鲁海洋大学"),
    ("主管部门 · 山东省", "齐鲁海洋大学", "珠江理工大学"),
)


def open_person(page: Page, login: str) -> None:
    page.goto(f"/account/people/?q={login}")
    page.locator("main tbody a").first.click()
    expect(page.locator("main")).to_contain_text(login)


def give(page: Page, role: str, scope: str) -> None:
    page.select_option("[name=role]", label=role)
    page.locator(".field", has_text="范围").locator(".ts-control").click()
    page.keyboard.type(scope)
    page.locator(".ts-dropdown .option", has_text=scope).first.click()
    page.get_by_role("button", name="授予", exact=True).click()


def wear(page: Page, hat: str) -> None:
    page.locator(".desk-side .hat-button").click()
    page.locator(".desk-side .menu-item", has_text=hat).click()
    expect(page.locator(".desk-side .hat-name")).to_have_text(hat)


def test_a_person_with_two_roles_changes_hats(open_page: OpenPage) -> None:
    security = open_page("security")
    open_person(security, "gd.platform")
    give(security, "主管部门", "山东省")
    expect(security.get_by_text("已授予“主管部门 · 山东省”")).to_be_visible()
    page = open_page("gd.platform")
    for hat, seen, hidden in HATS:
        wear(page, hat)
        page.goto("/desk/units/")
        expect(page.locator("main")).to_contain_text(seen)
        expect(page.locator("main")).not_to_contain_text(hidden)
    wear(page, "全部身份")


@pytest.mark.parametrize("role", ["安全管理员", "平台管理员"])
def test_one_of_the_three_offices_is_given_nothing_beside_it(open_page: OpenPage, role: str) -> None:
    page = open_page("security")
    open_person(page, "sys")
    give(page, role, "全平台")
    expect(page.locator("[data-error-summary]")).to_contain_text("三员分立：此人")
    expect(page.locator("[data-error-summary]")).to_contain_text("系统管理员")
    page.reload()
    standing = page.get_by_role("table", name="现在担任的角色")
    expect(standing.locator("tbody tr")).to_have_count(1)
