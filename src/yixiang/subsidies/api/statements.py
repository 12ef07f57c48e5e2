"""JSON door of net income: statements of a unit's year, their figures, corrections, papers and every move of them."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Field, Path, Query, Router, Schema, Status
from pydantic import StringConstraints

from yixiang.files import serving
from yixiang.files.queries import waiting_file
from yixiang.kernel.errors import Invalid
from yixiang.people.asking import me
from yixiang.subsidies.commands import handing, stating
from yixiang.subsidies.commands.stating import Correction, Figures
from yixiang.subsidies.models import Running, Statement, StatementPaper
from yixiang.subsidies.queries import statements as reading
from yixiang.subsidies.queries.statements import Reckoned, Wanted
from yixiang.subsidies.states import STATEMENT
from yixiang.units.queries import unit_by_code
from yixiang.web.cursor import Listing, Page, Paging, require_version, version_tag

router = Router()
PLACE = "/net-income-statements"
Code = Annotated[str, StringConstraints(max_length=40)]
Money = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)]
Minutes = Annotated[int, Field(ge=0, le=stating.MOST_MINUTES)]
_BYTES = {
    "description": "文件内容",
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}


class StatementsWanted(Paging):
    q: str = Field("", max_length=80, description="单位名称")
    year: int = Field(0, ge=0, le=9999)
    state: Literal["", "draft", "submitted", "returned", "accepted"] = ""

    def wanted(self) -> Wanted:
        return Wanted(self.q.strip().replace("\0", ""), self.year, self.state)


class StatementBrief(Schema):
    id: int = Field(alias="pk")
    unit: str
    unit_name: str = Field(alias="unit.name")
    year: int
    state: str
    orders: int = Field(description="当年已结算的、为其他单位服务的订单")
    income: Decimal
    running: Decimal | None = Field(description="水电等运行费成本；提交后才有")
    net: Decimal | None = Field(description="净收入；提交后才有")
    pay_ceiling: Decimal | None = Field(description="可以作为绩效工资来源的上限；提交后才有")
    planned: Decimal | None
    submitted_at: datetime | None

    @staticmethod
    def resolve_unit(one: Statement) -> str:
        return one.unit.account_name or str(one.unit_id)


class RunningOut(Schema):
    instrument: str
    name: str
    total: Decimal | None = Field(description="年度水电等运行费总额")
    open_minutes: int
    all_minutes: int
    open_counted: int = Field(description="平台统计的开放共享使用")
    all_counted: int = Field(description="平台统计的全部使用")
    untimed: int = Field(description="没有登记机时的订单")
    reason: str = Field(description="更正原因；没有更正为空")
    paper: int | None = Field(description="更正所依据的材料")
    cost: Decimal | None = Field(description="核定的运行费成本")
    because: str = Field(description="怎样算出来的")


class StatementPaperOut(Schema):
    id: int = Field(alias="pk")
    kind: str
    name: str = Field(alias="file.name")
    size: int = Field(alias="file.size")


class StatementOut(StatementBrief):
    version: int
    note: str = Field(description="退回原因")
    counted_at: datetime
    income_material: Decimal
    income_running: Decimal
    income_labour: Decimal
    material: Decimal | None
    fiscal_wages: Decimal | None
    runs_normally: bool
    missing: list[str] = Field(description="提交以前还缺什么")
    instruments: list[RunningOut]
    papers: list[StatementPaperOut]
    decision: dict[str, Any] | None = Field(description="裁决全文；填写完整以后才有")
    allowed: list[str]

    @staticmethod
    def resolve_missing(one: Statement) -> list[str]:
        return reading.missing(one) if one.state in stating.OPEN else []

    @staticmethod
    def resolve_instruments(one: Statement) -> list[dict[str, Any]]:
        return _rows(reading.reckon(one))

    @staticmethod
    def resolve_papers(one: Statement) -> list[StatementPaper]:
        return list(reading.papers_of(one))

    @staticmethod
    def resolve_decision(one: Statement) -> dict[str, Any] | None:
        net = reading.reckon(one).net
        return net.to_json() if net else None

    @staticmethod
    def resolve_allowed(one: Statement, context: Any) -> list[str]:
        return reading.acts_of(one, context["request"].user)


class StatementIn(Schema):
    unit: Code = Field(description="单位账号")
    year: int = Field(ge=reading.FIRST_YEAR, le=2999)


class TotalIn(Schema):
    instrument: Code = Field(description="仪器编号")
    total: Money | None = Field(description="年度水电等运行费总额")


class FiguresIn(Schema):
    material: Money | None = None
    fiscal_wages: Money | None = None
    planned: Money | None = None
    runs_normally: bool = False
    instruments: list[TotalIn] = Field([], max_length=5000, description="没有列出的仪器不变")


class CorrectionIn(Schema):
    open_minutes: Minutes
    all_minutes: Minutes
    reason: str = Field(max_length=300)
    file: UUID | None = Field(None, description="使用时间的记录：POST /files 得到的编号；已附过的可以不填")


class StatementPaperIn(Schema):
    kind: Literal["meter", "apportionment", "wages", "use"]
    file: UUID = Field(description="POST /files 得到的编号")


class StatementMoveIn(Schema):
    note: str = Field("", max_length=300, description="退回时必填")


def _rows(reckoned: Reckoned) -> list[dict[str, Any]]:
    plain = ("total", "open_minutes", "all_minutes", "open_counted", "all_counted", "untimed", "reason")
    return [
        {
            "instrument": row.instrument.code, "name": row.instrument.name, "paper": row.paper_id,
            **{name: getattr(row, name) for name in plain}, "cost": verdict.amount if verdict else None,
            "because": verdict.steps[0].because if verdict else "",
        }
        for row, verdict in reckoned.rows
    ]  # fmt: skip


def _shown(request: HttpRequest, response: HttpResponse, pk: int) -> Statement:
    found = reading.statement_for(request.user, pk)
    response["ETag"] = version_tag(found.version)
    return found


def _rows_by_code(found: Statement) -> dict[str, Running]:
    return {row.instrument.code: row for row in reading.rows_of(found)}


def _row(found: Statement, code: str) -> Running:
    row = _rows_by_code(found).get(code)
    if row is None:
        raise Invalid.field("instrument", f"这张报表里没有仪器 {code}。")
    return row


@router.get(PLACE, response=Listing[StatementBrief], summary="净收入报表")
def statement_list(request: HttpRequest, wanted: Query[StatementsWanted]) -> Page[Statement]:
    """本单位的，或本范围内已提交的。"""
    return wanted.page(reading.statements_for(request.user, wanted.wanted()), by=("-year", "-pk"))


@router.post(PLACE, response={201: StatementOut}, summary="开始编报")
def statement_begin(request: HttpRequest, response: HttpResponse, payload: StatementIn) -> Status[Statement]:
    """收入和机时由平台按已结算的订单统计。"""
    unit = unit_by_code(request.user, payload.unit)
    made = stating.begin(unit, payload.year, actor=me(request), now=timezone.now())
    return Status(201, _shown(request, response, made.pk))


@router.get(f"{PLACE}/{{int:pk}}", response=StatementOut, summary="一张净收入报表")
def statement_one(request: HttpRequest, response: HttpResponse, pk: int) -> Statement:
    """每台仪器的分摊、材料和裁决全文。"""
    return _shown(request, response, pk)


@router.put(f"{PLACE}/{{int:pk}}/figures", response=StatementOut, summary="填写净收入报表")
def statement_figures(request: HttpRequest, response: HttpResponse, pk: int, payload: FiguresIn) -> Statement:
    """可以先填一部分；没有填的在提交时说明。"""
    found = reading.statement_for(request.user, pk)
    require_version(request, found.version)
    totals = {_row(found, one.instrument).pk: one.total for one in payload.instruments}
    figures = Figures(payload.material, payload.fiscal_wages, payload.planned, payload.runs_normally, totals)
    stating.type_figures(found, figures, actor=me(request), now=timezone.now(), version=found.version)
    return _shown(request, response, pk)


@router.put(f"{PLACE}/{{int:pk}}/instruments/{{code}}/use", response=StatementOut, summary="更正使用时间")
def statement_correct(
    request: HttpRequest, response: HttpResponse, pk: int, code: Path[Code], payload: CorrectionIn
) -> Statement:
    """有的使用没有经过平台：写明原因，附上记录；平台统计的数仍保留。"""
    person, row = me(request), _row(reading.statement_for(request.user, pk), code)
    file = waiting_file(person, payload.file) if payload.file else None
    said = Correction(payload.open_minutes, payload.all_minutes, payload.reason, file)
    stating.correct(row, said, actor=person, now=timezone.now())
    return _shown(request, response, pk)


@router.delete(f"{PLACE}/{{int:pk}}/instruments/{{code}}/use", response=StatementOut, summary="取消更正")
def statement_uncorrect(request: HttpRequest, response: HttpResponse, pk: int, code: Path[Code]) -> Statement:
    """按平台统计。"""
    row = _row(reading.statement_for(request.user, pk), code)
    stating.drop_correction(row, actor=me(request), now=timezone.now())
    return _shown(request, response, pk)


@router.post(f"{PLACE}/{{int:pk}}/papers", response={201: StatementPaperOut}, summary="附材料")
def statement_paper(request: HttpRequest, pk: int, payload: StatementPaperIn) -> Status[StatementPaper]:
    """先 POST /files 上传文件。"""
    person, found = me(request), reading.statement_for(request.user, pk)
    file = waiting_file(person, payload.file)
    return Status(201, stating.add_paper(found, file, kind=payload.kind, actor=person, now=timezone.now()))


@router.get(f"{PLACE}/{{int:pk}}/papers/{{int:paper}}", summary="下载材料", openapi_extra={"responses": {200: _BYTES}})
def statement_paper_read(request: HttpRequest, pk: int, paper: int) -> HttpResponseBase:
    """看得到这张报表的人可以下载。"""
    found = get_object_or_404(reading.papers_of(reading.statement_for(request.user, pk)), pk=paper)
    return serving.response(found.file, request=request)


@router.delete(f"{PLACE}/{{int:pk}}/papers/{{int:paper}}", response={204: None}, summary="删除材料")
def statement_paper_drop(request: HttpRequest, pk: int, paper: int) -> Status[None]:
    """提交以前可以；一处更正所依据的，先取消更正。"""
    found = reading.statement_for(request.user, pk)
    stating.remove_paper(found, paper, actor=me(request), now=timezone.now())
    return Status(204, None)


@router.post(f"{PLACE}/{{int:pk}}/{{action}}", response=StatementOut, summary="办理净收入报表的一个动作")
def statement_act(
    request: HttpRequest, response: HttpResponse, pk: int,
    action: Literal["count", "submit", "withdraw", "accept", "return"], payload: StatementMoveIn,
) -> Statement:  # fmt: skip
    """count 是重新统计；其余见 allowed。"""
    found = reading.statement_for(request.user, pk)
    require_version(request, found.version)
    DO[action](found, payload.note, {"actor": me(request), "now": timezone.now(), "version": found.version})
    return _shown(request, response, pk)


DO: dict[str, Any] = {
    "count": lambda one, _note, said: stating.count(one, actor=said["actor"], now=said["now"]),
    "submit": lambda one, _note, said: handing.submit(one, **said),
    "withdraw": lambda one, _note, said: handing.withdraw(one, **said),
    "accept": lambda one, _note, said: handing.accept(one, **said),
    "return": lambda one, note, said: handing.give_back(one, note=note, **said),
}
assert set(DO) == {"count", *(move.action for move in STATEMENT.moves)}
