"""axe finds nothing on any page anybody can reach, at a desk and on a phone; no page scrolls sideways."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.journeys.crawl import CAST, crawl

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
SEEN: set[str] = set()  # kinds of pages looked at, shared by the cast: all run in one worker, in this order
SEEN_ON_PHONE: set[str] = set()
RULES = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}"

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def violations(page: Page) -> list[str]:
    page.evaluate(AXE.read_text("utf-8"))  # through the debugger: the page's own policy lets no script in
    found = page.evaluate(f"axe.run(document, {RULES}).then(r => r.violations.map(v => v.id + ': ' + v.nodes[0].html))")
    return [str(line) for line in found]


@pytest.mark.parametrize("who", CAST, ids=lambda who: who or "visitor")
def test_no_page_violates_a_rule(open_page: Callable[..., Page], who: str) -> None:
    page = open_page(who)
    wrong = {
        path: [status, *found]
        for path, status in crawl(page, who, SEEN)
        if (found := violations(page)) or status >= 400
    }
    assert wrong == {}


@pytest.mark.parametrize("who", ["", "hn.univ", "hn.city", "hn.draft.admin"], ids=lambda who: who or "visitor")
def test_nothing_scrolls_sideways_on_a_phone(open_page: Callable[..., Page], who: str) -> None:
    page = open_page(who, width=375, height=740)
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"
    assert [path for path, _status in crawl(page, who, SEEN_ON_PHONE) if page.evaluate(wide)] == []
