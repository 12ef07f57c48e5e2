"""How often one may ask."""

from datetime import UTC, datetime, timedelta

import pytest

from yixiang.api import commands, limits
from yixiang.api.tests.conftest import asking
from yixiang.api.tests.test_problems import check_problem

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, 0, 10, tzinfo=UTC)


def test_what_is_left_counts_down_and_begins_anew_each_minute():
    first = limits.use("person:1", 3, now=NOON)
    second = limits.use("person:1", 3, now=NOON + timedelta(seconds=20))
    third = limits.use("person:1", 3, now=NOON + timedelta(seconds=60))
    assert [(b.remaining, b.reset) for b in (first, second, third)] == [(2, 50), (1, 30), (2, 50)]


def test_one_caller_does_not_use_up_the_minute_of_another():
    limits.use("person:1", 3, now=NOON)
    assert limits.use("person:2", 3, now=NOON).remaining == 2


def test_each_answer_says_what_is_left(ask):
    response = ask("GET", "/api/v1/me")
    assert (response["RateLimit-Limit"], response["RateLimit-Remaining"]) == ("600", "599")
    assert 0 < int(response["RateLimit-Reset"]) <= 60


def test_whoever_asks_too_often_is_told_when_to_come_back(ask, settings, monkeypatch):
    monkeypatch.setattr("yixiang.api.edge.timezone.now", lambda: NOON)
    settings.API_RATE_PER_MINUTE = 2
    answers = [ask("GET", "/api/v1/reference/industries") for _n in range(3)]
    assert [a.status_code for a in answers] == [200, 200, 429]
    body = check_problem(answers[2], 429, "too-many-requests")
    assert answers[2]["Retry-After"] == "50"
    assert body["retry_after"] == 50
    assert answers[2]["RateLimit-Remaining"] == "0"


def test_a_visitor_has_a_tenth_and_so_has_a_guesser(settings):
    settings.API_RATE_PER_MINUTE = 50
    assert asking("")("GET", "/api/v1/reference/industries")["RateLimit-Limit"] == "5"
    assert asking("yx_1_guess")("GET", "/api/v1/me")["RateLimit-Remaining"] == "3"


def test_old_counters_are_swept():
    limits.use("ip:192.0.2.7", 3, now=NOON)
    commands.forget_answers(now=NOON + timedelta(hours=2))
    assert limits.use("ip:192.0.2.7", 3, now=NOON).remaining == 2
