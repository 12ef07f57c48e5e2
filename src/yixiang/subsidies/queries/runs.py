"""Reading runs for somebody: the list, one with its awards, the lines of a unit, and what the public sees."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from yixiang.assessment.models import GRADES
from yixiang.kernel.errors import Unseen
from yixiang.ledger.models import Programme
from yixiang.ledger.permissions import LedgerPermission
from yixiang.people.access import may, reach
from yixiang.subsidies.models import Award, Contest, Line, Objection, Run
from yixiang.subsidies.permissions import SubsidiesPermission
from yixiang.subsidies.states import AWARD, RUN
from yixiang.units.models import Unit
from yixiang.vouchers.models import Redemption


def runs_for(person: Any) -> QuerySet[Run]:
    rows: QuerySet[Run] = Run.objects.visible_to(person).select_related("programme")
    return rows.order_by("-year", "-pk")


def run_for(person: Any, pk: int) -> Run:
    found: Run | None = runs_for(person).filter(pk=pk).first()
    if found is None:
        raise Unseen()
    return found


def to_start(person: Any) -> list[Programme]:
    """Programmes whose year this person may calculate and nobody has begun."""
    held = reach(person, SubsidiesPermission.CALCULATE)
    rows = Programme.objects.filter(subject="provider-subsidy", runs=None).exclude(state="draft")
    return [one for one in rows if held.covers(one.scopes)]


def acts_of(run: Run, person: Any) -> list[str]:
    """The moves of this person, and calculating, which is none."""
    calculates = may(person, SubsidiesPermission.CALCULATE, run.programme.scopes)
    pays = may(person, LedgerPermission.PAY, run.programme.scopes)
    moves = [move.action for move in RUN.allowed(run.state) if (pays if move.action == "pay" else calculates)]
    if run.busy or run.calculated_at is None:
        moves = []
    again = ["calculate"] if calculates and run.state in {"draft", "checking"} and not run.waits_for else []
    return [*again, *moves]


def awards_of(run: Run, person: Any) -> QuerySet[Award]:
    rows: QuerySet[Award] = Award.objects.visible_to(person).filter(run=run).select_related("unit", "hold", "run")
    return rows.order_by("-amount", "unit__name", "apart")


def contests_of(run: Run, person: Any) -> QuerySet[Contest]:
    rows: QuerySet[Contest] = Contest.objects.visible_to(person).filter(run=run).select_related("unit", "file")
    return rows.order_by("-pk")


def objections_of(run: Run, person: Any) -> QuerySet[Objection]:
    rows: QuerySet[Objection] = Objection.objects.visible_to(person).filter(run=run).select_related("award__unit", "by")
    return rows.order_by("-pk")


def unit_for(run: Run, person: Any, pk: int) -> Unit:
    """A unit of this run that one may see in it."""
    if not lines_of(run, person, pk).exists():
        raise Unseen()
    return Unit.objects.get(pk=pk)


@dataclass(frozen=True, slots=True)
class Wanted:
    q: str = ""
    counts: str = ""

    @property
    def applied(self) -> int:
        return bool(self.counts)


def wanted_from(data: Mapping[str, str]) -> Wanted:
    counts = str(data.get("counts", ""))
    q = str(data.get("q", "")).strip().replace("\0", "")[:80]
    return Wanted(q, counts if counts in {"yes", "no"} else "")


def lines_of(run: Run, person: Any, unit: int, wanted: Wanted | None = None) -> QuerySet[Line]:
    rows: QuerySet[Line] = Line.objects.visible_to(person).filter(run=run, unit_id=unit)
    if wanted and wanted.counts:
        rows = rows.filter(reason__counts=wanted.counts == "yes")
    if wanted and wanted.q:
        rows = rows.filter(number__istartswith=wanted.q) | rows.filter(instrument__name__icontains=wanted.q)
    rows = rows.select_related("reason", "instrument", "customer", "unit", "voucher", "run__programme")
    return rows.order_by("instrument_id", "order_line")


def line_for(run: Run, person: Any, order_line: int) -> Line:
    """By the line of the order it stands for: its own row is another one after each calculation."""
    rows: QuerySet[Line] = Line.objects.visible_to(person).filter(run=run, order_line=order_line)
    found = rows.select_related("reason", "instrument", "customer", "unit", "run__programme").first()
    if found is None:
        raise Unseen()
    return found


def voucher_of(line: Line, person: Any) -> Redemption | None:
    """The voucher a line stands for, to whoever may open it."""
    if line.voucher_id is None:
        return None
    found: Redemption | None = Redemption.objects.visible_to(person).filter(pk=line.voucher_id).first()
    return found


# --- the public


def notices() -> QuerySet[Run]:
    rows: QuerySet[Run] = Run.objects.public().select_related("programme").order_by("-notice_from", "-pk")
    return rows


def notice_for(pk: int) -> Run:
    found: Run | None = notices().filter(pk=pk).first()
    if found is None:
        raise Unseen()
    return found


def on_notice(run: Run) -> QuerySet[Award]:
    rows: QuerySet[Award] = run.awards.filter(amount__gt=0).select_related("unit").order_by("-amount", "unit__name")
    return rows


# --- sheets

AWARD_COLUMNS = (
    "单位", "统一社会信用代码", "所在地区", "等次", "比例", "计入的收入（元）", "单台合计（元）", "补助（元）", "状态",
    "发放日期", "已追回（元）", "说明",
)  # fmt: skip
LINE_COLUMNS = (
    "预约单", "仪器", "使用方", "结算日期", "收入（元）", "是否计入", "理由", "条款", "对应补助（元）", "创新券",
)  # fmt: skip


def cells_of_award(one: Award) -> list[str]:
    return [
        one.name, one.unit.credit_code, one.unit.region_name, GRADES.get(one.grade, ""), f"{one.rate * 100:.2f}%",
        str(one.income), str(one.before), str(one.amount), AWARD.label(one.state),
        one.paid_on.isoformat() if one.paid_on else "", str(one.recovered), one.words,
    ]  # fmt: skip


def cells_of_line(one: Line) -> list[str]:
    return [
        one.number, one.instrument.name, one.customer.name, one.settled_on.isoformat(), str(one.income),
        "是" if one.reason.counts else "否", one.reason.words, one.reason.article, str(one.earned),
        one.voucher.number if one.voucher else "",
    ]  # fmt: skip
