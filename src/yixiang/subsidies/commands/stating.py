"""A unit writes its statement of a year: counted by the platform, typed by hand, corrected with reason and paper."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from yixiang.files.commands import attach, discard
from yixiang.files.models import File
from yixiang.kernel.errors import Invalid, Refused, Unseen, WrongState
from yixiang.kernel.money import NotMoney, yuan
from yixiang.kernel.periods import local_date
from yixiang.people.access import require
from yixiang.people.models import Person
from yixiang.subsidies import law
from yixiang.subsidies.models import Running, Statement, StatementEvent, StatementPaper
from yixiang.subsidies.models.statement import PAPERS, TYPED
from yixiang.subsidies.permissions import SubsidiesPermission
from yixiang.subsidies.queries.counted import counted
from yixiang.subsidies.queries.places import place_of
from yixiang.subsidies.states import STATEMENT
from yixiang.units.models import Unit

OPEN = ("draft", "returned")
MOST = Decimal(10) ** 10
MOST_MINUTES = 366 * 24 * 60
MOST_PAPERS = 50


@dataclass(frozen=True, slots=True)
class Figures:
    """What the unit types; `totals` by the key of the instrument's row, those not named stay as they are."""

    material: Decimal | None
    fiscal_wages: Decimal | None
    planned: Decimal | None
    runs_normally: bool
    totals: Mapping[int, Decimal | None]


@dataclass(frozen=True, slots=True)
class Correction:
    """What the use really was, why the platform does not know it, and the paper that shows it."""

    open_minutes: int
    all_minutes: int
    reason: str
    paper: File | None = None


@transaction.atomic
def begin(unit: Unit, year: int, *, actor: Person, now: datetime) -> Statement:
    require(actor, SubsidiesPermission.STATE, [unit.scope])
    if not unit.provides or unit.state not in {"joined", "left"}:
        raise Invalid.field("unit", "只有入网的管理单位编报净收入。")
    if year >= local_date(now).year:
        raise Refused("year-open", f"{year} 年还没有结束，年度结束后再编报。")
    law.net_pack(place_of(unit), year)
    try:
        with transaction.atomic():
            made = Statement.objects.create(unit=unit, year=year, counted_at=now)
    except IntegrityError:
        raise WrongState(f"{unit.name} {year} 年度已有净收入报表，请在其中继续。", code="statement-exists") from None
    record(made, "begin", f"开始编报 {year} 年度净收入", actor=actor, now=now)
    return _count(made, actor, now)


@transaction.atomic
def count(statement: Statement, *, actor: Person, now: datetime) -> Statement:
    """Again, to the same result as long as the orders are the same; what was typed or corrected stays."""
    return _count(lock_open(statement, actor), actor, now)


def _count(statement: Statement, actor: Person, now: datetime) -> Statement:
    found = counted(statement.unit, statement.year)
    rows = [
        Running(statement=statement, instrument_id=pk, open_counted=use.open, all_counted=use.all, untimed=use.untimed)
        for pk, use in sorted(found.uses.items())
    ]
    fields = ["open_counted", "all_counted", "untimed"]
    statement.rows.exclude(instrument__in=list(found.uses)).update(**dict.fromkeys(fields, 0))
    Running.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["statement", "instrument"], update_fields=fields
    )
    statement.orders, statement.counted_at = found.orders, now
    for name, amount in found.income.items():
        setattr(statement, f"income_{name}", amount)
    save(statement)
    what = f"平台统计：已结算订单 {found.orders} 张，服务总收入 {statement.income:,} 元"
    record(statement, "count", what, actor=actor, now=now)
    return statement


@transaction.atomic
def type_figures(
    statement: Statement, figures: Figures, *, actor: Person, now: datetime, version: int | None = None
) -> Statement:
    """As far as they are known; what is missing is asked for on submitting."""
    found = lock_open(statement, actor, version=version)
    for name in TYPED:
        setattr(found, name, _read(name, getattr(figures, name)))
    found.runs_normally = figures.runs_normally
    rows = {row.pk: row for row in found.rows.filter(pk__in=figures.totals)}
    if set(figures.totals) - set(rows):
        raise Unseen()
    for pk, row in sorted(rows.items()):
        row.total = _read(f"total_{pk}", figures.totals[pk])
    Running.objects.bulk_update(rows.values(), ["total"])
    save(found)
    record(found, "type", "填写成本和绩效工资来源", actor=actor, now=now)
    return found


def _read(name: str, value: Decimal | None) -> Decimal | None:
    if value is None:
        return None
    try:
        amount = yuan(value)
    except NotMoney:
        raise Invalid.field(name, "请填写金额，最多两位小数。") from None
    if not 0 <= amount < MOST:
        raise Invalid.field(name, "金额不能为负，也不能超过 100 亿元，请检查。")
    return amount


