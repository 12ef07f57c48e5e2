"""Hunan's users from order to paid; a provider's year in Hunan and in Xuchang, contested, frozen, published, paid."""

import re
from collections.abc import Callable
from datetime import date

import psycopg
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Installation
from tests.journeys.steps import accept, ordered, paper, press, record, settle

EARLY = date.today().month < 4
pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(EARLY, reason="the demo deals with its last year from April on"),
]
OpenPage = Callable[..., Page]


def yuan(text: str) -> int:
    """In cents, as it is shown: ¥1,234.50."""
    found = re.search(r"([\d,]+)\.(\d\d)", text)
    assert found, text
    return int(found.group(1).replace(",", "")) * 100 + int(found.group(2))


# --- users


@pytest.mark.parametrize(
    ("user", "admin", "percent"), [("hn.user", "hn.firm", 50), ("hn.team", "hn.team", 85)], ids=["firm", "team"]
)
def test_a_user_in_hunan_pays_and_gets_its_part_back(open_page: OpenPage, user: str, admin: str, percent: int) -> None:
    page, keeper = open_page(user), open_page("hn.keeper")
    number = ordered(page, "hnuniv")
    accept(keeper, number)
    record(keeper, number)
    settle(page, number, prefix="4301")
    boss = page if admin == user else open_page(admin)
    boss.goto("/desk/subsidies/applications/new/")
    row = boss.locator("tr", has_text=number)
    expect(row).to_contain_text("计入")
    expect(row).to_contain_text(f"{percent}%")
    paid, earned = (yuan(row.locator("td").nth(n).inner_text()) for n in (2, 4))
    assert earned * 100 == paid * percent, "to the cent, from an even price"
    boss.get_by_role("button", name="提交申请").click()
    expect(boss.locator("#messages")).to_contain_text("已提交")
    applied = boss.url
    amount = yuan(boss.get_by_role("heading", name="补助：").inner_text())
    assert amount >= earned
    office = open_page("hn.authority")
    office.goto(applied)
    office.get_by_role("link", name="打开审核").click()
    office.locator("main [data-act=approve]").first.click()
    expect(office.locator("main")).to_contain_text("意见已记入")
    cashier = open_page("hn.finance")
    cashier.goto(applied)
    cashier.fill("[name=paid_on]", f"{date.today():%Y-%m-%d}")
    cashier.get_by_role("button", name="登记已发放").click()
    expect(cashier.locator("h1")).to_contain_text("已发放")
    boss.reload()
    expect(boss.locator("main")).to_contain_text("已发放")
    open_the_last_posting(boss, article="第二十五条", subject="user-subsidy")


def open_the_last_posting(page: Page, *, article: str, subject: str) -> None:
    """From an amount to the article it rests on, and to the whole pack."""
    page.goto("/desk/postings/")
    page.locator("main tbody a[href*='/postings/']").first.click()
    expect(page.locator("main")).to_contain_text(article)
    expect(page.locator(f"main a[href*='/{subject}/']").first).to_be_visible()


# --- a provider's year


def put_away(installation: Installation, region: str) -> None:
    """The demo has dealt with its last year: that calculation becomes one of long ago, and the office begins anew."""
    with psycopg.connect(installation.database, autocommit=True) as connection:
        connection.execute(
            "UPDATE subsidies_run SET year = 1900 FROM ledger_programme p WHERE p.id = programme_id AND p.region = %s",
            [region],
        )
        connection.execute(
            "UPDATE ledger_programme SET year = 1900 + id WHERE subject = 'provider-subsidy' AND region = %s", [region]
        )


def a_month_goes_by(installation: Installation, run: str) -> None:
    """Everything that was to be until some day was until a day before."""
    with psycopg.connect(installation.database, autocommit=True) as connection:
        connection.execute(
            "UPDATE subsidies_run SET check_until = check_until - 30, notice_from = notice_from - 30,"
            " notice_until = notice_until - 30 WHERE id = %s",
            [run],
        )


def plan(office: Page, *, region: str, rates: dict[str, str]) -> str:
    """The programme of last year, opened; its title."""
    year = date.today().year - 1
    title = f"{year} 年度后补助（旅程 {region}）"
    office.goto("/desk/programmes/new/")
    office.select_option("[name=subject]", "provider-subsidy")
    office.select_option("[name=region]", region)
    office.fill("[name=year]", str(year))
    office.fill("[name=title]", title)
    office.fill("[name=budget]", "8000000")
    office.fill("[name=opens_on]", f"{year}-01-01")
    office.fill("[name=closes_on]", f"{year + 1}-12-31")
    press(office)
    for name, rate in rates.items():
        office.fill(f"[name={name}]", rate)
    press(office)
    office.get_by_role("link", name="开放", exact=True).click()
    press(office)
    expect(office.locator("#messages")).to_contain_text("已办理")
    return title


def wait_for(page: Page, words: str) -> None:
    """A job does it; whoever waits looks again."""
    for _ in range(60):
        if page.locator("h1", has_text=words).count():
            return
        page.wait_for_timeout(1000)
        page.reload()
    expect(page.locator("h1")).to_contain_text(words)


def calculated(page: Page) -> None:
    """Until no calculation is under way."""
    for _ in range(60):
        if not page.get_by_text("可以离开这一页").count():
            return
        page.wait_for_timeout(1000)
        page.reload()
    pytest.fail("the calculation did not come to an end")


