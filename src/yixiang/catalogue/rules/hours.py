"""Opening hours as people write them: “8:30-12:00、14:00-17:30” in, minutes out, and back again."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby, pairwise

from yixiang.kernel.typed import Unreadable, half

DAY = 1440
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
MOST_A_DAY = 6
_TIME = r"(\d{1,2})(?:[:：.](\d{2}))?(?:点|时)?"
_STRETCH = re.compile(rf"{_TIME}\s*(?:-|–|—|~|～|至|到)+\s*(次日|第二天)?\s*{_TIME}")
_ALL_DAY = frozenset({"全天", "24小时", "全日"})
_CLOSED = frozenset({"", "休息", "不开放", "关闭", "无", "-", "—"})
Weekly = tuple[int, int, int]  # weekday, opens, closes


def read_day(typed: str) -> list[tuple[int, int]]:
    """The stretches of one day; one that ends past 24:00 goes on into the next day."""
    plain = half(typed).strip().replace(" ", "")
    if plain in _CLOSED:
        return []
    if plain in _ALL_DAY:
        return [(0, DAY)]
    found = []
    for part in filter(None, re.split(r"[,，、;；/\n]+", plain)):
        match = _STRETCH.fullmatch(part)
        if match is None:
            raise Unreadable(f"“{part[:20]}”看不懂。请写成 8:30-12:00，多段用逗号隔开；全天开放写“全天”。")
        opens, closes = _minute(match[1], match[2]), _minute(match[4], match[5])
        if closes <= opens or match[3]:
            closes += DAY
        if opens >= DAY or closes - opens > DAY:
            raise Unreadable(f"“{part[:20]}”超过了一天，请检查。")
        found.append((opens, closes))
    return found


def _minute(hour: str, minute: str | None) -> int:
    at = int(hour) * 60 + int(minute or 0)
    if int(minute or 0) > 59 or at > DAY:
        raise Unreadable(f"没有“{hour}:{minute or '00'}”这个时间，请用 0:00 至 24:00。")
    return at


def across_midnight(weekday: int, stretches: Iterable[tuple[int, int]]) -> list[Weekly]:
    """What runs past midnight becomes two stretches of two days."""
    found = []
    for opens, closes in stretches:
        found.append((weekday, opens, min(closes, DAY)))
        if closes > DAY:
            found.append(((weekday + 1) % 7, 0, closes - DAY))
    return found


def faults(weekly: Sequence[Weekly]) -> dict[int, str]:
    """Weekday → why its hours cannot be kept."""
    found: dict[int, str] = {}
    for weekday, day in groupby(sorted(weekly), key=lambda one: one[0]):
        stretches = [(opens, closes) for _weekday, opens, closes in day]
        label = WEEKDAYS[weekday] if 0 <= weekday <= 6 else "星期"
        if not 0 <= weekday <= 6 or any(not 0 <= a < b <= DAY for a, b in stretches):
            found[weekday] = f"{label}：开始须早于结束，都在 0:00 至 24:00 之间。"
        elif any(later[0] < earlier[1] for earlier, later in pairwise(stretches)):
            found[weekday] = f"{label}：两段时间重叠，请检查（含前一天跨过零点的部分）。"
        elif len(stretches) > MOST_A_DAY:
            found[weekday] = f"{label}：一天最多 {MOST_A_DAY} 段。"
    return found


def clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02d}"


def written(stretches: Iterable[tuple[int, int]]) -> str:
    """One day in words: 8:30–12:00、14:00–17:30."""
    words = [f"{clock(opens)}–{clock(closes)}" for opens, closes in stretches]
    return "全天" if words == ["0:00–24:00"] else "、".join(words)


def by_day(weekly: Iterable[Weekly]) -> dict[int, str]:
    """Weekday → its hours in words, empty where it is closed."""
    days: dict[int, list[tuple[int, int]]] = {weekday: [] for weekday in range(7)}
    for weekday, opens, closes in sorted(weekly):
        days[weekday].append((opens, closes))
    return {weekday: written(stretches) for weekday, stretches in days.items()}


def summary(weekly: Iterable[Weekly]) -> str:
    """The week in one line; neighbours that are alike become one: 周一至周五 8:30–17:30；周六 9:00–12:00."""
    groups = [(words, [day for day, _w in days]) for words, days in _runs(by_day(weekly)) if words]
    said = []
    for words, days in groups:
        label = WEEKDAYS[days[0]] if len(days) == 1 else f"{WEEKDAYS[days[0]]}至{WEEKDAYS[days[-1]]}"
        said.append(f"{label} {words}")
    return "；".join(said)


def _runs(days: Mapping[int, str]) -> list[tuple[str, list[tuple[int, str]]]]:
    return [(words, list(run)) for words, run in groupby(sorted(days.items()), key=lambda one: one[1])]
