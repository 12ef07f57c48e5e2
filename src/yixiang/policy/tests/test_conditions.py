from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yixiang.policy.conditions import Cited, Rule, read_condition
from yixiang.policy.problems import Flaw
from yixiang.policy.tests.lending import LoanFacts

CITED = Cited("eligible", "第三条", "law")


def rule(**raw) -> Rule:
    flaws: list[Flaw] = []
    condition = read_condition({"because": "因为。", **raw}, LoanFacts, (), flaws)
    assert not flaws
    return Rule(CITED, condition)


def facts(**known) -> LoanFacts:
    return LoanFacts(**{"paid": Decimal("100.00"), "kind": "firm", **known})


@pytest.mark.parametrize(
    ("test", "threshold", "outcomes"),
    [
        ("at_least", 500, [False, True, True]),
        ("above", 500, [False, False, True]),
        ("at_most", 500, [True, True, False]),
        ("below", 500, [True, False, False]),
        ("equals", 500, [False, True, False]),
        ("one_of", [499, 501], [True, False, True]),
    ],
)
def test_each_comparison_stands_on_the_right_side_of_its_threshold(test, threshold, outcomes):
    limit = rule(fact="headcount", **{test: threshold})
    assert [limit.judge(facts(headcount=count))[0] for count in (499, 500, 501)] == outcomes


@pytest.mark.parametrize(
    ("raw", "known"),
    [
        ({"fact": "paid", "at_least": "100.00"}, {}),
        ({"fact": "kind", "equals": "firm"}, {}),
        ({"fact": "kind", "one_of": ["firm", "team"]}, {}),
        ({"fact": "applied", "is_true": True}, {}),
        ({"fact": "region", "in_region": "430000"}, {"region": "430102"}),
        ({"fact": "founded", "above": date(2025, 1, 1)}, {"founded": date(2025, 1, 2)}),
        ({"fact": "share", "below": "0.25"}, {"share": Decimal("0.24")}),
        ({"always": True}, {}),
    ],
)
def test_every_kind_of_fact_can_be_tested(raw, known):
    assert rule(**raw).judge(facts(**known))[0]
    assert not rule(**{"not": raw}).judge(facts(**known))[0]


def test_money_is_compared_to_the_cent():
    limit = rule(fact="paid", below="200000000.00")
    assert limit.judge(facts(paid=Decimal("199999999.99")))[0]
    assert not limit.judge(facts(paid=Decimal("200000000.00")))[0]


def test_an_unknown_fact_fulfils_neither_a_test_nor_its_opposite():
    test = {"fact": "headcount", "below": 500}
    for raw in (test, {"not": test}):
        holds, (step,) = rule(**raw).judge(facts(headcount=None))
        assert not holds
        assert (step.passed, step.found) == (False, None)


def test_an_unknown_fact_does_not_spoil_another_way_to_qualify():
    either = [
        {"fact": "headcount", "below": 500, "because": "人数少。"},
        {"fact": "kind", "equals": "firm", "because": "企业。"},
    ]
    holds, (group,) = rule(any=either).judge(facts())
    assert holds
    assert [part.passed for part in group.parts] == [False, True]
    assert group.test == "any"


def test_a_line_shows_fact_threshold_article_and_reason():
    _, (step,) = rule(fact="paid", at_least="300.00", because="费用须满 300 元。").judge(facts())
    assert (step.rule, step.article, step.source) == ("eligible", "第三条", "law")
    assert (step.fact, step.label, step.found) == ("paid", "已付费用", "100.00")
    assert (step.test, step.threshold, step.passed) == ("at_least", "300.00", False)
    assert step.because == "费用须满 300 元。"


def test_all_lines_are_shown_even_after_one_failed():
    several = [
        {"fact": "headcount", "below": 5, "because": "甲。"},
        {"fact": "kind", "equals": "team", "because": "乙。"},
    ]
    holds, steps = rule(all=several, because="").judge(facts(headcount=9))
    assert not holds
    assert [(step.rule, step.passed) for step in steps] == [("eligible.1", False), ("eligible.2", False)]


def test_a_rule_a_jurisdiction_does_not_have_never_holds():
    holds, (step,) = rule(never=True).judge(facts())
    assert (holds, step.passed, step.test) == (False, False, "never")


@pytest.mark.parametrize(
    "raw",
    [
        {},
        [],
        "below",
        {"fact": "headcount"},
        {"fact": "headcount", "all": []},
        {"all": {}},
        {"any": []},
        {"never": False},
        {"not": []},
        {"not": {"fact": "nothing", "below": 1}},
        {"fact": "kind", "one_of": []},
        {"fact": "kind", "one_of": "firm"},
        {"fact": "region", "in_region": 430000},
        {"fact": "paid", "in_region": "430000"},
        {"fact": ["paid"], "below": 1},
    ],
)
def test_what_is_not_a_condition_is_refused(raw):
    flaws: list[Flaw] = []
    read_condition({"because": "因为。", **raw} if isinstance(raw, dict) else raw, LoanFacts, (), flaws)
    assert flaws


leaves = st.one_of(
    st.builds(lambda n: {"fact": "headcount", "below": n, "because": "人数。"}, st.integers(0, 9)),
    st.just({"fact": "applied", "is_true": True, "because": "申请。"}),
    st.just({"fact": "kind", "equals": "firm", "because": "企业。"}),
    st.just({"never": True, "because": "从不。"}),
)
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(lambda parts: {"all": parts, "because": "都。"}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda parts: {"any": parts, "because": "任一。"}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda part: {"not": part, "because": "非。"}, inner),
    ),
    max_leaves=8,
)


@given(trees, st.integers(0, 9) | st.none(), st.booleans(), st.sampled_from(["firm", "team"]))
def test_a_condition_and_its_opposite_never_hold_together(tree, headcount, applied, kind):
    known = facts(headcount=headcount, applied=applied, kind=kind)
    straight, opposite = rule(**tree).judge(known)[0], rule(**{"not": tree}).judge(known)[0]
    assert not (straight and opposite)
    assert straight or opposite or headcount is None


@given(
    st.integers(498, 502) | st.none(),
    st.sampled_from([None, True, False]),
    st.recursive(
        st.sampled_from(
            [
                {"fact": "headcount", "below": 500, "because": "。"},
                {"fact": "headcount", "one_of": [499, 501], "because": "。"},
                {"fact": "applied", "is_true": True, "because": "。"},
                {"never": True, "because": "。"},
                {"always": True, "because": "。"},
            ]
        ),
        lambda inner: (
            st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=3))
            | st.builds(lambda parts: {"any": parts, "because": "。"}, st.lists(inner, min_size=1, max_size=3))
            | inner.map(lambda part: {"not": part, "because": "。"})
        ),
        max_leaves=8,
    ),
)
def test_the_quick_answer_is_the_judgement_without_its_lines(count, applied, raw):
    condition = rule(**raw)
    known = facts(headcount=count, applied=applied)
    assert bool(condition.quick(known)) is condition.judge(known)[0]
