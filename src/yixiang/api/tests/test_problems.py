"""Whatever goes wrong, a program gets the same kind of answer."""

import json

import pytest
from django.db import OperationalError

from yixiang.api.tests.conftest import asking
from yixiang.api.tests.rehearsal import REFUSALS
from yixiang.kernel.errors import Refused

MEMBERS = {"type", "title", "status", "detail", "code", "request_id"}
pytestmark = pytest.mark.django_db


def check_problem(response, status, code):
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert body.keys() >= MEMBERS
    assert (body["status"], body["code"]) == (status, code)
    assert body["type"] == f"/api/v1/problems/{code}"
    assert body["request_id"] == response["X-Request-ID"]
    return body


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_keeps_its_code_status_and_words(name):
    refused = REFUSALS[name]
    body = check_problem(asking("")("GET", f"/api/rehearsal/refusals/{name}"), refused.status, refused.code)
    assert body["detail"] == refused.message


def test_every_kind_of_refusal_is_rehearsed():
    assert {type(one) for one in REFUSALS.values()} == {Refused, *Refused.__subclasses__()}


def test_each_field_message_points_to_its_place():
    errors = asking("")("GET", "/api/rehearsal/refusals/invalid").json()["errors"]
    assert [(e["pointer"], e["field"]) for e in errors] == [
        ("#/lines/0/start", "lines.0.start"),
        ("#/lines/0/start", "lines.0.start"),
        ("#/note", "note"),
    ]


def test_extras_of_a_refusal_stand_beside_the_members():
    body = asking("")("GET", "/api/rehearsal/refusals/refused").json()
    assert body["alternatives"] == [{"start": "2026-03-02T09:00:00"}]


def test_too_many_says_when_to_come_back():
    assert asking("")("GET", "/api/rehearsal/refusals/too-many")["Retry-After"] == "7"


def test_an_unknown_route_is_a_problem_and_not_a_page():
    for path in ("/api/v1/nothing", "/api/v1/me/", "/api/v1/cases/abc", "/api/v1/%00", "/api/v1/a%0Ab"):
        check_problem(asking("")("GET", path), 404, "no-such-route")


def test_a_method_that_is_not_there_names_those_that_are(ask):
    response = ask("PUT", "/api/v1/me")
    assert check_problem(response, 405, "method-not-allowed")["allowed"] == ["GET"]
    assert response["Allow"] == "GET"


@pytest.mark.parametrize(
    "body", [b"{", b"[1,", b"\xff\xfe", b'{"word": NaN}', b'{"word": "\\u0000"}', b'{"word": "\\ud800"}']
)
def test_garbled_json_is_said_to_be_garbled(ask, body):
    check_problem(ask("POST", "/api/rehearsal/deeds", body), 400, "bad-json")


def test_deeply_nested_json_does_no_harm(ask):
    check_problem(ask("POST", "/api/rehearsal/deeds", b"[" * 100_000), 400, "bad-json")


def test_where_the_json_breaks_is_named(ask):
    body = check_problem(ask("POST", "/api/rehearsal/deeds", b'{\n "word": }'), 400, "bad-json")
    assert "第 2 行" in body["detail"]


def test_each_wrong_field_is_named_in_chinese(ask):
    response = ask("POST", "/api/rehearsal/deeds", {"word": "x" * 21, "amount": 0})
    errors = check_problem(response, 422, "invalid")["errors"]
    assert {(e["pointer"], e["message"]) for e in errors} == {
        ("#/word", "最多 20 个字。"),
        ("#/amount", "不能小于 1。"),
    }


def test_a_missing_body_is_a_missing_field(ask):
    assert check_problem(ask("POST", "/api/rehearsal/deeds"), 422, "invalid")["errors"]


def test_a_wrong_parameter_is_named_with_its_place(ask):
    (error,) = check_problem(ask("GET", "/api/v1/cases?limit=900"), 422, "invalid")["errors"]
    assert (error["in"], error["field"], error["message"]) == ("query", "limit", "不能大于 200。")


def test_control_characters_in_parameters_are_refused(ask):
    check_problem(ask("GET", "/api/v1/cases?kind=%00"), 422, "invalid")


def test_only_json_is_read(ask):
    response = ask("POST", "/api/rehearsal/deeds", b"word=x", Content_Type="application/x-www-form-urlencoded")
    check_problem(response, 415, "unsupported-media-type")


def test_only_json_is_answered(ask):
    check_problem(ask("GET", "/api/v1/me", Accept="text/csv"), 406, "not-acceptable")


def test_a_body_past_the_limit_is_refused(ask, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    check_problem(ask("POST", "/api/rehearsal/deeds", {"word": "x" * 200}), 413, "too-large")


def test_a_failure_says_nothing_about_our_inside(ask, caplog):
    response = ask("POST", "/api/rehearsal/deeds", {"word": "crash"})
    check_problem(response, 500, "internal")
    assert "secret" not in response.content.decode()
    assert "the secret inside" in caplog.text


def test_a_database_that_does_not_answer_is_a_passing_trouble():
    response = asking("")("GET", "/api/rehearsal/refusals/database")
    assert "10.0.0.1" not in json.dumps(check_problem(response, 503, "unavailable"))
    assert response["Retry-After"]


def test_codes_can_be_looked_up(client):
    listed = client.get("/api/v1/problems").json()["items"]
    one = client.get("/api/v1/problems/invalid").json()
    assert one in listed
    assert one["status"] == 422
    assert client.get("/api/v1/problems/invalid", headers={"Accept": "text/html"})["Location"].endswith(
        "/docs#problem-invalid"
    )


@pytest.fixture
def outermost(settings):
    ours = "yixiang.api.middleware.ProblemsMiddleware"
    settings.MIDDLEWARE = [settings.MIDDLEWARE[0], ours, *(m for m in settings.MIDDLEWARE[1:] if m != ours)]


def test_a_foreign_host_name_is_refused_as_a_problem(outermost):
    check_problem(asking("")("GET", "/api/v1/me", Host="elsewhere.example"), 400, "bad-request")


def test_a_database_that_is_away_is_a_problem_also_before_the_endpoint(outermost, client, monkeypatch):
    def away(*_args, **_options):
        raise OperationalError("could not connect to server at 10.0.0.1")

    monkeypatch.setattr("yixiang.people.commands.tokens.authenticate", away)
    client.raise_request_exception = False
    response = client.get("/api/v1/me", headers={"Authorization": "Bearer yx_x"})
    check_problem(response, 500, "internal")
    assert "10.0.0.1" not in response.content.decode()


def test_pages_outside_the_api_keep_their_own_errors(outermost, client):
    assert client.get("/nowhere")["Content-Type"].startswith("text/html")
