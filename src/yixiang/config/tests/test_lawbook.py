import shutil
from pathlib import Path

import pytest

from yixiang.config import console

POLICIES = console.HOME / "policies"
HUNAN = ["policy", "explain", "hunan", "provider-subsidy"]


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    return Path(shutil.copytree(POLICIES, tmp_path / "draft"))


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def test_all_packs_of_the_installation_are_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    assert console.main(["policy", "check"]) == 0
    told = capsys.readouterr().out
    assert "✓ hunan/provider-subsidy/2025-12-22" in told
    assert "全部相符" in told


def test_a_misspelt_key_is_named_with_file_and_line(draft: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = draft / "hunan/user-subsidy/2025-12-22.toml"
    change(file, "[values.ceiling]", "[values.cieling]")
    assert console.main(["policy", "check", "--folder", str(draft)]) == 1
    told = capsys.readouterr().err
    assert f"{file} 第" in told
    assert "是否应为 ceiling？" in told


def test_a_changed_number_breaks_its_example(draft: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(draft / "hunan/user-subsidy/2025-12-22.toml", 'rate = "0.50"', 'rate = "0.51"')
    assert console.main(["policy", "check", "--folder", str(draft)]) == 1
    assert "amount: 应为 '5000.00'，实为 '5100.00'" in capsys.readouterr().out


def test_a_pack_without_examples_is_refused(draft: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(draft / "hunan/user-subsidy/cases")
    assert console.main(["policy", "check", "--folder", str(draft)]) == 1
    assert "没有算例" in capsys.readouterr().err


def test_a_question_or_a_side_nobody_tried_is_named(draft: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (draft / "hunan/user-subsidy/cases/year.toml").unlink()
    change(draft / "hunan/user-subsidy/cases/order.toml", "own_use = true", "own_use = false")
    assert console.main(["policy", "check", "--folder", str(draft)]) == 1
    told = capsys.readouterr().out
    assert "问题“本年度一共能得到多少补助”（year）没有算例" in told
    assert "shared（own_use）的算例只有符合的一边" in told


def test_a_pack_is_read_out_with_its_articles(capsys: pytest.CaptureFixture[str]) -> None:
    assert console.main([*HUNAN, "--on", "2026-05-01"]) == 0
    told = capsys.readouterr().out
    assert "单台套同一年度最高补助\n  50,000.00 元\n  —— 第二十四条" in told
    assert "符合其一即可：" in told


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([*HUNAN, "--on", "2025-12-21"], "没有生效的"),
        ([*HUNAN, "--on", "2030-12-22"], "至 2030-12-21 止"),
        (["policy", "explain", "hunan", "provider-subsidi"], "是否应为 provider-subsidy？"),
        (["policy", "explain", "hunam", "units"], "是否应为 hunan？"),
    ],
)
def test_what_there_is_not_is_said_kindly(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert console.main(arguments) == 1
    assert said in capsys.readouterr().err


def test_a_day_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        console.main([*HUNAN, "--on", "2026-02-30"])
    assert "应写成 2026-05-01" in capsys.readouterr().err
