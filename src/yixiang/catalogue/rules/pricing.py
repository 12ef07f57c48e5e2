"""What makes a price list sound: its lines, its days, and the price one begins from. Plain Python."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from yixiang.catalogue.rules.words import AUDIENCES, COMPONENTS, PRICE_BASES

MOST_LINES = 60
BASIS_ORDER = tuple(PRICE_BASES)
COMPONENT_ORDER = tuple(COMPONENTS)


@dataclass(frozen=True, slots=True)
class Line:
    """One price: what for (component), by what (basis), for whom (audience), and which item where there are several."""

    component: str
    basis: str
    price: Decimal
    audience: str = "outside"
    name: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """The days of one version; open at the end when `until` is None."""

    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """What one item costs by one basis: its components and their sum, outside and, where it differs, for own people."""

    name: str
    basis: str
    parts: Mapping[str, Decimal]
    total: Decimal
    inside: Decimal | None = None
    note: str = ""

    @property
    def basis_name(self) -> str:
        return PRICE_BASES[self.basis]


def line_faults(lines: Sequence[Line]) -> list[str]:
    """Why this list cannot be published; line numbers as people count them."""
    faults = []
    if not lines:
        return ["请至少填写一行价格。不收费的填 0。"]
    if len(lines) > MOST_LINES:
        return [f"最多 {MOST_LINES} 行，现在有 {len(lines)} 行。请合并相近的收费项目。"]
    if all(line.audience != "outside" for line in lines):
        faults.append("请至少填写一行对外价格：对外收费标准必须公布。")
    seen: dict[tuple[str, str, str, str], int] = {}
    for number, line in enumerate(lines, 1):
        faults += _faults_of(number, line)
        key = (line.audience, line.name, line.component, line.basis)
        if key in seen:
            faults.append(f"第 {number} 行与第 {seen[key]} 行是同一项价格，请合并，或用“收费项目”区分。")
        seen.setdefault(key, number)
    return faults


def _faults_of(number: int, line: Line) -> list[str]:
    faults = []
    for label, value, known in (
        ("构成", line.component, COMPONENTS),
        ("计价方式", line.basis, PRICE_BASES),
        ("适用", line.audience, AUDIENCES),
    ):
        if value not in known:
            faults.append(f"第 {number} 行：{label}请选择{'、'.join(known.values())}之一。")
    if not 0 <= line.price <= 10_000_000 or line.price != round(line.price, 2):
        faults.append(f"第 {number} 行：单价应在 0 至 1000 万元之间，最多两位小数。")
    if len(line.name) > 60 or len(line.note) > 200:
        faults.append(f"第 {number} 行：收费项目最多 60 字，说明最多 200 字。")
    return faults


def date_fault(valid_from: date, valid_until: date | None, others: Sequence[Span], *, today: date) -> str:
    """Why a version cannot begin on this day. Versions follow one another without a hole and without an overlap."""
    if valid_until is not None and valid_until < valid_from:
        return "截止日期早于起始日期。"
    if not others:
        return ""
    last = max(others, key=lambda span: span.since)
    if valid_from <= last.since:
        return (
            f"已有从 {_day(last.since)} 起执行的收费标准，新版本须晚于这一天开始，否则两版日期重叠。"
            "尚未开始的版本可以先撤销再发布。"
        )
    if valid_from < today:
        return f"收费标准不能改写过去：请从 {_day(today)} 或以后开始执行。"
    if last.until is not None and valid_from > (earliest := max(last.until + timedelta(days=1), today)):
        return (
            f"上一版到 {_day(last.until)} 为止，新版本从 {_day(valid_from)} 开始，中间有空档没有价格。"
            f"请从 {_day(earliest)} 开始。"
        )
    return ""


def closing_day(valid_from: date, last: Span) -> date | None:
    """The last day of the version before, when the new one cuts it short; None when it already ends in time."""
    eve = valid_from - timedelta(days=1)
    return eve if last.until is None or last.until > eve else None


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


# --- reading a list


def table(lines: Iterable[Line]) -> list[Row]:
    """One row per item and basis, in the order of the list, components beside each other."""
    grouped: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        grouped.setdefault((line.name, line.basis), []).append(line)
    rows = []
    for (name, basis), members in grouped.items():
        outside = [one for one in members if one.audience == "outside"]
        inside = [one for one in members if one.audience == "inside"]
        parts = {code: price for code in COMPONENT_ORDER if (price := _sum(outside, code)) is not None}
        own = sum((one.price for one in inside), Decimal()) if inside else None
        note = "；".join(dict.fromkeys(one.note for one in members if one.note))
        rows.append(Row(name, basis, parts, sum(parts.values(), Decimal()), own, note))
    return rows


def _sum(lines: Iterable[Line], component: str) -> Decimal | None:
    prices = [line.price for line in lines if line.component == component]
    return sum(prices, Decimal()) if prices else None


def price_from(lines: Iterable[Line]) -> tuple[Decimal | None, str]:
    """The lowest sum someone outside can meet, with its basis; the hour before the sample where they cost the same."""
    outside = [line for line in lines if line.audience == "outside"]
    rows = table(outside)
    if not rows:
        return None, ""
    best = min(rows, key=lambda row: (row.total, BASIS_ORDER.index(row.basis)))
    return best.total, best.basis
