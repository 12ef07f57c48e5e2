"""Every worked example beside every pack, run as an official would check it."""

from pathlib import Path

import pytest

from yixiang.config.policies import SUBJECTS
from yixiang.policy import Library, checking

LIBRARY = Library.load(Path(__file__).resolve().parents[2] / "policies", SUBJECTS)
EXAMPLES = [(pack, case) for pack in LIBRARY.packs() for case in LIBRARY.cases_of(pack)]


@pytest.mark.parametrize(("pack", "case"), EXAMPLES, ids=lambda part: str(getattr(part, "title", part)))
def test_the_pack_answers_as_the_worked_example_says(pack, case):
    assert case.run(pack) == []


@pytest.mark.parametrize("pack", LIBRARY.packs(), ids=lambda pack: pack.name)
def test_every_question_of_the_subject_has_an_example(pack):
    assert list(checking.unasked(LIBRARY, pack)) == []


@pytest.mark.parametrize("pack", LIBRARY.packs(), ids=lambda pack: pack.name)
def test_every_condition_has_an_example_on_each_side(pack):
    assert list(checking.one_sided(LIBRARY, pack)) == []


def test_every_jurisdiction_knows_how_a_unit_joins():
    for jurisdiction in LIBRARY.jurisdictions:
        assert LIBRARY.packs(jurisdiction, "units")


def test_every_jurisdiction_knows_how_an_instrument_joins():
    for jurisdiction in LIBRARY.jurisdictions:
        assert LIBRARY.packs(jurisdiction, "joining")


def test_a_city_with_its_own_platform_comes_before_its_province():
    assert LIBRARY.jurisdiction_of(["410000", "411000", "411002"]).code == "xuchang"
    assert LIBRARY.jurisdiction_of(["430000", "430100"]).code == "hunan"
    assert LIBRARY.jurisdiction_of(["410000", "410100"]) is None
