"""The import contracts hold, and are seen to fail when somebody climbs the stairs."""

import shutil
import subprocess
import sys
from pathlib import Path

HOME = Path(__file__).resolve().parents[2]


def lint(where: Path) -> subprocess.CompletedProcess[str]:
    tool = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [str(tool), "--config", str(where / "pyproject.toml"), "--no-cache"],
        cwd=where,
        env={"PYTHONPATH": str(where / "src"), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


def copy_of_the_house(to: Path) -> Path:
    shutil.copy(HOME / "pyproject.toml", to)
    wanted = shutil.ignore_patterns("static", "__pycache__", "jinja2", "tests")
    shutil.copytree(HOME / "src" / "yixiang", to / "src" / "yixiang", ignore=wanted)
    return to


def test_the_floors_hold() -> None:
    result = lint(HOME)
    assert result.returncode == 0, result.stdout


def test_a_lower_room_that_imports_a_higher_one_is_caught(tmp_path: Path) -> None:
    house = copy_of_the_house(tmp_path)
    (house / "src/yixiang/kernel/climbing.py").write_text("from yixiang.units import models\n")
    result = lint(house)
    assert result.returncode != 0
    assert "yixiang.kernel.climbing" in result.stdout


def test_a_room_on_no_floor_is_caught(tmp_path: Path) -> None:
    house = copy_of_the_house(tmp_path)
    (house / "src/yixiang/attic").mkdir()
    (house / "src/yixiang/attic/__init__.py").touch()
    assert lint(house).returncode != 0
