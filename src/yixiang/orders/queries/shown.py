"""What the page of an order says: how far it is, who holds the ball, and the time line."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from yixiang.kernel.workdays import working_days_between
from yixiang.kernel.workdays_table import load_calendar
from yixiang.orders.models import Order
from yixiang.orders.states import ENDED, ORDER, PLACE, PROGRESS, SERVE

BALL = {
    "draft": (PLACE, "还没有提交，时间没有占住。"),
    "submitted": (SERVE, "等待供给方受理。"),
    "quoted": (PLACE, "供给方已报价，等待使用方确认。"),
    "accepted": (SERVE, "已受理，等待测试。"),
    "recorded": (PLACE, "结果和费用已登记，等待使用方结算。"),
    "disputed": (SERVE, "使用方对费用有异议，等待供给方更正或说明。"),
    "completed": ("", "已完成。"),
    "refused": ("", "供给方没有受理。"),
    "cancelled": ("", "已取消，时间已经放开。"),
    "no_show": ("", "登记为未到场。"),
    "expired": ("", "预约的时间已到而没有受理，已自动失效。"),
}
AT = {"quoted": "submitted", "disputed": "recorded"}


@dataclass(frozen=True, slots=True)
class Ball:
    """Whose turn it is, by when, and in which words."""

    words: str
    mine: bool
    days: int | None = None
    until: date | None = None


def steps_of(order: Order) -> list[dict[str, str]]:
    """The progress bar; what ended on the way stops where it was."""
    if order.state in ENDED and order.state != "completed":
        reached = "accepted" if order.accepted_at else "submitted" if order.submitted_at else "draft"
        last = {"label": ORDER.label(order.state), "state": "now"}
        return [{"label": ORDER.label(code), "state": "done"} for code in _until(reached)] + [last]
    at = PROGRESS.index(AT.get(order.state, order.state))
    done = len(PROGRESS) if order.state == "completed" else at
    return [
        {"label": ORDER.label(code), "state": "done" if place < done else "now" if place == at else "todo"}
        for place, code in enumerate(PROGRESS)
    ]


def _until(code: str) -> tuple[str, ...]:
    return PROGRESS[: PROGRESS.index(code) + 1]


def ball_of(order: Order, sides: frozenset[str], *, on: date) -> Ball:
    who, words = BALL[order.state]
    until = order.answer_by if order.state == "submitted" else order.settle_by if order.state == "recorded" else None
    days = None
    if until and order.state == "submitted":
        days = working_days_between(on, until, load_calendar())
    return Ball(words, who in sides, days, until)


def line_items(order: Order, events: Any) -> list[dict[str, Any]]:
    """Done, now and next, oldest first."""
    bad = {"refuse", "cancel", "call_off", "no_show", "expire", "dispute"}
    warm = {"withdraw", "counter", "reschedule", "shift", "amend", "escalate"}
    found = [
        {
            "state": "done", "label": event.what, "who": event.by_label, "at": event.at, "note": event.note,
            "tone": "bad" if event.action in bad else "warm" if event.action in warm else "",
        }
        for event in events
    ]  # fmt: skip
    if order.state not in ENDED:
        found.append({"state": "now", "label": BALL[order.state][1]})
    return found
