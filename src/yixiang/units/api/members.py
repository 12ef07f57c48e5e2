"""JSON doors of what is inside a unit: members, the tree, papers, flags."""

from datetime import date, datetime
from typing import Any, Literal

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status

from yixiang.units import queries
from yixiang.units.api.units import NoteIn, StateOut
from yixiang.units.commands import flags, members, sub_units
from yixiang.units.models import IntegrityFlag, Membership, Regulation, Relation, SubUnit
from yixiang.units.states import MEMBERSHIP
from yixiang.web.cursor import Listing, Page, Paging

router = Router()


class MemberOut(Schema):
    id: int
    person: str = Field(alias="person.name")
    unit: str = Field(alias="unit.name")
    sub_unit_id: int | None = None
    position: str
    message: str
    state: StateOut
    asked_at: datetime
    since: datetime | None = None
    until: datetime | None = None
    case_id: int | None = None

    @staticmethod
    def resolve_state(member: Membership) -> dict[str, str]:
        return {"code": member.state, "label": MEMBERSHIP.label(member.state)}


class MemberIn(Schema):
    sub_unit_id: int | None = None
    position: str = Field("", max_length=60)
    message: str = Field("", max_length=300)


@router.get("/units/{code}/members", response=Listing[MemberOut], summary="单位的成员")
def unit_members(request: HttpRequest, code: str, wanted: Query[Paging]) -> Page[Membership]:
    """审批成员的人看到全部，其他人只看到自己。"""
    return wanted.page(queries.members_of(request.user, queries.unit_by_code(request.user, code)))


@router.post("/units/{code}/members/ask", response={201: MemberOut}, summary="申请加入单位")
def ask(request: HttpRequest, code: str, payload: MemberIn) -> Status[Membership]:
    """由单位管理员批准；重复提交得到同一份申请。"""
    person: Any = request.user
    unit = queries.joinable_unit(code)
    sub = queries.tree_of(unit).filter(pk=payload.sub_unit_id).first() if payload.sub_unit_id else None
    words = {"position": payload.position, "message": payload.message}
    return Status(201, members.ask_to_join(person, unit=unit, sub_unit=sub, now=timezone.now(), **words))


_QUIET = {"cancel": members.cancel, "stay": members.stay}
_SAYING = {"leave": members.ask_release, "again": members.ask_again}
MemberAction = Literal["cancel", "leave", "stay", "again", "remove"]


@router.post("/memberships/{int:pk}/{action}", response=MemberOut, summary="办理一份绑定")
def member_act(request: HttpRequest, pk: int, action: MemberAction, payload: NoteIn) -> Membership:
    """本人取消、补充后再申请、申请解绑、撤回解绑；管理员移出。"""
    person: Any = request.user
    found, now = queries.membership_for(person, pk), timezone.now()
    if action == "remove":
        return members.remove(found, actor=person, note=payload.note, now=now)
    if action in _QUIET:
        return _QUIET[action](found, actor=person, now=now)
    return _SAYING[action](found, actor=person, message=payload.note, now=now)


# --- the tree, papers, flags


class SubUnitOut(Schema):
    id: int
    name: str
    kind: str
    parent_id: int | None = None
    depth: int


class SubUnitIn(Schema):
    name: str = Field(max_length=80)
    kind: str = Field("laboratory", max_length=12)
    parent_id: int | None = None


@router.get("/units/{code}/sub-units", response=list[SubUnitOut], summary="二级单位")
def subs(request: HttpRequest, code: str) -> QuerySet[SubUnit]:
    """按树的顺序，上级在前。"""
    return queries.tree_of(queries.unit_by_code(request.user, code))


@router.post("/units/{code}/sub-units/add", response={201: SubUnitOut}, summary="新增二级单位")
def add_sub(request: HttpRequest, code: str, payload: SubUnitIn) -> Status[SubUnit]:
    """同一级不能重名。"""
    person: Any = request.user
    unit = queries.unit_by_code(person, code)
    parent = queries.sub_unit_for(person, payload.parent_id) if payload.parent_id else None
    made = sub_units.add(unit, actor=person, name=payload.name, kind=payload.kind, parent=parent, now=timezone.now())
    return Status(201, made)


@router.post("/sub-units/{int:pk}/close", response=SubUnitOut, summary="撤销二级单位")
def close_sub(request: HttpRequest, pk: int) -> SubUnit:
    """没有下级和成员时才能撤销。"""
    person: Any = request.user
    return sub_units.close(queries.sub_unit_for(person, pk), actor=person, now=timezone.now())


class RegulationOut(Schema):
    id: int
    name: str
    number: str
    issued_on: date
    effective_on: date
    withdrawn_at: datetime | None = None


class RelationOut(Schema):
    id: int
    unit: str = Field(alias="unit.name")
    other_name: str
    other_code: str
    nature: str
    since: date | None = None


class FlagOut(Schema):
    id: int
    kind: str
    since: date
    source: str
    lifted_on: date | None = None


class FlagIn(Schema):
    kind: Literal["dishonest", "abnormal"]
    since: date
    source: str = Field(max_length=200)


@router.get("/units/{code}/regulations", response=list[RegulationOut], summary="管理制度")
def regulations(request: HttpRequest, code: str) -> QuerySet[Regulation]:
    """新实施的在前，废止的也在内。"""
    return queries.unit_by_code(request.user, code).regulations.all()


@router.get("/units/{code}/relations", response=list[RelationOut], summary="关联单位")
def relations(request: HttpRequest, code: str) -> QuerySet[Relation]:
    """本单位登记的和对方登记的。"""
    return queries.relations_of(queries.unit_by_code(request.user, code))


@router.get("/units/{code}/flags", response=list[FlagOut], summary="失信与经营异常标记")
def unit_flags(request: HttpRequest, code: str) -> QuerySet[IntegrityFlag]:
    """存续的在前。"""
    return queries.flags_of(queries.unit_by_code(request.user, code))


@router.post("/units/{code}/flags/put", response={201: FlagOut}, summary="登记标记")
def put_flag(request: HttpRequest, code: str, payload: FlagIn) -> Status[IntegrityFlag]:
    """由主管部门登记，单位会收到通知。"""
    person: Any = request.user
    unit = queries.unit_by_code(person, code)
    return Status(201, flags.put(unit, actor=person, now=timezone.now(), **payload.model_dump()))
