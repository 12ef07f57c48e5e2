"""Steps that several journeys take alike: an order of samples, accepted, recorded, settled."""

import re
import secrets
from datetime import date

from playwright.sync_api import Page, expect

from yixiang.demo import documents


def paper(name: str) -> dict[str, object]:
    content = documents.page(name, ["用于研发项目“光学镀膜可靠性研究”。"])
    return {"name": f"{name}.pdf", "mimeType": "application/pdf", "buffer": content}


def ordered(page: Page, provider: str) -> str:
    """Samples to the first instrument of a unit that takes them; the number of the order."""
    page.goto(f"/instruments/?unit={provider}&mode=samples")
    page.locator(".find-row .find-name a").first.click()
    page.goto("/desk/orders/new/?instrument=" + page.url.rstrip("/").rsplit("/", 1)[1])
    mode = page.locator("input[name=line-0-mode][value=samples][type=radio]")
    if mode.count():
        mode.check()
    page.locator("[name=line-0-sample-name]").first.fill("镀膜片")
    page.locator("[name=line-0-sample-count]").first.fill("4")
    page.fill("[name=content]", "膜层附着力与成分")
    page.get_by_role("button", name="下一步：核对").click()
    page.get_by_role("button", name="提交预约").click()
    expect(page.locator("h1")).to_contain_text("待受理")
    found = re.search(r"\d{6}-\w{7}", page.locator("h1").inner_text())
    assert found
    return found.group()


def accept(keeper: Page, number: str) -> None:
    keeper.goto("/desk/")
    row = keeper.locator(".inbox-orders .case", has=keeper.locator(f'a[href*="{number}"]'))
    row.get_by_role("button", name="受理").click()
    expect(keeper.locator("#messages")).to_contain_text(number)


def record(keeper: Page, number: str) -> None:
    """Results with a report; the bill follows from the price list."""
    keeper.goto(f"/desk/orders/{number}/do/record/")
    keeper.locator("input[type=file][name^=report-]").first.set_input_files(paper("检测报告"))  # type: ignore[arg-type]
    press(keeper)
    expect(keeper.locator("h1")).to_contain_text("待结算")


def press(page: Page) -> None:
    page.locator("main form button[type=submit]").first.click()


def settle(page: Page, number: str, *, prefix: str) -> None:
    """The invoice and the answer to how it was: one form."""
    page.goto(f"/desk/orders/{number}/do/settle/")
    page.fill("[name=number]", f"{prefix}{date.today():%Y%m%d}{secrets.randbelow(10**8):08d}")
    page.fill("[name=issued_on]", f"{date.today():%Y-%m-%d}")
    page.set_input_files("[name=file]", paper("发票"))  # type: ignore[arg-type]
    page.get_by_label("非常满意").check()
    press(page)
    expect(page.locator("h1")).to_contain_text("已完成")