@transaction.atomic
def correct(row: Running, said: Correction, *, actor: Person, now: datetime) -> Running:
    """Up or down. The count of the platform stays beside it; a paper given before holds until another comes."""
    found = lock_open(row.statement, actor)
    row = found.rows.select_related("instrument", "paper").get(pk=row.pk)
    _refuse_correction(row, said)
    if said.paper:
        row.paper = _keep(found, said.paper, "use", actor=actor, now=now)
    row.open_stated, row.all_stated = said.open_minutes, said.all_minutes
    row.reason = said.reason.strip()[:300]
    row.save(update_fields=["open_stated", "all_stated", "reason", "paper"])
    save(found)
    what = f"更正“{row.instrument.name}”的使用：开放共享 {row.open_minutes} 分钟，全部 {row.all_minutes} 分钟"
    record(found, "correct", what, actor=actor, now=now, note=row.reason)
    return row


def _refuse_correction(row: Running, said: Correction) -> None:
    if not 0 <= said.all_minutes <= MOST_MINUTES:
        raise Invalid.field("all_minutes", f"一年最多 {MOST_MINUTES:,} 分钟，请检查单位是不是分钟。")
    if not 0 <= said.open_minutes <= said.all_minutes:
        raise Invalid.field("open_minutes", "开放共享的使用不能为负，也不能多于全部使用。", code="use-exceeds")
    if len(said.reason.strip()) < 5:
        raise Invalid.field(
            "reason", "请写明为什么与平台的统计不同，例如有多少使用没有经过平台。", code="reason-missing"
        )
    if said.paper is None and row.paper is None:
        raise Invalid.field("upload", "更正需要附上使用时间的记录。", code="paper-missing")


@transaction.atomic
def drop_correction(row: Running, *, actor: Person, now: datetime) -> Running:
    """The count of the platform holds again; the paper stays among the papers."""
    found = lock_open(row.statement, actor)
    row = found.rows.select_related("instrument").get(pk=row.pk)
    row.open_stated, row.all_stated, row.reason, row.paper = None, None, "", None
    row.save(update_fields=["open_stated", "all_stated", "reason", "paper"])
    save(found)
    record(found, "uncorrect", f"取消“{row.instrument.name}”的更正，按平台统计", actor=actor, now=now)
    return row


@transaction.atomic
def add_paper(statement: Statement, file: File, *, kind: str, actor: Person, now: datetime) -> StatementPaper:
    found = lock_open(statement, actor)
    if kind not in PAPERS:
        raise Invalid.field("kind", f"请选择{'、'.join(PAPERS.values())}之一。")
    if found.papers.count() >= MOST_PAPERS:
        raise Invalid.field("upload", f"材料最多 {MOST_PAPERS} 份，请合并后再上传。", code="too-many-files")
    made = _keep(found, file, kind, actor=actor, now=now)
    record(found, "paper", f"附上{PAPERS[kind]}：{file.name}", actor=actor, now=now)
    return made


def _keep(statement: Statement, file: File, kind: str, *, actor: Person, now: datetime) -> StatementPaper:
    attach(file, by=actor, holder_kind="statement", holder_id=statement.pk, now=now)
    made: StatementPaper = StatementPaper.objects.create(statement=statement, kind=kind, file=file, at=now, by=actor)
    return made


@transaction.atomic
def remove_paper(statement: Statement, pk: int, *, actor: Person, now: datetime) -> None:
    found = lock_open(statement, actor)
    paper = found.papers.select_related("file").filter(pk=pk).first()
    if paper is None:
        raise Unseen()
    if found.rows.filter(paper=paper).exists():
        raise WrongState("这份材料是一处更正的依据，没有删除。请先取消更正。", code="paper-in-use")
    file = paper.file
    paper.delete()
    discard(file)
    record(found, "paper_out", f"删除{PAPERS[paper.kind]}：{file.name}", actor=actor, now=now)


# --- what every step does alike


def lock(statement: Statement, *, version: int | None = None) -> Statement:
    rows = Statement.objects.select_for_update(of=("self",)).select_related("unit").filter(pk=statement.pk)
    found: Statement | None = rows.first()
    if found is None:
        raise Unseen()
    if version not in {None, found.version}:
        words = "这张报表刚刚有了变化，您的操作没有执行，填写的内容还在。请核对后再办理。"
        raise WrongState(words, code="statement-changed")
    return found


def lock_open(statement: Statement, actor: Person, *, version: int | None = None) -> Statement:
    """For the unit's own hand, while it may still write."""
    found = lock(statement, version=version)
    require(actor, SubsidiesPermission.STATE, [found.unit.scope])
    if found.state not in OPEN:
        words = f"报表的状态是“{STATEMENT.label(found.state)}”，不能修改。需要修改请先撤回，或请主管部门退回。"
        raise WrongState(words, code="statement-fixed")
    return found


def save(statement: Statement) -> None:
    statement.version += 1
    statement.save()


def record(
    statement: Statement, action: str, what: str, *, actor: Person, now: datetime, before: str = "", note: str = ""
) -> None:
    StatementEvent.objects.create(
        statement=statement, at=now, by=actor, by_label=str(actor), action=action, before=before or statement.state,
        after=statement.state, what=what[:300], note=note.strip(),
    )  # fmt: skip
