"""Five hundred instruments from a workbook: upload, one wrong cell named by its address, corrected, confirmed whole."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from yixiang.catalogue.tests.books import book, letter, row

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
COUNT = 500


def workbook(path: Path, **wrong: object) -> Path:
    rows = [
        row(f"J-{number:04d}", 仪器设备名称=f"热重分析仪 {number} 号", 仪器分类编码="010902") for number in range(COUNT)
    ]
    if wrong:
        rows[14] = row("J-0014", **wrong)
    path.write_bytes(book(rows))
    return path


def test_a_unit_imports_five_hundred_instruments(open_page: Callable[..., Page], tmp_path: Path) -> None:
    page = open_page("hn.univ")
    page.goto("/desk/imports/")
    page.set_input_files("[name=book]", workbook(tmp_path / "first.xlsx", 原值="三百万"))
    page.get_by_role("button", name="上传并核对").click()
    cell = f"{letter('原值')}17"
    expect(page.get_by_text(cell).first).to_be_visible(timeout=60_000)
    page.get_by_role("link", name="改好后重新上传").first.click()
    page.set_input_files("[name=book]", workbook(tmp_path / "second.xlsx"))
    page.locator("main form button[type=submit]").first.click()
    page.get_by_role("link", name="去确认").click(timeout=60_000)
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator("h1")).to_contain_text("已导入", timeout=60_000)
    page.goto("/desk/resources/?state=draft")
    expect(page.locator("main")).to_contain_text(re.compile(r"热重分析仪 \d+ 号"))
