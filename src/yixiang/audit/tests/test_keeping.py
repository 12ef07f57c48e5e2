"""What is written stays as it is, as long as it must."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from yixiang.audit import commands, guards, queries
from yixiang.audit.models import Change, DaySeal, Event
from yixiang.audit.tests.conftest import NOW, a_day
from yixiang.people.models import Person

TABLES = ["audit_change", "audit_event"]
TODAY = datetime.now(UTC)


def age(model: Any, days: int) -> None:
    """Rows of long ago, made as only a test can."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {model._meta.db_table} DISABLE TRIGGER append_only")
        model.objects.update(at=TODAY - timedelta(days=days))
        cursor.execute(f"ALTER TABLE {model._meta.db_table} ENABLE TRIGGER append_only")


def run(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.django_db
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("sql", ["UPDATE {} SET actor_name = 'x'", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_trail_is_append_only(table: str, sql: str) -> None:
    a_day()
    commands.note_event("system")
    run(guards.never_emptied(table))  # the test database is set up without this one
    with pytest.raises(DatabaseError, match="append-only"):
        run(sql.format(table))


@pytest.mark.django_db
def test_old_rows_cannot_be_deleted_by_hand_either() -> None:
    a_day()
    age(Change, 500)
    with pytest.raises(DatabaseError, match="append-only"):
        run("DELETE FROM audit_change")


@pytest.mark.django_db
def test_pretending_to_forget_does_not_reach_young_rows() -> None:
    a_day()
    with pytest.raises(DatabaseError, match="append-only"):
        run("SELECT set_config('yixiang.audit_forgetting', 'on', true); DELETE FROM audit_change")


@pytest.mark.django_db
def test_what_is_past_its_time_is_forgotten_and_that_is_noted(settings: Any) -> None:
    settings.AUDIT_KEEP_DAYS = 400
    a_day()
    commands.note_event("system")
    for model in (Change, Event):
        age(model, 402)
    a_day(2)
    assert commands.forget_old(now=TODAY) == 2
    assert Change.objects.count() == 1
    assert Event.objects.get().detail == {"rows": 2, "days": 400}


@pytest.mark.django_db
def test_no_setting_makes_it_forget_within_six_months(settings: Any) -> None:
    settings.AUDIT_KEEP_DAYS = 10
    a_day()
    age(Change, 100)
    assert commands.forget_old(now=TODAY) == 0
    with pytest.raises(DatabaseError, match="at least 183 days"):
        run("SELECT audit_forget(now() - interval '100 days')")


@pytest.mark.django_db
def test_a_sealed_day_shows_what_was_done_to_it_afterwards(watcher: Person) -> None:
    a_day(1)
    a_day(2)
    today = TODAY.astimezone(queries.SHANGHAI).date()
    commands.seal(today - timedelta(days=1))
    first = commands.seal(today)
    assert commands.seal(today) == first
    assert [one.holds for one in queries.check_seals(watcher)] == [True, True]
    run("ALTER TABLE audit_change DISABLE TRIGGER append_only")
    run("UPDATE audit_change SET actor_name = '别人' WHERE id = (SELECT min(id) FROM audit_change)")
    assert [one.holds for one in queries.check_seals(watcher)] == [False, True]


@pytest.mark.django_db
def test_a_seal_cannot_be_changed(watcher: Person) -> None:
    commands.seal(NOW.date())
    with pytest.raises(DatabaseError), transaction.atomic():
        DaySeal.objects.update(digest="0")
