"""JSON doors of the moves: one address for each action of the table, with what it needs."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Path, Router, Schema
from pydantic import AwareDatetime, StringConstraints

from yixiang.catalogue.models import Instrument
from yixiang.kernel.errors import Invalid, Unseen
from yixiang.orders.api.orders import shown
from yixiang.orders.api.schemas import Code, Money, Number, OrderOut
from yixiang.orders.commands import answering, moving, placing, recording, settling
from yixiang.orders.commands.moving import NewTime
from yixiang.orders.commands.recording import Done
from yixiang.orders.models import Order
from yixiang.orders.queries import orders as queries
from yixiang.web.cursor import require_version

router = Router()
Action = Literal[
    "submit", "withdraw", "accept", "refuse", "quote", "agree", "counter", "reschedule", "shift", "cancel",
    "call_off", "no_show", "record", "amend", "dispute", "drop_dispute", "settle",
]  # fmt: skip
Component = Literal["material", "running", "labour"]


class OrderLineMove(Schema):
    line: int = Field(ge=1, le=2**62)
    start: AwareDatetime | None = None
    end: AwareDatetime | None = None
    amounts: dict[Component, Money] | None = Field(None, description="按构成的金额，元")
    used_minutes: int | None = Field(None, ge=0, le=44_640)
    used_samples: int | None = Field(None, ge=0, le=100_000)
    result: str = Field("", max_length=1000)
    why: str = Field("", max_length=200, description="金额与收费标准或约定不同的原因")


class OrderMoveIn(Schema):
    """Only what the action needs is read."""

    note: str = Field("", max_length=300)
    reason: Annotated[str, StringConstraints(max_length=12)] = Field("", description="不予受理的原因")
    substitute: Code = Field("", description="替代仪器的编号")
    total: Money | None = Field(None, description="还价的总价，元")
    valid_until: date | None = None
    paid_on: date | None = None
    voucher: Literal["", "province", "city"] = Field("", description="同意报价或结算时使用哪一级的创新券")
    lines: list[OrderLineMove] = Field([], max_length=20)

    def times(self) -> list[NewTime]:
        missing = [one.line for one in self.lines if one.start is None or one.end is None]
        if missing:
            raise Invalid.field("lines", "每一项都要有 start 和 end。")
        return [NewTime(one.line, one.start, one.end) for one in self.lines if one.start and one.end]

    def amounts(self) -> dict[int, Mapping[str, Decimal]]:
        return {one.line: {str(code): amount for code, amount in (one.amounts or {}).items()} for one in self.lines}

    def done(self) -> dict[int, Done]:
        return {
            one.line: Done(one.used_minutes, one.used_samples, one.result, _named(one.amounts), one.why)
            for one in self.lines
        }


def _named(amounts: Mapping[Any, Decimal] | None) -> dict[str, Decimal] | None:
    return None if amounts is None else {str(code): amount for code, amount in amounts.items()}


def _substitute(code: str) -> Instrument | None:
    if not code:
        return None
    found: Instrument | None = Instrument.objects.listed().select_related("unit").filter(code=code).first()
    if found is None:
        raise Unseen("没有找到替代的仪器，或者它没有开放。")
    return found


def _counter(order: Order, sent: OrderMoveIn, who: dict[str, Any]) -> Order:
    if sent.total is None:
        raise Invalid.field("total", "还价请写总价。")
    return answering.counter(order, total=sent.total, note=sent.note, **who)


Do = Callable[[Order, OrderMoveIn, dict[str, Any]], Order]
DO: Mapping[str, Do] = {
    "submit": lambda o, s, w: placing.submit(o, **w),
    "withdraw": lambda o, s, w: moving.withdraw(o, **w),
    "accept": lambda o, s, w: answering.accept(o, note=s.note, **w),
    "refuse": lambda o, s, w: answering.refuse(
        o, reason=s.reason, note=s.note, substitute=_substitute(s.substitute), **w
    ),
    "quote": lambda o, s, w: answering.quote(o, amounts=s.amounts(), note=s.note, valid_until=s.valid_until, **w),
    "agree": lambda o, s, w: answering.agree(o, voucher=s.voucher, **w),
    "counter": _counter,
    "reschedule": lambda o, s, w: moving.reschedule(o, s.times(), **w),
    "shift": lambda o, s, w: moving.shift(o, s.times(), note=s.note, **w),
    "cancel": lambda o, s, w: moving.cancel(o, note=s.note, **w),
    "call_off": lambda o, s, w: moving.call_off(o, note=s.note, **w),
    "no_show": lambda o, s, w: moving.no_show(o, note=s.note, **w),
    "record": lambda o, s, w: recording.record_results(o, s.done(), note=s.note, **w),
    "amend": lambda o, s, w: recording.amend(o, s.done(), note=s.note, **w),
    "dispute": lambda o, s, w: settling.dispute(o, note=s.note, **w),
    "drop_dispute": lambda o, s, w: settling.drop_dispute(o, **w),
    "settle": lambda o, s, w: settling.settle(o, paid_on=s.paid_on, voucher=s.voucher, **w),
}


@router.post("/orders/{number}/{action}", response=OrderOut, summary="办理预约单的一个动作")
def act_on_order(
    request: HttpRequest, response: HttpResponse, number: Path[Number], action: Action, payload: OrderMoveIn
) -> Order:
    """allowed 里列出的动作；每个动作只读它需要的字段。"""
    found = queries.order_for(request.user, number)
    require_version(request, found.version)
    who = {"actor": request.user, "now": timezone.now(), "version": found.version}
    DO[action](found, payload, who)
    return shown(response, queries.order_for(request.user, number))
