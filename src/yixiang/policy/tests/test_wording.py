from datetime import date
from decimal import Decimal

import pytest

from yixiang.policy.conditions import TESTS as KNOWN_TESTS
from yixiang.policy.fields import Label, kinds_of, labels_of
from yixiang.policy.tests.lending import SUPPORT, LoanFacts
from yixiang.policy.wording import TESTS, say, say_test

TODAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("fact", "value", "words"),
    [
        ("paid", Decimal("1234567.80"), "1,234,567.80 元"),
        ("headcount", 12000, "12,000 人"),
        ("headcount", None, "（未填写）"),
        ("region", "430102", "湖南省长沙市芙蓉区"),
        ("region", "999999", "999999"),
        ("applied", False, "否"),
        ("founded", TODAY, "2026 年 3 月 1 日"),
        ("share", Decimal("0.50"), "50%"),
        ("share", Decimal("0.125"), "12.5%"),
        ("share", Decimal("0"), "0%"),
        ("share", Decimal("1"), "100%"),
        ("kind", "firm", "firm"),
    ],
)
def test_a_fact_is_said_as_a_person_would_write_it(fact, value, words):
    assert say(value, kinds_of(LoanFacts)[fact], labels_of(LoanFacts)[fact]) == words


def test_a_choice_is_said_in_chinese_where_words_are_given():
    label = Label("用户类别", options=(("firm", "企业"), ("team", "团队")))
    kind = kinds_of(LoanFacts)["kind"]
    assert say("firm", kind, label) == "企业"
    assert say_test("one_of", ["firm", "team"], kind, label) == "为企业、团队之一"


def test_every_test_has_words_straight_and_negated():
    assert {name.removeprefix("not_") for name in TESTS} == set(KNOWN_TESTS)
    assert len(TESTS) == 2 * len(KNOWN_TESTS)


def test_a_line_says_what_was_found_and_what_is_asked_for(desk):
    verdict = desk.load().ask("hunan", SUPPORT, LoanFacts(Decimal("1.00"), "firm", headcount=520), on=TODAY)
    assert (verdict.steps[0].found_text, verdict.steps[0].threshold_text) == ("520 人", "低于 500 人")


def test_a_pack_can_be_read_as_text(desk):
    entries = {entry.cited.name: entry for entry in desk.load().packs()[0].entries}
    assert entries["rate"].lines == ("50%",)
    assert entries["rate"].document == "出借办法"
    assert entries["days"].document == ""
    assert entries["eligible"].lines == ("人数须在 500 以下。", "须已申请。")
