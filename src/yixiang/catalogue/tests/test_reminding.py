"""Reminders of the two clocks, said once each however often the night's work runs."""

from datetime import datetime, timedelta

import pytest

from yixiang.catalogue.commands import publishing
from yixiang.catalogue.commands.reminding import remind_of_checking, remind_of_joining
from yixiang.catalogue.models import Instrument
from yixiang.catalogue.tests.conftest import NOW, MakeInstrument
from yixiang.people.models import Person
from yixiang.units.models import Unit

pytestmark = pytest.mark.django_db


def told(who: Person, kind: str) -> list[str]:
    return list(who.notices.filter(kind=kind).order_by("pk").values_list("subject", flat=True))


def test_the_owner_hears_as_the_days_run_out(draft: Instrument, admin: Person) -> None:
    assert remind_of_joining(now=NOW) == 0
    for day in range(31):
        remind_of_joining(now=NOW + timedelta(days=day))
    subjects = told(admin, "resource-deadline")
    assert [subject.partition("：")[0] for subject in subjects] == ["入网期限将到"] * 4 + ["已过入网期限"]


def test_a_missed_deadline_is_said_once(draft: Instrument, admin: Person) -> None:
    for days in (60, 61, 90):
        remind_of_joining(now=NOW + timedelta(days=days))
    assert told(admin, "resource-deadline") == [f"已过入网期限：{draft.typed['name']}"]


def test_a_night_that_runs_twice_says_nothing_twice(draft: Instrument, admin: Person) -> None:
    soon: datetime = NOW + timedelta(days=25)
    assert (remind_of_joining(now=soon), remind_of_joining(now=soon)) == (1, 1)
    assert len(told(admin, "resource-deadline")) == 1


def test_what_is_voluntary_has_no_clock(draft: Instrument, admin: Person) -> None:
    publishing.save_draft(draft, actor=admin, typed={"funds": "own"}, now=NOW)
    assert remind_of_joining(now=NOW + timedelta(days=60)) == 0


def test_where_the_law_sets_no_days_nobody_is_hurried(draft: Instrument, unit: Unit) -> None:
    unit.region = "440103"
    unit.save()
    assert remind_of_joining(now=NOW + timedelta(days=60)) == 0


def test_one_notice_for_all_that_nobody_looked_at(instrument: MakeInstrument, admin: Person, unit: Unit) -> None:
    for number in range(3):
        instrument(inner_number=str(number))
    later = NOW + timedelta(days=40)
    assert remind_of_checking(now=NOW) == 0
    assert (remind_of_checking(now=later), remind_of_checking(now=later)) == (1, 1)
    assert told(admin, "resource-check") == ["请核对资源信息：3 台超过一个月没有确认"]
