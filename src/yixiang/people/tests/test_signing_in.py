"""Signing in, locked out, unknown, idle: through the real doors."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone

from yixiang.people.commands import signing
from yixiang.people.models import Person
from yixiang.people.tests.conftest import PASSWORD, MakePerson


def attempt(client: Client, login: str, password: str = "Wrong-Word-2026") -> Any:
    return client.post("/account/login/", {"login": login, "password": password})


def summary(response: Any) -> str:
    found = re.search(r"data-error-summary.*?</div>", response.content.decode(), re.DOTALL)
    assert found
    return found.group()


@pytest.mark.parametrize("login", ["zhang", "ZHANG", "zhang@example.cn", "13800138000", "+86 138 0013 8000"])
def test_login_name_mail_and_phone_all_lead_in(client: Client, person: Person, login: str) -> None:
    attempt(client, login, PASSWORD)
    assert client.session["_auth_user_id"] == str(person.pk)


def test_wrong_unknown_and_locked_get_the_same_answer(client: Client, person: Person, make_person: MakePerson) -> None:
    make_person("locked", locked_until=timezone.now() + timedelta(minutes=5))
    answers = []
    for login, password in (("zhang", "Wrong-1-pass"), ("nobody", "Wrong-1-pass"), ("locked", PASSWORD)):
        response = attempt(Client(), login, password)
        answers.append((response.status_code, summary(response)))
    assert answers[0] == answers[1] == answers[2]
    assert "锁定" in answers[0][1]


def test_five_failures_lock_and_the_right_password_does_not_help(client: Client, person: Person, settings: Any) -> None:
    for _n in range(settings.SIGN_IN_FAILURES):
        attempt(client, "zhang")
    attempt(client, "zhang", PASSWORD)
    assert "_auth_user_id" not in client.session
    person.refresh_from_db()
    assert person.is_locked(timezone.now())


def test_the_owner_of_a_locked_account_is_told_by_mail(client: Client, person: Person, settings: Any) -> None:
    person.emailaddress_set.create(email=person.email, primary=True, verified=True)
    for _n in range(settings.SIGN_IN_FAILURES):
        attempt(client, "zhang")
    assert [m.subject for m in mail.outbox] == ["【仪享】账号被暂时锁定"]


def test_the_lock_ends_by_itself(client: Client, make_person: MakePerson) -> None:
    make_person(locked_until=timezone.now() - timedelta(seconds=1))
    attempt(client, "zhang", PASSWORD)
    assert "_auth_user_id" in client.session


def test_success_forgets_earlier_failures(client: Client, person: Person) -> None:
    attempt(client, "zhang")
    attempt(client, "zhang", PASSWORD)
    person.refresh_from_db()
    assert person.failed_sign_ins == 0


@pytest.mark.django_db(transaction=True)
def test_guesses_at_once_are_all_counted(make_person: MakePerson) -> None:
    person = make_person()

    def guess(_n: int) -> bool:
        try:
            return signing.record_failure(person, now=timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        locked = list(pool.map(guess, range(5)))
    assert locked.count(True) == 1


def test_the_session_key_changes_on_signing_in(client: Client, person: Person) -> None:
    client.get("/account/login/")
    session = client.session
    session["planted"] = "1"
    session.save()
    client.cookies["yixiang_session"] = before = session.session_key
    attempt(client, "zhang", PASSWORD)
    assert client.cookies["yixiang_session"].value != before
    assert not Session.objects.filter(session_key=before).exists()


def test_a_stopped_account_is_sent_to_a_kind_page(client: Client, make_person: MakePerson) -> None:
    make_person(is_active=False)
    response = attempt(client, "zhang", PASSWORD)
    assert response.url == "/account/inactive/"
    assert "已停用" in client.get(response.url).content.decode()


def test_signing_out_needs_a_post(client: Client, person: Person, sign_in: Any) -> None:
    sign_in(person)
    client.get("/account/logout/")
    assert "_auth_user_id" in client.session
    client.post("/account/logout/")
    assert "_auth_user_id" not in client.session


def test_the_demo_lists_its_accounts_and_production_does_not(
    client: Client, make_person: MakePerson, settings: Any
) -> None:
    make_person("hn.keeper", demo=True)
    settings.DEMO = True
    assert "hn.keeper" in client.get("/account/login/").content.decode()
    settings.DEMO = False
    assert "hn.keeper" not in client.get("/account/login/").content.decode()


def test_next_leads_only_to_our_own_pages(client: Client, person: Person) -> None:
    form = {"login": "zhang", "password": PASSWORD, "next": "https://evil.example/"}
    assert client.post("/account/login/", form).url == "/desk/"
