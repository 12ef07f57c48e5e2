"""JSON doors of fair access: terms, qualifications, conduct."""

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Path, Router, Schema, Status
from pydantic import AwareDatetime

from yixiang.catalogue.commands.writing import may_run
from yixiang.catalogue.models import Instrument
from yixiang.catalogue.queries import desk
from yixiang.kernel.errors import Unseen
from yixiang.orders.api.schemas import Code
from yixiang.orders.commands import marking, qualifying, setting
from yixiang.orders.models import Mark, Qualification, Terms
from yixiang.orders.queries import access as queries
from yixiang.orders.queries import conduct
from yixiang.orders.queries.checking import terms_of
from yixiang.people.models import Person

router = Router()
Level = Literal["assisted", "working", "any"]
Way = Literal["self", "guided", "entrusted"]
Key = Path[int]


def who(request: HttpRequest) -> dict[str, Any]:
    return {"actor": request.user, "now": timezone.now()}


def run_by(request: HttpRequest, code: str) -> Instrument:
    found = desk.instrument_for(request.user, code)
    if not may_run(found, request.user):
        raise Unseen()
    return found


# --- terms


class TermsIn(Schema):
    """整张替换；没有写的恢复默认。"""

    level: Literal["", "assisted", "working", "any"] = Field("", description="自己操作要什么资格；空为不要求")
    person_hours: int | None = Field(None, ge=1, le=168, description="每人每周最多，小时")
    group_hours: int | None = Field(None, ge=1, le=168, description="每单位每周最多，小时")
    cancel_hours: int = Field(24, ge=0, le=8784, description="免责取消须提前，小时")
    staffed_from: int = Field(480, ge=0, le=1439, description="机组上班，零点起的分钟")
    staffed_to: int = Field(1080, ge=1, le=1440, description="机组下班，零点起的分钟")
    queue: bool = Field(True, description="接受候补")
    offer_hours: int = Field(4, ge=1, le=168, description="候补邀约保留，小时")
    auto_accept: bool = Field(False, description="符合条件的机时预约自动受理")


@router.get("/instruments/{code}/terms", response=TermsIn, auth=None, summary="仪器的预约条件")
def terms(request: HttpRequest, code: Path[Code]) -> Terms:
    """任何人可读。"""
    return terms_of(desk.instrument_for(request.user, code))


@router.put("/instruments/{code}/terms", response=TermsIn, summary="设置预约条件")
def set_terms(request: HttpRequest, code: Path[Code], payload: TermsIn) -> Terms:
    """由机组或单位管理员设置；已经约好的不受影响。"""
    return setting.set_terms(run_by(request, code), setting.Wanted(**payload.dict()), **who(request))


# --- qualifications


class QualificationOut(Schema):
    id: int
    instrument: str
    person: str
    state: str = Field(description="asked、invited、granted、declined、withdrawn、left")
    level: str
    until: date | None = None
    training_at: datetime | None = None
    training_place: str
    note: str

    @staticmethod
    def resolve_instrument(found: Qualification) -> str:
        return found.instrument.code

    @staticmethod
    def resolve_person(found: Qualification) -> str:
        return found.person.name or found.person.username


class TrainingIn(Schema):
    words: str = Field("", max_length=300)


class QualificationActIn(Schema):
    """每个动作只读它需要的字段。"""

    level: Level | None = None
    until: date | None = None
    at: AwareDatetime | None = Field(None, description="培训时间")
    place: str = Field("", max_length=100)
    note: str = Field("", max_length=300)


@router.get("/qualifications", response=list[QualificationOut], summary="我的上机资格")
def my_qualifications(request: HttpRequest) -> list[Qualification]:
    """新的在前，最多 100 项。"""
    return list(queries.qualifications_of(request.user).select_related("person")[:100])


