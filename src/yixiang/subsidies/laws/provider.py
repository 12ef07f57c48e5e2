"""开放共享服务后补助（管理单位）: the shape of the law, and which lines of the year's orders count and why.

What the counted lines earn is in `reckoning`. Facts are those of the day the order was settled: a user that changed
class in the year is judged as what it was on that day, and the year is that of the settlement.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from yixiang.kernel.money import ZERO
from yixiang.policy import Finding, Label, Rate, Rule, Sourced, Step, Yuan
from yixiang.subsidies.laws.kinds import (
    GRADES,
    PARTS,
    Grade,
    GradeName,
    PartOf,
    Use,
    User,
    judge_all,
    plain,
    quick,
)
from yixiang.units.joining import UNIT_KINDS, UnitKind

Base = Literal["fees", "vouchers"]
BASES: dict[Base, str] = {"fees": "服务收入", "vouchers": "收到的创新券面值"}
SettingName = Literal["rate_excellent", "rate_good", "rate_qualified", "rate_poor"]
SETTINGS: dict[SettingName, str] = {
    "rate_excellent": "优秀的补助比例",
    "rate_good": "良好的补助比例",
    "rate_qualified": "合格的补助比例",
    "rate_poor": "较差的补助比例",
}
COUNTING = ("listed", "shared", "purpose", "covered", "user", "unrelated")  # the first that fails is the reason


@dataclass(frozen=True)
class Settings:
    """What the programme of the year sets where the documents do not. Empty means: not set."""

    rate_excellent: Annotated[Rate | None, Label("优秀的补助比例")] = None
    rate_good: Annotated[Rate | None, Label("良好的补助比例")] = None
    rate_qualified: Annotated[Rate | None, Label("合格的补助比例")] = None
    rate_poor: Annotated[Rate | None, Label("较差的补助比例")] = None


# --- facts


@dataclass(frozen=True)
class LineFacts:
    """One line of a settled order, as it stood on that day."""

    user: User
    settled_on: Annotated[date, Label("结算日期", help="北京时间的日期。")]
    year: Annotated[int, Label("补助年度")]
    fees: Annotated[Yuan, Label("服务收入", unit="元")]
    vouchers: Annotated[Yuan, Label("其中创新券面值", unit="元")] = ZERO
    related: Annotated[bool | None, Label("使用方是关联单位")] = False
    own_use: Annotated[bool, Label("本单位自用")] = False
    purpose: Use = None
    listed: Annotated[bool, Label("仪器在共享平台内")] = True
    fiscal: Annotated[bool, Label("仪器全部或部分使用财政资金")] = True
    worth: Annotated[Yuan | None, Label("仪器单台套原值", unit="元")] = None


@dataclass(frozen=True)
class Income:
    """What one instrument has earned in the year with the lines that count."""

    instrument: Annotated[str, Label("仪器编号")]
    income: Annotated[Yuan, Label("计入的收入")]
    part_of: Annotated[PartOf, Label("属于", options=tuple(PARTS.items()))] = "none"


@dataclass(frozen=True)
class InstrumentFacts:
    income: Annotated[Yuan, Label("这台仪器本年度计入的收入", unit="元")]
    grade: Grade
    settings: Annotated[Settings, Label("本年度设定的比例")] = Settings()


@dataclass(frozen=True)
class UnitFacts:
    kind: Annotated[UnitKind, Label("单位性质", options=tuple(UNIT_KINDS.items()))]
    instruments: Annotated[tuple[Income, ...], Label("各台仪器的收入")]
    grades: Annotated[tuple[GradeName, ...], Label("本年度评价考核结果", options=tuple(GRADES.items()))] = ()
    settings: Annotated[Settings, Label("本年度设定的比例")] = Settings()
    has_centre: Annotated[bool | None, Label("建有国家级或省级创新平台")] = None
    disqualified: Annotated[bool, Label("已取消补助资格")] = False


# --- values


@dataclass(frozen=True)
class GradeRate:
    grade: Annotated[GradeName, Label("", options=tuple(GRADES.items()))]
    rate: Annotated[Rate, Label("补助比例")]


@dataclass(frozen=True)
class ProviderRules:
    base: Annotated[Sourced[Base], Label("以什么为基数", options=tuple(BASES.items()))]
    listed: Annotated[Rule[LineFacts], Label("什么仪器")]
    shared: Annotated[Rule[LineFacts], Label("给谁用")]
    purpose: Annotated[Rule[LineFacts], Label("什么用途")]
    covered: Annotated[Rule[LineFacts], Label("仪器的资金来源和价值")]
    user: Annotated[Rule[LineFacts], Label("哪些用户的收入计入")]
    unrelated: Annotated[Rule[LineFacts], Label("关联单位")]
    recipient: Annotated[Rule[UnitFacts], Label("补助谁")]
    rates: Annotated[Sourced[tuple[GradeRate, ...]], Label("按评价考核结果的补助比例")]
    rate_ceiling: Annotated[Sourced[Rate], Label("补助比例最高")]
    instrument_ceiling: Annotated[Sourced[Yuan], Label("单台套同一年度最高补助")]
    unit_ceiling: Annotated[Sourced[Yuan], Label("同一单位同一年度最高补助")]
    separate: Annotated[Rule[Income], Label("哪些单独计算")]
    separate_ceiling: Annotated[Sourced[Yuan], Label("单独计算的同一年度最高补助")]
    settings: Annotated[Sourced[tuple[SettingName, ...]], Label("每年设定的事项", options=tuple(SETTINGS.items()))]

    def __post_init__(self) -> None:
        ruled = {f"rate_{entry.grade}" for entry in self.rates.value}
        if len(ruled) != len(self.rates.value) or ruled & set(self.settings.value):
            raise ValueError("rates 与 settings：每个等次的比例要么由文件规定一个，要么每年设定。")
        if any(entry.rate > self.rate_ceiling.value for entry in self.rates.value):
            raise ValueError("rates：有比例高于 rate_ceiling。")


# --- one line


def line(rules: ProviderRules, facts: LineFacts) -> Finding:
    """Whether this line counts, and why; the amount is what it adds to the income of its instrument."""
    failed, steps = judge_all(rules, COUNTING, facts)
    inside = facts.settled_on.year == facts.year
    steps.insert(0, _in_year(rules, facts, inside=inside))
    reason = failed if inside else "year"
    counted = ZERO if reason else line_income(rules, facts)
    steps.append(
        rules.base.step(
            f"以{BASES[rules.base.value]}为基数{'' if not reason else '；这一笔不计入'}。",
            fact=rules.base.value,
            label=BASES[rules.base.value],
            found=plain(line_income(rules, facts)),
            value=plain(counted),
        )
    )
    return Finding("not_counted" if reason else "counts", tuple(steps), counted, {"reason": reason})


def line_income(rules: ProviderRules, facts: Any) -> Any:
    """What of this line the pack reckons by: fees, or face values of vouchers."""
    return getattr(facts, rules.base.value)


def quick_line(rules: ProviderRules) -> Callable[[Any], str]:
    """The same judgement as `line`: the code of the reason, empty when it counts."""
    return quick(rules, COUNTING)


def _in_year(rules: ProviderRules, facts: LineFacts, *, inside: bool) -> Step:
    return rules.unit_ceiling.step(
        f"结算日期{'' if inside else '不'}在 {facts.year} 年度内。",
        fact="settled_on",
        label="结算日期",
        found=facts.settled_on.isoformat(),
        test="equals",
        threshold=facts.year,
        passed=inside,
    )
