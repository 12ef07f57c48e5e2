"""JSON doors of experts: the public directory, one of them, and applying."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status

from yixiang.units import queries
from yixiang.units.api.units import StateOut
from yixiang.units.commands import experts
from yixiang.units.models import Expert, Question
from yixiang.units.states import EXPERT
from yixiang.web.cursor import Listing, Page, Paging

router = Router()


class ExpertOut(Schema):
    id: int
    name: str = Field(alias="person.name")
    unit: str = Field(alias="unit.name")
    region: str = Field(alias="unit.region", examples=["430104"])
    title: str
    field: str
    disciplines: list[str] = Field(description="学科代码", examples=[["430"]])
    classes: list[str] = Field(description="仪器类别代码", examples=[["010101"]])
    instruments: str
    introduction: str
    answered: int = Field(0, description="已答复的问题数")
    state: StateOut
    certified_at: datetime | None = None

    @staticmethod
    def resolve_state(expert: Expert) -> dict[str, str]:
        return {"code": expert.state, "label": EXPERT.label(expert.state)}


class SharedOut(Schema):
    id: int
    title: str
    category: str
    question: str = Field(alias="shared_question")
    answer: str = Field(alias="shared_answer")
    answered_at: datetime | None = None


class ExpertPageOut(ExpertOut):
    shared: list[SharedOut] = Field(description="经提问人同意公开的问答")

    @staticmethod
    def resolve_shared(expert: Expert) -> list[Question]:
        return list(queries.shared_of(expert)[:50])


class ExpertIn(Schema):
    title: str = Field(max_length=40)
    field: str = Field(max_length=120)
    instruments: str = Field("", max_length=1000)
    introduction: str = Field("", max_length=1000)
    disciplines: list[str] = Field([], max_length=6, description="学科代码")
    classes: list[str] = Field([], max_length=30, description="仪器类别代码")


class ExpertsListed(Paging):
    q: str = Field("", max_length=80, description="姓名、单位、仪器或方法")
    category: str = Field("", max_length=8, description="仪器类别代码；大类包括其下各类", examples=["010100"])
    discipline: str = Field("", max_length=6, description="学科代码", examples=["430"])
    region: str = Field("", max_length=6, description="行政区划代码", examples=["430000"])


@router.get("/experts", response=Listing[ExpertOut], auth=None, summary="仪器专家")
def expert_list(request: HttpRequest, wanted: Query[ExpertsListed]) -> Page[Expert]:
    """已认证的专家，只有公开信息。无需登录。"""
    rows = queries.experts_found(queries.experts_wanted_from(wanted.model_dump()))
    return wanted.page(rows, by=("-certified_at", "-pk"))


@router.get("/experts/{int:pk}", response=ExpertPageOut, auth=None, summary="一位专家")
def expert(request: HttpRequest, pk: int) -> Expert:
    """公开信息，和经提问人同意公开的问答。无需登录。"""
    return queries.expert_public(pk)


@router.post("/units/{code}/experts/apply", response={201: ExpertOut}, summary="申请专家认证")
def apply(request: HttpRequest, code: str, payload: ExpertIn) -> Status[Expert]:
    """由本单位在职人员申请；被退回的可以重新提交。"""
    person: Any = request.user
    unit = queries.unit_by_code(person, code)
    return Status(201, experts.apply(person, unit=unit, now=timezone.now(), **payload.model_dump()))
