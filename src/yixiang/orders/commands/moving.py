"""Changing one's mind: withdrawing, cancelling, another time, not coming, and the day that passes unanswered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from yixiang.kernel.errors import Invalid, Unseen, WrongState
from yixiang.kernel.periods import local_date
from yixiang.orders import law
from yixiang.orders.commands.freeing import free, free_lines
from yixiang.orders.commands.marking import mark
from yixiang.orders.commands.placing import quote, refuse_unfit, take_time
from yixiang.orders.commands.telling import instruments_said, tell_customer, tell_provider
from yixiang.orders.commands.writing import begin, finish, lines_of, lock
from yixiang.orders.models import Fault, Line, Order
from yixiang.orders.queries.checking import terms_of
from yixiang.orders.rules import saying
from yixiang.orders.states import ORDER
from yixiang.people.models import Person


@transaction.atomic
def withdraw(order: Order, *, actor: Person, now: datetime, version: int | None = None) -> Order:
    """Back to a draft that can be changed and submitted again; the time is free for others."""
    order, move = begin(order, "withdraw", actor=actor, version=version)
    order.answer_by = None
    free(order, now=now)
    order = finish(order, move, actor=actor, now=now)
    tell_provider(order, f"预约已撤回：{instruments_said(order)}", f"{order.customer}撤回了预约，不用再受理。", now=now)
    return order


@transaction.atomic
def cancel(order: Order, *, actor: Person, now: datetime, note: str = "", version: int | None = None) -> Order:
    """By the customer. Later than the instrument allows it is kept as a late cancellation."""
    was_draft = order.state == "draft"
    order, move = begin(order, "cancel", actor=actor, note=note, version=version)
    late = not was_draft and is_late(order, now=now)
    order.closed_at, order.state_note = now, note.strip()[:300]
    free(order, now=now)
    what = "取消预约（晚于免责时限）" if late else "取消预约"
    order = finish(order, move, actor=actor, now=now, what=what, note=note, data={"late": late})
    if late:
        mark(order, "late", now=now)
    if not was_draft:
        tell_provider(
            order, f"预约已取消：{instruments_said(order)}", f"{order.customer}取消了预约。{note.strip()}", now=now
        )
    return order


@transaction.atomic
def call_off(order: Order, *, actor: Person, now: datetime, note: str, version: int | None = None) -> Order:
    """By the provider, who says why."""
    order, move = begin(order, "call_off", actor=actor, note=note, version=version)
    order.closed_at, order.state_note = now, note.strip()[:300]
    free(order, now=now)
    order = finish(order, move, actor=actor, now=now, note=note)
    words = f"{order.provider}取消了预约：{note.strip()}。不产生费用，也不影响您的预约信用。"
    tell_customer(order, f"预约被取消：{instruments_said(order)}", words, button="另选时间或仪器", now=now)
    return order


@transaction.atomic
def no_show(order: Order, *, actor: Person, now: datetime, note: str = "", version: int | None = None) -> Order:
    """Nobody came: only after the time has begun, and only where nothing was used."""
    order, move = begin(order, "no_show", actor=actor, note=note, version=version)
    lines = [line for line in lines_of(order) if line.starts]
    if not lines or min(line.starts for line in lines if line.starts) > now:
        raise WrongState("预约的时间还没有到，不能登记未到场。", code="too-early")
    if any(line.started_at for line in lines):
        raise WrongState("已有上机记录，不能登记未到场；请登记结果与费用。", code="was-used")
    order.closed_at, order.state_note = now, note.strip()[:300]
    free(order, now=now)
    order = finish(order, move, actor=actor, now=now, note=note)
    mark(order, "no_show", now=now)
    words = f"{order.provider}登记您没有按时到场。如有异议，可以在“资格与信用”里申诉。"
    tell_customer(order, f"登记为未到场：{instruments_said(order)}", words, now=now)
    return order


@dataclass(frozen=True, slots=True)
class NewTime:
    line: int
    starts: datetime
    ends: datetime


@transaction.atomic
def reschedule(
    order: Order, times: Sequence[NewTime], *, actor: Person, now: datetime, version: int | None = None
) -> Order:
    """By the customer. What was accepted goes to the provider again; the old time is kept when the new one fails."""
    order, move = begin(order, "reschedule", actor=actor, version=version)
    was = order.state
    said = _move(order, times, actor=actor, now=now)
    if was == "accepted":
        order.accepted_at = None
    clock = law.answer_clock(order.provider, on=local_date(now))
    order.submitted_at, order.answer_by, order.escalated_at = now, clock.last_day if clock else None, None
    order = finish(order, move, actor=actor, now=now, what=f"改到 {said}")
    words = f"{order.customer}把预约改到 {said}，请重新确认。"
    tell_provider(
        order, f"改时间：{instruments_said(order)}", words, kind="order-waiting", button="去受理",
        deadline=order.answer_by, now=now,
    )  # fmt: skip
    return order


@transaction.atomic
def shift(
    order: Order, times: Sequence[NewTime], *, actor: Person, now: datetime, note: str, version: int | None = None
) -> Order:
    """By the provider, who says why; the customer may cancel without being held to account."""
    order, move = begin(order, "shift", actor=actor, note=note, version=version)
    said = _move(order, times, actor=actor, now=now, checked=False)
    order = finish(order, move, actor=actor, now=now, what=f"调整到 {said}", note=note)
    words = f"{order.provider}把您的预约调整到 {said}：{note.strip()}。不方便的话可以取消或另约。"
    tell_customer(order, f"时间有调整：{instruments_said(order)}", words, now=now)
    return order


@transaction.atomic
def expire(order_id: int, *, now: datetime) -> bool:
    """By the clock: the booked time has begun and nobody answered. Twice changes nothing."""
    order = lock(Order(pk=order_id))
    starts = [line.starts for line in order.lines.all() if line.starts]
    if order.state not in {"submitted", "quoted"} or not starts or min(starts) > now:
        return False
    move = ORDER.move(order.state, "expire")
    order.closed_at = now
    free(order, now=now)
    order = finish(order, move, actor=None, now=now, what="预约的时间已到，没有受理，自动失效")
    words = "预约的时间已到，供给方没有受理，占用的时间已经放开。可以另选时间重新提交，或向平台投诉。"
    tell_customer(order, f"预约已失效：{instruments_said(order)}", words, button="重新预约", now=now)
    tell_provider(order, f"预约失效：{instruments_said(order)}", "预约的时间已到而没有受理，已自动失效。", now=now)
    return True


def is_late(order: Order, *, now: datetime) -> bool:
    """Whether cancelling now is later than the instruments allow; never where the provider changed or broke it."""
    late = any(
        line.starts and now > line.starts - timedelta(hours=terms_of(line.instrument).cancel_hours)
        for line in order.lines.select_related("instrument")
    )
    return late and not _excused(order)


def _excused(order: Order) -> bool:
    """The provider moved it since it was accepted, or one of its instruments is broken."""
    if Fault.objects.filter(instrument__order_lines__order=order, mended_at=None).exists():
        return True
    accepted = order.accepted_at
    return bool(accepted and order.events.filter(action="shift", at__gte=accepted).exists())


def _move(order: Order, times: Sequence[NewTime], *, actor: Person, now: datetime, checked: bool = True) -> str:
    """Old time out, new time in, in one transaction: whoever loses the race keeps what they had."""
    lines = {line.pk: line for line in lines_of(order)}
    wanted = {one.line: one for one in times}
    if not wanted:
        raise Invalid.field("lines", "请选择新的时间。")
    if set(wanted) - set(lines) or any(not lines[pk].by_time for pk in wanted if pk in lines):
        raise Unseen("预约单里没有这一项，请刷新后再改。")
    moved = [lines[pk] for pk in lines if pk in wanted]
    free_lines(moved, now=now)
    for line in moved:
        _change(line, wanted[line.pk], order, actor, now, checked)
    if checked:
        quote(order, list(lines.values()), now=now)  # another length, another price: an offer made before is void
    return "；".join(_when(line) for line in moved)


def _change(line: Line, wish: NewTime, order: Order, actor: Person, now: datetime, checked: bool) -> None:
    if wish.starts >= wish.ends:
        raise Invalid.field(f"lines.{line.position}", "结束时间须晚于开始时间。")
    if wish.starts <= now:
        raise Invalid.field(f"lines.{line.position}", "新的时间已经过去，请选以后的时间。")
    line.starts, line.ends, line.order = wish.starts, wish.ends, order
    if checked:
        refuse_unfit(line, actor=actor, now=now)
    line.save(update_fields=["starts", "ends"])
    take_time(line, actor=actor, now=now)


def _when(line: Line) -> str:
    assert line.starts
    assert line.ends
    return saying.span(line.starts, line.ends)
