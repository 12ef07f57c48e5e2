from datetime import timedelta

import pytest

from yixiang.people.models import Person
from yixiang.units.commands import editing
from yixiang.units.commands.reminding import remind_of_confirmation
from yixiang.units.jobs import confirmations
from yixiang.units.models import Unit
from yixiang.units.tests.sample import NOW

pytestmark = pytest.mark.django_db


def told(person: Person) -> int:
    return int(person.notices.filter(kind="unit-confirmation").count())


def test_the_reminders_come_on_four_days_and_once_each(joined: Unit, registrant: Person) -> None:
    counts = []
    for day in (334, 335, 336, 350, 360, 365, 380):
        for _ in range(2):
            remind_of_confirmation(now=NOW + timedelta(days=day))
        counts.append(told(registrant))
    assert counts == [0, 1, 1, 2, 3, 4, 4]


def test_a_missed_night_is_caught_up(joined: Unit, registrant: Person) -> None:
    remind_of_confirmation(now=NOW + timedelta(days=338))
    assert told(registrant) == 1


def test_confirming_starts_a_new_year(joined: Unit, registrant: Person) -> None:
    remind_of_confirmation(now=NOW + timedelta(days=340))
    editing.confirm(joined, actor=registrant, now=NOW + timedelta(days=341))
    remind_of_confirmation(now=NOW + timedelta(days=370))
    remind_of_confirmation(now=NOW + timedelta(days=341 + 335))
    assert told(registrant) == 2


def test_the_job_calls_the_command(joined: Unit, registrant: Person) -> None:
    confirmations(int((NOW + timedelta(days=335)).timestamp()))
    assert told(registrant) == 1
