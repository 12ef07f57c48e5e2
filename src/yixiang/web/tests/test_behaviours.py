"""The small scripts of the pages, in a real browser under the real security headers."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.django_db(transaction=True)]
AXE = Path(__file__).resolve().parents[4] / "node_modules/axe-core/axe.min.js"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip


@pytest.fixture(scope="module")
def chromium():
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright runs a loop in this thread
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=QUIET)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def page(chromium, live_server):
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page = context.new_page()
    page.troubles = []
    page.on("pageerror", lambda error: page.troubles.append(str(error)))
    page.on("console", lambda line: page.troubles.append(line.text) if line.type == "error" else None)
    page.goto(f"{live_server.url}/gallery/")
    page.wait_for_selector(".ts-wrapper")
    yield page
    assert page.troubles == []
    context.close()


def test_what_was_typed_comes_back_and_can_be_dropped(page):
    page.fill("#id_good-name", "演示材料所")
    page.fill("#id_good-password", "never-kept")
    assert "never-kept" not in page.evaluate("JSON.stringify(localStorage)")
    page.reload()
    notice = page.locator("form .notice-warm")
    notice.wait_for()
    assert page.input_value("#id_good-name") == "演示材料所"
    notice.get_by_text("不要这些内容").click()
    assert page.input_value("#id_good-name") == ""
    assert page.evaluate("localStorage.length") == 0


def test_the_first_thing_in_focus_is_the_error_summary(page):
    assert page.evaluate("document.activeElement.matches('[data-error-summary]')")


def test_a_password_is_shown_and_hidden_again(page):
    page.locator("[data-reveal=id_good-password]").click()
    assert page.get_attribute("#id_good-password", "type") == "text"
    page.locator("[data-reveal=id_good-password]").click()
    assert page.get_attribute("#id_good-password", "type") == "password"


def test_select_all_opens_the_bulk_bar(page):
    assert page.get_by_text("批量通过").is_disabled()
    page.locator("[data-select-all]").check()
    assert page.locator("[data-bulk-count]").inner_text() == "已选 5 项"
    assert page.get_by_text("批量通过").is_enabled()


def test_the_inbox_is_walked_with_the_keyboard(page):
    page.evaluate("document.activeElement.blur()")
    for key in ("j", "j", "x"):
        page.keyboard.press(key)
    assert "长沙演示材料研究所" in page.evaluate("document.activeElement.innerText")
    assert page.locator("[data-bulk-count]").inner_text() == "已选 1 项"
    page.keyboard.press("?")
    assert page.locator("dialog.keys").is_visible()


def test_keys_typed_into_a_field_move_nothing(page):
    page.locator("#id_good-name").press_sequentially("jx?")
    assert page.input_value("#id_good-name") == "jx?"
    assert page.locator(".is-at").count() == 0


def test_a_file_travels_with_progress_and_the_answer_becomes_the_page(page):
    page.set_input_files("#id_good-scan", {"name": "证书.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"})
    assert "证书.pdf" in page.locator("[data-drop-names]").first.inner_text()
    page.evaluate("document.body.dataset.before = 'yes'")
    with page.expect_response(lambda response: response.request.method == "POST") as answer:
        page.get_by_role("button", name="提交审核").click()
    assert answer.value.status == 200
    page.wait_for_selector("body:not([data-before]) .ts-wrapper")


def test_a_draft_saves_itself_and_says_when_it_could_not(page, live_server):
    page.goto(f"{live_server.url}/gallery/wizard/")
    page.fill("#id_good-about", "可测粉末与块体")
    page.get_by_text("已保存").wait_for()
    assert page.evaluate("localStorage.length") == 0
    page.context.set_offline(True)
    page.fill("#id_good-about", "可测粉末、块体与薄膜")
    page.get_by_text("未能保存，内容仍在本页").wait_for()
    assert "薄膜" in page.evaluate("JSON.stringify(localStorage)")
    page.troubles.clear()  # the browser itself reports the failed request


def test_a_value_on_offer_is_filled_in_and_nothing_is_sent(page):
    page.evaluate("""() => {
        const offer = '<button data-fill="id_good-name" value="hndx">hndx</button>';
        document.querySelector("#id_good-name").insertAdjacentHTML("afterend", offer);
        document.dispatchEvent(new CustomEvent("htmx:afterSettle", { detail: { elt: document.body } }));
    }""")
    page.locator("[data-fill]").click()
    assert page.input_value("#id_good-name") == "hndx"
    assert page.evaluate("document.activeElement.id") == "id_good-name"


def test_menus_close_on_escape_and_give_the_focus_back(page):
    summary = page.locator("summary", has_text="更多操作")
    summary.click()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    assert not page.get_by_text("导出 Excel").first.is_visible()
    assert summary.evaluate("it => it === document.activeElement")


@pytest.mark.parametrize("width", [1440, 375])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["", "portal/", "plain/", "wizard/", "confirm/"])
def test_axe_finds_nothing_and_nothing_overflows(chromium, live_server, name, scheme, width):
    viewport = {"width": width, "height": 900}
    context = chromium.new_context(viewport=viewport, color_scheme=scheme, bypass_csp=True, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{live_server.url}/gallery/{name}", wait_until="networkidle")
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run().then(it => it.violations.map(v => [v.id, v.nodes.map(n => n.html)]))")
    spill = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    context.close()
    assert found == []
    assert spill <= 0


def test_the_phone_menu_opens_without_script(chromium, live_server):
    context = chromium.new_context(viewport={"width": 375, "height": 812}, java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{live_server.url}/gallery/")
    assert page.locator(".drawer summary").count() >= 1
    page.locator(".drawer > summary").click()
    assert page.locator(".drawer-panel").is_visible()
    context.close()
