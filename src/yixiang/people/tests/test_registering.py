"""Registering, proving a contact, recovering a password: allauth's own flows through our pages."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import connection, connections
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from yixiang.people.models import OldPassword, Person
from yixiang.people.tests.conftest import PASSWORD, MakePerson

FORM = {
    "name": "李四",
    "username": "li.si",
    "email": "",
    "phone": "",
    "password1": "Kai-Fang-2026",
    "password2": "Kai-Fang-2026",
    "agree": "on",
}


def code_in(text: str) -> str:
    found = re.search(r"\b(\d{6})\b", text)
    assert found, text
    return found.group(1)


def texts() -> list[str]:
    return [job.args["text"] for job in ProcrastinateJob.objects.filter(task_name="notices.send_sms").order_by("pk")]


@pytest.mark.django_db
def test_registering_with_mail_needs_the_code_from_the_mail(client: Client) -> None:
    assert client.post("/account/signup/", FORM | {"email": "li@example.cn"}).url == "/account/confirm-email/"
    assert "_auth_user_id" not in client.session
    assert "li@example.cn" in client.get("/account/confirm-email/").content.decode()
    assert client.post("/account/confirm-email/", {"code": code_in(mail.outbox[0].body)}).url == "/desk/"
    person = Person.objects.get(username="li.si")
    assert (person.name, person.must_verify, person.agreed_at is not None) == ("李四", False, True)
    assert client.session["_auth_user_id"] == str(person.pk)


@pytest.mark.django_db
def test_registering_with_a_phone_needs_the_code_from_the_text(client: Client) -> None:
    assert client.post("/account/signup/", FORM | {"phone": "138 0013 8000"}).url == "/account/phone/verify/"
    assert "13800138000" in client.get("/account/phone/verify/").content.decode()
    assert client.post("/account/phone/verify/", {"code": code_in(texts()[-1])}).url == "/desk/"
    person = Person.objects.get(username="li.si")
    assert (person.phone, person.phone_verified, person.must_verify) == ("13800138000", True, False)


@pytest.mark.django_db
def test_the_phone_is_enough_where_both_are_given(client: Client) -> None:
    client.post("/account/signup/", FORM | {"phone": "13800138000", "email": "li@example.cn"})
    assert client.post("/account/phone/verify/", {"code": code_in(texts()[-1])}).url == "/desk/"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({}, "至少填一个"),
        ({"phone": "12345"}, "手机号不对"),
        ({"email": "li@example.cn", "password1": "abc", "password2": "abc"}, "至少 8 位"),
        ({"email": "li@example.cn", "agree": ""}, "同意用户协议"),
        ({"email": "li@example.cn", "username": "1li"}, "字母开头"),
        ({"email": "li@example.cn", "password2": "other"}, "密码"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(client: Client, change: dict[str, str], word: str) -> None:
    response = client.post("/account/signup/", FORM | change)
    assert response.status_code == 200
    assert word in response.content.decode()
    assert not Person.objects.exists()


def test_registering_a_known_mail_looks_the_same_and_tells_its_owner(client: Client, person: Person) -> None:
    response = client.post("/account/signup/", FORM | {"email": person.email})
    assert response.url == "/account/confirm-email/"
    assert client.get("/account/confirm-email/").status_code == 200
    assert Person.objects.count() == 1
    assert "已经有账号" in mail.outbox[0].body


def test_registering_a_known_phone_looks_the_same_and_tells_its_owner(client: Client, person: Person) -> None:
    assert client.post("/account/signup/", FORM | {"phone": person.phone}).url == "/account/phone/verify/"
    assert Person.objects.count() == 1
    assert "已经注册过" in texts()[-1]


@pytest.mark.django_db
def test_whoever_registered_and_left_is_asked_again(client: Client) -> None:
    client.post("/account/signup/", FORM | {"email": "li@example.cn"})
    later = Client()
    response = later.post("/account/login/", {"login": "li.si", "password": FORM["password1"]})
    assert response.url == "/account/confirm-email/"
    assert "_auth_user_id" not in later.session


def test_accounts_made_by_an_administrator_come_in_without(client: Client, make_person: MakePerson) -> None:
    make_person(email="a@example.cn", phone="13800138000")
    assert client.post("/account/login/", {"login": "zhang", "password": PASSWORD}).url == "/desk/"


def test_registration_can_be_closed(client: Client, db: None, settings: Any) -> None:
    settings.REGISTRATION_OPEN = False
    assert "暂不开放注册" in client.get("/account/signup/").content.decode()


def test_a_password_is_recovered_by_mail(client: Client, person: Person) -> None:
    EmailAddress.objects.create(user=person, email=person.email, primary=True, verified=True)
    client.post("/account/password/reset/", {"email": person.email})
    assert client.get("/account/password/reset/confirm/").status_code == 200
    client.post("/account/password/reset/confirm/", {"code": code_in(mail.outbox[0].body)})
    assert client.get("/account/password/reset/complete/").status_code == 200
    new = {"password1": "Xin-Mi-2026", "password2": "Xin-Mi-2026"}
    assert client.post("/account/password/reset/complete/", new).url == "/account/password/reset/done/"
    assert "已生效" in client.get("/account/password/reset/done/").content.decode()
    person.refresh_from_db()
    assert person.check_password("Xin-Mi-2026")


def test_a_password_is_recovered_by_phone_and_ends_the_lock(client: Client, person: Person) -> None:
    Person.objects.update(failed_sign_ins=4)
    client.post("/account/password/reset/", {"email": "13800138000"})
    client.post("/account/password/reset/confirm/", {"code": code_in(texts()[-1])})
    client.post("/account/password/reset/complete/", {"password1": "Xin-Mi-2026", "password2": "Xin-Mi-2026"})
    person.refresh_from_db()
    assert person.check_password("Xin-Mi-2026")
    assert person.failed_sign_ins == 0


@pytest.mark.parametrize("contact", ["13900139000", "nobody@example.cn"])
def test_recovery_does_not_tell_who_is_unknown(client: Client, person: Person, contact: str) -> None:
    known, unknown = Client(), Client()
    first = known.post("/account/password/reset/", {"email": person.email})
    second = unknown.post("/account/password/reset/", {"email": contact})
    assert first.url == second.url
    pages = [c.get(first.url).content.decode() for c in (known, unknown)]
    assert "如果" in pages[0]
    assert "如果" in pages[1]


def test_an_old_password_cannot_come_back(client: Client, person: Person, sign_in: Any, settings: Any) -> None:
    settings.PASSWORD_PROFILE = "gov"
    sign_in(person)
    form = {"oldpassword": PASSWORD, "password1": PASSWORD, "password2": PASSWORD}
    response = client.post("/account/password/change/", form)
    assert "最近 5 次" in response.content.decode()
    for n in range(5):
        old = Person.objects.get()
        old.set_password(f"Next-{n}-2026")
        OldPassword.objects.create(person=old, password=old.password)
    assert OldPassword.objects.count() == 5


def test_signing_in_by_code(client: Client, person: Person) -> None:
    client.get("/account/login/code/")
    client.post("/account/login/code/", {"phone": person.phone})
    assert client.get("/account/login/code/confirm/").status_code == 200
    assert client.post("/account/login/code/confirm/", {"code": code_in(texts()[-1])}).url == "/desk/"
    assert client.session["_auth_user_id"] == str(person.pk)


def test_a_code_is_used_once(client: Client, person: Person) -> None:
    client.post("/account/login/code/", {"phone": person.phone})
    code = code_in(texts()[-1])
    stolen = Client()
    stolen.cookies["yixiang_session"] = client.session.session_key
    client.post("/account/login/code/confirm/", {"code": code})
    stolen.post("/account/login/code/confirm/", {"code": code})
    assert "_auth_user_id" not in stolen.session


def test_three_wrong_codes_end_it(client: Client, person: Person) -> None:
    client.post("/account/login/code/", {"phone": person.phone})
    code = code_in(texts()[-1])
    for _n in range(3):
        client.post("/account/login/code/confirm/", {"code": "000000" if code != "000000" else "111111"})
    client.post("/account/login/code/confirm/", {"code": code})
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db(transaction=True)
def test_codes_sent_at_once_are_counted_one_by_one(make_person: MakePerson) -> None:
    """Without the lock all of them would be judged by the same counter, and a program could try thousands."""
    person, client = make_person(phone="13800138000", phone_verified=True), Client()
    client.post("/account/login/code/", {"phone": person.phone})
    key = client.session.session_key

    def guess(_n: int) -> str:
        try:
            one = Client()
            one.cookies["yixiang_session"] = key
            response = one.post("/account/login/code/confirm/", {"code": "abcdef"})
            return "wrong" if response.status_code == 200 else "ended"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(guess, range(6)))
    with connection.cursor() as cursor:  # the queue is not among the tables Django empties after such a test
        cursor.execute("DELETE FROM procrastinate_jobs")
    assert answers.count("wrong") == 2


def test_a_counter_put_back_by_another_page_gives_no_more_guesses(client: Client, person: Person) -> None:
    client.post("/account/login/code/", {"phone": person.phone})
    before, answers = dict(client.session.items()), 0
    while client.session.items() and answers < 40:
        session = client.session
        session.update(before)
        session.save()
        client.post("/account/login/code/confirm/", {"code": "abcdef"})
        answers += 1
    assert answers == 16


def test_changing_the_mail_address_needs_its_code(client: Client, person: Person, sign_in: Any) -> None:
    EmailAddress.objects.create(user=person, email=person.email, primary=True, verified=True)
    sign_in(person)
    assert client.get("/account/email/").status_code == 200
    response = client.post("/account/email/", {"action_add": "1", "email": "new@example.cn"})
    assert response.url == "/account/confirm-email/"
    client.post("/account/confirm-email/", {"code": code_in(mail.outbox[-1].body)})
    person.refresh_from_db()
    assert person.email == "new@example.cn"


def test_changing_the_phone_needs_its_code(client: Client, person: Person, sign_in: Any) -> None:
    sign_in(person)
    assert "138****8000" in client.get("/account/phone/change/").content.decode()
    assert client.post("/account/phone/change/", {"phone": "13900139000"}).url == "/account/phone/verify/"
    client.post("/account/phone/verify/", {"code": code_in(texts()[-1])})
    person.refresh_from_db()
    assert (person.phone, person.phone_verified) == ("13900139000", True)
