"""The closed lists the subsidy laws speak in, and small words all of them use."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal

from yixiang.policy import Label, Step

UserKind = Literal["enterprise", "student_startup", "student_team", "other"]
USER_KINDS: dict[UserKind, str] = {
    "enterprise": "一般企业",
    "student_startup": "大学生初创企业",
    "student_team": "大学生创业团队（个人）",
    "other": "其他单位",
}
Purpose = Literal["research", "development", "teaching", "other"]
PURPOSES: dict[Purpose, str] = {
    "research": "科学研究",
    "development": "科技开发",
    "teaching": "教学",
    "other": "其他",
}
GradeName = Literal["excellent", "good", "qualified", "poor"]
GRADES: dict[GradeName, str] = {"excellent": "优秀", "good": "良好", "qualified": "合格", "poor": "较差"}
PartOf = Literal["none", "provincial_laboratory", "major_facility"]
PARTS: dict[PartOf, str] = {
    "none": "本单位",
    "provincial_laboratory": "省实验室",
    "major_facility": "省重大科技基础设施",
}

User = Annotated[UserKind, Label("使用方", options=tuple(USER_KINDS.items()))]
Use = Annotated[Purpose | None, Label("用途", options=tuple(PURPOSES.items()))]
Grade = Annotated[GradeName, Label("评价考核结果", options=tuple(GRADES.items()))]


def user_kind(kind: str, *, student_startup: bool) -> UserKind:
    """What a unit of the platform counts as: its kind on the day of the order, and whether students founded it."""
    if kind == "team":
        return "student_team"
    if kind == "enterprise":
        return "student_startup" if student_startup else "enterprise"
    return "other"


def judge_all(rules: Any, names: Sequence[str], facts: Any) -> tuple[str, list[Step]]:
    """The name of the first rule that does not hold, empty when all do; and every line of all of them."""
    judged = [(name, getattr(rules, name).judge(facts)) for name in names]
    failed = next((name for name, (holds, _) in judged if not holds), "")
    return failed, [step for _, (_, steps) in judged for step in steps]


def quick(rules: Any, names: Sequence[str]) -> Callable[[Any], str]:
    """For a year of a million rows: the first rule that does not hold, `year` before all of them, or nothing.

    The facts may be any row with the names the rules ask for, and `settled_on` and `year`.
    """
    tests = [(name, getattr(rules, name).quick) for name in names]

    def reason(facts: Any) -> str:
        if facts.settled_on.year != facts.year:
            return "year"
        for name, holds in tests:
            if not holds(facts):
                return name
        return ""

    return reason


def plain(amount: Decimal) -> str:
    return f"{amount:.2f}"


def said(amount: Decimal) -> str:
    return f"{amount:,.2f} 元"


def share(rate: Decimal) -> str:
    return f"{(rate * 100).normalize() + Decimal(0):f}%"
