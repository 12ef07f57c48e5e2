"""A visitor finds an instrument free this week, keeps it, signs in and asks; nothing found becomes a demand."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def search(page: Page, words: str) -> None:
    page.goto("/")
    page.locator(".hero-input").first.fill(words)
    page.keyboard.press("Enter")
    page.wait_for_url("**/instruments/**")


def test_a_scanning_electron_microscope_free_soon_is_three_clicks_away(open_page: Callable[..., Page]) -> None:
    page = open_page()
    search(page, "SEM")  # typed and sent with Enter: no click
    page.locator(".find-filters .quick a", has_text=re.compile("周|天|月")).first.click()  # one: free soon
    page.wait_for_url(re.compile("free"))
    page.locator(".find-row .find-name a").first.click()  # two: the instrument
    expect(page.locator("h1")).to_contain_text(re.compile("电镜|电子显微镜"))
    expect(page.get_by_text(re.compile(r"\d+:\d\d–\d+:\d\d")).first).to_be_visible()
    page.get_by_role("button", name="加入预选清单").first.click()  # three: kept
    expect(page.get_by_role("button", name="已在预选清单").first).to_be_visible()


def test_why_an_instrument_is_listed_is_shown(open_page: Callable[..., Page]) -> None:
    page = open_page()
    search(page, "SEM")
    expect(page.locator(".find-understood")).to_contain_text("扫描电镜")
    expect(page.locator(".find-row mark").first).to_be_visible()


def test_the_state_of_a_search_is_in_its_address(open_page: Callable[..., Page]) -> None:
    page = open_page()
    search(page, "显微镜")
    page.locator(".find-filters .choice-link", has_text="湖南省").first.click()
    page.wait_for_url(re.compile("region=43"))
    count = page.locator(".list-count").inner_text()
    again = open_page()
    again.goto(page.url)
    expect(again.locator(".list-count")).to_have_text(count)


def test_what_a_visitor_kept_is_there_after_signing_in(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto("/instruments/hnuni002/")
    page.get_by_role("button", name="加入预选清单").first.click()
    expect(page.get_by_role("button", name="已在预选清单").first).to_be_visible()
    page.goto("/account/login/?next=/shortlist/")
    page.fill("input[name=login]", "hn.user")
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]:has-text('登录')")
    page.goto("/shortlist/")
    expect(page.locator(".short-row")).to_have_count(1)
    page.get_by_role("button", name="咨询所选仪器").click()
    expect(page.locator("main")).to_contain_text("湘江科技大学")


def test_nothing_found_is_left_as_a_demand_in_one_click(open_page: Callable[..., Page]) -> None:
    page = open_page("gd.user")
    page.goto("/instruments/?q=中微子振荡探测阵列")
    page.get_by_role("button", name="登记这个需求").click()
    expect(page.get_by_text(re.compile("已登记|已经登记|登记好")).first).to_be_visible()


def test_finding_works_without_script(open_page: Callable[..., Page]) -> None:
    page = open_page(javascript=False)
    search(page, "核磁")
    expect(page.locator(".find-row").first).to_contain_text("核磁")
    page.locator(".find-row .find-name a").first.click()
    page.get_by_role("button", name="加入预选清单").first.click()
    page.goto("/shortlist/")
    expect(page.locator(".short-row")).to_have_count(1)


def test_the_english_pages_stay_english(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto("/en/")
    page.locator(".hero-input").first.fill("TEM")
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/instruments/**")
    expect(page.locator("html")).to_have_attribute("lang", re.compile("^en"))
    page.locator(".find-row .find-name a").first.click()
    expect(page.locator("h1")).to_contain_text("Microscope")
