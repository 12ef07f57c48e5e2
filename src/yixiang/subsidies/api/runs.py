"""JSON door of subsidies: runs with their awards and lines, applications, suspicions."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Path, Query, Router, Schema, Status
from pydantic import StringConstraints

from yixiang.files.queries import waiting_file
from yixiang.people.asking import me
from yixiang.subsidies.commands import applying, recovering
from yixiang.subsidies.commands.checking import Evidence
from yixiang.subsidies.models import Application, Award, Flag, Line, Run
from yixiang.subsidies.queries import applying as asked
from yixiang.subsidies.queries import compared, runs, simulated
from yixiang.subsidies.queries import flags as suspicions
from yixiang.units.queries import unit_by_code
from yixiang.web.cursor import Listing, Page, Paging

router = Router()
Number = Annotated[str, StringConstraints(max_length=20)]


Word = Annotated[str, StringConstraints(max_length=60)]
Changed = Word | bool | int | list[Word | dict[Word, Word | int]]


def money(value: Decimal) -> str:
    return f"{value:.2f}"


class RunOut(Schema):
    id: int = Field(alias="pk")
    title: str = Field(alias="programme.title")
    year: int
    state: str
    lines_total: int
    lines_counted: int
    income: str
    amount: str
    pack: str
    digest: str = Field(description="同样的订单总是得到同样的摘要")
    check_until: date | None
    notice_until: date | None
    busy: bool = Field(description="后台正在核算或办理")
    trouble: str = Field(description="上一次没有办成的原因")
    version: int
    allowed: list[str]

    @staticmethod
    def resolve_allowed(one: Run, context: Any) -> list[str]:
        return runs.acts_of(one, context["request"].user)

    @staticmethod
    def resolve_income(one: Run) -> str:
        return money(one.income)

    @staticmethod
    def resolve_amount(one: Run) -> str:
        return money(one.amount)


class AwardOut(Schema):
    unit: str
    unit_name: str = Field(alias="unit.name")
    apart: bool = Field(description="省实验室、省重大科技基础设施单独计算的部分")
    grade: str
    income: str
    before: str = Field(description="各台合计，单位限额以前")
    amount: str
    recovered: str
    state: str
    words: str

    @staticmethod
    def resolve_unit(one: Award) -> str:
        return one.unit.account_name or str(one.unit_id)

    @staticmethod
    def resolve_apart(one: Award) -> bool:
        return bool(one.apart)

    @staticmethod
    def resolve_income(one: Award) -> str:
        return money(one.income)

    @staticmethod
    def resolve_before(one: Award) -> str:
        return money(one.before)

    @staticmethod
    def resolve_amount(one: Award) -> str:
        return money(one.amount)

    @staticmethod
    def resolve_recovered(one: Award) -> str:
        return money(one.recovered)


class RunLineOut(Schema):
    line: int = Field(alias="order_line", description="重新核算以后也不变")
    order: str = Field(alias="number")
    instrument: str = Field(alias="instrument.code")
    settled_on: date
    income: str
    counts: bool = Field(alias="reason.counts")
    reason: str = Field(alias="reason.words")
    article: str = Field(alias="reason.article")
    earned: str
    voucher: str = Field(description="按创新券面值核算的，创新券编号；其他为空")

    @staticmethod
    def resolve_income(one: Line) -> str:
        return money(one.income)

    @staticmethod
    def resolve_earned(one: Line) -> str:
        return money(one.earned)

    @staticmethod
    def resolve_voucher(one: Line) -> str:
        return one.voucher.number if one.voucher else ""


class ApplicationOut(Schema):
    number: str
    unit_name: str = Field(alias="unit.name")
    programme: str = Field(alias="programme.code")
    state: str
    earned: str
    amount: str
    recovered: str = Field(description="已追回")
    submitted_at: datetime
    version: int

    @staticmethod
    def resolve_earned(one: Application) -> str:
        return money(one.earned)

    @staticmethod
    def resolve_amount(one: Application) -> str:
        return money(one.amount)

    @staticmethod
    def resolve_recovered(one: Application) -> str:
        return money(one.recovered)


class ApplicationIn(Schema):
    unit: Annotated[str, StringConstraints(max_length=40)] = Field(description="申请单位的账号")
    orders: list[Number] = Field([], max_length=1000, description="预约单号；不填为全部可以申请的")


class RecoverIn(Schema):
    amount: Annotated[Decimal, Field(gt=0, max_digits=14, decimal_places=2)] = Field(description="可以是一部分")
    words: Annotated[str, StringConstraints(min_length=5, max_length=1000)] = Field(description="查实了什么、依据")
    file: UUID = Field(description="查实的材料：POST /files 得到的编号")
    version: int | None = Field(None, description="看到的版本；已有变化就不办理")


class SubsidyFlagOut(Schema):
    id: int = Field(alias="pk")
    kind: str
    label: str
    year: int
    unit_name: str = Field(alias="unit.name")
    summary: str
    facts: list[list[str]]
    orders: list[str]
    state: str
    allowed: list[str]

    @staticmethod
    def resolve_allowed(one: Flag, context: Any) -> list[str]:
        return suspicions.acts_of(one, context["request"].user)

    @staticmethod
    def resolve_label(one: Any) -> str:
        return str(one.get_kind_display())

    @staticmethod
    def resolve_orders(one: Flag) -> list[str]:
        return [record["number"] for record in one.records]


class SimulationIn(Schema):
    jurisdiction: Word = Field(examples=["hunan"])
    subject: Literal["provider-subsidy", "user-subsidy"]
    year: int = Field(ge=0, le=9999, description="已经结束的年度", examples=[2025])
    on: date | None = Field(None, description="取这一天有效的政策包；缺省为年底有效的")
    changes: dict[Word, Changed] = Field(
        {}, max_length=100, description="政策包里的数：名称或路径 → 新的数，金额和比例写成字符串",
        examples=[{"unit_ceiling": "3000000.00"}],
    )  # fmt: skip
    settings: dict[Word, Word] = Field(
        {}, max_length=20, description="项目每年设定的比例", examples=[{"rate_excellent": "0.18"}]
    )
    budget: Word = Field("", description="预算，元；缺省为当年项目的预算")


class AlteredOut(Schema):
    label: str
    was: str
    now: str
    article: str = Field(description="空为没有条文")


class SimulatedGroupOut(Schema):
    key: str
    label: str
    units: int
    before: str
    after: str
    difference: str


class SimulatedUnitOut(Schema):
    unit: str
    unit_name: str
    before: str
    after: str
    difference: str
    before_decision: str
    before_words: str
    after_decision: str
    after_words: str


class SimulationOut(Schema):
    pack: str
    digest: str
    year: int
    programme: str = Field(description="当年的补助项目；空为没有")
    altered: list[AlteredOut]
    before: str
    after: str
    difference: str
    budget: str | None
    left: str | None = Field(description="试算后的结余，不够时为负")
    groups: dict[str, list[SimulatedGroupOut]] = Field(description="city 所在市、kind 单位性质、grade 考核等次")
    winners: list[SimulatedUnitOut] = Field(description="多得的，差额大的在前")
    losers: list[SimulatedUnitOut]
    unreckoned: list[SimulatedUnitOut] = Field(description="没有核算的，按 0 元计入合计")


class FlagsWanted(Paging):
    year: int = Field(0, ge=0, le=9999)
    state: Literal["", "open", "answered", "cleared", "confirmed"] = ""


@router.get("/subsidy-runs", response=Listing[RunOut], summary="后补助核算")
def run_list(request: HttpRequest, wanted: Query[Paging]) -> Page[Run]:
    """权限范围内的核算；单位在送核对以后看到。"""
    return wanted.page(runs.runs_for(request.user), by=("-year", "-pk"))


@router.get("/subsidy-runs/{run}/awards", response=Listing[AwardOut], summary="各单位的后补助")
def award_list(request: HttpRequest, run: Path[int], wanted: Query[Paging]) -> Page[Award]:
    """一次核算中各单位的金额。"""
    return wanted.page(runs.awards_of(runs.run_for(request.user, run), request.user), by=("-amount", "pk"))


@router.get("/subsidy-runs/{run}/units/{unit}/lines", response=Listing[RunLineOut], summary="核算明细")
def line_list(request: HttpRequest, run: Path[int], unit: Path[Number], wanted: Query[Paging]) -> Page[Line]:
    """一个单位每一行订单计入与否和理由。"""
    found, about = runs.run_for(request.user, run), unit_by_code(request.user, unit)
    return wanted.page(runs.lines_of(found, request.user, about.pk), by=("pk",))


@router.get("/subsidy-applications", response=Listing[ApplicationOut], summary="用户补助申请")
def application_list(request: HttpRequest, wanted: Query[Paging]) -> Page[Application]:
    """本单位的，或本范围内的申请。"""
    return wanted.page(asked.applications_for(request.user, {}), by=("-submitted_at", "-pk"))


@router.post("/subsidy-applications", response={201: ApplicationOut}, summary="申请用户补助")
def application_make(request: HttpRequest, typed: ApplicationIn) -> Status[Application]:
    """为已结算的订单申请；金额按结算那天的政策计算，并在项目中预留。"""
    unit, now = unit_by_code(request.user, typed.unit), timezone.now()
    return Status(201, applying.apply(unit, actor=me(request), now=now, numbers=typed.orders))


@router.post("/subsidy-applications/{number}/recover", response=ApplicationOut, summary="追回用户补助")
def application_recover(request: HttpRequest, number: Path[Number], typed: RecoverIn) -> Application:
    """查实以虚假数据取得的，由主管部门追回；写入诚信记录，解除以前不能再获得补助。"""
    found, now = asked.application_for(request.user, number), timezone.now()
    evidence = Evidence(typed.words, waiting_file(request.user, typed.file))
    said: dict[str, Any] = {"evidence": evidence, "version": typed.version, "now": now}
    return recovering.recover(found, actor=me(request), amount=typed.amount, **said)


@router.get("/subsidy-flags", response=Listing[SubsidyFlagOut], summary="疑点")
def flag_list(request: HttpRequest, wanted: Query[FlagsWanted]) -> Page[Flag]:
    """已结算订单中不寻常的情况；本身不带来任何处罚。"""
    found = suspicions.Wanted(year=wanted.year, state=wanted.state)
    return wanted.page(suspicions.flags_for(request.user, found), by=("-year", "-pk"))


@router.post("/simulations", response=SimulationOut, summary="政策试算")
def simulation_make(request: HttpRequest, wish: SimulationIn) -> dict[str, Any]:
    """一个已经结束的年度换几个数会怎样：与核算是同一批订单、同一个函数。不保存任何内容。"""
    simulated.may_try(request.user, wish.jurisdiction)
    bench = simulated.bench(wish.jurisdiction, wish.subject, wish.year, now=timezone.now(), on=wish.on)
    return compared.as_json(simulated.simulate_year(bench, simulated.Typed(wish.changes, wish.settings, wish.budget)))
