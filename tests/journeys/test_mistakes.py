"""What goes wrong while somebody fills a form: each time a clear message, and nothing typed is lost."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PASSWORD
from yixiang.demo.cast import PLACES
from yixiang.demo.units import credit_code

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
OpenPage = Callable[..., Page]
WORDS = "本单位研制山地轨道运输装备，使用高低温试验箱验证整机。"
GUANGDONG = next(place for place in PLACES if place.prefix == "gd")
TAKEN = credit_code(GUANGDONG, 5, "enterprise")  # 黄埔显示材料, joined


def to_step(page: Page, link: str, step: str) -> None:
    """From the inbox to one step of the registration under way."""
    page.get_by_role("link", name=link).click()
    page.locator("main").get_by_role("link", name=step).first.click()
    expect(page.locator("h1")).to_have_text(step)


@pytest.fixture
def oversize(tmp_path: Path) -> Path:
    path = tmp_path / "很大的扫描件.pdf"
    path.write_bytes(b"%PDF-1.7\n" + b"0" * (21 << 20))
    return path


def test_a_session_that_ends_in_the_middle_of_a_form_loses_nothing(open_page: OpenPage) -> None:
    page = open_page("hn.draft.admin")
    to_step(page, "继续填写", "详细信息")
    page.context.clear_cookies()
    page.fill("[name=introduction]", WORDS)
    expect(page.locator("[data-save-state]")).to_contain_text("未能保存，内容仍在本页")
    page.get_by_role("button", name="保存并继续").click()
    page.wait_for_url("**/account/login/**")
    expect(page.get_by_text("重新登录后回到原页面会自动恢复")).to_have_count(1)
    page.fill("[name=login]", "hn.draft.admin")
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url("**/register/details/")
    expect(page.locator("[name=introduction]")).to_have_value(WORDS)
    expect(page.locator("main")).to_contain_text("上次没有提交的内容已经找回")


@pytest.mark.parametrize("ending", ["pdf", "png"])
def test_a_web_page_under_another_name_is_not_attached(open_page: OpenPage, tmp_path: Path, ending: str) -> None:
    disguised = tmp_path / f"申请书.{ending}"
    disguised.write_text("<!doctype html><html><script>alert(1)</script><body>x</body></html>", "utf-8")
    page = open_page("hn.draft.admin")
    to_step(page, "继续填写", "附件与账户")
    page.fill("[name=account_name]", f"xuefeng{ending}")
    form = page.locator("form:has(input[type=file])").first
    form.locator("input[type=file]").set_input_files(disguised)
    form.locator("button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("这里不能上传网页或 SVG 文件")
    expect(page.locator("main .file")).to_have_count(0)
    expect(page.locator("[name=account_name]")).to_have_value(f"xuefeng{ending}")


def test_a_file_that_is_too_large_is_not_attached(open_page: OpenPage, oversize: Path) -> None:
    page = open_page("hn.draft.admin")
    to_step(page, "继续填写", "附件与账户")
    page.fill("[name=account_name]", "xuefengbig")
    form = page.locator("form:has(input[type=file])").first
    form.locator("input[type=file]").set_input_files(oversize)
    form.locator("button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("文件超过 20 MB，请压缩或拆分后再上传。")
    expect(page.locator("main .file")).to_have_count(0)
    expect(page.locator("[name=account_name]")).to_have_value("xuefengbig")


def test_a_wrong_credit_code_is_explained_beside_its_field(open_page: OpenPage) -> None:
    page = open_page("sd.draft.admin")
    to_step(page, "继续填写", "基本信息")
    page.fill("[name=credit_code]", "91370100MA3WRONG7X")
    page.get_by_role("button", name="保存并继续").click()
    field = page.locator(".field", has=page.locator("[name=credit_code]"))
    expect(field.locator(".field-error")).to_be_visible()
    expect(field.locator("input")).to_have_value("91370100MA3WRONG7X")
    expect(field.locator("input")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.goto("/desk/")
    to_step(page, "继续填写", "基本信息")
    expect(page.locator("[name=credit_code]")).to_have_value("91370100MA3WRONG7X")


def test_the_holder_of_a_taken_credit_code_can_be_written_to(open_page: OpenPage) -> None:
    page = open_page("gd.back.admin")
    to_step(page, "修改后重新提交", "基本信息")
    page.fill("[name=credit_code]", TAKEN)
    page.get_by_role("button", name="保存并继续").click()
    page.locator("main").get_by_role("link", name="核对并提交").first.click()
    page.get_by_role("button", name="提交审核").click()
    expect(page.locator("h1")).to_contain_text("已由“黄埔显示材料有限公司（演示）”登记")
    page.fill("[name=text]", "我们与贵司是否重名？请核对代码。")
    page.fill("[name=reply_to]", "13900139000")
    page.get_by_role("button", name="发送", exact=True).click()
    expect(page.get_by_text("已发送。对方会按您留下的联系方式回复。")).to_be_visible()
    holder = open_page("gd.firm")
    holder.goto("/desk/notices/")
    expect(holder.locator("main")).to_contain_text("我们与贵司是否重名？请核对代码。")
    expect(holder.locator("main")).to_contain_text("13900139000")
