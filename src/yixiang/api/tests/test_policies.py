"""The law over the API: what is in force, what a decision asks, and the decision the platform pays by."""

import json
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yixiang.api.tests.conftest import asking
from yixiang.kernel.money import NotMoney
from yixiang.policy import FactsRefused, library
from yixiang.policy.fields import Choice, Day, Flag, Many, Maybe, Money, Place, Record, Share, Whole, kind_of

USER = "/api/v1/policies/hunan/user-subsidy"
ORDER = {"user": "enterprise", "paid": "10000.00", "settled_on": "2026-05-01", "year": 2026, "purpose": "research"}


@pytest.fixture
def visitor(db):
    return asking("")


def errors(response):
    return {error["pointer"]: error["message"] for error in response.json()["errors"]}


def test_anybody_reads_which_packs_there_are(visitor):
    told = visitor("GET", "/api/v1/policies?on=2026-05-01&jurisdiction=hunan&in_force=true").json()
    found = {item["subject"]: item for item in told["items"]}
    assert {"user-subsidy", "provider-subsidy", "net-income", "deadlines", "units"} <= set(found)
    subsidy = found["user-subsidy"]
    assert (subsidy["starts"], subsidy["ends"]) == ("2025-12-22", "2030-12-22")
    assert "第二十五条" in subsidy["articles"]
    assert len(subsidy["digest"]) == 64


def test_a_pack_is_only_in_force_in_its_time(visitor):
    for day, there in (("2025-12-21", False), ("2025-12-22", True), ("2030-12-21", True), ("2030-12-22", False)):
        assert (
            bool(visitor("GET", f"/api/v1/policies?on={day}&jurisdiction=hunan&in_force=true").json()["items"]) is there
        )
        assert visitor("GET", f"{USER}?on={day}").status_code == (200 if there else 404)


def test_a_pack_is_told_entry_by_entry(visitor):
    told = visitor("GET", f"{USER}?on=2026-05-01").json()
    ceiling = next(entry for entry in told["entries"] if entry["name"] == "ceiling")
    assert ceiling["lines"] == ["100,000.00 元"]
    assert ceiling["article"] == "第二十五条"
    assert "湖南省" in ceiling["document"]


def test_the_facts_of_one_question_are_a_schema(visitor):
    (asked,) = visitor("GET", f"{USER}/facts?on=2026-05-01&question=order").json()["questions"]
    assert asked["facts"]["properties"]["paid"]["type"] == "string"
    assert "student_team 大学生创业团队（个人）" in asked["facts"]["properties"]["user"]["description"]
    assert visitor("GET", f"{USER}/facts?question=ordre").status_code == 422


def test_a_decision_names_pack_article_fact_and_amount(ask):
    told = ask("POST", f"{USER}/decide", {"on": "2026-05-01", "question": "order", "facts": ORDER}).json()
    assert (told["decision"], told["amount"]) == ("counts", "5000.00")
    assert told["basis"]["pack"] == "hunan/user-subsidy/2025-12-22"
    last = told["steps"][-1]
    assert (last["rule"], last["article"], last["fact"]) == ("rates", "第二十五条", "paid")
    assert (last["found"], last["threshold"], last["value"]) == ("10000.00", "0.50", "5000.00")
    assert "湖南省" in last["document"]


def test_it_is_the_function_the_platform_pays_by(ask):
    told = ask("POST", f"{USER}/decide", {"on": "2026-05-01", "question": "order", "facts": ORDER}).json()
    pack = library().pack("hunan", "user-subsidy", date(2026, 5, 1))
    question = pack.subject.question("order")
    verdict = question.ask(pack, question.read_facts(ORDER), on=date(2026, 5, 1))
    assert told["basis"] == verdict.basis.to_json()
    assert told["amount"] == f"{verdict.amount:.2f}"