def step(page: Page, label: str, **typed: str) -> None:
    page.get_by_role("link", name=label, exact=True).click()
    for name, value in typed.items():
        page.fill(f"[name={name}]", value)
    press(page)
    expect(page.locator("#messages")).to_contain_text("办理")


def refused(page: Page, label: str, why: str) -> None:
    """Too early: the page says so and nothing moves."""
    page.get_by_role("link", name=label, exact=True).click()
    press(page)
    expect(page.locator("[data-error-summary]")).to_contain_text(why)
    page.go_back()
    page.goto(page.url.partition("/do/")[0] + "/")


def contest_a_line(univ: Page, run: str, article: str) -> tuple[str, str]:
    """The unit opens a line that does not count, reads why, and contests it; its own page and that of the line."""
    univ.goto(f"/desk/subsidies/runs/{run}/")
    univ.locator("main tbody a[href*='/units/']").first.click()
    own = univ.url
    univ.goto(own + "?counts=no")
    univ.locator("main tbody a[href*='/lines/']").first.click()
    expect(univ.locator("h1")).to_contain_text("不计入")
    expect(univ.locator("main")).to_contain_text(article)
    univ.fill("[name=words]", "合同写明用于新产品研发，附合同复印件，请复核。")
    univ.set_input_files("[name=upload]", paper("合同"))  # type: ignore[arg-type]
    press(univ)
    expect(univ.locator("#messages")).to_contain_text("异议已提交")
    return own, univ.url


def accept_the_contest(office: Page, run: str) -> int:
    """The office agrees and calculates again: one line more counts. What the whole year comes to then."""
    office.goto(f"/desk/subsidies/runs/{run}/")
    before, lines = in_all(office), counting(office)
    office.locator("main a[href*='/contests/']").first.click()
    office.fill("[name=words]", "合同和报告一致，用途属于科技开发。")
    office.get_by_role("button", name="采纳，计入").click()
    expect(office.locator("#messages")).to_contain_text("已答复")
    office.get_by_role("button", name="重新核算").click()
    calculated(office)
    assert counting(office) == lines + 1
    after = in_all(office)
    assert after >= before, "a voucher whose money was taken back brings nothing"
    return after


def counting(page: Page) -> int:
    """How many lines count."""
    named = page.locator("dl > div", has=page.locator("dt", has_text=re.compile("^计入$")))
    return int(named.locator("dd").inner_text().replace(",", ""))


def in_all(page: Page) -> int:
    return yuan(page.locator("dt:has-text('补助合计') + dd").inner_text())


def freeze_and_publish(office: Page, visitor: Page, installation: Installation, run: str) -> None:
    """Neither before the days are over; the notice is read without an account."""
    refused(office, "冻结", "期满后才能冻结")
    a_month_goes_by(installation, run)
    step(office, "冻结")
    wait_for(office, "已冻结")
    step(office, "公示", days="5")
    refused(office, "公示结束，核定", "期满后才能核定")
    visitor.goto(f"/publicity/{run}/")
    expect(visitor.locator("main")).to_contain_text("公示中")
    expect(visitor.locator("main table")).to_contain_text("¥")
    a_month_goes_by(installation, run)
    step(office, "公示结束，核定")
    wait_for(office, "待发放")


def pay(cashier: Page, run: str) -> None:
    cashier.goto(f"/desk/subsidies/runs/{run}/")
    with cashier.expect_download() as download:
        cashier.get_by_role("link", name="银行发放清单").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    step(cashier, "登记已发放", paid_on=f"{date.today():%Y-%m-%d}")
    wait_for(cashier, "已发放")


@pytest.mark.parametrize(
    ("place", "region", "rates", "article"),
    [
        ("hn", "430000", {"rate_excellent": "0.20", "rate_good": "0.15", "rate_qualified": "0.10"}, "第二十四条"),
        ("xc", "411000", {}, "功能模块·科技创新券管理"),
    ],
    ids=["hunan", "xuchang"],
)
def test_the_year_of_a_provider_is_calculated_contested_frozen_published_and_paid(
    open_page: OpenPage, installation: Installation, place: str, region: str, rates: dict[str, str], article: str
) -> None:
    put_away(installation, region)
    office, univ, cashier = (open_page(f"{place}.{who}") for who in ("authority", "univ", "finance"))
    title = plan(office, region=region, rates=rates)
    office.goto("/desk/subsidies/runs/")
    office.locator("main .card", has_text=title).get_by_role("button", name="开始核算").click()
    calculated(office)
    run = office.url.rstrip("/").rsplit("/", 1)[1]
    step(office, "送单位核对", days="5")
    wait_for(office, "单位核对")
    own, line = contest_a_line(univ, run, article)
    after = accept_the_contest(office, run)
    univ.goto(line)
    expect(univ.locator("main")).to_contain_text("采纳")
    expect(univ.locator("h1")).not_to_contain_text("不计入")
    freeze_and_publish(office, open_page(), installation, run)
    pay(cashier, run)
    assert in_all(cashier) == after
    univ.goto(own)
    expect(univ.locator("main")).to_contain_text(f"{date.today():%Y-%m-%d}")
    univ.get_by_text("怎样算出来的").click()
    expect(univ.locator("main .disclosure")).to_contain_text(article)
    open_the_last_posting(univ, article=article, subject="provider-subsidy")
