"""People to test with, made the way commands make them."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from yixiang.kernel.scopes import PLATFORM
from yixiang.people.commands.grants import bestow
from yixiang.people.commands.roles import load_roles
from yixiang.people.models import Person


def recorded() -> Any:
    """The rows of the audit room, which stands above this one and is therefore not imported."""
    return apps.get_model("audit", "Change").objects


PASSWORD = "Zhang-San-2026"
NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
MakePerson = Callable[..., Person]


@pytest.fixture(autouse=True)
def fast(settings: object) -> None:
    """Argon2 is slow on purpose; the tests sign in a few hundred times."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]
    settings.ACCOUNT_RATE_LIMITS = False  # type: ignore[attr-defined]
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}  # type: ignore[attr-defined]
    cache.clear()


@pytest.fixture
def roles(db: None) -> None:
    load_roles(django_settings.HOME / "reference" / "roles.toml")


@pytest.fixture
def make_person(db: None) -> MakePerson:
    def make(username: str = "zhang", *, role: str = "", scope: str = PLATFORM, **fields: object) -> Person:
        values = {"name": "张三", "password_changed_at": timezone.now()} | fields
        person = Person.objects.create_user(username, PASSWORD, **values)
        if role:
            bestow(person, role=role, scope=scope, by=None, now=timezone.now(), scope_label=f"测试 {scope}")
        return person

    return make


@pytest.fixture
def person(make_person: MakePerson) -> Person:
    return make_person(email="zhang@example.cn", phone="13800138000", phone_verified=True)


@pytest.fixture
def security(roles: None, make_person: MakePerson) -> Person:
    return make_person("security", role="security")


@pytest.fixture
def sign_in(client: Client) -> Callable[[Person], Client]:
    """Through the real door, so that the session carries what a real one does."""

    def through_the_door(person: Person, *, browser: Client | None = None) -> Client:
        used = browser or client
        used.post("/account/login/", {"login": person.username, "password": PASSWORD})
        assert used.session.get("_auth_user_id") == str(person.pk)
        return used

    return through_the_door
