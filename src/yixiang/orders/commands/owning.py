"""本单位使用: the owner's own research use, by the same rooms in one step; what is past is recorded at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from yixiang.catalogue.commands.writing import require_run
from yixiang.catalogue.models import Instrument
from yixiang.kernel.errors import Invalid, WrongState
from yixiang.kernel.money import ZERO
from yixiang.orders.commands.counting import count_service
from yixiang.orders.commands.drafting import start
from yixiang.orders.commands.placing import quote, take_time
from yixiang.orders.commands.recording import Done, bill
from yixiang.orders.commands.writing import begin, finish, lines_of
from yixiang.orders.models import Order
from yixiang.orders.rules.wishes import LineWish, Wish
from yixiang.people.models import Person

OLDEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Use:
    starts: datetime
    ends: datetime
    content: str
    purpose: str = "research"
    project_name: str = ""
    project_number: str = ""
    result: str = ""


@transaction.atomic
def use_own(instrument: Instrument, use: Use, *, actor: Person, now: datetime) -> Order:
    """By whoever runs it, for their own unit. Hours and limits for guests do not bind; the constraint on time does."""
    require_run(instrument, actor)
    if instrument.state not in {"listed", "stopped"}:
        raise WrongState("这台仪器没有在平台上开放，不能登记使用。")
    _check(use, now)
    words: dict[str, object] = {
        "content": use.content.strip(), "purpose": use.purpose, "project_name": use.project_name,
        "project_number": use.project_number, "contact_name": actor.name or str(actor),
    }  # fmt: skip
    order = start(actor=actor, wish=Wish((_line(instrument, use),), words), now=now)
    if not order.internal:
        raise WrongState("只能登记您所在单位自己的仪器；使用外单位的仪器请预约。", code="not-own")
    order = _accepted(order, actor, now)
    return _completed(order, use, actor, now) if use.ends <= now else order


def _line(instrument: Instrument, use: Use) -> LineWish:
    return LineWish(instrument.code, "time", "self", use.starts, use.ends)


def _check(use: Use, now: datetime) -> None:
    if use.starts >= use.ends:
        raise Invalid.field("finishes", "结束时间须晚于开始时间。")
    if use.starts < now - OLDEST:
        raise Invalid.field("day", "最多补登一年以内的使用。")
    if use.ends > now + OLDEST:
        raise Invalid.field("day", "最多登记一年以内的使用。")
    if use.starts <= now < use.ends:
        raise Invalid.field("finishes", "正在进行的使用请在结束后登记，或把开始时间改到现在以后。")
    if not use.content.strip():
        raise Invalid.field("content", "请写明用来做什么。")


def _accepted(order: Order, actor: Person, now: datetime) -> Order:
    order, move = begin(order, "submit", actor=actor)
    lines = lines_of(order)
    quote(order, lines, now=now)
    for line in lines:
        take_time(line, actor=actor, now=now)
    order.submitted_at = now
    order = finish(order, move, actor=actor, now=now, what="登记本单位使用")
    order, move = begin(order, "accept", actor=actor)
    order.accepted_at = now
    return finish(order, move, actor=actor, now=now, what="本单位使用，不用受理")


def _completed(order: Order, use: Use, actor: Person, now: datetime) -> Order:
    """At the unit's own prices, or for nothing where it has none; nobody is sent an invoice by themselves."""
    order, move = begin(order, "record", actor=actor)
    bill(order, {line.pk: Done(result=use.result) for line in order.lines.all()})
    order.recorded_at = now
    order = finish(order, move, actor=actor, now=now, what=f"登记使用，内部成本 {order.final_total or ZERO} 元")
    order, move = begin(order, "settle", actor=actor)
    order.closed_at = now
    order = finish(order, move, actor=actor, now=now, what="内部使用，不用结算")
    count_service(order)
    return order
