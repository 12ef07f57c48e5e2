"""开放共享服务净收入: running costs of open service, net income of the year, and what of it may feed performance pay.

The running cost is rounded to the cent once, half up. The ceiling is rounded down: a part of a cent does not pass it.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from yixiang.kernel.money import ZERO, cents, from_cents, percent_at_most
from yixiang.policy import Finding, Label, Question, Rate, Rule, Sourced, Step, Subject, Yuan
from yixiang.subsidies.laws.kinds import plain, said, share
from yixiang.units.joining import UNIT_KINDS, UnitKind


@dataclass(frozen=True)
class RunningFacts:
    """The year's running cost of an instrument or a unit, and how much of its use was open service."""

    total: Annotated[Yuan, Label("年度水电等运行费总额", unit="元")]
    open_minutes: Annotated[int, Label("开放共享服务使用", unit="分钟")]
    all_minutes: Annotated[int, Label("全部使用", unit="分钟")]

    def __post_init__(self) -> None:
        if not 0 <= self.open_minutes <= self.all_minutes:
            raise ValueError("开放共享服务的使用不得为负，也不得多于全部使用。")


@dataclass(frozen=True)
class NetFacts:
    kind: Annotated[UnitKind, Label("单位性质", options=tuple(UNIT_KINDS.items()))]
    public: Annotated[bool, Label("公办")]
    income: Annotated[Yuan, Label("当年服务总收入", unit="元")]
    material: Annotated[Yuan, Label("材料消耗费成本", unit="元")]
    running: Annotated[Yuan, Label("开放共享服务的水电等运行费成本", unit="元")]
    runs_normally: Annotated[bool, Label("已确保设施和仪器正常运转")] = True
    fiscal_wages: Annotated[
        Yuan, Label("人力成本服务费中的财政工资", unit="元", help="在编人员利用财政资金发放的工资、福利待遇。")
    ] = ZERO
    planned: Annotated[Yuan | None, Label("拟作为绩效工资来源", unit="元")] = None


@dataclass(frozen=True)
class NetRules:
    costs: Annotated[Sourced[str], Label("成本补偿总费用")]
    running: Annotated[Sourced[str], Label("水电等运行费怎样核定")]
    wages: Annotated[Rule[NetFacts], Label("人力成本服务费不包括")]
    pay: Annotated[Rule[NetFacts], Label("谁可以用作绩效工资")]
    pay_ceiling: Annotated[Sourced[Rate], Label("净收入用作绩效工资最高")]


def running(rules: NetRules, facts: RunningFacts) -> Finding:
    """The running cost of open service: the year's total by its share in the use; no use, no share."""
    amount = ZERO
    if facts.all_minutes:
        exact = 2 * cents(facts.total) * facts.open_minutes + facts.all_minutes
        amount = from_cents(exact // (2 * facts.all_minutes))
    step = rules.running.step(
        f"运行费总额 {said(facts.total)} × 开放共享 {facts.open_minutes:,} 分钟 ÷ 全部 {facts.all_minutes:,} 分钟。",
        fact="total",
        label="年度水电等运行费总额",
        found=plain(facts.total),
        value=plain(amount),
    )
    return Finding("reckoned" if facts.all_minutes else "unused", (step,), amount)


def net(rules: NetRules, facts: NetFacts) -> Finding:
    """The net income as `amount`; in `value` the most of it that may feed performance pay."""
    costs = facts.material + facts.running
    left = facts.income - costs
    (honest, wages), (entitled, pay) = rules.wages.judge(facts), rules.pay.judge(facts)
    ceiling = percent_at_most(max(ZERO, left), rules.pay_ceiling.value) if entitled else ZERO
    steps = [_net_step(rules, facts, costs, left), *wages, *pay, _ceiling_step(rules, facts, ceiling)]
    value = {"costs": plain(costs), "pay_ceiling": plain(ceiling)}
    over = facts.planned is not None and facts.planned > ceiling
    decision = (
        "wages_not_allowed" if not honest else "over_ceiling" if over else "surplus" if left > 0 else "no_surplus"
    )
    return Finding(decision, tuple(steps), left, value)


def _net_step(rules: NetRules, facts: NetFacts, costs: Decimal, left: Decimal) -> Step:
    return rules.costs.step(
        f"总收入 {said(facts.income)}减去材料消耗 {said(facts.material)}和水电等运行 {said(facts.running)}。",
        fact="income",
        label="净收入",
        found=plain(facts.income),
        threshold=plain(costs),
        value=plain(left),
    )


def _ceiling_step(rules: NetRules, facts: NetFacts, ceiling: Decimal) -> Step:
    return rules.pay_ceiling.step(
        f"不高于净收入的 {share(rules.pay_ceiling.value)}，即 {said(ceiling)}（不足一分的舍去）。",
        fact="planned",
        label="拟作为绩效工资来源",
        found=None if facts.planned is None else plain(facts.planned),
        test="at_most",
        threshold=plain(ceiling),
        passed=None if facts.planned is None else facts.planned <= ceiling,
        value=plain(ceiling),
    )


RUNNING = Question("net-income", "running", "开放共享服务的运行费成本", RunningFacts, running)
NET = Question("net-income", "net", "净收入和绩效工资来源", NetFacts, net)
NET_INCOME = Subject("net-income", "开放共享服务净收入", NetRules, (RUNNING, NET))
