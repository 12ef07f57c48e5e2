"""JSON door of subsidies: the steps of a run, contests and objections, taking back, and moves of what is asked for."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Field, Path, Query, Schema, Status
from pydantic import StringConstraints

from yixiang.files.queries import waiting_file
from yixiang.ledger.queries.lists import programme_for
from yixiang.people.asking import me
from yixiang.subsidies.api.runs import ApplicationOut, AwardOut, Number, RunOut, SubsidyFlagOut
from yixiang.subsidies.api.runs import router as router
from yixiang.subsidies.commands import applying, calculating, checking, flagging, paying, publishing, stepping
from yixiang.subsidies.commands.checking import Evidence
from yixiang.subsidies.commands.stepping import Typed
from yixiang.subsidies.models import Application, Award, Contest, Flag, Objection, Run
from yixiang.subsidies.queries import applying as asked
from yixiang.subsidies.queries import flags as suspicions
from yixiang.subsidies.queries import runs
from yixiang.subsidies.states import APPLICATION, RUN
from yixiang.web.cursor import Listing, Page, Paging

Words = Annotated[str, StringConstraints(max_length=1000)]


class RunIn(Schema):
    programme: Annotated[str, StringConstraints(max_length=40)] = Field(description="后补助项目的代码")


class RunMoveIn(Schema):
    days: int | None = Field(None, ge=1, le=90, description="送核对、公示：几个工作日")
    note: Annotated[str, StringConstraints(max_length=300)] = Field("", description="退回核对：原因")
    paid_on: date | None = Field(None, description="登记已发放：发放日期")
    version: int | None = Field(None, description="看到的版本；已有变化就不办理")


class ContestIn(Schema):
    line: int = Field(description="核算明细的 line")
    words: Words = Field(description="为什么应当计入")
    file: UUID | None = Field(None, description="证明材料：POST /files 得到的编号")


class ContestOut(Schema):
    id: int = Field(alias="pk")
    line: int = Field(alias="order_line")
    order: str = Field(alias="number")
    unit_name: str = Field(alias="unit.name")
    words: str
    state: str
    answer: str
    at: datetime


class WordsIn(Schema):
    words: Words


class ObjectionIn(Schema):
    unit: Number = Field("", description="对哪一家：单位账号；不填为整个公示")
    apart: bool = Field(False, description="单独计算的那一项")
    words: Words
    contact: Annotated[str, StringConstraints(max_length=80)] = ""


class ObjectionOut(Schema):
    id: int = Field(alias="pk")
    about: str = Field(description="对哪一家；空为整个公示")
    words: str
    state: str
    answer: str
    at: datetime

    @staticmethod
    def resolve_about(one: Objection) -> str:
        return one.award.name if one.award else ""


class AwardRecoverIn(Schema):
    apart: bool = Field(False, description="单独计算的那一项")
    amount: Annotated[Decimal, Field(gt=0, max_digits=14, decimal_places=2)] = Field(description="可以是一部分")
    words: Words = Field(description="查实了什么、依据")


class AppliedOrderOut(Schema):
    order: str = Field(alias="order.number")
    provider_name: str = Field(alias="order.provider.name")
    paid: Decimal
    earned: Decimal = Field(description="按比例")
    granted: Decimal = Field(description="年度限额以内")
    because: str = Field(description="为什么计入、按多少计")
    article: str

    @staticmethod
    def resolve_because(one: Any) -> str:
        return str(one.verdict["steps"][-1]["because"])

    @staticmethod
    def resolve_article(one: Any) -> str:
        return str(one.verdict["steps"][-1]["article"])


class ApplicationFull(ApplicationOut):
    orders: list[AppliedOrderOut]
    verdict: dict[str, Any] = Field(description="年度限额的裁决全文")
    allowed: list[str]

    @staticmethod
    def resolve_orders(one: Application) -> list[Any]:
        return list(one.orders.select_related("order__provider"))

    @staticmethod
    def resolve_allowed(one: Application, context: Any) -> list[str]:
        return asked.acts_of(one, context["request"].user)


class ApplicationMoveIn(Schema):
    note: Annotated[str, StringConstraints(max_length=300)] = Field("", description="撤销核定：原因")
    paid_on: date | None = Field(None, description="登记已发放：发放日期")


# --- runs


@router.post("/subsidy-runs", response={201: RunOut}, summary="开始核算")
def run_start(request: HttpRequest, typed: RunIn) -> Status[Run]:
    """一个已经结束的年度，只有一次核算；由后台计算，`busy` 变为 false 时有结果。"""
    made = calculating.start(programme_for(request.user, typed.programme), actor=me(request), now=timezone.now())
    return Status(201, runs.run_for(request.user, made.pk))


@router.get("/subsidy-runs/{run}", response=RunOut, summary="一次核算")
def run_one(request: HttpRequest, run: Path[int]) -> Run:
    """状态、合计和现在可以办理的步骤。"""
    return runs.run_for(request.user, run)


@router.get("/subsidy-runs/{run}/contests", response=Listing[ContestOut], summary="核对异议")
def contest_list(request: HttpRequest, run: Path[int], wanted: Query[Paging]) -> Page[Contest]:
    """单位看到自己提出的，主管部门看到全部。"""
    return wanted.page(runs.contests_of(runs.run_for(request.user, run), request.user), by=("-pk",))


@router.post("/subsidy-runs/{run}/contests", response={201: ContestOut}, summary="提出核对异议")
def contest_make(request: HttpRequest, run: Path[int], typed: ContestIn) -> Status[Contest]:
    """单位在核对期内，对自己的一行。"""
    line = runs.line_for(runs.run_for(request.user, run), request.user, typed.line)
    evidence = Evidence(typed.words, waiting_file(request.user, typed.file) if typed.file else None)
    return Status(201, checking.contest(line, evidence, actor=me(request), now=timezone.now()))


@router.post("/subsidy-runs/{run}/contests/{contest}/{action}", response=ContestOut, summary="答复核对异议")
def contest_answer(
    request: HttpRequest, run: Path[int], contest: Path[int], action: Literal["accept", "decline"], typed: WordsIn
) -> Contest:
    """采纳的在重新核算时计入。"""
    found = get_object_or_404(runs.contests_of(runs.run_for(request.user, run), request.user), pk=contest)
    return checking.answer(found, actor=me(request), action=action, words=typed.words, now=timezone.now())


@router.get("/subsidy-runs/{run}/objections", response=Listing[ObjectionOut], summary="公示异议")
def objection_list(request: HttpRequest, run: Path[int], wanted: Query[Paging]) -> Page[Objection]:
    """主管部门看到全部，提出的人看到自己的；不写明是谁提出的。"""
    return wanted.page(runs.objections_of(runs.notice_for(run), request.user), by=("-pk",))


@router.post("/subsidy-runs/{run}/objections", response={201: ObjectionOut}, summary="提出公示异议")
def objection_make(request: HttpRequest, run: Path[int], typed: ObjectionIn) -> Status[Objection]:
    """公示期内，任何登录的人。"""
    found = runs.notice_for(run)
    award = _award(runs.on_notice(found), typed.unit, apart=typed.apart) if typed.unit else None
    said: dict[str, Any] = {"words": typed.words, "contact": typed.contact, "award": award}
    return Status(201, publishing.object_to(found, actor=me(request), now=timezone.now(), **said))


@router.post("/subsidy-runs/{run}/objections/{objection}/answer", response=ObjectionOut, summary="处理公示异议")
def objection_answer(request: HttpRequest, run: Path[int], objection: Path[int], typed: WordsIn) -> Objection:
    """查实结果有误的，处理后退回核对，更正后重新公示。"""
    found = get_object_or_404(runs.objections_of(runs.run_for(request.user, run), request.user), pk=objection)
    return publishing.answer(found, actor=me(request), words=typed.words, now=timezone.now())


@router.post("/subsidy-runs/{run}/awards/{unit}/recover", response=AwardOut, summary="追回后补助")
def award_recover(request: HttpRequest, run: Path[int], unit: Path[Number], typed: AwardRecoverIn) -> Award:
    """查实以后；写入诚信记录，解除以前不能再获得补助。"""
    found = _award(runs.awards_of(runs.run_for(request.user, run), request.user), unit, apart=typed.apart)
    return paying.recover(found, actor=me(request), amount=typed.amount, words=typed.words, now=timezone.now())


@router.post("/subsidy-runs/{run}/{action}", response={200: RunOut, 202: RunOut}, summary="办理核算的一个步骤")
def run_act(
    request: HttpRequest, run: Path[int],
    action: Literal["calculate", "send", "freeze", "publish", "confirm", "reopen", "pay"], typed: RunMoveIn,
) -> Status[Run]:  # fmt: skip
    """公示当时生效；其余由后台办理，先答 202，`busy` 变为 false 时办完，没有办成的见 `trouble`。"""
    found, moved = runs.run_for(request.user, run), Typed(typed.days, typed.note, typed.paid_on)
    stepping.act(found, action, moved, actor=me(request), now=timezone.now(), version=typed.version)
    found = runs.run_for(request.user, run)
    return Status(202 if found.busy else 200, found)


def _award(rows: Any, unit: str, *, apart: bool) -> Award:
    wanted = rows.exclude(apart="") if apart else rows.filter(apart="")
    own = Q(unit__account_name=unit) | Q(unit__account_name="", unit_id=int(unit) if unit.isdecimal() else 0)
    found: Award = get_object_or_404(wanted, own)
    return found


# --- applications and suspicions


@router.get("/subsidy-applications/{number}", response=ApplicationFull, summary="一件用户补助申请")
def application_one(request: HttpRequest, number: Path[Number]) -> Application:
    """每张预约单的金额和年度限额的裁决。"""
    return asked.application_for(request.user, number)


@router.post("/subsidy-applications/{number}/{action}", response=ApplicationFull, summary="办理用户补助申请")
def application_act(
    request: HttpRequest, number: Path[Number], action: Literal["withdraw", "resubmit", "pay", "revoke"],
    typed: ApplicationMoveIn,
) -> Application:  # fmt: skip
    """审核在 /cases；这里是撤回、重新提交、登记已发放和撤销核定。"""
    found, said = asked.application_for(request.user, number), {"actor": me(request), "now": timezone.now()}
    DO[action](found, typed, said)
    return asked.application_for(request.user, number)


DO: dict[str, Any] = {
    "withdraw": lambda one, _typed, said: applying.withdraw(one, **said),
    "resubmit": lambda one, typed, said: applying.resubmit(one, note=typed.note, **said),
    "pay": lambda one, typed, said: applying.pay(one, paid_on=typed.paid_on, **said),
    "revoke": lambda one, typed, said: applying.revoke(one, note=typed.note, **said),
}
assert set(DO) <= {move.action for move in APPLICATION.moves}
assert {"send", "freeze", "publish", "confirm", "reopen", "pay"} == {move.action for move in RUN.moves}


@router.get("/subsidy-flags/{flag}", response=SubsidyFlagOut, summary="一条疑点")
def flag_one(request: HttpRequest, flag: Path[int]) -> Flag:
    """涉及的订单和事实。"""
    return suspicions.flag_for(request.user, flag)


@router.post("/subsidy-flags/{flag}/{action}", response=SubsidyFlagOut, summary="答复或核查疑点")
def flag_act(
    request: HttpRequest, flag: Path[int], action: Literal["answer", "clear", "confirm"], typed: WordsIn
) -> Flag:
    """answer 由单位说明；clear 排除、confirm 核实有问题，由主管部门。"""
    found = suspicions.flag_for(request.user, flag)
    said: dict[str, Any] = {"actor": me(request), "words": typed.words, "now": timezone.now()}
    return flagging.answer(found, **said) if action == "answer" else flagging.close(found, action=action, **said)
