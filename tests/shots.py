"""`make shots`: every page anybody can reach, at 1440 and 375 pixels, light and dark, into var/shots/."""

import re
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from playwright.sync_api import sync_playwright

from tests.journeys.conftest import CHROMIUM, QUIET, free_port, sign_in, start, stop, wait_until_up
from tests.journeys.crawl import CAST, crawl

OUT = Path("var/shots")
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def main() -> int:
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    with TemporaryDirectory() as scratch:
        var, port = Path(scratch), free_port()
        process = start(None, var, port)
        try:
            wait_until_up(process, f"http://127.0.0.1:{port}/readyz", var)
            taken = sum(photograph(f"http://127.0.0.1:{port}", width) for width in (1440, 375))
        finally:
            stop(process)
    print(f"{taken} screenshots in {OUT}/")
    return 0


def photograph(url: str, width: int) -> int:
    taken, seen = 0, set[str]()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for who in CAST:
            context = browser.new_context(base_url=url, viewport={"width": width, "height": 900}, locale="zh-CN")
            page = context.new_page()
            if who:
                sign_in(page, who)
            for address, _status in crawl(page, who, seen):
                name = re.sub(r"[^\w.-]+", "_", address.strip("/")) or "home"
                for scheme in SCHEMES:
                    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                    path = OUT / f"{width}-{scheme}-{who or 'visitor'}-{name}.png"
                    page.screenshot(path=path, full_page=True, animations="disabled")
                    taken += 1
            context.close()
        browser.close()
    return taken


if __name__ == "__main__":
    sys.exit(main())
