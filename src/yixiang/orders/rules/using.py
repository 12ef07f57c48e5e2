"""When the use of an instrument may be begun and ended."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from yixiang.kernel.periods import SHANGHAI

EARLY = 30  # minutes before the booked time one may begin


@dataclass(frozen=True, slots=True)
class Hindrance:
    code: str
    message: str


def begins(
    *, state: str, starts: datetime | None, ends: datetime | None, provider: bool, now: datetime
) -> Hindrance | None:
    """Why not; None when it may. A keeper puts down later what was begun in time."""
    if state != "accepted":
        return Hindrance("wrong-state", "只有已受理、待测试的预约可以开始上机。")
    if starts and now < starts - timedelta(minutes=EARLY):
        return Hindrance("too-early", f"预约的时间还没有到，最多提前 {EARLY} 分钟开始。")
    if ends and now >= ends and not provider:
        return Hindrance("too-late", "预约的时间已经过了，不能再开始。请联系机组登记实际使用的时间，或者另约一段时间。")
    return None


def ends_use(*, state: str, started: datetime | None) -> Hindrance | None:
    if started is None:
        return Hindrance("not-started", "还没有开始使用，不能结束。请先登记开始。")
    if state != "accepted":
        return Hindrance("wrong-state", "这张预约单已经登记了结果，不能再改上机时间。")
    return None


def span_words(starts: datetime, ends: datetime, now: datetime) -> str:
    """Only hours where both are today; the day where it is another."""
    start, end, today = (moment.astimezone(SHANGHAI) for moment in (starts, ends, now))
    if start.date() != end.date():
        return f"{start:%m-%d %H:%M} – {end:%m-%d %H:%M}"
    return f"{start:%H:%M}–{end:%H:%M}" if start.date() == today.date() else f"{start:%m-%d %H:%M}–{end:%H:%M}"
