"""The working-day clock: remind, hand to the unit's office, let expire, ask to settle. Runs as often as one likes."""

from datetime import datetime

from django.db import transaction

from yixiang.kernel.periods import local_date
from yixiang.orders import law
from yixiang.orders.commands.moving import expire
from yixiang.orders.commands.telling import instruments_said, office, tell_customer, tell_provider
from yixiang.orders.commands.writing import lock, record
from yixiang.orders.models import Order
from yixiang.orders.queries import upkeep

BEFORE_SETTLING = (7, 1, 0)  # days before the last one on which to remind


def run_clock(*, now: datetime) -> dict[str, int]:
    """Each order by itself, so that one that fails keeps nobody waiting."""
    expired = sum(expire(pk, now=now) for pk in upkeep.passed(now=now))
    reminded = sum(remind(pk, now) for pk in upkeep.waiting())
    money = sum(_ask_to_settle(pk, now) for pk in upkeep.unsettled(on=local_date(now), days=max(BEFORE_SETTLING)))
    return {"expired": expired, "reminded": reminded, "money": money}


@transaction.atomic
def remind(pk: int, now: datetime) -> bool:
    """Of one that waits for an answer; a late one goes to the unit's office."""
    order = lock(Order(pk=pk))
    if order.state != "submitted" or order.submitted_at is None:
        return False
    verdict = law.answer(order.provider, local_date(order.submitted_at), on=local_date(now))
    if verdict is None or verdict.decision == "in_time":
        return False
    if verdict.decision == "late":
        return _escalate(order, now)
    due = f"{order.answer_by:%Y年%m月%d日}"
    words = f"{order.customer}的预约还没有答复，期限是 {due}。请受理，或写明不予受理的原因和替代方案。"
    tell_provider(
        order, f"预约快到答复期限：{instruments_said(order)}", words, kind="order-waiting", button="去受理",
        deadline=order.answer_by, now=now, key=f"remind-{order.submitted_at:%Y%m%d%H%M}",
    )  # fmt: skip
    return True


def _escalate(order: Order, now: datetime) -> bool:
    """To the unit's office, once for each time it was submitted."""
    if order.escalated_at is not None:
        return False
    order.escalated_at = now
    order.save(update_fields=["escalated_at"])
    record(order, "escalate", "超过答复期限，转单位管理员督办", actor=None, now=now)
    words = f"{order.customer}的预约超过答复期限没有受理，请督促机组，或直接办理。"
    tell_provider(
        order, f"逾期未受理：{instruments_said(order)}", words, kind="order-office", button="去督办", now=now,
        people=office(order), key=f"escalate-{order.escalated_at:%Y%m%d%H%M}",
    )  # fmt: skip
    return True


@transaction.atomic
def _ask_to_settle(pk: int, now: datetime) -> bool:
    order = lock(Order(pk=pk))
    if order.state != "recorded" or order.settle_by is None:
        return False
    left = (order.settle_by - local_date(now)).days
    step = next((days for days in sorted(BEFORE_SETTLING) if left <= days), None)
    if step is None:
        return False
    words = (
        f"费用 {order.final_total} 元，请在 {order.settle_by:%Y年%m月%d日} 前结算。"
        if left >= 0
        else "已超过结算期限，请尽快结算。"
    )
    tell_customer(
        order, f"{'请结算' if left >= 0 else '结算已逾期'}：{instruments_said(order)}", words, kind="order-money",
        button="去结算", deadline=order.settle_by, now=now, key=f"settle-{step if left >= 0 else 'late'}",
    )  # fmt: skip
    return True
