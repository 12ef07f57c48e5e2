"""Every room looks like every other, and its README tells the truth."""

from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[2]
PACKAGE = HOME / "src" / "yixiang"
ROOMS = sorted(p.name for p in PACKAGE.iterdir() if p.is_dir() and (p / "__init__.py").exists())


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_says_what_it_is_for(room: str) -> None:
    readme = PACKAGE / room / "README.md"
    assert readme.exists(), f"{room} has no README.md"
    assert 5 <= readme.read_text("utf-8").count("\n") <= 160


@pytest.mark.parametrize("room", ["people", "audit", "notices", "files", "reviews", "articles", "units"])
def test_a_room_tests_itself(room: str) -> None:
    assert list((PACKAGE / room / "tests").glob("test_*.py"))


@pytest.mark.parametrize("room", ["reviews", "articles", "units"])
def test_the_diagram_in_the_readme_is_the_machine(room: str) -> None:
    from yixiang.kernel.states import Machine

    module = __import__(f"yixiang.{room}.states", fromlist=["states"])
    machines = [value for value in vars(module).values() if isinstance(value, Machine)]
    readme = (PACKAGE / room / "README.md").read_text("utf-8")
    assert machines
    assert [m.name for m in machines if m.mermaid() not in readme] == []
