"""用户使用补助: which paid orders earn how much, and the most one user gets in a year.

Each order is rounded to the cent once, half up, where its rate is applied. Where the year's ceiling cuts, what is
left is divided over the orders by what they earned, largest remainder first and ties to the earlier, so that the
orders add up to the amount and none gets more than it earned. Facts are those of the day the order was settled: a
user that changed class in the year earns by what it was on that day. The year is that of the day of settlement.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from yixiang.kernel.money import ZERO, percent, spread
from yixiang.policy import Finding, Label, Question, Rate, Rule, Sourced, Step, Subject, Yuan
from yixiang.subsidies.laws.kinds import USER_KINDS, Use, User, UserKind, judge_all, plain, quick, said, share
from yixiang.units.joining import Round

COUNTING = ("listed", "shared", "purpose", "user", "honest")  # in this order; the first that fails is the reason


# --- facts


@dataclass(frozen=True)
class OrderFacts:
    """One settled order, as it stood on that day."""

    user: User
    paid: Annotated[Yuan, Label("支付的检验检测费用", unit="元")]
    settled_on: Annotated[date, Label("结算日期", help="北京时间的日期。")]
    year: Annotated[int, Label("补助年度")]
    purpose: Use = None
    listed: Annotated[bool, Label("仪器在共享平台内")] = True
    own_use: Annotated[bool, Label("使用的是本单位的仪器")] = False
    disqualified: Annotated[bool, Label("已取消补助资格")] = False


@dataclass(frozen=True)
class Earned:
    """What one order of the year has earned, before the year's ceiling."""

    number: Annotated[str, Label("预约单号")]
    earned: Annotated[Yuan, Label("按比例计算")]


@dataclass(frozen=True)
class YearFacts:
    orders: Annotated[tuple[Earned, ...], Label("本次申请的预约单")]
    granted: Annotated[Yuan, Label("本年度已补助", unit="元")] = ZERO


# --- values


@dataclass(frozen=True)
class UserRate:
    user: Annotated[UserKind, Label("", options=tuple(USER_KINDS.items()))]
    rate: Annotated[Rate, Label("补助比例")]


@dataclass(frozen=True)
class UserRules:
    listed: Annotated[Rule[OrderFacts], Label("什么仪器")]
    shared: Annotated[Rule[OrderFacts], Label("谁使用谁的仪器")]
    purpose: Annotated[Rule[OrderFacts], Label("什么用途")]
    user: Annotated[Rule[OrderFacts], Label("补助谁")]
    honest: Annotated[Rule[OrderFacts], Label("补助资格")]
    rates: Annotated[Sourced[tuple[UserRate, ...]], Label("按费用的多少补助")]
    ceiling: Annotated[Sourced[Yuan], Label("同一用户同一年度最高补助")]
    review: Annotated[Sourced[tuple[Round, ...]], Label("申请由谁审核")]

    def __post_init__(self) -> None:
        named = [entry.user for entry in self.rates.value]
        if len(named) != len(set(named)):
            raise ValueError("rates：同一种使用方写了两个比例。")
        if not self.review.value or self.review.value[-1].level == "department":
            raise ValueError("review：最后一个审核环节须是市级或省级。")


# --- decisions


def order(rules: UserRules, facts: OrderFacts) -> Finding:
    """Whether this order counts, and what it earns before the year's ceiling."""
    failed, steps = judge_all(rules, COUNTING, facts)
    steps.insert(0, in_year := _in_year(rules, facts))
    reason = failed if in_year.passed else "year"
    rate = rate_of(rules, facts.user)
    if reason or rate is None:
        return Finding("not_counted", tuple(steps), ZERO, {"reason": reason or "user"})
    earned = percent(facts.paid, rate)
    because = f"{USER_KINDS[facts.user]}按支付费用的 {share(rate)} 补助，四舍五入到分。"
    steps.append(
        rules.rates.step(
            because,
            fact="paid",
            label="支付的检验检测费用",
            found=plain(facts.paid),
            threshold=str(rate),
            value=plain(earned),
        )
    )
    return Finding("counts", tuple(steps), earned, {"reason": "", "rate": str(rate)})


def rate_of(rules: UserRules, user: UserKind) -> Decimal | None:
    return next((entry.rate for entry in rules.rates.value if entry.user == user), None)


def quick_order(rules: UserRules) -> Callable[[Any], str]:
    """The same judgement as `order`: the code of the reason, empty when it counts."""
    return quick(rules, COUNTING)


def _in_year(rules: UserRules, facts: OrderFacts) -> Step:
    inside = facts.settled_on.year == facts.year
    return rules.ceiling.step(
        f"结算日期{'' if inside else '不'}在 {facts.year} 年度内。",
        fact="settled_on",
        label="结算日期",
        found=facts.settled_on.isoformat(),
        test="equals",
        threshold=facts.year,
        passed=inside,
    )


def year(rules: UserRules, facts: YearFacts) -> Finding:
    """What this application gets under the year's ceiling, order by order."""
    earned = sum((entry.earned for entry in facts.orders), ZERO)
    left = max(ZERO, rules.ceiling.value - facts.granted)
    amount = min(earned, left)
    parts = spread(amount, [entry.earned for entry in facts.orders])
    because = f"合计 {said(earned)}，没有超过本年度余额 {said(left)}。"
    if amount < earned:
        because = f"合计 {said(earned)}，以本年度余额 {said(left)}为限；按各单金额分摊，尾差按最大余数法。"
    step = rules.ceiling.step(
        f"同一年度最高 {said(rules.ceiling.value)}，已补助 {said(facts.granted)}。{because}",
        fact="orders",
        label="本次申请",
        found=plain(earned),
        threshold=plain(left),
        value=plain(amount),
    )
    orders = [
        {"number": entry.number, "earned": plain(entry.earned), "granted": plain(part)}
        for entry, part in zip(facts.orders, parts, strict=True)
    ]
    decision = "granted" if amount == earned else "capped" if amount else "used_up"
    return Finding(decision, (step,), amount, {"orders": orders, "left": plain(left - amount)})


ORDER = Question("user-subsidy", "order", "这张预约单能得到多少补助", OrderFacts, order)
YEAR = Question("user-subsidy", "year", "本年度一共能得到多少补助", YearFacts, year)
USER_SUBSIDY = Subject("user-subsidy", "用户使用补助", UserRules, (ORDER, YEAR))
