"""Reading statements of net income for somebody: lists, one with its rows, what is missing, what the law says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from yixiang.kernel.errors import Unseen
from yixiang.kernel.money import ZERO
from yixiang.kernel.periods import local_date
from yixiang.kernel.periods import year as days_of
from yixiang.orders.models import Line
from yixiang.people.access import may, reach
from yixiang.policy import Verdict
from yixiang.subsidies import law
from yixiang.subsidies.laws.net import NetFacts, RunningFacts
from yixiang.subsidies.models import Running, Statement, StatementPaper
from yixiang.subsidies.models.statement import JUDGED, PAPERS, TYPED
from yixiang.subsidies.permissions import SubsidiesPermission
from yixiang.subsidies.queries import counted
from yixiang.subsidies.queries.applying import class_on
from yixiang.subsidies.queries.places import office_scopes, place_of
from yixiang.subsidies.states import STATEMENT
from yixiang.units.models import Unit
from yixiang.units.models.unit import within
from yixiang.units.rules.words import PACK_KINDS

FIRST_YEAR = 2014  # no law on this is older
SUMMED = ("income_material", "income_running", "income_labour", "material", "running", "net", "pay_ceiling", "planned")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for; what cannot be read counts as not asked for."""

    q: str = ""
    year: int = 0
    state: str = ""

    @property
    def applied(self) -> int:
        return sum(map(bool, (self.year, self.state)))


def wanted_from(data: Mapping[str, str]) -> Wanted:
    given = {name: str(data.get(name, "")).strip().replace("\0", "")[:80] for name in ("q", "year", "state")}
    year, state = given["year"], given["state"]
    known = year.isascii() and year.isdigit() and len(year) == 4
    return Wanted(given["q"], int(year) if known else 0, state if state in STATEMENT.codes else "")


def statements_for(person: Any, wanted: Wanted) -> QuerySet[Statement]:
    rows: QuerySet[Statement] = Statement.objects.visible_to(person).select_related("unit")
    if wanted.q:
        rows = rows.filter(unit__name__icontains=wanted.q)
    if wanted.year:
        rows = rows.filter(year=wanted.year)
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    return rows.order_by("-year", "-submitted_at", "-pk")


def statement_for(person: Any, pk: int) -> Statement:
    found: Statement | None = Statement.objects.visible_to(person).select_related("unit").filter(pk=pk).first()
    if found is None:
        raise Unseen()
    return found


def years_of(person: Any) -> list[int]:
    rows = Statement.objects.visible_to(person)
    return sorted(set(rows.values_list("year", flat=True)), reverse=True)


def totals(rows: QuerySet[Statement]) -> dict[str, Decimal]:
    """Of those that were handed in and not returned."""
    judged = rows.filter(state__in=JUDGED).order_by()
    found = judged.aggregate(count=Count("pk"), **{name: Sum(name) for name in SUMMED})
    sums = {name: found[name] or ZERO for name in SUMMED}
    sums["count"] = found["count"]
    sums["income"] = sums["income_material"] + sums["income_running"] + sums["income_labour"]
    return sums


# --- whose turn it is


def units_that_state(person: Any) -> QuerySet[Unit]:
    held = reach(person, SubsidiesPermission.STATE).units
    rows: QuerySet[Unit] = Unit.objects.filter(pk__in=held, provides=True, state__in=["joined", "left"])
    return rows.order_by("name")


def to_begin(person: Any, *, today: date) -> list[tuple[Unit, int]]:
    """The years over whose end the law stands and that nobody has begun."""
    found = []
    for unit in units_that_state(person):
        begun, place = set(unit.statements.values_list("year", flat=True)), place_of(unit)
        years = range(today.year - 1, FIRST_YEAR - 1, -1)
        found += [(unit, year) for year in years if year not in begun and law.has_net_law(place, year)]
    return found


def not_handed_in(person: Any, year: int) -> list[Unit]:
    """The providers an office still waits for; the law asks those of its own jurisdiction only."""
    held = reach(person, SubsidiesPermission.ACCEPT)
    if not held or not year:
        return []
    done = Statement.objects.filter(year=year, submitted_at__isnull=False).values("unit")
    rows = Unit.objects.filter(within(held), provides=True, state="joined").exclude(pk__in=done).order_by("name")
    return [one for one in rows if law.has_net_law(place_of(one), year)]


def acts_of(statement: Statement, person: Any) -> list[str]:
    states = may(person, SubsidiesPermission.STATE, [statement.unit.scope])
    accepts = may(person, SubsidiesPermission.ACCEPT, office_scopes(statement.unit))
    held = {"submit": states, "withdraw": states, "accept": accepts, "return": accepts}
    return [move.action for move in STATEMENT.allowed(statement.state) if held[move.action]]


def writes(statement: Statement, person: Any) -> bool:
    """Whether this person may type now."""
    return "submit" in acts_of(statement, person)


# --- one of them


def rows_of(statement: Statement) -> QuerySet[Running]:
    rows: QuerySet[Running] = statement.rows.select_related("instrument", "paper__file")
    return rows.order_by("-open_counted", "-all_counted", "instrument__name", "pk")


def was_used(row: Running) -> bool:
    """Whether there is anything to look at."""
    return bool(row.all_minutes or row.all_counted or row.untimed or row.total)


def row_for(statement: Statement, pk: int) -> Running:
    found = rows_of(statement).filter(pk=pk).first()
    if found is None:
        raise Unseen()
    return found


def papers_of(statement: Statement) -> QuerySet[StatementPaper]:
    rows: QuerySet[StatementPaper] = statement.papers.select_related("file")
    return rows


