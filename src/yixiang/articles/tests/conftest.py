import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from pytest_django import Settings

from yixiang.articles.commands import publishing, writing
from yixiang.articles.models import Article
from yixiang.files.commands import take
from yixiang.files.models import File
from yixiang.kernel import scopes
from yixiang.people.commands.grants import bestow
from yixiang.people.models import Person, Role

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # a Monday morning in Changsha
Write = Callable[..., Article]


@pytest.fixture(autouse=True)
def _files_elsewhere(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


def editor_over(username: str, scope: str) -> Person:
    role = tomllib.loads((settings.HOME / "reference" / "roles.toml").read_text("utf-8"))["editor"]
    Role.objects.get_or_create(code="editor", defaults={**role, "built_in": True})
    made = Person.objects.create_user(username, name=username)
    bestow(made, role="editor", scope=scope, by=None, now=NOW, scope_label=scope)
    return made


@pytest.fixture
def everywhere(db: None) -> Person:
    return editor_over("everywhere", scopes.PLATFORM)


@pytest.fixture
def hunan(db: None) -> Person:
    return editor_over("hunan", scopes.region("430000"))


@pytest.fixture
def shandong(db: None) -> Person:
    return editor_over("shandong", scopes.region("370000"))


@pytest.fixture
def draft(hunan: Person) -> Write:
    """Typed, not published; `by` an editor, anything else as typed."""

    def make(kind: str = "news", by: Person = hunan, **typed: str) -> Article:
        article = writing.start(by, kind=kind, now=NOW)
        words = {"title": "仪器开放日", "body": "欢迎参观。"} | typed
        return writing.save(article, actor=by, typed=words, now=NOW)

    return make


@pytest.fixture
def published(draft: Write, hunan: Person) -> Write:
    def make(kind: str = "news", by: Person = hunan, now: datetime = NOW, **typed: str) -> Article:
        return publishing.publish(draft(kind, by, **typed), actor=by, now=now)

    return make


def picture(name: str = "photo.png") -> SimpleUploadedFile:
    content = BytesIO()
    Image.new("RGB", (8, 8), "white").save(content, "PNG")
    return SimpleUploadedFile(name, content.getvalue(), content_type="image/png")


def taken(by: Person) -> File:
    return take(picture(), uploader=by, purpose="article-picture", now=NOW)


def browser(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def fetched(client: Client, url: str) -> tuple[int, str, str]:
    """Status, kind and disposition of a file, sent to its end."""
    answer = client.get(url)
    if answer.streaming:  # read to its end, a file closes itself
        assert b"".join(answer.streaming_content)
    return answer.status_code, answer.headers["Content-Type"], answer.headers.get("Content-Disposition", "")
