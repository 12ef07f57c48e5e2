"""What a person asks for, already read from a form or a program, and what is wrong with it as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

MOST_LINES = 20
MOST_SAMPLES = 100


@dataclass(frozen=True, slots=True)
class SampleWish:
    name: str
    count: int = 1
    form: str = ""
    hazard: str = "none"
    hazard_note: str = ""
    afterwards: str = "discard"


@dataclass(frozen=True, slots=True)
class LineWish:
    """One instrument by its public code: a stretch of time, or samples."""

    instrument: str
    mode: str = "time"
    way: str = "entrusted"
    starts: datetime | None = None
    ends: datetime | None = None
    items: tuple[str, ...] = ()
    samples: tuple[SampleWish, ...] = ()


@dataclass(frozen=True, slots=True)
class Wish:
    """The words beside the lines, by the names of the columns of an order."""

    lines: tuple[LineWish, ...] = ()
    words: dict[str, object] = field(default_factory=dict)


def faults(lines: Sequence[LineWish], words: dict[str, object]) -> dict[str, list[str]]:
    """What keeps this from being submitted, by field; a draft may hold all of it."""
    found: dict[str, list[str]] = {}
    if not lines:
        found["lines"] = ["请至少选择一台仪器。"]
    if len(lines) > MOST_LINES:
        found["lines"] = [f"一张预约单最多 {MOST_LINES} 项，现在有 {len(lines)} 项。请分成几张提交。"]
        return found
    for number, line in enumerate(lines):
        if wrong := _fault_of(line):
            found[f"lines.{number}"] = [f"第 {number + 1} 项：{wrong}"]
    for name, label in (("content", "测试目的与要求"), ("contact_name", "联系人"), ("contact_phone", "联系电话")):
        if not str(words.get(name) or "").strip():
            found[name] = [f"请填写{label}。"]
    return found


def _fault_of(line: LineWish) -> str:
    if line.mode == "time":
        if line.starts is None or line.ends is None:
            return "请选择时间。"
        return "" if line.starts < line.ends else "结束时间须晚于开始时间。"
    if not line.samples:
        return "请至少填写一个样品。"
    if len(line.samples) > MOST_SAMPLES:
        return f"样品最多 {MOST_SAMPLES} 行，数量多的同类样品请合并成一行。"
    for number, sample in enumerate(line.samples, 1):
        if not sample.name.strip():
            return f"第 {number} 个样品没有名称。"
        if not 1 <= sample.count <= 1000:
            return f"第 {number} 个样品的数量应在 1 至 1000 之间。"
        if sample.hazard == "other" and not sample.hazard_note.strip():
            return f"第 {number} 个样品请说明是什么危险。"
    return ""
