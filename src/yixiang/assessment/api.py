"""JSON door of grades."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status
from pydantic import StringConstraints

from yixiang.assessment import commands, queries
from yixiang.assessment.commands import Found
from yixiang.assessment.models import Grade
from yixiang.assessment.queries import Wanted
from yixiang.people.asking import me
from yixiang.units.queries import unit_by_code
from yixiang.web.cursor import Listing, Page, Paging

router = Router(tags=["考核"])
Word = Literal["excellent", "good", "qualified", "poor"]


class GradesWanted(Paging):
    year: int = Field(0, ge=0, le=9999, description="考核年度；0 为全部")
    grade: Literal["", "excellent", "good", "qualified", "poor"] = ""
    q: str = Field("", max_length=80, description="单位名称")
    history: bool = Field(False, description="包括已被更正的")


class GradeIn(Schema):
    unit: Annotated[str, StringConstraints(max_length=40)] = Field(description="单位账号")
    year: int = Field(ge=2000, le=2999)
    grade: Word
    decided_on: date
    document: str = Field(max_length=120, examples=["湘科发〔2026〕1号"])
    reason: str = Field("", max_length=300, description="更正时必填")


class GradeOut(Schema):
    id: int = Field(alias="pk")
    unit: str
    unit_name: str = Field(alias="unit.name")
    year: int
    grade: Word
    label: str
    decided_on: date
    document: str
    reason: str
    replaces: int | None = Field(alias="replaces_id")
    recorded_at: datetime

    @staticmethod
    def resolve_unit(one: Any) -> str:
        return one.unit.account_name or str(one.unit_id)

    @staticmethod
    def resolve_label(one: Any) -> str:
        return str(one.get_grade_display())


@router.get("/grades", response=Listing[GradeOut], summary="考核等次")
def grade_list(request: HttpRequest, wanted: Query[GradesWanted]) -> Page[Grade]:
    """权限范围内各单位各年度的等次；默认只给现行有效的。"""
    asked = Wanted(wanted.q.replace("\0", ""), wanted.year, wanted.grade, wanted.history)
    return wanted.page(queries.grades_for(request.user, asked), by=("-year", "-pk"))


@router.post("/grades", response={201: GradeOut}, summary="登记或更正考核等次")
def grade_record(request: HttpRequest, typed: GradeIn) -> Status[Grade]:
    """同一单位同一年度只有一个现行等次；更正须写理由，原记录保留。"""
    found = Found(typed.grade, typed.decided_on, typed.document)
    unit, now = unit_by_code(request.user, typed.unit), timezone.now()
    return Status(201, commands.record(unit, typed.year, found, actor=me(request), now=now, reason=typed.reason))