def test_a_token_that_only_reads_may_ask(secret):
    ask = asking(secret("read"))
    body = {"on": "2026-05-01", "question": "order", "facts": ORDER}
    assert ask("POST", f"{USER}/decide", body).status_code == 200
    assert ask("POST", "/api/v1/simulations", {}).status_code == 422  # let in, and told what is missing
    assert ask("POST", "/api/v1/cases/1/approve", {}).status_code == 403


def test_a_visitor_may_not_ask(visitor):
    body = {"on": "2026-05-01", "question": "order", "facts": ORDER}
    assert visitor("POST", f"{USER}/decide", body).status_code == 401


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"paid": 10000}, "#/facts/paid"),
        ({"paid": "-1.00"}, "#/facts/paid"),
        ({"paid": "1.001"}, "#/facts/paid"),
        ({"user": "firm"}, "#/facts/user"),
        ({"settled_on": "2026-02-30"}, "#/facts/settled_on"),
        ({"paied": "1.00"}, "#/facts/paied"),
        ({"own_use": "no"}, "#/facts/own_use"),
    ],
)
def test_a_fact_that_does_not_fit_is_named(ask, change, pointer):
    response = ask("POST", f"{USER}/decide", {"on": "2026-05-01", "question": "order", "facts": ORDER | change})
    assert response.status_code == 422
    assert list(errors(response)) == [pointer]


def test_a_setting_that_is_missing_is_an_answer_and_not_an_error(ask):
    body = {"on": "2026-05-01", "question": "amount", "facts": {"price": "100.00"}}
    told = ask("POST", "/api/v1/policies/shandong/voucher/decide", body).json()
    assert (told["decision"], told["amount"]) == ("unset", None)
    assert told["value"]["missing"] == ["rate", "order_ceiling", "year_ceiling"]


def test_a_day_without_law_and_a_question_nobody_asks(ask):
    body = {"on": "2025-01-01", "question": "order", "facts": ORDER}
    response = ask("POST", f"{USER}/decide", body)
    assert response.status_code == 404
    assert "没有生效" in response.json()["detail"]
    response = ask("POST", f"{USER}/decide", {"on": "2026-05-01", "question": "orde", "facts": ORDER})
    assert "是否应为 order" in errors(response)["#/question"]


# --- whatever the schema allows is answered


def raw(kind):
    """Any JSON the kind of fact may be, right by its form."""
    if isinstance(kind, Maybe):
        return st.none() | raw(kind.item)
    if isinstance(kind, Many):
        return st.lists(raw(kind.item), max_size=4)
    if isinstance(kind, Record):
        return st.fixed_dictionaries({name: raw(part) for name, part in kind.kinds().items()})
    simple = {
        Money: st.decimals(min_value=0, max_value=10**15, places=2).map(lambda amount: f"{amount:.2f}"),
        Share: st.decimals(min_value=0, max_value=1, places=6).map(lambda rate: f"{rate:f}"),
        Whole: st.integers(-(10**20), 10**20),
        Flag: st.booleans(),
        Day: st.dates().map(str),
        Place: st.from_regex(r"\A[0-9]{6}\Z").filter(str.isascii),
    }
    if isinstance(kind, Choice):
        return st.sampled_from(kind.options)
    return simple.get(type(kind), st.sampled_from(["A", "annual_report", "contract"]))


ASKED = [(pack, question) for pack in library().packs() for question in pack.subject.questions]


@pytest.mark.parametrize(("pack", "question"), ASKED, ids=lambda part: getattr(part, "name", ""))
@settings(max_examples=25, suppress_health_check=[*HealthCheck], deadline=None)
@given(st.data())
def test_every_question_answers_whatever_facts_of_the_right_form(pack, question, data):
    facts = data.draw(raw(kind_of(question.facts)))
    try:
        verdict = question.ask(pack, question.read_facts(facts), on=pack.start)
    except (FactsRefused, NotMoney):
        return
    json.dumps(verdict.to_json())
