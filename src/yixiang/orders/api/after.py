"""JSON doors beside the moves: use of an instrument, invoices, papers, contract, rating, complaint."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from ninja import Field, Path, Router, Schema, Status

from yixiang.files import serving
from yixiang.files.queries import waiting_file
from yixiang.kernel.errors import Unseen
from yixiang.orders.api.orders import shown
from yixiang.orders.api.schemas import InvoiceOut, Money, Number, OrderOut
from yixiang.orders.commands import contracting, rating, recording, settling
from yixiang.orders.commands.settling import Billed
from yixiang.orders.models import Invoice, Order
from yixiang.orders.queries import orders as queries

router = Router()
_BYTES = {
    "description": "文件内容",
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}


class UseIn(Schema):
    line: int = Field(ge=1, le=2**62)


class InvoiceIn(Schema):
    number: str = Field(max_length=40, description="数电票 20 位；较早的发票写 代码 空格 号码")
    amount: Money
    issued_on: date
    file: UUID | None = Field(None, description="POST /files 得到的编号")


class PaperIn(Schema):
    kind: Literal["report", "result", "relevance"]
    file: UUID
    line: int | None = Field(None, ge=1, le=2**62)


class RatingIn(Schema):
    step: int = Field(ge=1, le=5, description="5 非常满意 … 1 极差")
    words: str = Field("", max_length=500)


class WordsOnly(Schema):
    words: str = Field(max_length=1000)


class SaidIn(Schema):
    words: str = Field("", max_length=1000)


class RatingOut(Schema):
    step: int
    words: str
    at: datetime
    reply: str
    replied_at: datetime | None = None


class ComplaintOut(Schema):
    id: int
    state: str
    words: str
    answer: str
    ruling: str
    at: datetime
    closed_at: datetime | None = None


@router.post("/orders/{number}/check-in", response=OrderOut, summary="开始使用")
def check_in(request: HttpRequest, response: HttpResponse, number: Path[Number], payload: UseIn) -> Order:
    """由使用方或供给方在仪器旁登记；重复登记不变。"""
    return _use(request, response, number, payload.line, recording.check_in)


@router.post("/orders/{number}/check-out", response=OrderOut, summary="结束使用")
def check_out(request: HttpRequest, response: HttpResponse, number: Path[Number], payload: UseIn) -> Order:
    """由此得到实际机时。"""
    return _use(request, response, number, payload.line, recording.check_out)


def _use(request: HttpRequest, response: HttpResponse, number: str, pk: int, act: Any) -> Order:
    line = queries.line_for(request.user, pk)
    if line.order.number != number.upper():
        raise Unseen()
    act(line, actor=request.user, now=timezone.now())
    return shown(response, queries.order_for(request.user, number))


@router.post("/orders/{number}/invoices", response={201: InvoiceOut}, summary="登记发票")
def add_invoice(request: HttpRequest, number: Path[Number], payload: InvoiceIn) -> Status[Invoice]:
    """同一张发票在全平台只能用一次。"""
    person: Any = request.user
    file = waiting_file(person, payload.file) if payload.file else None
    billed = Billed(payload.number, payload.amount, payload.issued_on, file)
    found = queries.order_for(person, number)
    return Status(201, settling.add_invoice(found, billed, actor=person, now=timezone.now()))


@router.delete("/orders/{number}/invoices/{int:pk}", response={204: None}, summary="删除发票")
def remove_invoice(request: HttpRequest, number: Path[Number], pk: int) -> Status[None]:
    """结算以前可以。"""
    person: Any = request.user
    settling.remove_invoice(queries.order_for(person, number), pk, actor=person, now=timezone.now())
    return Status(204, None)


@router.post("/orders/{number}/papers", response=OrderOut, summary="上传报告或材料")
def add_paper(request: HttpRequest, response: HttpResponse, number: Path[Number], payload: PaperIn) -> Order:
    """先 POST /files 上传文件。"""
    person: Any = request.user
    found = queries.order_for(person, number)
    line = queries.line_for(person, payload.line) if payload.line else None
    if line and line.order_id != found.pk:
        raise Unseen()
    file = waiting_file(person, payload.file)
    recording.add_paper(found, file, kind=payload.kind, actor=person, now=timezone.now(), line=line)
    return shown(response, queries.order_for(person, number))


@router.get("/orders/{number}/papers/{int:pk}", summary="下载报告或材料", openapi_extra={"responses": {200: _BYTES}})
def read_paper(request: HttpRequest, number: Path[Number], pk: int) -> HttpResponseBase:
    """看得到这张预约单的人可以下载；编号在预约单的 papers 里。"""
    return serving.response(queries.paper_of(queries.order_for(request.user, number), pk), request=request)


@router.post("/orders/{number}/contract", response=OrderOut, summary="确认服务合同")
def confirm_contract(request: HttpRequest, response: HttpResponse, number: Path[Number]) -> Order:
    """还没有确认的一方确认；重复确认不变。"""
    person: Any = request.user
    contracting.confirm_contract(queries.order_for(person, number), actor=person, now=timezone.now())
    return shown(response, queries.order_for(person, number))


@router.post("/orders/{number}/rating", response={201: RatingOut}, summary="评价")
def rate(request: HttpRequest, number: Path[Number], payload: RatingIn) -> Status[Any]:
    """结算完成后由预约人评一次。"""
    person: Any = request.user
    found, now = queries.order_for(person, number), timezone.now()
    return Status(201, rating.rate(found, actor=person, step=payload.step, words=payload.words, now=now))


@router.post("/orders/{number}/reply", response=RatingOut, summary="答复评价")
def reply(request: HttpRequest, number: Path[Number], payload: WordsOnly) -> Any:
    """供给方答复一次。"""
    person: Any = request.user
    return rating.reply(queries.order_for(person, number), actor=person, words=payload.words, now=timezone.now())


_ON_COMPLAINT: dict[str, Any] = {
    "answer": rating.answer_complaint,
    "close": rating.close_complaint,
    "escalate": rating.escalate_complaint,
    "rule": rating.rule_on_complaint,
}


@router.post("/orders/{number}/complaint", response={201: ComplaintOut}, summary="投诉")
def complain(request: HttpRequest, number: Path[Number], payload: WordsOnly) -> Status[Any]:
    """由预约人提出；一次只有一件在办。"""
    person: Any = request.user
    found = queries.order_for(person, number)
    return Status(201, rating.complain(found, actor=person, words=payload.words, now=timezone.now()))


@router.post("/orders/{number}/complaint/{action}", response=ComplaintOut, summary="办理投诉")
def complaint_act(
    request: HttpRequest, number: Path[Number], action: Literal["answer", "close", "escalate", "rule"], payload: SaidIn
) -> Any:
    """答复由供给方，关闭与转办由预约人，处理由主管部门。"""
    found = queries.order_for(request.user, number).complaints.exclude(state="closed").first()
    if found is None:
        raise Unseen("没有在办的投诉。")
    said = {"words": payload.words} if action in {"answer", "rule"} else {}
    return _ON_COMPLAINT[action](found, actor=request.user, now=timezone.now(), **said)
