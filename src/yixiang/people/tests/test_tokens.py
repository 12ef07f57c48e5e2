from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from yixiang.kernel.errors import Invalid, Unseen
from yixiang.people.access import reach
from yixiang.people.commands import tokens
from yixiang.people.commands.people import stop
from yixiang.people.models import Person, Token
from yixiang.people.tests.conftest import MakePerson, recorded


def make(person: Person, *scopes: str, days: int = 30) -> str:
    return tokens.make(person, name="同步", permissions=scopes or ["read"], days=days, now=timezone.now())[1]


def test_a_token_stands_for_its_owner(person: Person) -> None:
    secret = make(person)
    assert tokens.authenticate(secret, now=timezone.now()) == person
    assert Token.objects.get().last_used_at is not None


def test_the_secret_is_nowhere_in_the_database(person: Person) -> None:
    secret = make(person)
    assert secret.startswith(f"yx_{Token.objects.get().prefix}_")
    assert secret not in str(list(Token.objects.values()))
    assert Token.objects.get().digest not in str(list(recorded().values("before", "after")))


def test_a_wrong_expired_or_revoked_secret_is_nobody(person: Person) -> None:
    now, secret = timezone.now(), make(person)
    assert tokens.authenticate(secret + "x", now=now) is None
    assert tokens.authenticate("Bearer", now=now) is None
    assert tokens.authenticate(secret, now=now + timedelta(days=31)) is None
    tokens.revoke(person, token_id=Token.objects.get().pk, now=now)
    assert tokens.authenticate(secret, now=now) is None


def test_the_token_of_a_stopped_person_is_dead(security: Person, person: Person) -> None:
    secret = make(person)
    stop(person, actor=security, now=timezone.now())
    assert tokens.authenticate(secret, now=timezone.now()) is None


def test_a_token_holds_no_more_than_it_names(roles: None, make_person: MakePerson) -> None:
    admin = make_person(role="platform_admin")
    reading = tokens.authenticate(make(admin, "read"), now=timezone.now())
    assert reach(reading, "units:unit:see_private")
    assert not reach(reading, "units:unit:decide")
    narrow = tokens.authenticate(make(admin, "write", "units:unit:flag"), now=timezone.now())
    assert reach(narrow, "units:unit:flag")
    assert not reach(narrow, "units:unit:decide")


def test_a_token_holds_no_more_than_its_owner(person: Person) -> None:
    owner = tokens.authenticate(make(person, "write"), now=timezone.now())
    assert not reach(owner, "units:unit:decide")


@pytest.mark.parametrize(("scopes", "days"), [(["read"], 0), (["read"], 366), (["units:unit:fly"], 30), ([], 30)])
def test_a_token_that_never_ends_or_names_nothing_is_refused(person: Person, scopes: list[str], days: int) -> None:
    with pytest.raises(Invalid):
        tokens.make(person, name="x", permissions=scopes, days=days, now=timezone.now())


def test_nobody_revokes_what_is_not_theirs(person: Person, make_person: MakePerson) -> None:
    make(person)
    with pytest.raises(Unseen):
        tokens.revoke(make_person("li"), token_id=Token.objects.get().pk, now=timezone.now())


def test_the_middleware_puts_the_owner_into_the_request(rf: Any, person: Person) -> None:
    from yixiang.people.middleware import ActingMiddleware

    seen: list[Any] = []
    request = rf.get("/api/v1/x", headers={"Authorization": f"Bearer {make(person)}"})
    ActingMiddleware(lambda r: seen.append((r.user, r.token)) or r)(request)
    assert seen == [(person, Token.objects.get())]


def test_a_wrong_token_beside_a_good_cookie_is_nobody(rf: Any, person: Person) -> None:
    from yixiang.people.middleware import ActingMiddleware

    seen: list[Any] = []
    request = rf.get("/api/v1/x", headers={"Authorization": "Bearer yx_wrong"})
    request.user = person
    ActingMiddleware(lambda r: seen.append(r.user.is_authenticated) or r)(request)
    assert seen == [False]


def test_the_page_shows_the_secret_once(client: Client, person: Person, sign_in: Any) -> None:
    sign_in(person)
    page = client.post("/account/tokens/", {"name": "同步", "access": "read", "days": "30"}).content.decode()
    assert "只显示这一次" in page
    assert Token.objects.get().prefix in page
    assert "只显示这一次" not in client.get("/account/tokens/").content.decode()
    revoke = f"/account/tokens/{Token.objects.get().pk}/revoke/"
    assert "不能恢复" in client.get(revoke).content.decode()
    client.post(revoke)
    assert "已作废" in client.get("/account/tokens/").content.decode()


def test_the_page_keeps_what_was_typed(client: Client, person: Person, sign_in: Any) -> None:
    sign_in(person)
    page = client.post("/account/tokens/", {"name": "每日同步", "access": "read", "days": "999"}).content.decode()
    assert "每日同步" in page
    assert not Token.objects.exists()


def test_the_console_prints_a_secret(person: Person) -> None:
    said = StringIO()
    call_command("token", "ZHANG", "--days", "7", "--scopes", "read", stdout=said)
    assert tokens.authenticate(said.getvalue().strip(), now=timezone.now()) == person


def test_the_console_says_what_is_wrong(person: Person) -> None:
    with pytest.raises(CommandError, match="没有登录名"):
        call_command("token", "nobody")
    with pytest.raises(CommandError, match="365"):
        call_command("token", "zhang", "--days", "900")
