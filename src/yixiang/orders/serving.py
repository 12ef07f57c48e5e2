"""How a booking is answered, as far as jurisdictions differ: by when, and which clauses its contract holds.

Plain Python over the values of a pack; what is typed here is the shape of the law, never a number of it.
"""

from dataclasses import dataclass
from typing import Annotated, Any

from yixiang.policy import Finding, Label, Question, Sourced, Subject


@dataclass(frozen=True)
class Clause:
    """One clause of the service contract; `{…}` is filled from the order."""

    code: str
    title: Annotated[str, Label("")]
    text: Annotated[str, Label("")]


@dataclass(frozen=True)
class AnswerFacts:
    waited: Annotated[int, Label("提交后已过", unit="个工作日")]


@dataclass(frozen=True)
class ServiceRules:
    answer_within: Annotated[Sourced[int], Label("多久之内答复预约", unit="个工作日")]
    remind_after: Annotated[Sourced[int], Label("第几个工作日起提醒", unit="个工作日")]
    settle_within: Annotated[Sourced[int], Label("登记结果后多久之内结算", unit="天")]
    quote_days: Annotated[Sourced[int], Label("报价几天内有效", unit="天")]
    clauses: Annotated[Sourced[tuple[Clause, ...]], Label("服务合同的条款")]

    def __post_init__(self) -> None:
        if not 0 < self.remind_after.value < self.answer_within.value:
            raise ValueError("remind_after 须早于 answer_within。")
        if min(self.settle_within.value, self.quote_days.value) < 1:
            raise ValueError("结算和报价的期限至少为 1 天。")


def answer(rules: ServiceRules, facts: AnswerFacts) -> Finding:
    """Whether the provider is in time, near the end of it, or late; a late order goes to the unit's office."""
    limit, remind = rules.answer_within, rules.remind_after
    late, near = facts.waited > limit.value, facts.waited >= remind.value
    waited: dict[str, Any] = {"fact": "waited", "label": "提交后已过的工作日", "found": facts.waited}
    steps = (
        remind.step(
            f"第 {remind.value} 个工作日起提醒受理人。", test="below", threshold=remind.value, passed=not near, **waited
        ),
        limit.step(
            f"{limit.value} 个工作日内安排服务或说明理由；逾期的转单位管理员。",
            test="at_most",
            threshold=limit.value,
            passed=not late,
            **waited,
        ),
    )
    decision = "late" if late else "remind" if near else "in_time"
    return Finding(decision, steps, value={"days_left": limit.value - facts.waited})


ANSWER = Question("orders", "answer", "预约是否按时答复", AnswerFacts, answer)
SERVICE = Subject("orders", "预约服务", ServiceRules, (ANSWER,))
