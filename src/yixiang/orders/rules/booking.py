"""May this stretch of time be asked for? Each rule answers by itself, so that a page can show all of them at once.

Points are the whole minutes of `catalogue.rules.calendar`. What is taken is no question of these rules: the constraint
on the table of taken time decides that, and nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from yixiang.catalogue.rules.calendar import Stretch, Terms, merged

HOUR = 60
LEVELS = ("", "assisted", "working", "any")


@dataclass(frozen=True, slots=True)
class Answer:
    """What one rule said, with the fact and the threshold it was measured by."""

    rule: str
    passed: bool
    label: str
    fact: str = ""
    need: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks: how much they have already in that week, and what they are qualified for."""

    person_minutes: int = 0
    group_minutes: int = 0
    level: str = ""
    self_service: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """What the instrument asks beyond its hours; None is no limit."""

    longest: int
    person_hours: int | None = None
    group_hours: int | None = None
    level: str = ""


def answers(
    wanted: Stretch,
    *,
    opening: Sequence[Stretch],
    window: Stretch,
    terms: Terms,
    limits: Limits,
    asked: Asked,
    in_working_hours: bool = True,
) -> list[Answer]:
    """Every rule that applies, the failed ones too, in the order a person thinks of them."""
    found = [_order(wanted)]
    if wanted[0] >= wanted[1]:
        return found
    found += [_notice(wanted, window, terms), _horizon(wanted, window, terms), _open(wanted, opening)]
    found += [_step(wanted, opening, terms), _length(wanted, terms, limits)]
    found += [_limit("person", "您这一周", asked.person_minutes, limits.person_hours, wanted)]
    found += [_limit("group", "您单位这一周", asked.group_minutes, limits.group_hours, wanted)]
    found += [_level(limits, asked, in_working_hours)]
    return [one for one in found if one.label]


def failed(found: Sequence[Answer]) -> list[Answer]:
    return [one for one in found if not one.passed]


def _order(wanted: Stretch) -> Answer:
    forward = wanted[0] < wanted[1]
    return Answer("order", forward, "" if forward else "起止时间", message="结束时间须晚于开始时间。")


def _notice(wanted: Stretch, window: Stretch, terms: Terms) -> Answer:
    return Answer(
        "notice", wanted[0] >= window[0], "提前预约", need=f"至少提前 {terms.notice_hours} 小时",
        message=f"这台仪器须至少提前 {terms.notice_hours} 小时预约，请选晚一些的时间。" if terms.notice_hours
        else "这段时间已经过去，请选晚一些的时间。",
    )  # fmt: skip


def _horizon(wanted: Stretch, window: Stretch, terms: Terms) -> Answer:
    return Answer(
        "horizon", wanted[1] <= window[1], "最多提前", need=f"最多提前 {terms.horizon_days} 天",
        message=f"这台仪器最多提前 {terms.horizon_days} 天预约，请选近一些的日子。",
    )  # fmt: skip


def _open(wanted: Stretch, opening: Sequence[Stretch]) -> Answer:
    inside = any(low <= wanted[0] and wanted[1] <= high for low, high in merged(opening))
    return Answer("open", inside, "开放时间", need="在开放时间之内", message="这段时间不在仪器的开放时间之内。")


def _step(wanted: Stretch, opening: Sequence[Stretch], terms: Terms) -> Answer:
    """Counted from the opening of the piece it begins in; it may also end when the instrument closes."""
    piece = next(((low, high) for low, high in opening if low <= wanted[0] < high), None)
    end = next(((low, high) for low, high in opening if low < wanted[1] <= high), None)
    on_step = piece is None or (wanted[0] - piece[0]) % terms.step == 0
    ends_well = end is None or wanted[1] == end[1] or (wanted[1] - end[0]) % terms.step == 0
    return Answer(
        "step", on_step and ends_well, "时间刻度", need=f"以 {terms.step} 分钟为一格",
        message=f"开始和结束请按 {terms.step} 分钟一格选择。",
    )  # fmt: skip


def _length(wanted: Stretch, terms: Terms, limits: Limits) -> Answer:
    length = wanted[1] - wanted[0]
    return Answer(
        "length", terms.shortest <= length <= limits.longest, "单次时长", fact=f"{length} 分钟",
        need=f"{terms.shortest} 至 {limits.longest} 分钟",
        message=f"单次预约须在 {terms.shortest} 至 {limits.longest} 分钟之间，现在是 {length} 分钟。",
    )  # fmt: skip


def _limit(rule: str, who: str, have: int, hours: int | None, wanted: Stretch) -> Answer:
    if hours is None:
        return Answer(rule, True, "")
    after = have + wanted[1] - wanted[0]
    return Answer(
        rule, after <= hours * HOUR, f"{who}的机时", fact=f"连同这次 {after / HOUR:g} 小时",
        need=f"每周不超过 {hours} 小时",
        message=f"{who}在这台仪器上最多 {hours} 小时，已有 {have / HOUR:g} 小时，加上这次就超过了。",
    )  # fmt: skip


def _level(limits: Limits, asked: Asked, in_working_hours: bool) -> Answer:
    """Only who runs the instrument alone needs a qualification; assisted use always is in company."""
    if not asked.self_service or not limits.level:
        return Answer("level", True, "")
    needed = max(LEVELS.index(limits.level), LEVELS.index("working" if in_working_hours else "any"))
    enough = LEVELS.index(asked.level) >= needed
    words = {1: "在指导下操作", 2: "工作时间独立操作", 3: "任何时间独立操作"}[needed]
    return Answer(
        "level", enough, "上机资格", need=words,
        message=f"自己操作这台仪器需要“{words}”资格。请先报名培训，或改选由机组测试。",
    )  # fmt: skip
