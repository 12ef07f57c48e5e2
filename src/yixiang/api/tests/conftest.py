import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from yixiang.people.commands import tokens
from yixiang.people.models import Person


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "yixiang/api/" in str(item.path):
            item.add_marker(pytest.mark.urls("yixiang.api.tests.urls"))


@pytest.fixture
def person(db: None) -> Person:
    return Person.objects.create(username="asker", name="问者")


@pytest.fixture
def secret(person: Person) -> Callable[..., str]:
    def make(*scopes: str, days: int = 30, now: datetime | None = None) -> str:
        moment = now or timezone.now()
        return tokens.make(person, name="测试", permissions=scopes or ["write"], days=days, now=moment)[1]

    return make


@pytest.fixture
def ask(secret: Callable[..., str]) -> Callable[..., Any]:
    """One request as a program makes it."""
    return asking(secret())


def asking(token: str) -> Callable[..., Any]:
    client = Client()

    def send(method: str, path: str, data: Any = None, **headers: str) -> Any:
        body = data if isinstance(data, bytes) else b"" if data is None else json.dumps(data).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            named.setdefault("Authorization", f"Bearer {token}")
        kind = named.pop("Content-Type", "application/json")
        return client.generic(method, path, body, content_type=kind, headers=named)

    return send


EARLY = datetime(2026, 1, 1, tzinfo=UTC)
