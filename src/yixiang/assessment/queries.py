"""Reading grades: what a person sees, who records for a unit, and all of a year at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from yixiang.assessment.models import GRADES, Grade
from yixiang.assessment.permissions import AssessmentPermission
from yixiang.kernel import scopes
from yixiang.kernel.errors import Unseen
from yixiang.kernel.reference import region_path
from yixiang.people.access import reach
from yixiang.policy import library
from yixiang.units.models import Unit
from yixiang.units.models.unit import within

COLUMNS = ("单位", "统一社会信用代码", "所在地区", "考核年度", "等次", "认定日期", "依据文件", "登记人", "更正理由")


def office_scopes(unit: Unit) -> list[str]:
    """The grants that speak for the jurisdiction of a unit; a city below it only looks on."""
    place = library().jurisdiction_of(region_path(unit.region)) if len(unit.region) == 6 else None
    return scopes.region_and_above(place.region) if place else [scopes.PLATFORM]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for; what cannot be read counts as not asked for."""

    q: str = ""
    year: int = 0
    grade: str = ""
    history: bool = False

    @property
    def applied(self) -> int:
        return sum(map(bool, (self.year, self.grade, self.history)))


def wanted_from(data: Mapping[str, str]) -> Wanted:
    year = str(data.get("year", ""))
    grade = str(data.get("grade", ""))
    q = str(data.get("q", "")).strip().replace("\0", "")[:80]
    found = int(year) if year.isascii() and year.isdigit() and len(year) == 4 else 0
    return Wanted(q, found, grade if grade in GRADES else "", bool(data.get("history")))


def grades_for(person: Any, wanted: Wanted) -> QuerySet[Grade]:
    rows: QuerySet[Grade] = Grade.objects.visible_to(person)
    if not wanted.history:
        rows = rows.filter(replaced_by=None)
    if wanted.q:
        rows = rows.filter(unit__name__icontains=wanted.q)
    if wanted.year:
        rows = rows.filter(year=wanted.year)
    if wanted.grade:
        rows = rows.filter(grade=wanted.grade)
    return rows.select_related("unit", "file", "replaced_by").order_by("-year", "unit__name", "-pk")


def grade_for(person: Any, pk: int) -> Grade:
    found: Grade | None = Grade.objects.visible_to(person).select_related("unit", "file").filter(pk=pk).first()
    if found is None:
        raise Unseen()
    return found


def years_of(person: Any) -> list[int]:
    return sorted(set(Grade.objects.visible_to(person).values_list("year", flat=True)), reverse=True)


def units_to_grade(person: Any) -> QuerySet[Unit]:
    """Providing units for which this person may record."""
    held = reach(person, AssessmentPermission.RECORD)
    if not held:
        return Unit.objects.none()
    rows: QuerySet[Unit] = Unit.objects.filter(within(held), provides=True, state="joined").order_by("name")
    keys = [unit.pk for unit in rows if held.covers(office_scopes(unit))]
    return rows.filter(pk__in=keys)


def grades_of_year(year: int) -> dict[int, str]:
    """Unit → grade in force."""
    return dict(Grade.objects.in_force().filter(year=year).values_list("unit_id", "grade"))


def sheet(rows: Iterable[Grade]) -> list[list[str]]:
    return [
        [
            one.unit.name, one.unit.credit_code, one.unit.region_name, str(one.year), one.get_grade_display(),
            one.decided_on.isoformat(), one.document, one.recorded_label, one.reason,
        ]
        for one in rows
    ]  # fmt: skip
