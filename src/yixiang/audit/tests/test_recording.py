"""Every change of a row, whoever made it and however."""

import json
from contextlib import nullcontext
from datetime import date

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from yixiang.audit.tests.conftest import ZHANG, a_day, recorded
from yixiang.kernel.acting import Acting, acting
from yixiang.kernel.models import CalendarDay
from yixiang.people.models import Person


def actors() -> list[str]:
    return [change.actor_name for change in recorded()]


@pytest.mark.parametrize("inside", [True, False])
@pytest.mark.django_db(transaction=True)
def test_insert_update_and_delete_tell_who_when_and_from_where(inside: bool) -> None:
    connection.set_autocommit(not inside)
    try:
        with acting(ZHANG):
            day = a_day(name="春节")
            CalendarDay.objects.filter(pk=day.pk).update(name="元旦")
            day.delete()
        if inside:
            connection.commit()
    finally:
        connection.set_autocommit(True)
    made, changed, gone = recorded()
    assert (made.op, made.before, made.after["name"]) == ("INSERT", None, "春节")
    assert (changed.before, changed.after, changed.changed) == ({"name": "春节"}, {"name": "元旦"}, ["name"])
    assert (gone.op, gone.after, gone.before["name"]) == ("DELETE", None, "元旦")
    for change in (made, changed, gone):
        assert (change.actor, change.actor_name, change.ip, change.door) == (7, "张三", "10.0.0.7", "page")
        assert (change.request, change.row_id) == ("req-0001", "2030-01-01")


@pytest.mark.django_db
def test_nothing_changed_is_nothing_recorded() -> None:
    a_day(name="春节")
    CalendarDay.objects.update(name="春节")
    assert [change.op for change in recorded()] == ["INSERT"]


@pytest.mark.django_db
def test_many_rows_at_once_are_recorded_one_by_one() -> None:
    days = [CalendarDay(date=date(2030, 1, n), working=True) for n in range(1, 6)]
    with acting(ZHANG):
        CalendarDay.objects.bulk_create(days)
        with connection.cursor() as cursor:
            rows = [("甲", days[0].date), ("乙", days[1].date)]
            cursor.executemany("UPDATE kernel_calendarday SET name = %s WHERE date = %s", rows)
    assert actors() == ["张三"] * 7


@pytest.mark.django_db
def test_raw_sql_is_recorded_too_even_behind_a_comment_or_a_with() -> None:
    a_day()
    with acting(ZHANG), connection.cursor() as cursor:
        cursor.execute("/* quietly */ UPDATE kernel_calendarday SET name = 'a'")
        cursor.execute("WITH x AS (UPDATE kernel_calendarday SET name = 'b' RETURNING 1) SELECT * FROM x")
        cursor.execute("  delete from kernel_calendarday")
    assert actors()[1:] == ["张三"] * 3


@pytest.mark.django_db
def test_somebody_at_the_database_is_recorded_as_such() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kernel_calendarday (date, working, name, note, source) VALUES (now(), true, '', '', '')"
        )
        cursor.execute("SELECT session_user")
        (user,) = cursor.fetchone()
    (change,) = recorded()
    assert (change.door, change.actor, change.actor_name) == ("sql", None, user)


@pytest.mark.django_db
def test_a_rolled_back_savepoint_takes_its_changes_but_not_the_name() -> None:
    day = a_day()
    with acting(ZHANG), transaction.atomic():
        with transaction.atomic():
            CalendarDay.objects.update(name="gone")
            transaction.set_rollback(True)
        CalendarDay.objects.filter(pk=day.pk).update(name="kept")
    assert [(c.actor_name, c.after["name"]) for c in recorded()[1:]] == [("张三", "kept")]


@pytest.mark.django_db(transaction=True)
def test_the_name_does_not_stay_on_the_connection() -> None:
    with acting(ZHANG):
        a_day(1)
    a_day(2)
    with transaction.atomic():
        with acting(ZHANG):
            a_day(3)
        a_day(4)
    assert [change.actor for change in recorded()] == [7, None, 7, None]


@pytest.mark.django_db
def test_somebody_acting_inside_somebody_else_ends_where_it_ends() -> None:
    with acting(ZHANG):
        a_day(1)
        with acting(Acting(actor=8, actor_name="李四")):
            a_day(2)
        a_day(3)
    assert actors() == ["张三", "李四", "张三"]


@pytest.mark.django_db
def test_a_broken_transaction_does_not_hide_its_cause() -> None:
    from django.db import DataError

    with pytest.raises(DataError), transaction.atomic(), acting(ZHANG), connection.cursor() as cursor:
        cursor.execute("SELECT 1/0")
    with acting(ZHANG):
        a_day()
    assert actors() == ["张三"]


@pytest.mark.django_db
def test_a_quote_in_a_name_is_only_a_quote() -> None:
    with acting(Acting(actor_name="O'Neil\"; DROP TABLE x; --\\")):
        a_day()
    assert actors() == ["O'Neil\"; DROP TABLE x; --\\"]


@pytest.mark.django_db
def test_secrets_are_recorded_as_changed_and_not_with_their_content() -> None:
    from yixiang.audit.models import Change

    person = Person.objects.create_user("wang", password="Very-secret-1")
    person.set_password("Very-secret-2")
    person.save()
    rows = list(Change.objects.filter(table_name="people_person").order_by("id"))
    assert rows[-1].before["password"] == rows[-1].after["password"] == "•••"
    assert "password" in rows[-1].changed
    assert "argon2" not in json.dumps([[row.before, row.after] for row in rows])


LI = Acting(8, "李四", "10.0.0.8", "job", "req-0002")


@pytest.mark.django_db(transaction=True)
def test_what_surely_writes_says_the_name_once_and_no_rollback_takes_it_away() -> None:
    with acting(ZHANG, writes=True):
        with CaptureQueriesContext(connection) as asked, transaction.atomic():
            day = a_day(name="1")
            with transaction.atomic():
                CalendarDay.objects.update(name="gone")
                transaction.set_rollback(True)
            CalendarDay.objects.filter(pk=day.pk).update(name="2")
        CalendarDay.objects.update(name="3")
    assert actors() == ["张三"] * 3
    assert not [one for one in asked.captured_queries if "set_config" in one["sql"]]
    CalendarDay.objects.update(name="4")
    assert recorded()[-1].door == "sql"


@pytest.mark.parametrize("inside", [True, False])
@pytest.mark.django_db(transaction=True)
def test_somebody_else_in_between_does_not_lend_their_name(inside: bool) -> None:
    with acting(ZHANG, writes=True), transaction.atomic() if inside else nullcontext():
        a_day(name="1")
        with acting(LI):
            CalendarDay.objects.update(name="2")
        CalendarDay.objects.update(name="3")
        with acting(LI, writes=True):
            CalendarDay.objects.update(name="4")
        CalendarDay.objects.update(name="5")
    assert actors() == ["张三", "李四", "张三", "李四", "张三"]


@pytest.mark.django_db(transaction=True)
def test_a_new_connection_is_told_anew() -> None:
    with acting(ZHANG, writes=True):
        connection.close()
        a_day(name="1")
    assert actors() == ["张三"]
