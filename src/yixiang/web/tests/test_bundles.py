"""What a first visit has to carry stays small, and nothing comes from elsewhere."""

import gzip
import json
import re
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[4]
BUILT = HOME / "src/yixiang/web/static/web"
LIMITS = {"app.js": 60, "app.css": 60, "select.js": 25, "select.css": 6, "passkey.js": 6, "icon.svg": 1}


def zipped(name):
    return len(gzip.compress((BUILT / name).read_bytes(), 9)) / 1000


@pytest.mark.parametrize(("name", "limit"), LIMITS.items())
def test_a_bundle_stays_within_its_size(name, limit):
    assert zipped(name) <= limit


def test_a_first_page_loads_under_120_kb_of_scripts_and_styles():
    assert zipped("app.js") + zipped("app.css") <= 120


def test_bundles_fetch_nothing_from_elsewhere():
    css = (BUILT / "app.css").read_text() + (BUILT / "select.css").read_text()
    assert not re.findall(r"url\((?![\"']?data:)[^)]+", css)
    assert "@font-face" not in css


def test_scripts_need_no_evaluation_of_text():
    for name in ("select.js", "passkey.js"):
        assert not re.search(r"\beval\(|new Function\(", (BUILT / name).read_text())


def test_the_licences_of_what_is_bundled_travel_along():
    text = (BUILT / "LICENSES.txt").read_text()
    assert all(name in text for name in ("@tabler/core", "htmx.org", "tom-select"))


def test_every_package_is_pinned_and_the_lock_names_no_address():
    wanted = json.loads((HOME / "package.json").read_text())["devDependencies"]
    assert all(re.fullmatch(r"[\d.]+", version) for version in wanted.values())
    assert "resolved" not in (HOME / "package-lock.json").read_text()
