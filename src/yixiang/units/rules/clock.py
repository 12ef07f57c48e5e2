"""How long the facts about a unit count as fresh, and what an old unit may no longer begin."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Status = Literal["none", "fresh", "due_soon", "overdue"]
REMIND_BEFORE_END = (30, 15, 5, 0)  # with 365 days: on day 335, 350, 360 and 365


@dataclass(frozen=True, slots=True)
class Freshness:
    status: Status
    confirmed_on: date | None
    last_day: date | None  # the facts count through this day
    days_left: int = 0

    @property
    def blocks_new(self) -> bool:
        return self.status == "overdue"


@dataclass(frozen=True, slots=True)
class Verdict:
    allowed: bool
    reasons: Sequence[str] = ()
    code: str = ""


def freshness(confirmed_on: date | None, *, on: date, valid_days: int, notice_days: int) -> Freshness:
    """Day 0 is the day of confirmation; facts count through day `valid_days`, the notice begins on `notice_days`."""
    if confirmed_on is None:
        return Freshness("none", None, None)
    age = (on - confirmed_on).days
    status: Status = "overdue" if age > valid_days else "due_soon" if age >= notice_days else "fresh"
    return Freshness(status, confirmed_on, confirmed_on + timedelta(days=valid_days), valid_days - age)


def reminder_due(confirmed_on: date, *, on: date, valid_days: int, notice_days: int) -> int | None:
    """The latest reminder day reached, so that a day on which nothing ran is caught up; None before the first."""
    age = (on - confirmed_on).days
    steps = {notice_days, *(valid_days - before for before in REMIND_BEFORE_END)}
    return max((step for step in steps if notice_days <= step <= age), default=None)


def may_start_new(state: str, fresh: Freshness) -> Verdict:
    """A new listing or order. Work in progress never asks here, and is therefore never blocked."""
    if state != "joined":
        return Verdict(False, ["单位尚未入网，入网审核通过后即可发布仪器和预约。"], "unit-not-joined")
    if fresh.blocks_new:
        since = f"{fresh.confirmed_on:%Y年%m月%d日}" if fresh.confirmed_on else ""
        reason = (
            f"单位信息自{since}起已超过一年未确认。请先核对并确认单位信息，再办理新的发布或预约；已在办理的不受影响。"
        )
        return Verdict(False, [reason], "unit-confirmation-overdue")
    return Verdict(True)


def may_receive_support(flags: Collection[str], labels: dict[str, str]) -> Verdict:
    """Whether the integrity flags leave the way to public money open."""
    if not flags:
        return Verdict(True)
    names = "、".join(labels.get(flag, flag) for flag in sorted(flags))
    return Verdict(False, [f"单位目前被标记为{names}，移出后可再申请。"], "unit-flagged")
