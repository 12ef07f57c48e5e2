"""A comparison as people and programs read it: groups by their names, units with the reason, cells, JSON."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from yixiang.kernel.money import ZERO
from yixiang.kernel.reference import region_name
from yixiang.subsidies.laws.kinds import GRADES
from yixiang.subsidies.queries.simulated import Simulated
from yixiang.subsidies.simulating import Change, Group, Outcome
from yixiang.units.joining import UNIT_KINDS

OUTCOMES = {
    "granted": "全额补助",
    "capped": "受最高限额限制",
    "nothing": "没有计入的订单",
    "not_entitled": "不是补助对象，或者补助资格已取消",
    "no_rate": "这个等次没有补助",
    "unset": "这个等次的比例没有设定",
    "above_ceiling": "比例高于上限",
    "ungraded": "没有考核等次",
    "two_grades": "有多个考核等次",
}
_FULL = Decimal(100)


@dataclass(frozen=True, slots=True)
class Bar:
    """A group with its name, and how long its two bars are, in percent of the longest."""

    label: str
    group: Group
    before: Decimal
    after: Decimal


@dataclass(frozen=True, slots=True)
class Chart:
    code: str
    title: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Whole:
    """The total before and after beside the budget; lengths in percent of the longest of the three."""

    before: Decimal
    after: Decimal
    budget: Decimal | None


def said(outcome: Outcome) -> str:
    return OUTCOMES.get(outcome.decision, outcome.decision)


def grade_of(change: Change) -> str:
    return "、".join(GRADES[grade] for grade in change.party.grades)


def charts(one: Simulated) -> list[Chart]:
    """Users have no grade."""
    kinds = {str(code): label for code, label in UNIT_KINDS.items()}
    grades = {str(code): label for code, label in GRADES.items()} | {"": "没有等次"}
    by_grade = [] if one.bench.of_users else [_chart("grade", "按考核等次", one.found.by_grade, grades.__getitem__)]
    return [
        _chart("city", "按所在市", one.found.by_city, lambda code: region_name(code) or "未填写"),
        _chart("kind", "按单位性质", one.found.by_kind, kinds.__getitem__),
        *by_grade,
    ]


def whole(one: Simulated) -> Whole:
    most = max(one.found.before, one.found.after, one.found.budget or ZERO)
    budget = None if one.found.budget is None else _length(one.found.budget, most)
    return Whole(_length(one.found.before, most), _length(one.found.after, most), budget)


def _chart(code: str, title: str, groups: Sequence[Group], label: Callable[[str], str]) -> Chart:
    most = max((max(group.before, group.after) for group in groups), default=ZERO)
    bars = (Bar(label(one.key), one, _length(one.before, most), _length(one.after, most)) for one in groups)
    return Chart(code, title, tuple(bars))


def _length(amount: Decimal, most: Decimal) -> Decimal:
    return round(amount * _FULL / most, 2) if most else ZERO


# --- as a sheet

COLUMNS = (
    "单位", "统一社会信用代码", "所在地区", "单位性质", "等次", "现行（元）", "现行说明", "试算（元）", "试算说明",
    "差额（元）",
)  # fmt: skip


def cells(one: Simulated) -> list[list[str | Decimal]]:
    """Every unit of the year, who gains most first."""
    rows = sorted(one.found.changes, key=lambda change: (-change.difference, change.party.name))
    return [_cells(one, change) for change in rows]


def _cells(one: Simulated, change: Change) -> list[str | Decimal]:
    unit = one.units[change.party.key]
    return [
        unit.name, unit.credit_code, unit.region_name, UNIT_KINDS[change.party.kind], grade_of(change),
        change.before.amount, said(change.before), change.after.amount, said(change.after), change.difference,
    ]  # fmt: skip


# --- for programs


def as_json(one: Simulated) -> dict[str, Any]:
    """Amounts as strings; every unit that changes or could not be reckoned by its name."""
    found, pack = one.found, one.bench.pack
    return {
        "pack": pack.name,
        "digest": pack.digest,
        "year": one.bench.year,
        "programme": one.bench.programme.code if one.bench.programme else "",
        "altered": [{"label": a.label, "was": a.was, "now": a.now, "article": a.article} for a in one.altered],
        "before": _money(found.before),
        "after": _money(found.after),
        "difference": _money(found.after - found.before),
        "budget": None if found.budget is None else _money(found.budget),
        "left": None if found.left is None else _money(found.left),
        "groups": {chart.code: [_group(bar) for bar in chart.bars] for chart in charts(one)},
        "winners": [_unit(one, change) for change in found.winners],
        "losers": [_unit(one, change) for change in found.losers],
        "unreckoned": [_unit(one, change) for change in found.unreckoned],
    }


def _money(amount: Decimal) -> str:
    return f"{amount:.2f}"


def _group(bar: Bar) -> dict[str, Any]:
    group = bar.group
    sums = {"before": group.before, "after": group.after, "difference": group.difference}
    return {"key": group.key, "label": bar.label, "units": group.units, **{k: _money(v) for k, v in sums.items()}}


def _unit(one: Simulated, change: Change) -> dict[str, Any]:
    unit = one.units[change.party.key]
    return {
        "unit": unit.account_name or str(unit.pk),
        "unit_name": unit.name,
        "before": _money(change.before.amount),
        "after": _money(change.after.amount),
        "difference": _money(change.difference),
        "before_decision": change.before.decision,
        "before_words": said(change.before),
        "after_decision": change.after.decision,
        "after_words": said(change.after),
    }
