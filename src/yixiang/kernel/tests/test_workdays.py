from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yixiang.kernel.models import CalendarDay
from yixiang.kernel.workdays import (
    Calendar,
    Day,
    add_working_days,
    certain_until,
    due,
    working_day,
    working_days_between,
)
from yixiang.kernel.workdays_table import load_calendar

known_days = st.dates(date(2010, 1, 1), date(2035, 12, 31))


def test_national_day_week_is_not_counted():
    assert add_working_days(date(2025, 9, 30), 1) == date(2025, 10, 9)


def test_a_saturday_worked_in_exchange_is_counted():
    assert working_day(date(2025, 10, 11))
    assert not working_day(date(2025, 10, 12))


def test_five_working_days_from_a_friday_end_on_the_next_friday():
    assert add_working_days(date(2026, 3, 6), 5) == date(2026, 3, 13)


def test_a_row_of_the_table_wins_over_the_published_calendar():
    monday = date(2026, 3, 9)
    calendar = Calendar({monday: Day(monday, working=False, source="table", name="校庆")})
    assert add_working_days(date(2026, 3, 6), 1, calendar) == date(2026, 3, 10)
    assert calendar.day(monday).certain


def test_beyond_the_published_years_weekdays_are_guessed_and_said_to_be():
    guessed = due(date(2050, 3, 3), 2)
    assert guessed.on == date(2050, 3, 7)
    assert not guessed.certain
    assert due(date(2026, 3, 6), 5).certain


def test_a_row_makes_a_guessed_day_certain():
    day = date(2050, 3, 4)
    assert due(date(2050, 3, 3), 1, Calendar({day: Day(day, working=True, source="table")})).certain


def test_the_known_part_of_the_calendar_has_an_end():
    assert certain_until(Calendar(), date(2026, 1, 1)) == date(2026, 12, 31)


def test_working_days_are_counted_forward():
    with pytest.raises(ValueError):
        due(date(2026, 3, 6), -1)


@given(known_days, st.integers(0, 60))
def test_counting_and_adding_agree(start, count):
    end = add_working_days(start, count)
    assert working_days_between(start, end) == count
    assert working_days_between(end, start) == -count
    assert count == 0 or working_day(end)


@given(known_days, st.integers(0, 40), st.integers(0, 40))
def test_counting_is_additive(start, first, second):
    middle, end = start + timedelta(days=first), start + timedelta(days=first + second)
    assert working_days_between(start, middle) + working_days_between(middle, end) == working_days_between(start, end)


@pytest.mark.django_db
def test_the_calendar_follows_the_table_at_once():
    day = date(2027, 1, 4)
    assert not load_calendar().day(day).certain
    CalendarDay.objects.create(date=day, working=False, name="元旦调休", source="通知")
    assert load_calendar().day(day) == Day(day, working=False, source="table", name="元旦调休")
    CalendarDay.objects.filter(date=day).update(working=True)
    assert load_calendar().day(day).working
    CalendarDay.objects.all().delete()
    assert not load_calendar().day(day).certain


@pytest.mark.django_db
def test_an_unchanged_table_costs_one_query(django_assert_num_queries):
    load_calendar()
    with django_assert_num_queries(1):
        load_calendar()
