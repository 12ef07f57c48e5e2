"""Signing up to register a unit: a login name from the name of the unit, and then straight to its registration."""

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from yixiang.people.models import Person
from yixiang.units import queries
from yixiang.units.models import Unit
from yixiang.units.pages.naming import A_MINUTE
from yixiang.units.tests.test_pages import text

pytestmark = pytest.mark.django_db
SIGN_UP = {
    "registers_unit": "on",
    "unit_name": "湘江材料科技有限公司",
    "name": "李四",
    "username": "xjclkj",
    "email": "li@example.cn",
    "password1": "Kai-Fang-2026",
    "password2": "Kai-Fang-2026",
    "agree": "on",
}


@pytest.fixture(autouse=True)
def _nobody_asked_yet() -> None:
    cache.clear()


def offered(page: str) -> list[str]:
    return re.findall(r'name="chosen" value="(\w+)"', page)


def asked(client: Client, name: str) -> list[str]:
    return offered(text(client.get(reverse("units:names"), {"unit_name": name})))


def test_login_names_are_offered_from_the_initials(client: Client) -> None:
    assert asked(client, "湖南大学") == ["hndx"]
    assert asked(client, "湘江材料科技有限公司") == ["xjclkjyxgs", "xjclkj"]
    assert asked(client, "") == asked(client, "！！") == []


def test_a_name_a_person_or_a_unit_has_gets_digits(client: Client) -> None:
    owner = Person.objects.create(username="HNDX", name="湖大")
    Unit.objects.create(created_by=owner, name="湖南电信", account_name="hndx2")
    assert asked(client, "湖南大学") == ["hndx3"]


@pytest.mark.parametrize("name", ["湖南大学", "广", "长沙", "123 研究所", "A大", "如哦哦他"])
def test_whatever_is_offered_can_be_signed_up_with(client: Client, name: str) -> None:
    (first, *_rest) = queries.login_offers(name)
    client.post(reverse("account_signup"), SIGN_UP | {"unit_name": name, "username": first})
    assert Person.objects.filter(username=first).exists()


def test_without_script_the_form_comes_back_with_the_offers_and_what_was_typed(client: Client) -> None:
    page = text(client.post(reverse("account_signup"), SIGN_UP | {"username": "", "offer": "1"}))
    assert offered(page) == ["xjclkjyxgs", "xjclkj"]
    assert "li@example.cn" in page
    assert "Kai-Fang-2026" not in page


def test_without_script_a_chosen_offer_becomes_the_login_name(client: Client) -> None:
    page = text(client.post(reverse("account_signup"), SIGN_UP | {"username": "other", "chosen": "xjclkj"}))
    assert re.search(
        r'<input[^>]*name="username"[^>]*value="xjclkj"|<input[^>]*value="xjclkj"[^>]*name="username"', page
    )
    assert not Person.objects.exists()


def test_nobody_lists_names_through_it(client: Client) -> None:
    for _again in range(A_MINUTE):
        assert asked(client, "湖南大学")
    assert client.get(reverse("units:names"), {"unit_name": "湖南大学"}).status_code == 429


def test_who_signs_up_for_a_unit_lands_on_its_registration_with_the_name_filled_in(client: Client) -> None:
    client.post(reverse("account_signup"), SIGN_UP)
    code = re.search(r"\b(\d{6})\b", mail.outbox[0].body)
    assert code
    landed = client.post("/account/confirm-email/", {"code": code.group(1)}, follow=True)
    assert landed.redirect_chain[-1][0].startswith(reverse("units:begin"))
    assert 'value="湘江材料科技有限公司"' in text(landed)
    assert Person.objects.get().username == "xjclkj"


def test_who_signs_up_for_themselves_lands_on_the_desk(client: Client) -> None:
    client.post(reverse("account_signup"), SIGN_UP | {"registers_unit": ""})
    code = re.search(r"\b(\d{6})\b", mail.outbox[0].body)
    assert code
    assert client.post("/account/confirm-email/", {"code": code.group(1)}).url == "/desk/"


def test_the_sign_up_page_asks_for_offers_by_itself(client: Client) -> None:
    page = text(client.get(reverse("account_signup")))
    assert f'hx-get="{reverse("units:names")}"' in page
    assert 'name="offer"' in page
