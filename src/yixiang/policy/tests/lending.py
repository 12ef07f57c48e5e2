"""A made-up subject of law, lending, so that the engine is tried without any room's law."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from yixiang.kernel.money import percent
from yixiang.policy import Finding, Label, Library, Question, Rate, Region, Rule, Sourced, Subject, Yuan


@dataclass(frozen=True)
class LoanFacts:
    paid: Annotated[Yuan, Label("已付费用", unit="元")]
    kind: Annotated[Literal["firm", "team"], Label("用户类别")]
    region: Annotated[Region, Label("所在地")] = "430100"
    headcount: Annotated[int | None, Label("人数", unit="人", help="上年末人数")] = None
    applied: Annotated[bool, Label("已申请")] = True
    founded: Annotated[date | None, Label("成立日期")] = None
    share: Annotated[Rate | None, Label("持股比例")] = None


@dataclass(frozen=True)
class Band:
    code: str
    rate: Rate


@dataclass(frozen=True)
class LendingRules:
    rate: Sourced[Rate]
    cap: Sourced[Yuan]
    days: Sourced[int]
    bands: Sourced[tuple[Band, ...]]
    eligible: Rule[LoanFacts]

    def __post_init__(self):
        if self.days.value > 100:
            raise ValueError("days 太大。")


def support(rules: LendingRules, facts: LoanFacts) -> Finding:
    eligible, steps = rules.eligible.judge(facts)
    if not eligible:
        return Finding("refused", steps)
    amount = min(percent(facts.paid, rules.rate.value), rules.cap.value)
    reckoned = rules.rate.step("按比例补助。", fact="paid", found=str(facts.paid), value=str(amount))
    return Finding("granted", (*steps, reckoned), amount=amount)


SUPPORT = Question("lending", "support", "可以得到多少补助", LoanFacts, support)
LENDING = Subject("lending", "出借", LendingRules, (SUPPORT,))

JURISDICTION = """
code = "hunan"
name = "湖南省"
region = "430000"
platform = "平台"
authority = "省科技厅"
[contact]
office = "办公室"
"""

PACK = """jurisdiction = "hunan"
subject = "lending"
title = "出借办法"
from = 2026-01-01

[sources.law]
title = "出借办法"

[values.rate]
value = "0.50"
source = "law"
article = "第一条"

[values.cap]
value = "100000.00"
source = "law"
article = "第二条"

[values.days]
value = 5
source = "setting"

[values.bands]
value = [{ code = "a", rate = "0.10" }]
source = "setting"

[rules.eligible]
source = "law"
article = "第三条"
all = [
    { fact = "headcount", below = 500, because = "人数须在 500 以下。" },
    { fact = "applied", is_true = true, because = "须已申请。" },
]
"""

CASES = """[[case]]
title = "一家小企业"
on = 2026-03-01
facts = { paid = "1000.00", kind = "firm", headcount = 499 }
expect = { decision = "granted", amount = "500.00", passed = ["headcount"], because = "按比例" }
"""


class Desk:
    """A folder of packs that tests write into and load."""

    def __init__(self, root):
        self.root = root
        self.write("hunan/jurisdiction.toml", JURISDICTION)
        self.write("hunan/lending/2026-01-01.toml", PACK)
        self.write("hunan/lending/cases/small.toml", CASES)

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def change(self, old, new, path="hunan/lending/2026-01-01.toml"):
        text = (self.root / path).read_text(encoding="utf-8")
        assert old in text
        self.write(path, text.replace(old, new))

    def load(self):
        return Library.load(self.root, [LENDING])
