"""What the documents say is there."""

import re
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[2]
DOCUMENTS = [*HOME.glob("*.md"), *(HOME / "docs").rglob("*.md"), *(HOME / "src").rglob("README.md")]
MACHINE = re.compile(r"(?<![\w.])/(work|farm|root|tmp)/[\w.]")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: str(p.relative_to(HOME)))
def test_links_and_pictures_lead_somewhere(path: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)\)", path.read_text("utf-8"))
    local = [target for target in targets if "://" not in target]
    folders = [path.parent, HOME / "src" / "yixiang" / "portal" / "static" / "portal"]  # help pictures are static files
    assert [target for target in local if not any((folder / target).exists() for folder in folders)] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: str(p.relative_to(HOME)))
def test_no_document_names_a_machine(path: Path) -> None:
    assert MACHINE.findall(path.read_text("utf-8")) == []


def test_both_readmes_have_the_same_parts() -> None:
    english, chinese = ((HOME / name).read_text("utf-8") for name in ("README.md", "README.zh-CN.md"))
    for pattern in (r"^## ", r"^```", r"\]\([^)]+\.md\)", r"YIXIANG_\w+", r"make \w+"):
        assert len(re.findall(pattern, english, re.M)) == len(re.findall(pattern, chinese, re.M)), pattern


def test_make_help_lists_what_the_readme_promises() -> None:
    makefile = (HOME / "Makefile").read_text("utf-8")
    promised = set(
        re.findall(
            r"make (\w+)", (HOME / "README.md").read_text("utf-8") + (HOME / "CONTRIBUTING.md").read_text("utf-8")
        )
    )
    assert promised <= set(re.findall(r"^(\w+):.*##", makefile, re.M))


def test_every_environment_variable_is_explained() -> None:
    told = (HOME / "docs" / "operations.md").read_text("utf-8")
    read = set(
        re.findall(r"""["'](YIXIANG_[A-Z_]+)["']""", (HOME / "src/yixiang/config/settings.py").read_text("utf-8"))
    )
    assert sorted(name for name in read - {"YIXIANG_TEST_DB"} if name not in told) == []
