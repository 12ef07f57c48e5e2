from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from yixiang import policy
from yixiang.policy import Library, NoPack, Question, Subject
from yixiang.policy.packs import digest
from yixiang.policy.tests.lending import LENDING, SUPPORT, LendingRules, LoanFacts, support

TODAY = date(2026, 3, 1)


def test_a_pack_is_found_by_the_day_it_judges(desk):
    library = desk.load()
    assert library.pack("hunan", LENDING, date(2026, 1, 1)).values.rate.value == Decimal("0.50")
    with pytest.raises(NoPack, match="2025-12-31"):
        library.pack("hunan", LENDING, date(2025, 12, 31))


def test_the_day_an_end_names_is_no_longer_in_force(desk):
    desk.change("from = 2026-01-01", "from = 2026-01-01\nuntil = 2031-01-01")
    library = desk.load()
    assert library.pack("hunan", "lending", date(2030, 12, 31))
    with pytest.raises(NoPack):
        library.pack("hunan", "lending", date(2031, 1, 1))


def test_an_unknown_jurisdiction_has_no_pack(desk):
    with pytest.raises(NoPack):
        desk.load().pack("hubei", "lending", TODAY)


def test_every_value_carries_its_article(desk):
    pack = desk.load().pack("hunan", LENDING, TODAY)
    assert pack.values.cap.cited.article == "第二条"
    assert pack.values.days.cited.is_setting
    assert [cited.name for cited in pack.cited] == ["rate", "cap", "days", "bands", "eligible"]
    assert [(test.fact, test.threshold) for test in pack.values.eligible.tests] == [
        ("headcount", 500),
        ("applied", True),
    ]


def test_the_digest_changes_with_the_content_and_with_nothing_else(desk):
    before = desk.load().pack("hunan", LENDING, TODAY).digest
    desk.change("[values.days]", "# a remark\n\n[values.days]  ")
    assert desk.load().pack("hunan", LENDING, TODAY).digest == before
    desk.change("value = 5", "value = 6")
    assert desk.load().pack("hunan", LENDING, TODAY).digest != before


def test_the_order_of_keys_does_not_change_the_digest():
    assert digest({"a": 1, "b": TODAY}) == digest({"b": TODAY, "a": 1})
    assert digest({"a": [1, 2]}) != digest({"a": [2, 1]})


def test_a_verdict_names_the_pack_it_rests_on(desk):
    library = desk.load()
    verdict = library.ask("hunan", SUPPORT, LoanFacts(Decimal("1000.00"), "firm", headcount=10), on=TODAY)
    assert (verdict.decision, verdict.amount) == ("granted", Decimal("500.00"))
    assert verdict.basis == library.pack("hunan", LENDING, TODAY).basis(TODAY)
    assert verdict.basis.pack == "hunan/lending/2026-01-01"


def test_a_pack_is_not_asked_about_a_day_outside_its_time(desk):
    pack = desk.load().pack("hunan", LENDING, TODAY)
    with pytest.raises(ValueError, match="not in force"):
        SUPPORT.ask(pack, LoanFacts(Decimal("1.00"), "firm"), on=date(2020, 1, 1))


@pytest.mark.parametrize(
    ("old", "new", "difference"),
    [
        ('amount = "500.00"', 'amount = "500.01"', "amount: 应为 '500.01'，实为 '500.00'"),
        ('"granted"', '"refused"', "decision: 应为 'refused'"),
        ('passed = ["headcount"]', 'failed = ["headcount"]', "failed: 应为"),
        ('"按比例"', '"封顶"', "because: 应为 '封顶'"),
    ],
)
def test_a_case_that_no_longer_holds_says_what_differs(desk, old, new, difference):
    desk.change(old, new, "hunan/lending/cases/small.toml")
    library = desk.load()
    (case,) = library.cases_of(library.packs()[0])
    (told,) = case.run(library.packs()[0])
    assert told.startswith(difference)


def test_a_case_that_holds_says_nothing(desk):
    library = desk.load()
    assert [case.run(library.packs()[0]) for case in library.cases] == [[]]


def test_the_nearest_jurisdiction_of_a_place_counts(desk):
    library = desk.load()
    assert library.jurisdiction_of(["430000", "430100"]).code == "hunan"
    assert library.jurisdiction_of(["410000", "411000"]) is None


def test_one_library_is_installed_for_the_process(desk, monkeypatch):
    monkeypatch.setattr("yixiang.policy.shelf._installed", [])
    with pytest.raises(RuntimeError):
        policy.library()
    library = policy.install(desk.load())
    assert policy.library() is library


def test_a_question_is_found_by_name_or_because_it_is_the_only_one():
    assert LENDING.question() is SUPPORT
    assert LENDING.question("support") is SUPPORT
    with pytest.raises(LookupError, match="是否应为 support"):
        LENDING.question("suport")


def test_a_subject_with_questions_of_another_is_a_mistake_in_the_program():
    with pytest.raises(TypeError):
        replace(LENDING, name="other")
    with pytest.raises(TypeError):
        Subject("lending", "", LendingRules, ())


def test_a_values_class_with_a_bare_type_is_a_mistake_in_the_program(desk):
    from yixiang.policy.tests.lending import Band

    strange = Subject("lending", "", Band, (Question("lending", "support", "", LoanFacts, support),))
    with pytest.raises(TypeError, match="Sourced"):
        Library.load(desk.root, [strange])
