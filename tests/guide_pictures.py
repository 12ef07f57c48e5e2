"""`python -m tests.guide_pictures URL [NAME…]`: pictures for the help pages about booking, from a running demo."""

import sys
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.journeys.conftest import CHROMIUM, QUIET, sign_in

OUT = Path("src/yixiang/portal/static/portal")
WIDE, SCALE = 1440, 0.75  # as on a desk, and small enough to stand in a text


def _first(page: Page, lists: str, link: str = ".td-main a") -> None:
    page.goto(lists)
    page.locator(link).first.click()


def _booking(page: Page) -> None:
    _first(page, "/desk/orders/?queue=test")


def _settling(page: Page) -> None:
    _first(page, "/desk/orders/?state=recorded")
    page.get_by_role("link", name="结算", exact=True).click()


def _serving(page: Page) -> None:
    page.goto("/desk/serving/?queue=answer")


def _recording(page: Page) -> None:
    page.goto("/desk/serving/?queue=test")
    for address in page.locator(".td-main a").evaluate_all("links => links.map(one => one.href)"):
        page.goto(f"{address}do/record/")
        if page.locator("input[type=file]").count():
            return


def _oversight(page: Page) -> None:
    page.goto("/desk/oversight/")


def _access(page: Page) -> None:
    page.goto("/desk/access/")


def _queue(page: Page) -> None:
    page.goto("/desk/resources/?q=高分辨 X 射线衍射仪")
    page.goto(page.locator(".td-main a").first.evaluate("one => one.href") + "queue/")


def _appeals(page: Page) -> None:
    page.goto("/desk/appeals/")


PICTURES = {
    "booking": ("hn.team", _booking, 1000),
    "settling": ("hn.user", _settling, 1200),
    "serving": ("hn.keeper", _serving, 860),
    "recording": ("hn.keeper", _recording, 1240),
    "access": ("hn.user", _access, 700),
    "queue": ("hn.keeper", _queue, 900),
    "appeals": ("hn.univ", _appeals, 860),
    "oversight": ("hn.authority", _oversight, 860),
}


def _keep(taken: bytes, path: Path) -> None:
    """Few colours are enough for a screen, and a quarter of the bytes."""
    whole = Image.open(BytesIO(taken)).convert("RGB")
    small = whole.resize((round(whole.width * SCALE), round(whole.height * SCALE)), Image.Resampling.LANCZOS)
    small.quantize(192, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(path, optimize=True)


def main(url: str) -> int:
    wanted = sys.argv[2:] or PICTURES
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, "--lang=zh-CN"])
        for name, (who, show, high) in ((name, PICTURES[name]) for name in wanted):
            context = browser.new_context(
                base_url=url, viewport={"width": WIDE, "height": high}, locale="zh-CN", color_scheme="light"
            )
            page = context.new_page()
            sign_in(page, who)
            show(page)
            _keep(page.screenshot(), OUT / f"guide-{name}.png")
            context.close()
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
