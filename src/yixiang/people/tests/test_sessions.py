"""Sessions end when idle or too long, and nothing typed is lost over it."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone

from yixiang.people.models import Person
from yixiang.people.tests.conftest import PASSWORD


def age(client: Client, **minutes: int) -> None:
    session = client.session
    for name, past in minutes.items():
        session[name] -= past * 60
    session.save()


def words(response: Any) -> str:
    return "".join(str(m) for m in get_messages(response.wsgi_request))


@pytest.fixture
def signed_in(person: Person, sign_in: Any) -> Client:
    client: Client = sign_in(person)
    return client


def test_an_active_session_goes_on(signed_in: Client) -> None:
    age(signed_in, seen=29, began=600)
    assert signed_in.get("/account/").status_code == 200
    assert timezone.now().timestamp() - signed_in.session["seen"] < 5


def test_an_idle_session_leads_to_the_door_and_back(signed_in: Client) -> None:
    age(signed_in, seen=31)
    response = signed_in.get("/account/tokens/")
    assert response.url == "/account/login/?next=/account/tokens/"
    assert "30 分钟没有操作" in signed_in.get(response.url).content.decode()


def test_a_session_ends_after_its_longest_time(signed_in: Client) -> None:
    age(signed_in, began=12 * 60 + 1)
    response = signed_in.get("/account/")
    assert response.status_code == 302
    assert "12 小时" in words(response)


def test_a_form_sent_too_late_says_that_the_text_is_kept(signed_in: Client) -> None:
    age(signed_in, seen=31)
    response = signed_in.post("/desk/", {"text": "长文"}, headers={"Referer": "http://testserver/desk/form/"})
    assert response.url == "/account/login/?next=http%3A%2F%2Ftestserver%2Fdesk%2Fform%2F"
    assert "自动恢复" in words(response)


def test_a_form_sent_after_the_session_is_gone_says_so_too(signed_in: Client) -> None:
    signed_in.session.delete()
    response = signed_in.post("/desk/", {"text": "长文"})
    assert response.url.startswith("/account/login/?next=")
    assert "自动恢复" in words(response)


def test_a_form_sent_after_the_cookie_is_gone_says_so_too(signed_in: Client) -> None:
    signed_in.cookies.clear()
    response = signed_in.post("/desk/cases/decide/", {"text": "长文"})
    assert response.url.startswith("/account/login/?next=")
    assert "自动恢复" in words(response)


def test_a_draft_that_saves_itself_too_late_is_refused_without_words(signed_in: Client) -> None:
    age(signed_in, seen=31)
    for _again in range(2):  # the session ended, then gone
        response = signed_in.post("/desk/", {"text": "长文"}, headers={"X-Autosave": "1"})
        assert response.status_code == 401
        assert "为了安全" not in words(response)
        assert "自动恢复" not in words(response)


def test_a_fragment_moves_the_whole_page(signed_in: Client) -> None:
    age(signed_in, seen=31)
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/desk/cases/"}
    response = signed_in.get("/desk/", headers=headers)
    assert response.status_code == 401
    assert response["HX-Redirect"] == "/account/login/?next=%2Fdesk%2Fcases%2F"


def test_a_page_that_polls_does_not_keep_the_session_alive(signed_in: Client) -> None:
    age(signed_in, seen=20)
    seen = signed_in.session["seen"]
    signed_in.get("/account/", headers={"X-Background": "1"})
    assert signed_in.session["seen"] == seen


def test_after_coming_back_in_the_way_leads_to_the_page(signed_in: Client, person: Person) -> None:
    age(signed_in, seen=31)
    url = signed_in.get("/account/tokens/").url
    response = signed_in.post(url, {"login": "zhang", "password": PASSWORD, "next": "/account/tokens/"})
    assert response.url == "/account/tokens/"


def test_an_old_password_is_changed_first(signed_in: Client, person: Person, settings: Any) -> None:
    settings.PASSWORD_PROFILE = "gov"
    Person.objects.filter(pk=person.pk).update(password_changed_at=timezone.now() - timedelta(days=91))
    response = signed_in.get("/account/tokens/")
    assert response.url == "/account/password/change/?next=%2Faccount%2Ftokens%2F"
    assert "90 天" in words(response)
    assert signed_in.get(response.url).status_code == 200
    settings.PASSWORD_PROFILE = "asvs"
    assert signed_in.get("/account/tokens/").status_code == 200


def test_changing_the_password_ends_the_other_sessions(signed_in: Client, person: Person, sign_in: Any) -> None:
    other = sign_in(person, browser=Client())
    new = "Li-Si-2026-Pass"
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert signed_in.post("/account/password/change/", form).url == "/account/"
    assert signed_in.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302


def test_the_list_of_devices_signs_the_others_out(signed_in: Client, person: Person, sign_in: Any) -> None:
    other = sign_in(person, browser=Client(headers={"User-Agent": "Mozilla/5.0 (iPhone) Safari/604.1"}))
    page = signed_in.get("/account/sessions/").content.decode()
    assert "Safari · iPhone" in page
    signed_in.post("/account/sessions/")
    assert other.get("/account/").status_code == 302
    assert signed_in.get("/account/").status_code == 200
