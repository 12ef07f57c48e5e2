"""Days by which something has to be handed in, as far as no other pack says them: every year, or once."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from yixiang.policy import Finding, Label, Question, Sourced, Subject


@dataclass(frozen=True)
class Yearly:
    """Every year by the same day."""

    code: str
    title: Annotated[str, Label("")]
    month: int
    day: int
    said: Annotated[str, Label("期限")]

    def __post_init__(self) -> None:
        date(2025, self.month, self.day)  # a day that every year has; raises ValueError

    def due(self, year: int) -> date:
        return date(year, self.month, self.day)


@dataclass(frozen=True)
class Once:
    code: str
    title: Annotated[str, Label("")]
    due: Annotated[date, Label("期限")]
    article: Annotated[str, Label("依据")]


@dataclass(frozen=True)
class DueFacts:
    task: Annotated[str, Label("事项")]
    today: Annotated[date, Label("今天")]
    year: Annotated[int | None, Label("在哪一年报送", help="每年一次的事项填写；报告的是上一年度。")] = None
    done_on: Annotated[date | None, Label("报送日期")] = None

    def __post_init__(self) -> None:
        if self.year is not None and not 2000 <= self.year <= 2100:
            raise ValueError("年份应在 2000 至 2100 之间。")


@dataclass(frozen=True)
class DeadlineRules:
    yearly: Annotated[Sourced[tuple[Yearly, ...]], Label("每年一次")]
    once: Annotated[Sourced[tuple[Once, ...]], Label("一次性")]

    def __post_init__(self) -> None:
        codes = [*(task.code for task in self.yearly.value), *(task.code for task in self.once.value)]
        if not codes or len(codes) != len(set(codes)):
            raise ValueError("yearly 与 once：至少有一个事项，代码不重复。")


def due(rules: DeadlineRules, facts: DueFacts) -> Finding:
    """In time, still open or late; the day itself is in time."""
    by_year = {task.code: task for task in rules.yearly.value}
    by_day = {task.code: task for task in rules.once.value}
    if facts.task in by_year:
        last = by_year[facts.task].due(facts.year or facts.today.year)
        by, title = rules.yearly.step, by_year[facts.task].title
    elif facts.task in by_day:
        last, by, title = by_day[facts.task].due, rules.once.step, by_day[facts.task].title
    else:
        step = rules.yearly.step("没有规定这个事项的期限。", fact="task", label="事项", found=facts.task)
        return Finding("unknown", (step,))
    day = facts.done_on or facts.today
    in_time = day <= last
    step = by(
        f"{title}，应于 {last.year} 年 {last.month} 月 {last.day} 日前报送（含当日）。",
        fact="done_on",
        label="报送日期",
        found=facts.done_on.isoformat() if facts.done_on else None,
        test="at_most",
        threshold=last.isoformat(),
        passed=in_time,
    )
    decision = ("done" if in_time else "done_late") if facts.done_on else "open" if in_time else "late"
    return Finding(decision, (step,), value={"due": last.isoformat()})


DUE = Question("deadlines", "due", "是否按时报送", DueFacts, due)
DEADLINES = Subject("deadlines", "报送期限", DeadlineRules, (DUE,))
