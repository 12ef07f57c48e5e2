"""A laboratory publishes an instrument in steps; the office admits it; the next moment anyone finds it."""

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
NAME = "太赫兹近场成像仪"


def test_a_copied_instrument_goes_from_draft_to_found(open_page: Callable[..., Page]) -> None:
    """Copying leaves number, worth and dates to be typed; hours and people come along."""
    lab = open_page("hn.lab")
    lab.goto("/desk/resources/start/")
    lab.locator(".copy-line", has_text="UNIV-").first.get_by_role("button", name="照此新建").click()
    lab.wait_for_url(re.compile("/fill/"))
    base = lab.url.split("/fill/")[0]
    lab.goto(f"{base}/fill/basic/")
    lab.fill("[name=name]", NAME)
    lab.fill("[name=inner_number]", "JOURNEY-001")
    lab.fill("[name=asset_number]", "ZC-JOURNEY-001")
    lab.get_by_role("button", name="保存并继续").click()
    lab.fill("[name=worth]", "88.5")
    lab.fill("[name=bought_on]", "2026-08-03")
    lab.fill("[name=accepted_on]", "2026-10-20")
    expect(lab.locator(".beside-side")).to_contain_text("第二条、第三条")
    lab.get_by_role("button", name="保存并继续").click()
    lab.goto(f"{base}/fill/check/")
    expect(lab.locator("main")).to_contain_text("88.5")


def test_the_law_answers_while_the_worth_is_typed(open_page: Callable[..., Page]) -> None:
    lab = open_page("hn.lab")
    lab.goto("/desk/resources/hnlab004/fill/place/")
    lab.fill("[name=worth]", "30")
    lab.locator("input[name=funds][value=local], select[name=funds]").first.wait_for(state="attached")
    if lab.locator("input[name=funds][value=local]").count():
        lab.locator("input[name=funds][value=local]").check()
    lab.locator("[name=worth]").press("Tab")
    expect(lab.locator(".beside-side")).to_contain_text("30 万元")


def test_the_office_admits_and_the_instrument_is_found_at_once(open_page: Callable[..., Page]) -> None:
    office = open_page("hn.authority")
    office.goto("/desk/")
    office.get_by_role("link", name=re.compile("入网：.*显微镜|入网：.*原子力")).first.click()
    title = office.locator("h1").inner_text().splitlines()[0]
    office.get_by_role("button", name=re.compile("^通过")).first.click()
    office.wait_for_load_state()
    name = title.split("：", 1)[1].strip()
    visitor = open_page()
    visitor.goto(f"/instruments/?q={name}")
    expect(visitor.locator(".find-row .find-name").first).to_contain_text(name)


def test_a_stopped_instrument_says_so_and_comes_back(open_page: Callable[..., Page]) -> None:
    keeper = open_page("hn.univ")
    keeper.goto("/desk/resources/hnuni006/do/stop/")
    keeper.fill("[name=note]", "离子源清洗，三天后恢复。")
    keeper.locator("main form button[type=submit]").first.click()
    visitor = open_page()
    visitor.goto("/instruments/hnuni006/")
    expect(visitor.locator("main")).to_contain_text("暂停")
    keeper.goto("/desk/resources/hnuni006/")
    keeper.locator("main summary", has_text="更多").click()
    keeper.get_by_text("恢复开放", exact=True).click()
    if "/do/" in keeper.url:
        keeper.locator("main form button[type=submit]").first.click()
    expect(keeper.locator("h1")).to_contain_text("开放共享")
    visitor.reload()
    expect(visitor.locator("main")).not_to_contain_text("暂停服务")


def drawn(colour: str) -> dict[str, object]:
    made = BytesIO()
    Image.new("RGB", (640, 480), colour).save(made, "PNG")
    return {"name": f"{colour}.png", "mimeType": "image/png", "buffer": made.getvalue()}


def test_pictures_are_put_in_order_by_dragging_and_a_caption_half_typed_stays(open_page: Callable[..., Page]) -> None:
    keeper = open_page("hn.univ")
    keeper.goto("/desk/things/instrument/hnuni009/pictures/")
    keeper.locator("[name=pictures]").set_input_files([drawn("red"), drawn("green"), drawn("blue")])  # type: ignore[arg-type]
    keeper.get_by_role("button", name="上传", exact=True).click()
    shots = keeper.locator(".shot")
    expect(shots).to_have_count(3)
    first, second, third = (shots.nth(n).get_attribute("data-key") for n in range(3))
    shots.nth(0).locator("[name=caption]").fill("还没有保存")
    with keeper.expect_response(lambda answer: answer.request.method == "POST") as saved:
        keeper.locator(".shot-grip").nth(2).hover()
        keeper.mouse.down()
        box = shots.nth(0).bounding_box()
        assert box
        keeper.mouse.move(box["x"] + 40, box["y"] + 40, steps=6)
        keeper.mouse.up()
    assert saved.value.status == 302
    order = [shot.get_attribute("data-key") for shot in shots.all()]
    assert order == [third, first, second]
    expect(shots.nth(1).locator("[name=caption]")).to_have_value("还没有保存")
    expect(shots.nth(0).get_by_text("封面", exact=True)).to_be_visible()
    keeper.reload()
    assert [shot.get_attribute("data-key") for shot in shots.all()] == order
    shots.nth(0).get_by_role("button", name="后移").click()  # the same without a mouse
    expect(shots.nth(0)).to_have_attribute("data-key", str(first))
