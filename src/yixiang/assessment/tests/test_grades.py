"""One grade for each unit and year; a correction stays beside what it replaces."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from yixiang.assessment import commands, queries
from yixiang.assessment.commands import Found
from yixiang.assessment.models import Grade
from yixiang.kernel.errors import Invalid, NotPermitted, WrongState
from yixiang.orders.tests.conftest import *  # noqa: F403  # the world below this room
from yixiang.orders.tests.conftest import NOW, browser, text
from yixiang.people.models import Person
from yixiang.units.models import Unit

GOOD = Found("good", date(2026, 2, 20), "湘科发〔2026〕1号")


@pytest.fixture
def province(person: Callable[..., Person]) -> Person:
    return person("province", "authority", "region/430000")


@pytest.fixture
def good(unit: Unit, province: Person) -> Grade:
    return commands.record(unit, 2025, GOOD, actor=province, now=NOW)


def test_a_second_grade_of_a_year_is_refused_without_a_reason(good: Grade, province: Person) -> None:
    with pytest.raises(WrongState) as refused:
        commands.record(good.unit, 2025, replace(GOOD, grade="poor"), actor=province, now=NOW)
    assert refused.value.code == "grade-stands"
    assert queries.grades_of_year(2025) == {good.unit_id: "good"}


def test_a_correction_replaces_and_keeps_what_was(good: Grade, province: Person) -> None:
    commands.record(good.unit, 2025, replace(GOOD, grade="excellent"), actor=province, now=NOW, reason="复核后更正")
    assert queries.grades_of_year(2025) == {good.unit_id: "excellent"}
    assert Grade.objects.filter(unit=good.unit).count() == 2


def test_raw_sql_cannot_make_two_grades_of_one_year(good: Grade, province: Person) -> None:
    row = {"unit": good.unit, "year": 2025, "grade": "poor", "decided_on": GOOD.decided_on, "document": "另一份",
           "recorded_at": NOW, "recorded_by": province, "recorded_label": "甲"}  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        Grade.objects.bulk_create([Grade(**row)])
    with pytest.raises(ProgrammingError), transaction.atomic():
        Grade.objects.filter(pk=good.pk).update(grade="poor")


@pytest.mark.parametrize(
    ("year", "wrong", "field"),
    [
        (2026, {}, "year"),
        (2025, {"grade": "best"}, "grade"),
        (2025, {"decided_on": date(2025, 12, 31)}, "decided_on"),
        (2025, {"document": " "}, "document"),
    ],
)
def test_bad_input_is_said_at_its_field(
    unit: Unit, province: Person, year: int, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        commands.record(unit, year, replace(GOOD, **wrong), actor=province, now=NOW)
    assert field in refused.value.fields


def test_a_city_does_not_record_for_its_province(unit: Unit, person: Callable[..., Person], admin: Person) -> None:
    for who in (person("city", "authority", "region/430000/430100"), admin):
        with pytest.raises(NotPermitted):
            commands.record(unit, 2025, GOOD, actor=who, now=NOW)


def test_the_unit_sees_its_grade_and_others_do_not(good: Grade, admin: Person, outsider: Person) -> None:
    assert "湘科发" in text(browser(admin).get("/desk/grades/"))
    assert "湘科发" not in text(browser(outsider).get("/desk/grades/"))


def test_the_office_records_on_its_page(unit: Unit, province: Person, admin: Person, clock: list[Any]) -> None:
    typed = {"unit": unit.pk, "year": 2025, "grade": "qualified", "decided_on": "2026-02-20", "document": "湘科发1号"}
    assert browser(admin).get("/desk/grades/record/").status_code == 404
    assert browser(province).post("/desk/grades/record/", typed).status_code == 302
    again = browser(province).post("/desk/grades/record/", typed)
    assert again.status_code == 422
    assert "没有再记一次" in text(again)


def test_a_program_reads_and_records(unit: Unit, province: Person, as_: Any, outsider: Person) -> None:
    body = {"unit": unit.account_name, "year": 2025, "grade": "good", "decided_on": "2026-02-20", "document": "一号"}
    assert as_(province)("POST", "/api/v1/grades", body).status_code == 201
    assert as_(province)("POST", "/api/v1/grades", body).json()["code"] == "grade-stands"
    assert as_(province)("GET", "/api/v1/grades?year=2025").json()["items"][0]["label"] == "良好"
    assert as_(outsider)("GET", "/api/v1/grades").json()["items"] == []
