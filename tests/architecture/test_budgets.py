"""The sizes a room keeps so that it can be read at one sitting."""

import ast
import re
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[2]
PACKAGE = HOME / "src" / "yixiang"
DOORS = {"pages", "api", "jobs"}
DRAWERS = {"utils", "helpers", "common", "misc", "manager", "base"}


def modules(*, tests: bool = False) -> list[Path]:
    found = [p for p in PACKAGE.rglob("*.py") if "migrations" not in p.parts]
    return sorted(p for p in found if ("tests" in p.parts) == tests)


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def is_door(path: Path, kind: str) -> bool:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return kind in parts[1:]


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_module_is_short(path: Path) -> None:
    assert path.read_text("utf-8").count("\n") <= 400


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_function_fits_on_a_screen(path: Path) -> None:
    limit = 25 if is_door(path, "pages") else 40
    assert [f"{f.name}: {length(f)}" for f in functions(path) if length(f) > limit] == []


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("jinja2/**/*.html")), ids=lambda p: p.name)
def test_a_template_is_short_and_has_no_inline_code(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.count("\n") <= 200
    markup = re.sub(r"{{.*?}}|{%.*?%}", "", text, flags=re.S)  # a macro's argument may be called style
    assert not re.search(r"\sstyle=\"|\son[a-z]+=\"", markup)
    assert "<style" not in markup or "mail" in path.parts  # mail programs know no style sheets of ours
    assert not re.search(r"<script(?![^>]*\ssrc=)(?![^>]*type=\"application/(ld\+)?json\")", text)


def test_no_module_is_a_drawer() -> None:
    assert [p for p in modules() if p.stem in DRAWERS] == []


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_only_doors_look_at_the_clock(path: Path) -> None:
    parts = set(path.relative_to(PACKAGE).with_suffix("").parts)
    if parts & (DOORS | {"management", "middleware", "adapters", "config", "demo", "gallery"}):
        return
    calls = re.findall(
        r"timezone\.now\(\)|datetime\.now\(|date\.today\(|timezone\.localdate\(\)", path.read_text("utf-8")
    )
    allowed = 1 if path.name == "filters.py" else 0  # “5 分钟前” is shown, never decided by
    assert len(calls) <= allowed


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_rules_and_states_know_no_django(path: Path) -> None:
    relative = path.relative_to(PACKAGE).with_suffix("").parts
    if not ({"rules", "states", "laws"} & set(relative) or relative[0] == "policy"):
        return
    if relative[-1] == "apps":
        return
    assert not re.search(r"^\s*(from|import) (django|ninja|allauth)", path.read_text("utf-8"), re.M)


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_commands_queries_and_models_import_no_door_and_no_web_library(path: Path) -> None:
    relative = path.relative_to(PACKAGE).with_suffix("").parts
    if not {"commands", "queries", "models"} & set(relative[1:2]):
        return
    text = path.read_text("utf-8")
    assert not re.search(
        r"^\s*(from|import) (django\.http|django\.shortcuts|django\.views|ninja|django_htmx)", text, re.M
    )
    assert not re.search(r"^\s*from yixiang\.\w+\.(pages|api|jobs)\b", text, re.M)


def test_doors_are_imported_by_nobody_below_the_top() -> None:
    guilty = []
    for path in modules():
        relative = path.relative_to(PACKAGE).with_suffix("").parts
        if relative[0] in {"config", "api"} or relative[-1] == "urls" or DOORS & set(relative):
            continue
        if re.search(
            r"^\s*from yixiang\.\w+(\.(pages|api|jobs)\b| import .*\b(pages|jobs)\b)",
            path.read_text("utf-8"),
            re.M,
        ):
            guilty.append(path)
    assert guilty == []


def test_tests_are_short_sentences() -> None:
    tests = [f for path in modules(tests=True) for f in functions(path) if f.name.startswith("test_")]
    assert statistics.median(length(f) for f in tests) <= 15
    assert [f.name for f in tests if f.name.count("_") < 2] == []


def test_no_signal_carries_business() -> None:
    """Django's own sign-in signals feed the audit log; nothing else is wired behind a reader's back."""
    pattern = re.compile(r"post_save|pre_save|post_delete|m2m_changed|Signal\(\)")
    assert [p for p in modules() if pattern.search(p.read_text("utf-8"))] == []
