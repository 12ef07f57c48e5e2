from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from django.db import connection

from yixiang.config import doctor
from yixiang.config.doctor import Finding


def marks(findings: Iterable[Finding]) -> str:
    return "".join(finding.mark for finding in findings)


@pytest.mark.django_db
@pytest.mark.parametrize("check", [doctor._database, doctor._migrations, doctor._books, doctor._calendar, doctor._demo])
def test_a_fresh_test_database_is_found_well(check: Callable[[], Iterable[Finding]]) -> None:
    assert "✗" not in marks(check())


@pytest.mark.django_db
def test_a_worker_that_is_not_running_is_mentioned_with_how_to_start_it() -> None:
    (finding,) = doctor._jobs()
    assert "yixiang worker" in finding.mend


@pytest.mark.django_db
def test_a_worker_with_a_heartbeat_is_found_running() -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
    assert marks(doctor._jobs()) == "✓"


def test_an_unwritable_place_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert marks(doctor._storage(tmp_path / "file" / "var")) == "✗"


def test_production_needs_secrets_https_and_mail(
    settings: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("YIXIANG_SECRET_KEY", raising=False)
    settings.DEMO, settings.DEBUG, settings.BASE_URL = False, False, "http://x"  # type: ignore[attr-defined]
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"  # type: ignore[attr-defined]
    wrong = [finding.what for finding in doctor._settings() if finding.mark == "✗"]
    assert len(wrong) == 3


def test_a_demo_is_told_that_it_is_one() -> None:
    assert "演示" in next(iter(doctor._settings())).what
