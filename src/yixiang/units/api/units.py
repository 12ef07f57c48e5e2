"""JSON doors of a unit itself: list, register, read, change, act."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status

from yixiang.files.queries import waiting_file
from yixiang.kernel.errors import Unseen
from yixiang.units import law, queries
from yixiang.units.commands import editing, leaving, registering
from yixiang.units.models import Unit
from yixiang.units.queries.lists import units_listed, wanted_from
from yixiang.units.rules import details, masks
from yixiang.units.states import JOINING
from yixiang.web.cursor import Listing, Page, Paging, require_version, version_tag

router = Router()
PLACE = "/api/v1/units/"
CODE = Field(description="单位账号、统一社会信用代码或编号", examples=["hndx"])


class StateOut(Schema):
    code: str = Field(examples=["joined"])
    label: str = Field(examples=["已入网"])


class MoveOut(Schema):
    action: str = Field(examples=["withdraw"])
    label: str
    method: Literal["POST"] = "POST"
    href: str


class UnitBrief(Schema):
    id: int
    name: str
    credit_code: str
    account_name: str
    kind: str = Field(examples=["enterprise"])
    region: str = Field(examples=["430104"])
    region_name: str = Field(examples=["湖南省长沙市岳麓区"])
    provides: bool
    uses: bool
    state: StateOut
    joined_at: datetime | None = None
    href: str

    @staticmethod
    def resolve_state(unit: Unit) -> dict[str, str]:
        return {"code": unit.state, "label": JOINING.label(unit.state)}

    @staticmethod
    def resolve_href(unit: Unit) -> str:
        return f"{PLACE}{unit.account_name or unit.pk}"


class FreshnessOut(Schema):
    status: Literal["none", "fresh", "due_soon", "overdue"]
    confirmed_on: date | None = None
    last_day: date | None = Field(None, description="信息有效至")
    days_left: int = 0


class UnitOut(UnitBrief):
    affiliation: str
    address: str
    legal_representative: str
    founded: date | None = None
    industry: str
    nature: str
    introduction: str
    contact_name: str = Field(description="无权查看时打码")
    contact_phone: str = Field(description="无权查看时打码")
    contact_email: str = Field(description="无权查看时打码")
    headcount: int | None = None
    last_year_revenue: Decimal | None = Field(None, description="元")
    high_tech: bool
    high_tech_until: date | None = None
    technology_sme: bool
    technology_sme_year: int | None = None
    student_startup: bool
    wants_voucher: bool
    freshness: FreshnessOut
    waiting_for: str = Field(description="入网申请现在由谁办理")
    case_id: int | None = None
    version: int
    allowed: list[MoveOut]

    @staticmethod
    def resolve_contact_name(unit: Unit, context: dict[str, Any]) -> str:
        return _shown(unit, context, unit.contact_name, masks.name)

    @staticmethod
    def resolve_contact_phone(unit: Unit, context: dict[str, Any]) -> str:
        return _shown(unit, context, unit.contact_phone, masks.phone)

    @staticmethod
    def resolve_contact_email(unit: Unit, context: dict[str, Any]) -> str:
        return _shown(unit, context, unit.contact_email, masks.email)

    @staticmethod
    def resolve_freshness(unit: Unit) -> Any:
        return law.freshness_of(unit, on=timezone.localdate())

    @staticmethod
    def resolve_waiting_for(unit: Unit) -> str:
        return queries.waiting_for(unit)

    @staticmethod
    def resolve_allowed(unit: Unit, context: dict[str, Any]) -> list[dict[str, str]]:
        base, person = f"{PLACE}{unit.account_name or unit.pk}", context["request"].user
        moves = queries.moves_of(unit, person)
        return [{"action": m.action, "label": m.label, "href": f"{base}/{m.action}"} for m in moves]


def _shown(unit: Unit, context: dict[str, Any], text: str, mask: Any) -> str:
    if not text or queries.may_see_private(context["request"].user, unit):
        return text
    masked: str = mask(text)
    return masked


class FactsIn(Schema):
    """Only what is sent is looked at; words and numbers are read as on the form."""

    name: str | None = Field(None, max_length=400)
    kind: str | None = Field(None, max_length=40)
    credit_code: str | None = Field(None, max_length=60)
    affiliation: str | None = Field(None, max_length=40)
    region: str | None = Field(None, max_length=60, description="行政区划代码或全名")
    address: str | None = Field(None, max_length=400)
    provides: bool | None = None
    uses: bool | None = None
    legal_representative: str | None = Field(None, max_length=200)
    founded: date | None = None
    industry: str | None = Field(None, max_length=40)
    nature: str | None = Field(None, max_length=40)
    introduction: str | None = Field(None, max_length=4000)
    contact_name: str | None = Field(None, max_length=200)
    contact_phone: str | None = Field(None, max_length=60)
    contact_email: str | None = Field(None, max_length=254)
    headcount: int | None = Field(None, ge=0)
    last_year_revenue: Decimal | None = Field(None, ge=0, description="元")
    high_tech: bool | None = None
    high_tech_until: date | None = None
    technology_sme: bool | None = None
    technology_sme_year: int | None = Field(None, ge=0)
    student_startup: bool | None = None
    wants_voucher: bool | None = None
    account_name: str | None = Field(None, max_length=60)

    def typed(self) -> dict[str, str]:
        sent = self.model_dump(exclude_unset=True, include=set(details.BY_NAME))
        return {name: details.as_typed(value) for name, value in sent.items()}


class UnitIn(FactsIn):
    accept_commitment: bool = Field(False, description="已阅读并接受当地现行承诺书")
    papers: dict[str, UUID] = Field({}, description="用途 → 已上传文件的编号")


class UnitChangeIn(FactsIn):
    reason: str = Field("", max_length=300, description="变更说明，审核人可见")


class EditedOut(Schema):
    unit: UnitOut
    applied: list[str] = Field(description="已生效的栏目")
    change_case: int | None = Field(None, description="需要审核的栏目所在的审核事项")


class NoteIn(Schema):
    note: str = Field("", max_length=300)


class UnitsWanted(Paging):
    q: str = Field("", max_length=80)
    region: str = Field("", max_length=6)
    kind: str = Field("", max_length=20)
    side: Literal["", "provides", "uses"] = ""
    state: str = Field("", max_length=12)
    flag: Literal["", "any", "none", "dishonest", "abnormal"] = ""

    def filters(self) -> dict[str, str]:
        return self.model_dump(include={"q", "region", "kind", "side", "state", "flag"})


@router.get("/units", response=Listing[UnitBrief], summary="单位")
def units(request: HttpRequest, wanted: Query[UnitsWanted]) -> Page[Unit]:
    """本人所属的、管理的和职责范围内的单位，新的在前。"""
    return wanted.page(units_listed(request.user, wanted_from(wanted.filters())))


@router.post("/units", response={201: UnitOut}, summary="登记单位并提交审核")
def register(request: HttpRequest, response: HttpResponse, payload: UnitIn) -> Status[Unit]:
    """一次提交全部内容；有一项不符合要求就整体不受理，并逐项说明。"""
    person: Any = request.user
    papers = {purpose: waiting_file(person, file_id) for purpose, file_id in payload.papers.items()}
    agreed = payload.accept_commitment
    unit = registering.register(person, typed=payload.typed(), commitment=agreed, papers=papers, now=timezone.now())
    response["Location"] = f"{PLACE}{unit.account_name}"
    return Status(201, unit)


@router.get("/units/{code}", response=UnitOut, summary="一个单位")
def unit(request: HttpRequest, response: HttpResponse, code: str) -> Unit:
    """单位的全部信息，以及您现在可以办理的动作。"""
    found = queries.unit_by_code(request.user, code)
    response["ETag"] = version_tag(found.version)
    return found


@router.patch("/units/{code}", response=EditedOut, summary="修改单位信息")
def edit(request: HttpRequest, code: str, payload: UnitChangeIn) -> dict[str, Any]:
    """未入网的保存到草稿；已入网的立即生效，当地规定须审核的栏目转入审核，通过前沿用原来的内容。"""
    person: Any = request.user
    found, now = queries.unit_by_code(person, code), timezone.now()
    require_version(request, found.version)
    if found.state != "joined":
        saved = registering.save_draft(found, actor=person, typed=payload.typed(), now=now)
        return {"unit": saved, "applied": [], "change_case": None}
    done = editing.edit(found, actor=person, values=payload.typed(), reason=payload.reason, now=now)
    return {"unit": done.unit, "applied": done.applied, "change_case": done.change.case_id if done.change else None}


UnitAction = Literal["submit", "withdraw", "reopen", "confirm", "leave", "withdraw_change"]


@router.post("/units/{code}/{action}", response=UnitOut, summary="办理单位的一个动作")
def act(request: HttpRequest, code: str, action: UnitAction, payload: NoteIn) -> Unit:
    """提交、撤回、重新申请、确认信息、撤回变更；退网由主管部门办理，须写明原因。"""
    person: Any = request.user
    found, now = queries.unit_by_code(person, code), timezone.now()
    if action == "leave":
        return leaving.leave(found, actor=person, note=payload.note, now=now)
    if action == "withdraw_change":
        editing.withdraw_change(_open_change(found), actor=person, now=now)
        return queries.unit_for(person, found.pk)
    done: Unit = _ACTS[action](found, actor=person, now=now)
    return done


_ACTS: dict[str, Any] = {
    "submit": registering.submit,
    "withdraw": registering.withdraw_application,
    "reopen": registering.reopen,
    "confirm": editing.confirm,
}


def _open_change(unit: Unit) -> Any:
    change = unit.changes.filter(state__in=["submitted", "returned"]).first()
    if change is None:
        raise Unseen("没有正在审核的信息变更。")
    return change
