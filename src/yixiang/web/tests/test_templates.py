"""Rules for every template of the house, ours and the other rooms'."""

import re
from pathlib import Path

import pytest
from django.template import engines

from yixiang.web.icons import icon_names

ROOMS = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(ROOMS.glob("*/jinja2/**/*.html"))
names = pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOMS)))


@names
def test_it_compiles(path):
    assert engines["jinja2"].env.compile(path.read_text()).co_code


@names
def test_it_needs_no_loosened_content_security_policy(path):
    text = path.read_text()
    assert not re.search(r"<[a-z][^>{}]*\sstyle\s*=", text)
    assert not re.search(r"<[a-z][^>{}]*\son[a-z]+\s*=", text)
    assert (
        "<style" not in text or "mail" in path.parts
    )  # mail programs fetch no style sheet, and our policy is not theirs
    assert not re.search(r"hx-on|hx-vals=.js:|javascript:", text)
    data = re.compile(r"src=|application/(ld\+)?json")
    assert all(data.search(tag) for tag in re.findall(r"<script[^>]*>", text))


@names
def test_every_icon_it_names_exists(path):
    named = set(re.findall(r"\bicon\(\s*[\"']([\w-]+)[\"']", path.read_text()))
    assert named <= set(icon_names())
