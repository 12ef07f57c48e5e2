import json

import pytest
from django.db import OperationalError, connection
from django.test import Client, RequestFactory

from yixiang.config import health

asked = RequestFactory()


def test_alive_needs_no_database_on_the_whole_way(client: Client) -> None:
    """Tests without a mark may not use it."""
    assert client.get("/healthz").content == b"ok\n"


@pytest.mark.django_db
def test_ready_when_the_schema_is_current() -> None:
    answer = health.readyz(asked.get("/readyz"))
    assert (answer.status_code, json.loads(answer.content)) == (200, {"ready": True, "reasons": []})


@pytest.mark.django_db
def test_not_ready_says_that_migrations_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_migrated", False)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'kernel'")
    answer = health.readyz(asked.get("/readyz"))
    assert answer.status_code == 503
    assert "yixiang migrate" in json.loads(answer.content)["reasons"][0]


def test_not_ready_says_that_the_database_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(connection, "cursor", broken)
    assert json.loads(health.readyz(asked.get("/readyz")).content)["reasons"] == ["database: connection refused"]


@pytest.mark.django_db
def test_figures_of_the_queue_are_read_from_the_database() -> None:
    text = health.metrics(asked.get("/metrics")).content.decode()
    assert "yixiang_jobs_due 0.0" in text
    assert "yixiang_workers 0.0" in text


def test_figures_are_not_for_everybody() -> None:
    assert health.metrics(asked.get("/metrics", REMOTE_ADDR="203.0.113.7")).status_code == 403
    assert health.metrics(asked.get("/metrics", headers={"x-forwarded-for": "203.0.113.7"})).status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize(("sent", "status"), [("Bearer right", 200), ("Bearer wrong", 403), ("", 403)])
def test_a_token_opens_the_figures_to_a_collector(sent: str, status: int, settings: pytest.FixtureRequest) -> None:
    settings.METRICS_TOKEN = "right"  # type: ignore[attr-defined]
    assert health.metrics(asked.get("/metrics", headers={"authorization": sent})).status_code == status
