"""Authenticator, recovery codes and passkeys: with real codes."""

import re
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client

from yixiang.people.models import Person
from yixiang.people.tests.conftest import PASSWORD, recorded


def totp(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@pytest.fixture
def secret(client: Client, person: Person, sign_in: Any) -> str:
    """Turned on through the pages; the secret is read off the page as a person would."""
    sign_in(person)
    page = client.get("/account/2fa/totp/activate/").content.decode()
    found = re.search(r"<code>([A-Z2-7 ]{39})</code>", page)
    assert found
    shown = found.group(1).replace(" ", "")
    response = client.post("/account/2fa/totp/activate/", {"code": totp(shown)})
    assert response.status_code == 302
    cache.clear()  # the code just used may be used again in this test
    return shown


def half_way_in(person: Person) -> Client:
    client = Client()
    response = client.post("/account/login/", {"login": person.username, "password": PASSWORD})
    assert response.url == "/account/2fa/authenticate/"
    return client


def recovery_codes(client: Client) -> list[str]:
    page = client.get("/account/2fa/recovery-codes/").content.decode()
    return re.findall(r"\b\d{8}\b", page)


def test_the_secret_is_unreadable_in_the_database(secret: str) -> None:
    stored = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in stored
    assert Authenticator.objects.get(type="totp").wrap().validate_code(totp(secret))


def test_the_password_alone_does_not_lead_in(secret: str, person: Person) -> None:
    client = half_way_in(person)
    assert "_auth_user_id" not in client.session
    assert client.get("/account/").status_code == 302
    assert "动态口令" in client.get("/account/2fa/authenticate/").content.decode()


def test_a_real_code_leads_in(secret: str, person: Person) -> None:
    client = half_way_in(person)
    assert client.post("/account/2fa/authenticate/", {"code": totp(secret)}).url == "/desk/"


def test_a_code_seen_over_the_shoulder_does_not_work_twice(secret: str, person: Person) -> None:
    code = totp(secret)
    half_way_in(person).post("/account/2fa/authenticate/", {"code": code})
    second = half_way_in(person)
    assert second.post("/account/2fa/authenticate/", {"code": code}).status_code == 200
    assert "_auth_user_id" not in second.session


def test_a_recovery_code_works_once(client: Client, secret: str, person: Person) -> None:
    code = recovery_codes(client)[0]
    assert half_way_in(person).post("/account/2fa/authenticate/", {"code": code}).url == "/desk/"
    assert half_way_in(person).post("/account/2fa/authenticate/", {"code": code}).status_code == 200
    assert len(recovery_codes(client)) == 9


def test_recovery_codes_are_renewed_and_downloaded(client: Client, secret: str) -> None:
    before = recovery_codes(client)
    assert client.get("/account/2fa/recovery-codes/generate/").status_code == 200
    client.post("/account/2fa/recovery-codes/generate/")
    after = recovery_codes(client)
    assert not set(before) & set(after)
    download = client.get("/account/2fa/recovery-codes/download/").content.decode()
    assert download.split() == after


def test_turning_it_on_is_recorded_without_the_secret(secret: str, person: Person) -> None:
    row = recorded().filter(table_name="mfa_authenticator", op="INSERT").earliest("pk")
    assert row.actor == person.pk
    assert Authenticator.objects.get(type="totp").data["secret"] not in str(row.after)


def test_the_authenticator_is_turned_off_after_asking(client: Client, secret: str) -> None:
    assert "关闭手机验证器" in client.get("/account/2fa/totp/deactivate/").content.decode()
    client.post("/account/2fa/totp/deactivate/")
    assert not Authenticator.objects.filter(type="totp").exists()


def test_the_overview_says_what_is_on(client: Client, secret: str) -> None:
    page = client.get("/account/2fa/").content.decode()
    assert "已开启" in page
    assert "还剩 10 个" in page


@pytest.mark.parametrize("path", ["webauthn/", "webauthn/add/", "totp/activate/", "", "reauthenticate/"])
def test_pages_of_the_second_factor_open(client: Client, person: Person, sign_in: Any, path: str) -> None:
    sign_in(person)
    assert client.get(f"/account/2fa/{path}").status_code in {200, 302}


def test_a_passkey_can_be_offered_without_inline_script(client: Client, person: Person, sign_in: Any) -> None:
    sign_in(person)
    page = client.get("/account/2fa/webauthn/add/").content.decode()
    assert 'data-passkey="create"' in page
    assert '"creation_options"' in page
    assert "<script>" not in page


def test_the_sign_in_page_gives_a_passkey_challenge(client: Client, db: None) -> None:
    assert 'data-passkey="get"' in client.get("/account/login/").content.decode()
    answer = client.get("/account/2fa/webauthn/login/", headers={"X-Requested-With": "XMLHttpRequest"}).json()
    assert answer["request_options"]["publicKey"]["challenge"]


@pytest.mark.parametrize(
    "credential", ['{"id": "x"}', "[]", "{", '{"response": "x"}', '{"id":"eA","rawId":"eA","response":{}}']
)
def test_a_forged_passkey_is_refused(client: Client, db: None, credential: str) -> None:
    client.get("/account/2fa/webauthn/login/", headers={"X-Requested-With": "XMLHttpRequest"})
    response = client.post("/account/2fa/webauthn/login/", {"credential": credential})
    assert response.url == "/account/login/"
    assert "_auth_user_id" not in client.session


def test_a_forged_new_passkey_is_refused(client: Client, person: Person, sign_in: Any) -> None:
    sign_in(person)
    client.get("/account/2fa/webauthn/add/")
    for credential in ('{"id": "x"}', "[1]", '{"response": "x"}'):
        response = client.post("/account/2fa/webauthn/add/", {"name": "x", "credential": credential})
        assert response.status_code == 200
    assert not Authenticator.objects.exists()


def test_security_settings_ask_again_after_a_while(client: Client, person: Person, sign_in: Any) -> None:
    sign_in(person)
    session = client.session
    session["began"] -= 600
    session.save()
    response = client.get("/account/2fa/totp/activate/")
    assert response.url.startswith("/account/reauthenticate/")
    assert "再确认一次" in client.get(response.url).content.decode()
    answer = client.post(response.url, {"password": PASSWORD, "next": "/account/2fa/totp/activate/"})
    assert answer.url == "/account/2fa/totp/activate/"
    assert client.get("/account/2fa/totp/activate/").status_code == 200
