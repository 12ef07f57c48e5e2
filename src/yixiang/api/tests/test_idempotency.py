"""A request sent twice acts once."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from yixiang.api import commands
from yixiang.api.models import IdempotentAnswer
from yixiang.api.tests.conftest import asking
from yixiang.api.tests.test_problems import check_problem
from yixiang.people.models import OldPassword, Person

pytestmark = pytest.mark.django_db
PLACE = "/api/rehearsal/deeds"
KEY = "4f7c1b0e-2a63-4d0c-9a35-6f0f5d0c7e21"


def deeds() -> int:
    return OldPassword.objects.count()


def test_the_same_key_brings_the_first_answer_again(ask):
    first = ask("POST", PLACE, {"word": "once"}, Idempotency_Key=KEY)
    second = ask("POST", PLACE, {"word": "once"}, Idempotency_Key=KEY)
    assert (first.status_code, first.content, first["Location"]) == (
        second.status_code,
        second.content,
        second["Location"],
    )
    assert second["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first
    assert deeds() == 1


def test_without_a_key_each_request_acts(ask):
    for _n in range(2):
        ask("POST", PLACE, {"word": "often"})
    assert deeds() == 2


def test_another_body_under_the_same_key_is_refused(ask):
    ask("POST", PLACE, {"word": "one"}, Idempotency_Key=KEY)
    check_problem(ask("POST", PLACE, {"word": "two"}, Idempotency_Key=KEY), 422, "idempotency-key-reused")
    assert deeds() == 1


def test_another_address_under_the_same_key_is_refused(ask):
    ask("POST", PLACE, {"word": "one"}, Idempotency_Key=KEY)
    check_problem(ask("PATCH", f"{PLACE}/3", {"word": "one"}, Idempotency_Key=KEY), 422, "idempotency-key-reused")


def test_the_same_key_of_somebody_else_is_another_key(ask, secret):
    ask("POST", PLACE, {"word": "mine"}, Idempotency_Key=KEY)
    other = Person.objects.create(username="other", name="他人")
    IdempotentAnswer.objects.update(person=other)
    assert ask("POST", PLACE, {"word": "yours"}, Idempotency_Key=KEY).status_code == 201


@pytest.mark.parametrize("word", ["refuse", "crash"])
def test_a_refusal_leaves_nothing_and_the_key_stays_free(ask, word):
    assert ask("POST", PLACE, {"word": word}, Idempotency_Key=KEY).status_code >= 400
    assert (deeds(), IdempotentAnswer.objects.count()) == (0, 0)
    assert ask("POST", PLACE, {"word": "corrected"}, Idempotency_Key=KEY).status_code == 201


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "汉字"])
def test_a_key_must_be_a_key(ask, key):
    response = ask("POST", PLACE, {"word": "x"}, Idempotency_Key=key.encode().decode("latin-1"))
    check_problem(response, 400, "idempotency-key-invalid")


def test_a_form_is_the_same_form_whatever_its_boundary(secret):
    client = Client(headers={"Authorization": f"Bearer {secret()}", "Idempotency-Key": KEY})
    for content, status in ((b"one", 422), (b"one", 422), (b"two", 422)):
        # the purpose does not exist, so nothing is kept and the key stays free
        sent = {"file": SimpleUploadedFile("a.txt", content), "purpose": "no-such-purpose"}
        assert client.post("/api/v1/files", sent).status_code == status


def test_two_days_later_answers_are_forgotten(ask):
    ask("POST", PLACE, {"word": "old"}, Idempotency_Key=KEY)
    now = timezone.now()
    assert commands.forget_answers(now=now + timedelta(hours=47)) == 0
    assert commands.forget_answers(now=now + timedelta(hours=49)) == 1


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_act_once(person, secret):
    send, start = asking(secret()), Barrier(8)

    def attempt(_n: int) -> tuple[int, str]:
        try:
            start.wait()
            response = send("POST", PLACE, {"word": "race", "seconds": 0.2}, Idempotency_Key=KEY)
            return response.status_code, response.get("Retry-After", "")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(attempt, range(8)))
    assert deeds() == 1
    assert {status for status, _after in answers} <= {201, 409}
    assert (201, "") in answers
    assert all(after == "1" for status, after in answers if status == 409)
    assert send("POST", PLACE, {"word": "race", "seconds": 0.2}, Idempotency_Key=KEY)["Idempotency-Replayed"] == "true"


@pytest.mark.django_db(transaction=True)
def test_while_the_first_runs_the_second_is_told_to_come_back(person, secret):
    send, begun = asking(secret()), Barrier(2)

    def slow() -> int:
        try:
            begun.wait()
            return send("POST", PLACE, {"word": "slow", "seconds": 0.6}, Idempotency_Key=KEY).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(slow)
        begun.wait()
        time.sleep(0.3)
        response = send("POST", PLACE, {"word": "slow", "seconds": 0.6}, Idempotency_Key=KEY)
        check_problem(response, 409, "idempotency-in-progress")
        assert response["Retry-After"] == "1"
        assert running.result() == 201
