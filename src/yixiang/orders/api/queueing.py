"""JSON doors of the queue, draws, faults and own use."""

from datetime import date, datetime
from typing import Literal

from django.http import HttpRequest, HttpResponse
from ninja import Field, Path, Router, Schema, Status
from pydantic import AwareDatetime

from yixiang.catalogue.queries import desk
from yixiang.kernel.errors import Unseen
from yixiang.orders.api.access import Key, Way, run_by, who
from yixiang.orders.api.orders import shown
from yixiang.orders.api.schemas import PLACE, Code, OrderOut
from yixiang.orders.commands import drawing, faulting, owning, queueing
from yixiang.orders.models import Draw, Fault, Lot, Order, Waiting
from yixiang.orders.queries import access as queries
from yixiang.orders.queries import orders as orders_queries
from yixiang.orders.queries import queues

router = Router()


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
    return Status(201, queueing.join(desk.instrument_for(request.user, code), place, **who(request)))


@router.post("/waitings/{pk}/take", response={201: OrderOut}, summary="就约邀约的时间")
def take_offer(request: HttpRequest, response: HttpResponse, pk: Key) -> Status[Order]:
    """直接生成并提交预约单。"""
    made = queueing.take(queries.own_waiting(request.user, pk), **who(request))
    response["Location"] = f"{PLACE}{made.number}"
    return Status(201, shown(response, orders_queries.order_for(request.user, made.number)))


@router.post("/waitings/{pk}/leave", response=WaitOut, summary="退出候补")
def leave_queue(request: HttpRequest, pk: Key) -> Waiting:
    """邀约中的时间马上给下一位。"""
    return queueing.leave(queries.own_waiting(request.user, pk), **who(request))


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
    return Status(201, drawing.open_draw(run_by(request, code), **payload.dict(), **who(request)))


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
    return Status(201, drawing.ask_for(queries.draw_by(request.user, code), asked, **who(request)))


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
    return list(run_by(request, code).faults.order_by("-at")[:50])


@router.post("/instruments/{code}/faults", response={201: FaultOut}, summary="报故障")
def report_fault(request: HttpRequest, code: Path[Code], payload: FaultIn) -> Status[Fault]:
    """由机组，或正在使用的人；马上停止预约并通知每一位约了的人。"""
    found = desk.instrument_for(request.user, code)
    made = faulting.report(found, words=payload.words, expected=payload.expected, **who(request))
    return Status(201, made)


@router.post("/instruments/{code}/faults/mend", response=FaultOut, summary="故障处理完")
def mend_fault(request: HttpRequest, code: Path[Code], payload: MendIn) -> Fault:
    """恢复开放，通知保留预约的人。"""
    fault = queries.open_fault(run_by(request, code))
    if fault is None:
        raise Unseen("这台仪器现在没有故障。")
    return faulting.mend(fault, outcome=payload.outcome, **who(request))


@router.post("/instruments/{code}/own-uses", response={201: OrderOut}, summary="登记本单位使用")
def own_use(request: HttpRequest, response: HttpResponse, code: Path[Code], payload: OwnUseIn) -> Status[Order]:
    """以后的占用时间，过去的直接办结并计入机时。"""
    data = payload.dict()
    use = owning.Use(data.pop("start"), data.pop("end"), **data)
    made = owning.use_own(run_by(request, code), use, **who(request))
    response["Location"] = f"{PLACE}{made.number}"
    return Status(201, shown(response, orders_queries.order_for(request.user, made.number)))
