"""An editor writes an article in a real browser: toolbar, pictures, preview, autosave; and without script."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.journeys.test_accessible import violations

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
PASTE = """async ([field, bytes]) => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes)], 'curve.png', { type: 'image/png' }));
  field.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "curve.png"
    Image.new("RGB", (40, 30), "teal").save(path)
    return path


def begin(page: Page) -> None:
    page.goto("/desk/articles/")
    page.select_option("#start-kind", "news")
    page.click("text=写一篇")


def test_an_editor_writes_with_toolbar_pictures_and_preview(open_page: Callable[..., Page], picture: Path) -> None:
    page = open_page("hn.platform")
    begin(page)
    page.fill("input[name=title]", "浏览器里写的动态")
    page.fill("textarea[name=body]", "第一段")
    page.evaluate("document.querySelector('textarea[name=body]').select()")
    page.click("[data-mark=bold]")
    expect(page.locator("#preview strong")).to_have_text("第一段")
    with page.expect_file_chooser() as chooser:
        page.click("[data-mark=picture]")
    chooser.value.set_files(picture)
    expect(page.locator("#preview img")).to_have_count(1)
    page.evaluate(PASTE, [page.locator("textarea[name=body]").element_handle(), list(picture.read_bytes())])
    expect(page.locator("#preview img")).to_have_count(2)
    expect(page.locator("[data-save-state]")).to_contain_text("已保存")
    assert violations(page) == []
    page.click("button[name=publish]")
    page.click("text=打开文章")
    expect(page.locator(".prose img")).to_have_count(2)
    expect(page.locator(".prose strong")).to_have_text("第一段")


def test_a_script_dropped_as_a_picture_is_explained_in_place(open_page: Callable[..., Page], tmp_path: Path) -> None:
    page = open_page("hn.platform")
    begin(page)
    fake = tmp_path / "fake.png"
    fake.write_text("<svg onload='alert(1)'></svg>")
    with page.expect_file_chooser() as chooser:
        page.click("[data-mark=picture]")
    chooser.value.set_files(fake)
    expect(page.locator(".editor-hint.is-bad")).to_be_visible()
    expect(page.locator("textarea[name=body]")).to_have_value("\n")


def test_the_editor_works_without_script(open_page: Callable[..., Page]) -> None:
    page = open_page("hn.platform", javascript=False)
    begin(page)
    expect(page.locator("[role=toolbar]")).to_be_hidden()
    page.fill("input[name=title]", "没有脚本也能写")
    page.fill("textarea[name=body]", "## 小节\n\n正文")
    page.click("text=保存 >> nth=0")
    expect(page.locator("#preview h2")).to_have_text("小节")
    page.click("button[name=publish]")
    page.click("text=打开文章")
    expect(page.locator("h1")).to_have_text("没有脚本也能写")
