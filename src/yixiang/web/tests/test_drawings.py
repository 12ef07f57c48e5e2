"""Every group has a drawing of its own, and a drawing is only lines: nothing in it runs, links or styles itself."""

from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.template import engines

from yixiang.web import drawings
from yixiang.web.drawings import drawing, drawing_names

FILES = sorted(Path(drawings.__file__).parent.glob("*.svg"))
GROUPS = [f"01{number:02}" for number in (*range(1, 13), 99)]
MAIN = [f"{number:02}" for number in (*range(2, 15), 99)]
SCENES = ["empty", "facility", "hero", "platform", "service"]
SVG = "{http://www.w3.org/2000/svg}"
PLAIN = {"svg", "g", "path", "circle", "rect"}


def elements(path):
    return list(ElementTree.fromstring(path.read_text("utf-8")).iter())


def test_each_group_main_class_and_scene_has_its_own_file():
    assert list(drawing_names()) == sorted(GROUPS + MAIN + SCENES)


def test_no_two_drawings_are_the_same():
    assert not [pair for pair in combinations(drawing_names(), 2) if drawing(pair[0]) == drawing(pair[1])]


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_a_drawing_is_made_of_plain_shapes(path):
    assert {element.tag.removeprefix(SVG) for element in elements(path)} <= PLAIN


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_a_drawing_neither_runs_nor_links_nor_styles_itself(path):
    names = {name for element in elements(path) for name in element.attrib}
    assert not [name for name in names if name in {"style", "id", "href"} or name.startswith(("on", "{"))]


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_a_drawing_is_decoration_in_the_colours_of_the_page(path):
    root = elements(path)[0]
    assert root.get("viewBox") == ("0 0 480 200" if path.stem == "hero" else "0 0 160 120")
    assert root.get("stroke") == "currentColor"
    assert root.get("aria-hidden") == "true"
    assert [element.get("class") for element in elements(path)].count("drawing-tint") >= 1
    assert path.stat().st_size < 8000


@pytest.mark.parametrize(
    ("code", "name"), [("010102", "0101"), ("010000", "0199"), ("019900", "0199"), ("050104", "05"), ("990000", "99")]
)
def test_a_class_gets_the_drawing_nearest_to_it(code, name):
    assert drawing(code) == drawing(name)


@pytest.mark.parametrize("code", ["", "77", "850101", "../icons", "<b>"])
def test_an_unknown_class_gets_the_general_drawing(code):
    assert drawing(code) == drawing("99")


def test_a_template_puts_the_drawing_in_unescaped():
    html = engines["jinja2"].from_string("{{ drawing('010102') }}").render()
    assert html.startswith('<svg class="drawing"')
