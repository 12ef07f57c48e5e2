"""May this stretch of time be asked for? Each rule answers by itself, so that a page can show all of them at once.

Points are the whole minutes of `catalogue.rules.calendar`. What is taken is no question of these rules: the constraint
on the table of taken time decides that, and nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from yixiang.catalogue.rules.calendar import Stretch, Terms, merged
from yixiang.orders.rules.words import LEVELS

HOUR = 60
STEPS = ("", *LEVELS)  # each includes those before it


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
    way: str = "entrusted"
    points: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Limits:
    """What the instrument asks beyond its hours; None is no limit."""

    longest: int
    person_hours: int | None = None
    group_hours: int | None = None
    level: str = ""
    points: int | None = None


def answers(
    wanted: Stretch,
    *,
    opening: Sequence[Stretch],
    window: Stretch,
    terms: Terms,
    limits: Limits,
    asked: Asked,
    staffed: bool = True,
) -> list[Answer]:
    """Every rule that applies, the failed ones too, in the order a person thinks of them."""
    found = [_order(wanted)]
    if wanted[0] >= wanted[1]:
        return found
    found += [_notice(wanted, window, terms), _horizon(wanted, window, terms), _open(wanted, opening)]
    found += [_step(wanted, opening, terms), _length(wanted, terms, limits)]
    found += [_limit("person", "您这一周", asked.person_minutes, limits.person_hours, wanted)]
    found += [_limit("group", "您单位这一周", asked.group_minutes, limits.group_hours, wanted)]
    found += [_staffed(asked, staffed), _level(limits, asked, staffed)]
    found += [_conduct(limits, asked)]
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


def _conduct(limits: Limits, asked: Asked) -> Answer:
    if limits.points is None:
        return Answer("conduct", True, "")
    return Answer(
        "conduct", asked.points < limits.points, "预约信用", fact=f"{asked.points:g} 分",
        need=f"低于 {limits.points} 分",
        message=f"您在这家单位的预约信用记分已有 {asked.points:g} 分，满 {limits.points} 分暂停预约机时。"
        "记分会逐日消除；有异议可以在“资格与信用”里申诉，送样检测不受影响。",
    )  # fmt: skip


def _staffed(asked: Asked, staffed: bool) -> Answer:
    """Whoever is guided needs a keeper beside them; what is sent or run by the keepers finds its own time."""
    if asked.way != "guided":
        return Answer("staffed", True, "")
    return Answer(
        "staffed", staffed, "机组在岗", need="在机组上班时间之内",
        message="在指导下操作须选机组上班的时间；其他时间可以改选由机组测试，或取得资格后自己操作。",
    )  # fmt: skip


def _level(limits: Limits, asked: Asked, staffed: bool) -> Answer:
    """Alone: by the hours; guided: only where even that asks for training first. The keepers need nothing."""
    needed = _needed(limits.level, asked.way, staffed)
    if not needed:
        return Answer("level", True, "")
    words = LEVELS[needed]
    return Answer(
        "level", STEPS.index(asked.level) >= STEPS.index(needed), "上机资格", fact=LEVELS.get(asked.level, "没有资格"),
        need=words, message=f"这样使用这台仪器需要“{words}”资格。请先申请上机培训，或改选由机组测试。",
    )  # fmt: skip


def _needed(asked: str, way: str, staffed: bool) -> str:
    if not asked or way == "entrusted":
        return ""
    if way == "guided":
        return "assisted" if asked == "assisted" else ""
    return "working" if staffed and asked != "any" else "any"
