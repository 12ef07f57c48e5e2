"""The statement of net income as it is printed, signed and filed."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from yixiang.kernel.money import ZERO
from yixiang.kernel.periods import SHANGHAI
from yixiang.ledger.queries.explaining import found_in
from yixiang.policy import Step, Verdict
from yixiang.subsidies.models import Running, Statement
from yixiang.subsidies.models.statement import PAPERS
from yixiang.subsidies.queries import statements as reading
from yixiang.subsidies.states import STATEMENT
from yixiang.web.typesetting import typeset

_SHEET = Path(__file__).parent / "typst" / "statement.typ"


def statement(one: Statement) -> bytes:
    """A draft says that it is one."""
    return typeset(_SHEET, _data(one))


def _data(one: Statement) -> dict[str, Any]:
    reckoned = reading.reckon(one)
    net = reckoned.net
    handed = f"{one.submitted_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if one.submitted_at else "—"
    return {
        "title": f"{one.year} 年度开放共享服务净收入报表",
        "unit": one.unit.name,
        "state": STATEMENT.label(one.state),
        "facts": [
            ["统一社会信用代码", one.unit.credit_code or "—"],
            ["提交时间", handed],
            ["已结算订单", f"{one.orders:,} 张"],
            ["设施和仪器正常运转", "已确保" if one.runs_normally else "没有确认"],
        ],
        "sums": [
            ["一、服务总收入", _yuan(one.income)],
            ["其中：材料消耗费", _yuan(one.income_material)],
            ["水电等运行费", _yuan(one.income_running)],
            ["人力成本服务费", _yuan(one.income_labour)],
            ["二、材料消耗费成本", _yuan(one.material)],
            ["三、水电等运行费成本", _yuan(reckoned.running)],
            ["四、净收入（一 - 二 - 三）", _yuan(net.amount if net else None)],
            ["五、绩效工资来源上限", _yuan(reckoned.ceiling if net else None)],
            ["六、拟作为绩效工资来源", _yuan(one.planned)],
        ],
        "rows": [_row(row, verdict) for row, verdict in reckoned.rows if verdict or row.open_minutes],
        "steps": list(_steps(net.steps)) if net else [],
        "basis": f"{net.basis.pack} · {net.basis.digest[:16]}" if net else "",
        "papers": [[PAPERS[paper.kind], paper.file.name] for paper in reading.papers_of(one)],
    }


def _yuan(value: Decimal | None) -> str:
    return "—" if value is None else f"{value:,.2f}"


def _row(row: Running, verdict: Verdict | None) -> list[str]:
    how = verdict.steps[0].because if verdict else "还没有填写运行费总额。"
    if row.corrected:
        how += f"平台统计为 {row.open_counted:,} ÷ {row.all_counted:,} 分钟，更正原因：{row.reason}"
    return [row.instrument.name, how, _yuan((verdict.amount or ZERO) if verdict else None)]


_MARKS = {None: "计算", True: "符合", False: "不符合"}


def _steps(steps: Iterable[Step]) -> Iterator[list[str]]:
    for step in steps:
        yield [_MARKS[step.passed], step.because or step.label, found_in(step), step.article]
        yield from _steps(step.parts)
