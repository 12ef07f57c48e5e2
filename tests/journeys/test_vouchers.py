"""From order to paid with a voucher: chosen at settlement in Shandong, claimed and used at the agreement in Xuchang."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.steps import accept, ordered, paper, press, record

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
OpenPage = Callable[..., Page]


def amount(page: Page) -> str:
    return page.locator(".voucher-left .big-number").first.inner_text()


def approve(page: Page, number: str) -> None:
    """Where it waits: in the list of the office, with its facts beside it."""
    page.goto(f"/desk/redemptions/{number}/")
    page.get_by_role("link", name="打开审核").click()
    page.locator("main [data-act=approve]").first.click()
    expect(page.locator("main")).to_contain_text("意见已记入")


def pay(page: Page, number: str) -> None:
    page.goto("/desk/redemptions/?queue=pay")
    row: Locator = page.locator("tr", has_text=number)
    row.locator("input[type=checkbox]").check()
    page.get_by_role("button", name="登记所选已拨付").click()
    expect(page.locator("#messages")).to_contain_text("已登记拨付 1 笔")


def voucher_of(page: Page, number: str) -> str:
    page.goto(f"/desk/vouchers/?q={number}")
    page.locator("tr td.td-main a").first.click()
    found = re.search(r"V\d{6}-\w{7}", page.locator("h1").inner_text())
    assert found
    return found.group()


def test_a_firm_in_shandong_settles_with_a_voucher_and_is_paid(open_page: OpenPage) -> None:
    firm, keeper = open_page("sd.user"), open_page("sd.keeper")
    number = ordered(firm, "sduniv")
    accept(keeper, number)
    record(keeper, number)
    firm.goto(f"/desk/orders/{number}/do/settle/")
    rules = firm.locator(".voucher-offer").first
    rules.locator("summary").click()
    expect(rules).to_contain_text("四、")  # the article beside each rule
    firm.fill("[name=number]", f"3706{date.today():%Y%m%d}00004711")
    firm.fill("[name=issued_on]", f"{date.today():%Y-%m-%d}")
    firm.locator("[name=voucher][value=province]").check()
    firm.set_input_files("[name=file]", paper("发票"))  # type: ignore[arg-type]
    press(firm)  # the proof of relevance and the contract are missing: named, nothing lost, nothing moved
    expect(firm.locator("[data-error-summary]")).to_contain_text("科技创新相关性证明")
    firm.set_input_files("[name=relevance]", paper("科技创新相关性证明"))  # type: ignore[arg-type]
    if firm.locator("[name=file]").count():
        firm.set_input_files("[name=file]", paper("发票"))  # type: ignore[arg-type]
    firm.locator("[name=confirm]").check()
    firm.get_by_label("非常满意").check()
    press(firm)
    expect(firm.locator("h1")).to_contain_text("已完成")
    voucher = voucher_of(firm, number)
    expect(firm.locator("h1")).to_contain_text("待审核")
    for office in ("sd.city", "sd.authority"):
        approve(open_page(office), voucher)
    pay(open_page("sd.finance"), voucher)
    firm.reload()
    expect(firm.locator("h1")).to_contain_text("已拨付")
    boss = open_page("sd.firm")  # any amount opens to order, invoice, pack and article
    boss.goto(f"/desk/redemptions/{voucher}/")
    boss.locator('a[href*="/postings/"]').last.click()
    for said in (number, "发票", "四、"):
        expect(boss.locator("main")).to_contain_text(said)


def test_a_firm_in_xuchang_claims_and_pays_a_part_with_it(open_page: OpenPage) -> None:
    admin = open_page("xc.firm")
    admin.goto("/desk/vouchers/")
    admin.get_by_role("link", name="领取").first.click()
    admin.fill("[name=amount]", "5000")
    press(admin)
    expect(admin.locator("#messages")).to_contain_text("已领取 5000")
    firm, keeper = open_page("xc.user"), open_page("xc.keeper")
    number = ordered(firm, "xcuniv")
    accept(keeper, number)
    firm.goto(f"/desk/orders/{number}/do/voucher/")
    firm.locator("[name=voucher]").first.check()
    press(firm)
    voucher = voucher_of(firm, number)
    price = firm.locator(".voucher-left .muted").first.inner_text()
    part = [round(float(re.sub(r"[^\d.]", "", said)), 2) for said in (amount(firm), price)]
    assert part[0] == round(part[1] * 0.4, 2), "forty per cent of the negotiated price"
    firm.goto(f"/desk/orders/{number}/")
    firm.get_by_role("button", name="我已阅读，确认合同").click()
    record(keeper, number)
    firm.goto(f"/desk/orders/{number}/do/settle/")
    expect(firm.locator("main")).to_contain_text("已用创新券抵扣")
    firm.fill("[name=number]", f"4110{date.today():%Y%m%d}00004711")
    firm.fill("[name=issued_on]", f"{date.today():%Y-%m-%d}")
    firm.set_input_files("[name=file]", paper("发票"))  # type: ignore[arg-type]
    press(firm)
    expect(firm.locator("h1")).to_contain_text("已完成")
    approve(open_page("xc.authority"), voucher)
    pay(open_page("xc.finance"), voucher)
    provider = open_page("xc.univ")
    provider.goto(f"/desk/redemptions/{voucher}/")
    expect(provider.locator("h1")).to_contain_text("已拨付")
    expect(provider.locator("main")).to_contain_text("收款单位")