def lines_of(statement: Statement, row: Running | None = None) -> QuerySet[Line]:
    """The settled orders behind the counts, with what each component of their bills was."""
    rows = counted.lines_of(statement.unit, days_of(statement.year).moments)
    if row:
        rows = rows.filter(instrument=row.instrument_id)
    parts = {
        name: Sum("charges__amount", filter=Q(charges__stage="final", charges__component=name), default=ZERO)
        for name in ("material", "running", "labour")
    }
    return rows.select_related("order__customer", "instrument").annotate(**parts)


def missing(statement: Statement) -> list[str]:
    """By name, what stands between this statement and its submission."""
    rows = [row for row in rows_of(statement) if row.open_minutes]
    wanted = [f"“{row.instrument.name}”的年度水电等运行费总额" for row in rows if row.total is None]
    if len(wanted) > 3:
        wanted = [*wanted[:3], f"另外 {len(wanted) - 3} 台仪器的年度水电等运行费总额"]
    wanted += [label for name, label in TYPED.items() if getattr(statement, name) is None]
    if not statement.unit.nature:
        wanted.append("单位信息中的单位性质（公办还是民办）")
    have = set(statement.papers.values_list("kind", flat=True))
    needed = (["meter", "apportionment"] if rows else []) + (["wages"] if statement.income_labour else [])
    return wanted + [PAPERS[kind] for kind in needed if kind not in have]


@dataclass(frozen=True, slots=True)
class Reckoned:
    """What the law says of the figures as they stand; `net` waits until all of them are typed."""

    rows: list[tuple[Running, Verdict | None]]
    running: Decimal
    net: Verdict | None

    @property
    def ceiling(self) -> Decimal:
        return ceiling_of(self.net) if self.net else ZERO


def ceiling_of(net: Verdict) -> Decimal:
    return Decimal(net.value["pay_ceiling"])


def reckon(statement: Statement) -> Reckoned:
    """Where it was handed in, as it was decided then; before, as it would be decided now."""
    rows = list(rows_of(statement))
    if statement.state in JUDGED:
        kept = [(row, Verdict.from_json(row.verdict) if row.verdict else None) for row in rows]
        return Reckoned(kept, statement.running or ZERO, Verdict.from_json(statement.verdict))
    pack = law.net_pack(place_of(statement.unit), statement.year)
    judged = [
        (row, None if row.total is None else law.running_verdict(pack, statement.year, running_facts(row)))
        for row in rows
    ]
    running = sum((verdict.amount or ZERO for _row, verdict in judged if verdict), ZERO)
    if any(getattr(statement, name) is None for name in TYPED):
        return Reckoned(judged, running, None)
    return Reckoned(judged, running, law.net_verdict(pack, statement.year, net_facts(statement, running)))


def running_facts(row: Running) -> RunningFacts:
    assert row.total is not None
    return RunningFacts(row.total, row.open_minutes, row.all_minutes)


def net_facts(statement: Statement, running: Decimal) -> NetFacts:
    """What the unit was at the end of the year."""
    kind, _startup = class_on(statement.unit, law.last_day(statement.year))
    return NetFacts(
        kind=PACK_KINDS[kind], public=statement.unit.nature == "public", income=statement.income,
        material=statement.material, running=running, runs_normally=statement.runs_normally,
        fiscal_wages=statement.fiscal_wages, planned=statement.planned,
    )  # fmt: skip


# --- sheets

COLUMNS = (
    "管理单位", "统一社会信用代码", "所在地区", "年度", "已结算订单", "服务总收入（元）", "材料消耗费成本（元）",
    "水电等运行费成本（元）", "净收入（元）", "绩效工资来源上限（元）", "拟作为绩效工资来源（元）", "状态", "提交日期",
)  # fmt: skip
ROW_COLUMNS = (
    "仪器编号", "仪器", "年度运行费总额（元）", "开放共享（分钟）", "全部使用（分钟）", "平台统计的开放共享（分钟）",
    "平台统计的全部使用（分钟）", "更正原因", "没有登记机时的订单", "核定的运行费成本（元）", "怎样算出来的",
)  # fmt: skip
LINE_COLUMNS = (
    "预约单", "仪器", "使用方", "结算日期", "算作", "机时（分钟）", "材料消耗费（元）", "水电等运行费（元）",
    "人力成本服务费（元）",
)  # fmt: skip
Cell = str | Decimal


def _amount(value: Decimal | None) -> Cell:
    return "" if value is None else value


def _day(moment: datetime | None) -> str:
    return local_date(moment).isoformat() if moment else ""


def cells(one: Statement) -> list[Cell]:
    unit = one.unit
    return [
        unit.name, unit.credit_code, unit.region_name, str(one.year), str(one.orders), one.income,
        *map(_amount, (one.material, one.running, one.net, one.pay_ceiling, one.planned)),
        STATEMENT.label(one.state), _day(one.submitted_at),
    ]  # fmt: skip


def cells_of_row(row: Running, verdict: Verdict | None) -> list[Cell]:
    minutes = (row.open_minutes, row.all_minutes, row.open_counted, row.all_counted)
    return [
        row.instrument.code, row.instrument.name, _amount(row.total), *map(str, minutes), row.reason, str(row.untimed),
        _amount(verdict.amount if verdict else None), verdict.steps[0].because if verdict else "",
    ]  # fmt: skip


def cells_of_line(line: Any) -> list[Cell]:
    own, minutes = counted.is_own(line), counted.minutes_of(line)
    return [
        line.order.number, line.instrument.name, line.order.customer.name, _day(line.order.closed_at),
        "本单位使用" if own else "开放共享", "" if minutes is None else str(minutes),
        *("" if own else part for part in (line.material, line.running, line.labour)),
    ]  # fmt: skip
