"""JSON doors of fair access: terms, qualifications, the queue, draws, faults, own use, conduct."""

from datetime import date, datetime, timedelta
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Path, Router, Schema, Status
from pydantic import AwareDatetime

from yixiang.catalogue.commands.writing import may_run
from yixiang.catalogue.models import Instrument
from yixiang.catalogue.queries import desk
from yixiang.kernel.errors import Unseen
from yixiang.orders.api.orders import shown
from yixiang.orders.api.schemas import PLACE, Code, OrderOut
from yixiang.orders.commands import drawing, faulting, marking, owning, qualifying, queueing, setting
from yixiang.orders.models import Draw, Fault, Lot, Mark, Order, Qualification, Terms, Waiting
from yixiang.orders.queries import access as queries
from yixiang.orders.queries import conduct, queues
from yixiang.orders.queries import orders as orders_queries
from yixiang.orders.queries.checking import terms_of
from yixiang.people.models import Person

router = Router()
Level = Literal["assisted", "working", "any"]
Way = Literal["self", "guided", "entrusted"]
Key = Path[int]


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"actor": request.user, "now": timezone.now()}


def _runs(request: HttpRequest, code: str) -> Instrument:
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
    return setting.set_terms(_runs(request, code), setting.Wanted(**payload.dict()), **_who(request))


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
    return list(queries.qualified_at(_runs(request, code)).select_related("instrument")[:300])


@router.post("/instruments/{code}/qualifications", response={201: QualificationOut}, summary="申请上机培训")
def ask_for_training(request: HttpRequest, code: Path[Code], payload: TrainingIn) -> Status[Qualification]:
    """同一台仪器同时只有一份。"""
    found = desk.instrument_for(request.user, code)
    return Status(201, qualifying.ask(found, words=payload.words, **_who(request)))


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
        return qualifying.leave(found, **_who(request))
    if action == "invite":
        at = payload.at or timezone.now() - timedelta(seconds=1)  # the command says what is missing
        return qualifying.invite(found, at=at, place=payload.place, note=payload.note, **_who(request))
    if action == "grant":
        level = payload.level or ""
        return qualifying.grant(found, level=level, until=payload.until, note=payload.note, **_who(request))
    return qualifying.end(found, action, note=payload.note, **_who(request))


# --- the queue


class WaitIn(Schema):
    earliest: AwareDatetime
    latest: AwareDatetime
    minutes: int = Field(ge=1, le=44_640)
    content: str = Field(max_length=500, description="测试目的与要求")
    way: Way = "entrusted"
    contact_phone: str = Field("", max_length=20)


class WaitOut(Schema):
    id: int
    instrument: str
    state: str = Field(description="waiting、offered、taken、lapsed、left、over")
    earliest: datetime
    latest: datetime
    minutes: int
    place: int | None = Field(None, description="候补中的位置")
    starts: datetime | None = Field(None, description="邀约的时间")
    ends: datetime | None = None
    until: datetime | None = Field(None, description="邀约保留到")
    order: str = ""

    @staticmethod
    def resolve_instrument(found: Waiting) -> str:
        return found.instrument.code

    @staticmethod
    def resolve_place(found: Waiting) -> int | None:
        return queues.place_in_line(found) if found.state == "waiting" else None

    @staticmethod
    def resolve_order(found: Waiting) -> str:
        return found.order.number if found.order else ""


@router.get("/waitings", response=list[WaitOut], summary="我的候补")
def my_waitings(request: HttpRequest) -> list[Waiting]:
    """新的在前，最多 50 项。"""
    return list(queues.waitings_of(request.user)[:50])


@router.post("/instruments/{code}/waitings", response={201: WaitOut}, summary="加入候补")
def wait(request: HttpRequest, code: Path[Code], payload: WaitIn) -> Status[Waiting]:
    """现在就有空闲时回答 409 free-now 和可选时间。"""
    place = queueing.Place(**payload.dict())
    return Status(201, queueing.join(desk.instrument_for(request.user, code), place, **_who(request)))


@router.post("/waitings/{pk}/take", response={201: OrderOut}, summary="就约邀约的时间")
def take_offer(request: HttpRequest, response: HttpResponse, pk: Key) -> Status[Order]:
    """直接生成并提交预约单。"""
    made = queueing.take(queries.own_waiting(request.user, pk), **_who(request))
    response["Location"] = f"{PLACE}{made.number}"
    return Status(201, shown(response, orders_queries.order_for(request.user, made.number)))


@router.post("/waitings/{pk}/leave", response=WaitOut, summary="退出候补")
def leave_queue(request: HttpRequest, pk: Key) -> Waiting:
    """邀约中的时间马上给下一位。"""
    return queueing.leave(queries.own_waiting(request.user, pk), **_who(request))


# --- draws


class DrawIn(Schema):
    starts: AwareDatetime
    ends: AwareDatetime
    closes_at: AwareDatetime
    most_minutes: int = Field(ge=1, le=44_640)
    note: str = Field("", max_length=300)


class LotOut(Schema):
    number: int
    rank: int | None = None
    starts: datetime
    ends: datetime
    second_starts: datetime | None = None
    second_ends: datetime | None = None
    outcome: str = Field(description="won、second、lost、refused；抽签以前为空")


