"""Unit platforms sign people in with their account here (OpenID Connect)."""

import base64
import html
import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.idp.oidc.models import Client as Platform
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.test import Client

from yixiang.people.models import Person

BACK = "https://unit.example/callback"


@pytest.fixture
def platform(db: None, settings: Any) -> Platform:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    settings.IDP_OIDC_PRIVATE_KEY = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    unit = Platform(name="湘江大学仪器平台", scopes="openid\nprofile\nphone", redirect_uris=BACK)
    unit.set_secret("unit-secret")
    unit.save()
    return unit


def question(platform: Platform) -> dict[str, str]:
    wanted = {"client_id": platform.id, "redirect_uri": BACK, "response_type": "code", "state": "s"}
    return wanted | {"scope": "openid profile phone"}


def test_the_person_is_asked_and_the_platform_learns_what_was_agreed(
    client: Client, platform: Platform, person: Person, sign_in: Any
) -> None:
    sign_in(person)
    page = client.get("/identity/o/authorize", question(platform))
    assert "湘江大学仪器平台" in page.content.decode()
    form = {"request": hidden(page, "request"), "scopes": ["openid", "profile", "phone"], "action": "grant"}
    answer = client.post("/identity/o/authorize", form)
    code = parse_qs(urlsplit(answer["Location"]).query)["code"][0]
    basic = base64.b64encode(f"{platform.id}:unit-secret".encode()).decode()
    asked = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
    tokens = client.post("/identity/o/api/token", asked, headers={"Authorization": f"Basic {basic}"}).json()
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    claims = json.loads(client.get("/identity/o/api/userinfo", headers=bearer).content)
    assert (claims["name"], claims["phone_number"]) == ("张三", "13800138000")


def test_a_request_from_nobody_known_is_explained(
    client: Client, platform: Platform, person: Person, sign_in: Any
) -> None:
    sign_in(person)
    page = client.get("/identity/o/authorize", question(platform) | {"redirect_uri": "https://evil.example/"})
    assert "登录请求有误" in page.content.decode()


def hidden(page: Any, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.content.decode())
    assert found
    return html.unescape(found.group(1))