@router.get("/instruments/{code}/qualifications", response=list[QualificationOut], summary="这台仪器的上机资格")
def qualifications(request: HttpRequest, code: Path[Code]) -> list[Qualification]:
    """由机组或单位管理员查看，最多 300 项。"""
    return list(queries.qualified_at(run_by(request, code)).select_related("instrument")[:300])


@router.post("/instruments/{code}/qualifications", response={201: QualificationOut}, summary="申请上机培训")
def ask_for_training(request: HttpRequest, code: Path[Code], payload: TrainingIn) -> Status[Qualification]:
    """同一台仪器同时只有一份。"""
    found = desk.instrument_for(request.user, code)
    return Status(201, qualifying.ask(found, words=payload.words, **who(request)))


@router.post("/qualifications/{pk}/{action}", response=QualificationOut, summary="办理上机资格")
def act_on_qualification(
    request: HttpRequest,
    pk: Key,
    action: Literal["invite", "grant", "decline", "withdraw", "leave"],
    payload: QualificationActIn,
) -> Qualification:
    """leave 由本人，其余由机组。"""
    found = Qualification.objects.filter(pk=pk).select_related("instrument", "person").first()
    if found is None:
        raise Unseen()
    if action == "leave":
        return qualifying.leave(found, **who(request))
    if action == "invite":
        return qualifying.invite(found, at=payload.at, place=payload.place, note=payload.note, **who(request))
    if action == "grant":
        level = payload.level or ""
        return qualifying.grant(found, level=level, until=payload.until, note=payload.note, **who(request))
    return qualifying.end(found, action, note=payload.note, **who(request))


# --- conduct


class MarkOut(Schema):
    id: int
    order: str
    kind: str = Field(description="no_show 未到场、late 晚于时限取消")
    at: datetime
    left: str | None = Field(None, description="现在还有几分；单位没有规则时为空")
    appeal: str
    decision: str


class StandingOut(Schema):
    unit: str
    total: str | None = Field(None, description="现在的记分；单位没有规则时为空")
    limit: int | None = Field(None, description="满几分暂停预约机时")
    paused: bool
    marks: list[MarkOut]


class AppealIn(Schema):
    words: str = Field(min_length=5, max_length=500, examples=["当天校门临时封闭，电话告知过机组。"])


class AppealDecisionIn(Schema):
    upheld: bool
    words: str = Field(min_length=1, max_length=500)


def _mark(mark: Mark, left: Any = None) -> dict[str, Any]:
    said = None if left is None else str(left)
    return {"id": mark.pk, "order": mark.order.number, "kind": mark.kind, "at": mark.at, "left": said,
            "appeal": mark.appeal, "decision": mark.decision}  # fmt: skip


@router.get("/conduct", response=list[StandingOut], summary="我的预约信用")
def my_conduct(request: HttpRequest) -> list[dict[str, Any]]:
    """按提供方单位分列。"""
    person: Any = request.user
    return [
        {
            "unit": one.unit.name,
            "total": None if one.total is None else str(one.total),
            "limit": one.manner.limit if one.manner else None,
            "paused": one.paused,
            "marks": [_mark(mark, left) for mark, left in one.marks],
        }
        for one in conduct.standings(person, on=timezone.localdate())
    ]


@router.post("/conduct/{pk}/appeal", response=MarkOut, summary="申诉")
def appeal(request: HttpRequest, pk: Key, payload: AppealIn) -> dict[str, Any]:
    """由本人，每条记录一次。"""
    return _mark(marking.appeal(queries.own_mark(request.user, pk), words=payload.words, **who(request)))


@router.post("/conduct/{pk}/decide", response=MarkOut, summary="处理申诉")
def decide_appeal(request: HttpRequest, pk: Key, payload: AppealDecisionIn) -> dict[str, Any]:
    """由提供方单位的管理员。"""
    person: Person = request.user  # type: ignore[assignment]
    found = queries.mark_to_decide(person, pk)
    return _mark(marking.decide_appeal(found, upheld=payload.upheld, words=payload.words, **who(request)))
