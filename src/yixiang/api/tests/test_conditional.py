"""Reading again, and changing only what one has read."""

import pytest

from yixiang.api.tests.test_problems import check_problem

pytestmark = pytest.mark.django_db


def test_what_has_not_changed_is_not_sent_again(ask):
    first = ask("GET", "/api/v1/reference/industries")
    again = ask("GET", "/api/v1/reference/industries", If_None_Match=first["ETag"])
    assert first["ETag"].startswith('W/"')
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert again["RateLimit-Limit"]


def test_what_has_changed_is_sent(ask):
    response = ask("GET", "/api/v1/reference/industries", If_None_Match='W/"older"')
    assert response.status_code == 200


def test_a_known_date_is_enough(ask):
    date = ask("GET", "/api/rehearsal/deeds/3")["Last-Modified"]
    assert ask("GET", "/api/rehearsal/deeds/3", If_Modified_Since=date).status_code == 304


def test_a_change_on_the_version_one_has_read_goes_through(ask):
    tag = ask("GET", "/api/rehearsal/deeds/3")["ETag"]
    assert tag.startswith('"v3.')
    assert ask("PATCH", "/api/rehearsal/deeds/3", {"word": "new"}, If_Match=tag).status_code == 200
    assert ask("PATCH", "/api/rehearsal/deeds/3", {"word": "new"}, If_Match="*").status_code == 200


def test_a_change_on_an_older_version_is_refused(ask):
    response = ask("PATCH", "/api/rehearsal/deeds/3", {"word": "new"}, If_Match='"v2.abc"')
    assert check_problem(response, 412, "version-changed")["version"] == 3


def test_answers_are_kept_apart_by_who_asks(ask):
    response = ask("GET", "/api/v1/me")
    assert response["Cache-Control"] == "private, no-cache"
    assert "Authorization" in response["Vary"]


def test_head_is_get_without_its_body(ask):
    place = "/api/v1/reference/disciplines"
    whole, head = ask("GET", place), ask("HEAD", place)
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", whole["ETag"])
    assert head["Content-Length"] == str(len(whole.content))


def test_options_names_the_methods(ask):
    response = ask("OPTIONS", "/api/v1/me")
    assert (response.status_code, response["Allow"]) == (204, "GET, HEAD, OPTIONS")