class DrawOut(Schema):
    code: str
    instrument: str
    state: str = Field(description="open、drawn、cancelled")
    starts: datetime
    ends: datetime
    closes_at: datetime
    most_minutes: int
    note: str
    commitment: str = Field(description="种子的 SHA-256")
    seed: str = Field(description="抽签以后公布")
    entries: str = Field(description="名单的 SHA-256")
    lots: list[LotOut]

    @staticmethod
    def resolve_instrument(found: Draw) -> str:
        return found.instrument.code

    @staticmethod
    def resolve_seed(found: Draw) -> str:
        return found.seed if found.state == "drawn" else ""

    @staticmethod
    def resolve_lots(found: Draw) -> list[Lot]:
        return list(found.lots.order_by("rank", "number")) if found.state == "drawn" else []


class LotIn(Schema):
    start: AwareDatetime
    end: AwareDatetime
    second_start: AwareDatetime | None = None
    second_end: AwareDatetime | None = None
    content: str = Field(max_length=500)
    way: Way = "entrusted"
    contact_phone: str = Field("", max_length=20)


@router.post("/instruments/{code}/draws", response={201: DrawOut}, summary="开放抽签")
def open_draw(request: HttpRequest, code: Path[Code], payload: DrawIn) -> Status[Draw]:
    """时段马上留出；种子的摘要从此公开。"""
    return Status(201, drawing.open_draw(_runs(request, code), **payload.dict(), **_who(request)))


@router.get("/draws/{code}", response=DrawOut, auth=None, summary="一次抽签")
def draw_one(request: HttpRequest, code: Path[Code]) -> Draw:
    """抽签以后有种子和全部名次，任何人可以重算。"""
    return queries.draw_by(request.user, code)


@router.post("/draws/{code}/lots", response={201: LotOut}, summary="报名抽签")
def ask_for_lot(request: HttpRequest, code: Path[Code], payload: LotIn) -> Status[Lot]:
    """每人一签；再报一次是修改。"""
    second = (payload.second_start, payload.second_end)
    pair = (second[0], second[1]) if second[0] and second[1] else None
    asked = drawing.Asked(payload.start, payload.end, payload.content, pair, payload.way, payload.contact_phone)
    return Status(201, drawing.ask_for(queries.draw_by(request.user, code), asked, **_who(request)))


# --- faults and own use


class FaultIn(Schema):
    words: str = Field(min_length=2, max_length=500)
    expected: date | None = Field(None, description="预计恢复")


class MendIn(Schema):
    outcome: str = Field(min_length=1, max_length=500)


class FaultOut(Schema):
    id: int
    words: str
    at: datetime
    expected: date | None = None
    told: int = Field(description="通知了几张预约单")
    mended_at: datetime | None = None
    outcome: str


class OwnUseIn(Schema):
    start: AwareDatetime
    end: AwareDatetime
    content: str = Field(max_length=500)
    purpose: Literal["research", "development", "teaching", "other"] = "research"
    project_name: str = Field("", max_length=200)
    project_number: str = Field("", max_length=60)
    result: str = Field("", max_length=1000)


@router.get("/instruments/{code}/faults", response=list[FaultOut], summary="故障记录")
def faults(request: HttpRequest, code: Path[Code]) -> list[Fault]:
    """由机组或单位管理员查看，最多 50 项。"""
    return list(_runs(request, code).faults.order_by("-at")[:50])


@router.post("/instruments/{code}/faults", response={201: FaultOut}, summary="报故障")
def report_fault(request: HttpRequest, code: Path[Code], payload: FaultIn) -> Status[Fault]:
    """由机组，或正在使用的人；马上停止预约并通知每一位约了的人。"""
    found = desk.instrument_for(request.user, code)
    made = faulting.report(found, words=payload.words, expected=payload.expected, **_who(request))
    return Status(201, made)


@router.post("/instruments/{code}/faults/mend", response=FaultOut, summary="故障处理完")
def mend_fault(request: HttpRequest, code: Path[Code], payload: MendIn) -> Fault:
    """恢复开放，通知保留预约的人。"""
    fault = queries.open_fault(_runs(request, code))
    if fault is None:
        raise Unseen("这台仪器现在没有故障。")
    return faulting.mend(fault, outcome=payload.outcome, **_who(request))


@router.post("/instruments/{code}/own-uses", response={201: OrderOut}, summary="登记本单位使用")
def own_use(request: HttpRequest, response: HttpResponse, code: Path[Code], payload: OwnUseIn) -> Status[Order]:
    """以后的占用时间，过去的直接办结并计入机时。"""
    data = payload.dict()
    use = owning.Use(data.pop("start"), data.pop("end"), **data)
    made = owning.use_own(_runs(request, code), use, **_who(request))
    response["Location"] = f"{PLACE}{made.number}"
    return Status(201, shown(response, orders_queries.order_for(request.user, made.number)))


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
    words: str = Field(min_length=5, max_length=500)


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
    return _mark(marking.appeal(queries.own_mark(request.user, pk), words=payload.words, **_who(request)))


@router.post("/conduct/{pk}/decide", response=MarkOut, summary="处理申诉")
def decide_appeal(request: HttpRequest, pk: Key, payload: AppealDecisionIn) -> dict[str, Any]:
    """由提供方单位的管理员。"""
    person: Person = request.user  # type: ignore[assignment]
    found = queries.mark_to_decide(person, pk)
    return _mark(marking.decide_appeal(found, upheld=payload.upheld, words=payload.words, **_who(request)))
