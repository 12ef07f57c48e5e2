import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yixiang.policy import FactsRefused, Finding, Step, Verdict
from yixiang.policy.fields import kind_of
from yixiang.policy.problems import line_of
from yixiang.policy.tests.lending import SUPPORT, LoanFacts
from yixiang.policy.verdicts import Basis

known_facts = st.builds(
    LoanFacts,
    paid=st.decimals(min_value=0, max_value=10**9, places=2),
    kind=st.sampled_from(["firm", "team"]),
    region=st.from_regex(r"[1-9][0-9]{5}", fullmatch=True).filter(str.isascii),
    headcount=st.none() | st.integers(-5, 10**6),
    applied=st.booleans(),
    founded=st.none() | st.dates(),
    share=st.none() | st.decimals(min_value=0, max_value=1, places=4),
)


@given(known_facts)
def test_facts_survive_the_way_through_json(facts):
    assert SUPPORT.read_facts(json.loads(json.dumps(SUPPORT.dump_facts(facts)))) == facts


@pytest.mark.parametrize(
    ("raw", "fact"),
    [
        ({"kind": "firm"}, "paid"),
        ({"paid": 100, "kind": "firm"}, "paid"),
        ({"paid": 0.1, "kind": "firm"}, "paid"),
        ({"paid": "1e3x", "kind": "firm"}, "paid"),
        ({"paid": "1.00", "kind": "company"}, "kind"),
        ({"paid": "1.00", "kind": ["firm"]}, "kind"),
        ({"paid": "1.00", "kind": "firm", "headcount": True}, "headcount"),
        ({"paid": "1.00", "kind": "firm", "headcount": 1.0}, "headcount"),
        ({"paid": "1.00", "kind": "firm", "founded": "2026-02-30"}, "founded"),
        ({"paid": "1.00", "kind": "firm", "founded": 20260101}, "founded"),
        ({"paid": "1.00", "kind": "firm", "region": "长沙"}, "region"),
        ({"paid": "1.00", "kind": "firm", "share": "1.01"}, "share"),
        ({"paid": "1.00", "kind": "firm", "applied": 1}, "applied"),
        ({"paid": "1.00", "kind": "firm", "age": 3}, "age"),
    ],
)
def test_facts_of_the_wrong_form_are_refused_by_name(raw, fact):
    with pytest.raises(FactsRefused) as refused:
        SUPPORT.read_facts(raw)
    assert list(refused.value.fields) == [fact]


def test_all_wrong_facts_are_named_at_once():
    with pytest.raises(FactsRefused) as refused:
        SUPPORT.read_facts({"paid": 1, "kind": "x"})
    assert set(refused.value.fields) == {"paid", "kind"}


@pytest.mark.parametrize("raw", [None, [], "facts", 3])
def test_facts_are_an_object(raw):
    with pytest.raises(FactsRefused):
        SUPPORT.read_facts(raw)


def test_the_schema_describes_the_facts_in_chinese():
    schema = SUPPORT.facts_schema()
    assert schema["required"] == ["paid", "kind"]
    assert schema["additionalProperties"] is False
    assert schema["properties"]["kind"] == {"type": "string", "enum": ["firm", "team"], "title": "用户类别"}
    assert schema["properties"]["headcount"]["title"] == "人数（人）"
    assert schema["properties"]["headcount"]["description"] == "上年末人数"
    assert schema["properties"]["headcount"]["default"] is None
    assert schema["properties"]["region"]["default"] == "430100"
    assert schema["properties"]["paid"]["type"] == "string"
    json.dumps(schema)


def test_a_verdict_survives_the_way_through_json():
    part = Step("eligible.1", "第三条", fact="headcount", threshold=500, passed=True, because="少。", found=3)
    group = Step("eligible", "第三条", passed=True, because="任一。", test="any", parts=(part,))
    basis = Basis("hunan/lending/2026-01-01", date(2026, 3, 1), "ab" * 32)
    verdict = Verdict("granted", (group,), basis, Decimal("0.10"), {"rounds": [1]}, {"paid": "0.20"})
    stored = json.loads(json.dumps(verdict.to_json(), ensure_ascii=False))
    assert stored["amount"] == "0.10"
    assert Verdict.from_json(stored) == verdict


def test_a_verdict_without_amount_stays_without():
    basis = Basis("p", date(2026, 3, 1), "")
    verdict = Verdict("refused", (Step("a", "", passed=False),), basis)
    assert Verdict.from_json(verdict.to_json()) == verdict
    assert not verdict.passed
    assert [step.rule for step in verdict.failed] == ["a"]


def test_a_finding_needs_no_more_than_its_decision():
    assert Finding("current").steps == ()


def test_a_type_outside_the_list_is_a_mistake_in_the_program():
    for hint in (float, list[int], dict, Decimal, int | str):
        with pytest.raises(TypeError):
            kind_of(hint)


def test_a_line_is_found_below_headers_and_in_lists_of_tables():
    text = "a = 1\n[b]\nc = 1\n[[d]]\ne = 1\n[[d]]\ne = 2\n[f.g]\nh.i = 1\n"
    places = [("a",), ("b", "c"), ("d", 1, "e"), ("f", "g", "h", "i"), ("f", "g", "missing"), ("z",)]
    assert [line_of(text, place) for place in places] == [1, 3, 7, 9, 8, None]
