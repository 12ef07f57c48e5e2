"""Who gets in, and what a key that does not fit is told."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from yixiang.api.tests.conftest import EARLY, asking
from yixiang.api.tests.test_problems import check_problem
from yixiang.people.commands import tokens
from yixiang.people.models import OldPassword, Token

pytestmark = pytest.mark.django_db
DEED = {"word": "done"}


def test_without_a_key_one_is_told_how_to_get_one():
    response = asking("")("GET", "/api/v1/me")
    check_problem(response, 401, "authentication-required")
    assert response["WWW-Authenticate"] == 'Bearer realm="yixiang"'


def test_a_guessed_key_learns_nothing():
    response = asking("yx_00000000_guess")("GET", "/api/v1/me")
    check_problem(response, 401, "token-unknown")
    assert 'error="invalid_token"' in response["WWW-Authenticate"]


def test_a_bad_key_is_refused_even_where_none_is_needed():
    check_problem(asking("yx_00000000_guess")("GET", "/api/v1/reference/industries"), 401, "token-unknown")


def test_an_expired_key_is_told_so(secret):
    check_problem(asking(secret(days=1, now=EARLY))("GET", "/api/v1/me"), 401, "token-expired")


def test_a_revoked_key_is_told_so(person, secret):
    send = asking(secret())
    tokens.revoke(person, token_id=Token.objects.get().pk, now=timezone.now())
    check_problem(send("GET", "/api/v1/me"), 401, "token-revoked")


def test_the_key_of_a_stopped_account_opens_nothing(person, secret):
    send = asking(secret())
    person.is_active = False
    person.save()
    check_problem(send("GET", "/api/v1/me"), 401, "account-disabled")


def test_a_reading_key_reads(secret):
    assert asking(secret("read"))("GET", "/api/v1/me").status_code == 200


def test_a_reading_key_does_not_write(secret):
    response = asking(secret("read"))("POST", "/api/rehearsal/deeds", DEED)
    check_problem(response, 403, "token-scope")
    assert 'error="insufficient_scope"' in response["WWW-Authenticate"]
    assert not OldPassword.objects.exists()


def test_a_session_of_our_own_pages_may_write_with_the_csrf_header(person):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(person)
    send = {"data": DEED, "content_type": "application/json"}
    check_problem(browser.post("/api/rehearsal/deeds", **send), 403, "csrf-failed")
    browser.cookies["csrftoken"] = "a" * 32
    assert browser.post("/api/rehearsal/deeds", **send, headers={"X-CSRFToken": "a" * 32}).status_code == 201


def test_a_token_needs_no_csrf_header_even_beside_a_cookie(person, secret):
    browser = Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {secret()}"})
    browser.force_login(person)
    assert browser.post("/api/rehearsal/deeds", data=DEED, content_type="application/json").status_code == 201


def test_a_session_left_idle_no_longer_opens_the_api(person, settings):
    browser = Client()
    browser.force_login(person)
    assert browser.get("/api/v1/me").status_code == 200
    settings.SESSION_IDLE_MINUTES = 0
    check_problem(browser.get("/api/v1/me"), 401, "authentication-required")


def test_a_token_about_to_expire_still_works(secret):
    send = asking(secret(days=1, now=timezone.now() - timedelta(hours=23)))
    assert send("GET", "/api/v1/me").status_code == 200
