"""Every page a person can reach by links, one example of each kind; for accessibility checks and screenshots."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from playwright.sync_api import Page

CAST = (
    "",
    "hn.univ",
    "hn.city",
    "hn.draft.admin",
    "hn.back.admin",
    "hn.firm",
    "hn.user",
    "hn.keeper",
    "hn.expert",
    "hn.newcomer",
    "security",
    "audit",
    "sys",
)
MOST = 70  # pages of one person; every crawl ends
SKIP = re.compile(
    r"/(logout|sheet|export|papers|files|file|download|openapi\.json|do)(/|$)|\.(png|pdf|json|xlsx|atom)$|^/static/|^/desk/notices/\d+/"
)
OWN = {
    "/desk/",
    "/desk/unit/mine/",
    "/desk/units/N/",
    "/desk/cases/N/",
    "/desk/cases/",
}  # differs from person to person
LINKS = "els => els.filter(a => !a.hasAttribute('download')).map(a => a.href)"


def kind_of(path: str) -> str:
    """`/desk/units/17/edit/` and `/desk/units/4/edit/` are one kind of page; a query makes no new kind."""
    path = re.sub(r"/orders/\d{6}-\w+/", "/orders/NUMBER/", path.partition("?")[0])
    path = re.sub(r"\d+", "N", path)
    path = re.sub(r"^/units/[^/]+/$", "/units/CODE/", path)
    path = re.sub(r"^/(news|notices|policy-files|downloads|help/articles)/[^/]+/$", r"/\1/ONE/", path)
    return re.sub(r"^/(help|gallery)/[^/]+/$", r"/\1/ONE/", path)


def crawl(page: Page, who: str, seen: set[str]) -> Iterator[tuple[str, int]]:
    """(path, status) with the page open; a kind of page somebody else has shown already is passed over."""
    waiting, done, here_already = ["/desk/" if who else "/"], 0, set[str]()
    while waiting and done < MOST:
        path = waiting.pop(0)
        kind = kind_of(path)
        if kind in seen or SKIP.search(path) or path in here_already:
            continue
        if kind in OWN:
            here_already.add(path)
            if sum(kind_of(p) == kind for p in here_already) > 1:
                continue
        else:
            seen.add(kind)
        response = page.goto(path)
        done += 1
        yield path, response.status if response else 0
        here = urlsplit(page.url).netloc
        links = [urlsplit(link) for link in page.eval_on_selector_all("a[href]", LINKS)]
        waiting += [link.path + (f"?{link.query}" if link.query else "") for link in links if link.netloc == here]
