"""A new unit goes from registration to joined: signing up, filling the steps, the city, then the province."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Installation

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
NAME = "湘江量子测量研究院有限公司（演示）"
CODE = "91350100M000100Y43"


def code_from_mail(installation: Installation, address: str) -> str:
    """The newest mail to this address, as it left through Django's mail."""
    mails = sorted((installation.var / "mail").glob("*"), key=lambda path: path.stat().st_mtime)
    ours = [text for text in (mail.read_text("utf-8") for mail in mails) if address in text]
    found = re.findall(r"验证码是 (\d+)", ours[-1])
    assert found, ours[-1]
    return str(found[0])


def sign_up(page: Page, installation: Installation) -> None:
    page.goto("/account/signup/")
    page.fill("[name=name]", "沈既白")
    page.fill("[name=username]", "shen.jibai")
    page.fill("[name=email]", "shen@example.com")
    page.fill("[name=password1]", "Xiangjiang-2026-ab")
    if page.locator("[name=password2]").count():
        page.fill("[name=password2]", "Xiangjiang-2026-ab")
    for box in page.locator("form [type=checkbox]").all():
        box.check()
    page.locator("main button[type=submit]").first.click()
    page.fill("[name=code]", code_from_mail(installation, "shen@example.com"))
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url("**/desk/**")


def choose(page: Page, label: str, text: str) -> None:
    """A long select with search in it, by keyboard as a person would."""
    page.locator(".field", has_text=label).locator(".ts-control").click()
    page.keyboard.type(text)
    page.locator(".ts-dropdown .option").first.click()


def fill_steps(page: Page, scan: Path) -> None:
    page.goto("/desk/units/register/")
    page.fill("[name=name]", NAME)
    choose(page, "所在地区", "长沙市")
    page.get_by_role("button", name="开始登记").click()
    page.get_by_role("link", name="承诺书").first.click()
    page.check("[name=agree]")
    page.get_by_role("button", name="接受并继续").click()
    page.locator("main a.btn-primary").first.click()
    page.select_option("[name=kind]", "enterprise")
    page.select_option("[name=affiliation]", "municipal")
    page.fill("[name=credit_code]", CODE)
    page.fill("[name=address]", "麓谷大道 1 号")
    page.check("[name=uses]")
    page.get_by_role("button", name="保存并继续").click()
    page.fill("[name=legal_representative]", "沈既白")
    page.fill("[name=contact_name]", "沈既白")
    page.fill("[name=contact_phone]", "13812345678")
    page.fill("[name=headcount]", "42")
    page.fill("[name=last_year_revenue]", "1200万")
    page.get_by_role("button", name="保存并继续").click()
    for place in range(page.locator("input[type=file]").count()):
        form = page.locator("form:has(input[type=file])").nth(place)
        form.locator("input[type=file]").set_input_files(scan)
        form.locator("button[type=submit]").click()
        expect(page.locator("main .file")).to_have_count(place + 1)
    expect(page.locator("[name=account_name]")).to_have_value(re.compile("^xjlzcl"))
    page.get_by_role("button", name="保存并核对").click()


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "盖章扫描件.png"
    Image.new("RGB", (600, 800), "#fdfdfd").save(path)
    return path


def decide(page: Page, button: str) -> None:
    page.goto("/desk/")
    row = page.locator("li.case", has_text=NAME)
    expect(row).to_have_count(1)
    row.get_by_role("button", name=button, exact=True).click()
    expect(page.locator("li.case", has_text=NAME)).to_have_count(0)


def test_a_new_unit_goes_from_registration_to_joined(
    open_page: Callable[..., Page], installation: Installation, scan: Path
) -> None:
    applicant = open_page()
    sign_up(applicant, installation)
    fill_steps(applicant, scan)
    applicant.get_by_role("button", name="提交审核").click()
    expect(applicant.locator("main")).to_contain_text("待审核")
    decide(open_page("hn.city"), "通过并转下一级")
    decide(open_page("hn.authority"), "通过")
    applicant.goto("/desk/unit/mine/")
    expect(applicant.locator("main")).to_contain_text("已入网")
    visitor = open_page()
    visitor.goto("/units/?q=湘江量子")
    expect(visitor.locator("main")).to_contain_text(NAME)
