from datetime import date
from pathlib import Path

import pytest

from yixiang.policy import Library, PacksRefused, library
from yixiang.units import joining

ROOT = Path(__file__).resolve().parents[4] / "policies"
LIBRARY = library()
TODAY = date(2026, 3, 2)


def rules(jurisdiction: str) -> joining.JoiningRules:
    return LIBRARY.pack(jurisdiction, joining.UNITS, TODAY).values


def levels(jurisdiction: str, affiliation: str, *, has_department: bool = False) -> list[str]:
    facts = joining.ReviewFacts(affiliation, has_department)
    return [stage.level for stage in joining.rounds(rules(jurisdiction), facts)]


def test_a_firm_in_changsha_is_reviewed_by_city_then_province():
    assert levels("hunan", "municipal") == ["city", "province"]
    assert levels("hunan", "provincial") == levels("hunan", "central") == ["province"]


def test_in_guangdong_the_department_comes_first_when_there_is_one():
    assert levels("guangdong", "provincial", has_department=True) == ["department", "province"]
    assert levels("guangdong", "provincial") == ["province"]


@pytest.mark.parametrize("affiliation", joining.AFFILIATIONS)
def test_xuchang_has_one_level_for_everyone(affiliation):
    assert levels("xuchang", affiliation) == ["city"]


@pytest.mark.parametrize("jurisdiction", LIBRARY.jurisdictions)
@pytest.mark.parametrize("affiliation", joining.AFFILIATIONS)
@pytest.mark.parametrize("has_department", [True, False])
def test_there_is_always_somebody_to_decide(jurisdiction, affiliation, has_department):
    assert levels(jurisdiction, affiliation, has_department=has_department)


def test_a_round_left_out_is_explained():
    facts = joining.ReviewFacts("provincial", has_department=False)
    verdict = LIBRARY.ask("guangdong", joining.REVIEW, facts, on=TODAY)
    assert "没有选定主管部门" in verdict.steps[0].because
    assert [stage["level"] for stage in verdict.value["rounds"]] == ["province"]


def test_the_limits_of_the_voucher_question_can_be_shown_on_the_form():
    thresholds = {test.fact: test.threshold for test in rules("shandong").voucher_question.tests}
    assert thresholds["headcount"] == 500
    assert str(thresholds["last_year_revenue"]) == "200000000.00"


def test_a_setting_never_claims_an_article():
    for jurisdiction in LIBRARY.jurisdictions:
        cited = LIBRARY.pack(jurisdiction, joining.UNITS, TODAY).cited
        assert all(bool(entry.article) != entry.is_setting for entry in cited)


def test_reasons_are_whole_chinese_sentences():
    facts = joining.ConfirmationFacts(days=400)
    verdict = LIBRARY.ask("shandong", joining.CONFIRMATION, facts, on=TODAY)
    assert verdict.decision == "due"
    assert all(step.because.endswith("。") for step in verdict.steps)


@pytest.fixture
def copy(tmp_path):
    def change(old: str, new: str) -> Library:
        pack = (ROOT / "guangdong/units/2022-09-15.toml").read_text(encoding="utf-8")
        assert old in pack
        place = tmp_path / "guangdong"
        (place / "units" / "cases").mkdir(parents=True)
        (place / "jurisdiction.toml").write_bytes((ROOT / "guangdong/jurisdiction.toml").read_bytes())
        for case in (ROOT / "guangdong/units/cases").iterdir():
            (place / "units" / "cases" / case.name).write_bytes(case.read_bytes())
        (place / "units" / "2022-09-15.toml").write_text(pack.replace(old, new), encoding="utf-8")
        return Library.load(tmp_path, [joining.UNITS])

    return change


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('level = "province"', 'level = "department"', "最后一个审核环节"),
        ("value = 335", "value = 365", "须早于"),
        ("working_days = 5", "working_days = 0", "至少为 1 个工作日"),
        ('"headcount", ', '"head_count", ', "是否应为 headcount"),
        ('level = "city"', 'level = "county"', "是否应为 city"),
    ],
)
def test_a_pack_that_makes_no_sense_does_not_start(copy, old, new, words):
    with pytest.raises(PacksRefused, match=words):
        copy(old, new)
