"""`yixiang policy simulate`: what the operator reads, and by which code a program knows."""

# ruff: noqa: F811  # fixtures are asked for by their names

import json
from typing import Any

import pytest

from yixiang.config import trying
from yixiang.config.trouble import Trouble
from yixiang.ledger.models import Programme
from yixiang.subsidies.tests.conftest import (  # noqa: F401  # the world of a run
    Settled,
    _files_elsewhere,
    customer,
    firm,
    instrument,
    person,
    province,
    roles,
    sem,
    settled,
    unit,
)
from yixiang.subsidies.tests.test_runs import NOW, fiscal, good, programme  # noqa: F401

PACK = "hunan/provider-subsidy"


@pytest.fixture
def year(programme: Programme, good: None, fiscal: Any, settled: Settled) -> Programme:
    settled("400000.00")
    return programme


def run(*sets: str, pack: str = PACK, year: int = 2025, as_json: bool = False) -> int:
    return trying.simulate(pack, year, sets, now=NOW, as_json=as_json)


def test_the_year_is_read_out_with_what_was_changed(year: Programme, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("instrument_ceiling=40000.00", "rate_good=0.18") == 0
    told = capsys.readouterr().out
    assert "湖南省 · 管理单位后补助 · 2025 年度试算" in told
    assert "单台套同一年度最高补助：50,000.00 元 → 40,000.00 元（第二十四条）" in told
    assert "良好的补助比例：15% → 18%" in told
    (total,) = [line for line in told.splitlines() if line.startswith("合计")]
    assert total.split() == ["合计", "50,000.00", "40,000.00", "-10,000.00"]
    assert told.endswith("没有写入任何数据。\n")


def test_sums_stand_below_one_another_whatever_the_names(year: Programme, capsys: pytest.CaptureFixture[str]) -> None:
    run("instrument_ceiling=40000.00")
    rows = [line for line in capsys.readouterr().out.splitlines() if line.endswith("-10,000.00")]
    assert len({trying._width(line) for line in rows}) == 1


def test_a_program_reads_json(year: Programme, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("unit_ceiling=30000.00", as_json=True) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["after"], told["losers"][0]["difference"]) == ("30000.00", "-20000.00")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("unit_celing=1.00", "✗ unit_celing：没有这一项。是否应为 unit_ceiling？"),
        ("rate_good=0.21", "✗ rate_good：良好的补助比例最高不超过 20%"),
        ("unit_ceiling=-5", "✗ unit_ceiling：值 '-5' 的类型或写法不对。"),
        ("unit_ceiling", "✗ unit_ceiling：应写成 名称=数值"),
        ("unit_ceiling=\udcff", "应写成 名称=数值"),
        ("budget=x", "✗ budget：预算"),
    ],
)
def test_a_bad_change_is_named_and_ends_with_2(
    year: Programme, change: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(change) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("pack", "asked", "said"),
    [
        ("hunam/provider-subsidy", 2025, "是否应为 hunan"),
        ("hunan", 2025, "只能试算补助"),
        (f"{PACK}/2025-13-01", 2025, "不是日期"),
        (f"{PACK}/2024-01-01", 2025, "没有生效"),
        (PACK, 2026, "已经结束的年度"),
    ],
)
def test_what_there_is_not_is_said_kindly(db: None, pack: str, asked: int, said: str) -> None:
    with pytest.raises(Trouble, match=said):
        run(pack=pack, year=asked)


def test_a_day_chooses_the_pack(year: Programme, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(pack=f"{PACK}/2026-05-01") == 0
    assert "hunan/provider-subsidy/2025-12-22" in capsys.readouterr().out
