"""JSON doors of vouchers: the year's account, claims, redemptions and every move of them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from ninja import Field, Path, Query, Router, Schema, Status
from pydantic import StringConstraints

from yixiang.files import serving
from yixiang.files.queries import waiting_file
from yixiang.kernel.errors import Invalid, Unseen
from yixiang.units.models import Unit
from yixiang.vouchers.commands import claiming, paying, reviewing
from yixiang.vouchers.commands.writing import allowed
from yixiang.vouchers.models import Claim, Paper, Redemption
from yixiang.vouchers.queries import account, redemptions
from yixiang.vouchers.queries.account import Year
from yixiang.vouchers.queries.redemptions import QUEUES, Wanted
from yixiang.vouchers.states import REDEMPTION, VERDICTS
from yixiang.web.cursor import Listing, Page, Paging, require_version, version_tag

router = Router(tags=["创新券"])
PLACE = "/api/v1/redemptions/"
Number = Annotated[str, StringConstraints(max_length=20)]
Code = Annotated[str, StringConstraints(max_length=40)]
Money = Annotated[Decimal, Field(gt=0, max_digits=14, decimal_places=2)]
_BYTES = {
    "description": "文件内容",
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}


def code_of(unit: Unit) -> str:
    return unit.account_name or str(unit.pk)


class YearOut(Schema):
    unit: str
    programme: str
    title: str
    level: str
    limit: Decimal | None = Field(description="年度限额；还没有确定时为 null")
    claimed: Decimal = Field(description="已领取；不用先领取的地方为 0")
    used: Decimal
    left: Decimal = Field(description="还可以使用")
    claimable: Decimal = Field(description="还可以领取")
    missing: list[str] = Field(description="主管部门还没有确定的标准")
    decision: dict[str, Any] = Field(description="裁决全文：每一条规则、事实和条款")


class ClaimIn(Schema):
    unit: Annotated[str, StringConstraints(max_length=40)] = Field(description="单位账号")
    programme: Code
    amount: Money | None = Field(None, description="不填就领取余下的全部")


class ClaimOut(Schema):
    amount: Decimal
    at: datetime
    claimed: Decimal
    limit: Decimal

    @staticmethod
    def resolve_claimed(one: Claim) -> Decimal:
        return Decimal(one.entitlement.claimed)

    @staticmethod
    def resolve_limit(one: Claim) -> Decimal:
        return Decimal(one.entitlement.limit)


class RedemptionsAsked(Paging):
    q: str = Field("", max_length=80, description="编号、预约单号、发票号码或单位名称")
    queue: Literal["", "review", "returned", "pay", "paid", "over"] = Field(
        "", description="、".join(f"{code} {label}" for code, (label, _states) in QUEUES.items())
    )
    programme: Code = ""
    since: date | None = None
    until: date | None = None

    def wanted(self) -> Wanted:
        q, programme = self.q.strip().replace("\0", ""), self.programme.replace("\0", "")
        return Wanted(q, self.queue, programme, self.since, self.until)


class RedemptionStateOut(Schema):
    code: str
    label: str


class RedemptionBrief(Schema):
    number: str
    state: RedemptionStateOut
    programme: str
    unit: str
    provider: str
    payee: str
    order: str = Field(alias="order_number")
    invoices: list[str]
    day: date = Field(description="约定日期：按这一天的单位情况和政策判断")
    price: Decimal
    amount: Decimal
    filed_at: datetime | None
    paid_on: date | None
    href: str

    @staticmethod
    def resolve_state(one: Redemption) -> dict[str, str]:
        return {"code": one.state, "label": REDEMPTION.label(one.state)}

    @staticmethod
    def resolve_programme(one: Redemption) -> str:
        return str(one.programme.code)

    @staticmethod
    def resolve_unit(one: Redemption) -> str:
        return str(one.unit.name)

    @staticmethod
    def resolve_provider(one: Redemption) -> str:
        return str(one.provider.name)

    @staticmethod
    def resolve_payee(one: Redemption) -> str:
        return str(one.payee.name)

    @staticmethod
    def resolve_href(one: Redemption) -> str:
        return f"{PLACE}{one.number}"


class VoucherPaperOut(Schema):
    id: int
    kind: str
    label: str
    from_order: bool
    has_file: bool
    digest: str

    @staticmethod
    def resolve_has_file(one: Paper) -> bool:
        return one.file_id is not None


class RedemptionEventOut(Schema):
    at: datetime
    by: str = Field(alias="by_label")
    action: str
    before: str
    after: str
    what: str
    note: str


class RedemptionOut(RedemptionBrief):
    version: int
    note: str = Field(alias="state_note")
    article: str
    papers: list[VoucherPaperOut]
    events: list[RedemptionEventOut]
    postings: list[int] = Field(description="资金账目的编号，见 /postings/{pk}")
    case: int | None = Field(alias="case_id", description="审核事项的编号，见 /cases/{pk}")
    decision: dict[str, Any]
    allowed: list[str]

    @staticmethod
    def resolve_papers(one: Redemption) -> list[Paper]:
        return list(one.papers.all())

    @staticmethod
    def resolve_events(one: Redemption) -> list[Any]:
        return list(one.events.all())

    @staticmethod
    def resolve_postings(one: Redemption) -> list[int]:
        return list(one.hold.postings.order_by("pk").values_list("pk", flat=True))

    @staticmethod
    def resolve_allowed(one: Redemption, context: Any) -> list[str]:
        return [move.action for move in allowed(one, context["request"].user)]


class RedemptionMoveIn(Schema):
    """Only what the action needs is read."""

    note: str = Field("", max_length=300, description="撤销核定、登记追回时必填")
    paid_on: date | None = Field(None, description="拨付日期；不填为今天")
    amount: Money | None = Field(None, description="追回的金额")


class RedemptionPaperIn(Schema):
    kind: Literal["contract", "invoice", "result", "relevance", "other"]
    file: UUID = Field(description="POST /files 得到的编号")
    label: str = Field("", max_length=160)


class VerifiedOut(Schema):
    number: str
    verdict: Literal["valid", "used", "void"] = Field(description="有效、已使用、已退回")
    state: RedemptionStateOut
    programme: str
    amount: Decimal
    used_on: date


def shown(response: HttpResponse, one: Redemption) -> Redemption:
    response["ETag"] = version_tag(one.version)
    return one


def _year(unit: Unit, year: Year) -> dict[str, Any]:
    return {
        "unit": code_of(unit), "programme": year.programme.code, "title": year.programme.title,
        "level": year.programme.level, "limit": year.limit, "claimed": year.claimed, "used": year.used,
        "left": year.left, "claimable": year.claimable, "missing": year.missing, "decision": year.verdict.to_json(),
    }  # fmt: skip


@router.get("/vouchers", response=list[YearOut], summary="我的创新券额度")
def voucher_years(request: HttpRequest) -> list[dict[str, Any]]:
    """您管理的单位今年还能用多少、领多少。"""
    units, today = account.units_of(request.user), timezone.localdate()
    return [_year(unit, year) for unit in units for year in account.years_of(unit, today=today)]


@router.post("/vouchers/claims", response={201: ClaimOut}, summary="领取创新券")
def voucher_claim(request: HttpRequest, payload: ClaimIn) -> Status[Claim]:
    """按单位今天的类别和年度限额。"""
    person: Any = request.user
    unit = next((one for one in account.units_of(person) if code_of(one) == payload.unit), None)
    years = account.years_of(unit, today=timezone.localdate()) if unit else []
    year = next((one for one in years if one.programme.code == payload.programme), None)
    if unit is None or year is None:
        raise Unseen()
    now = timezone.now()
    return Status(201, claiming.claim(unit, year.programme, actor=person, now=now, wanted=payload.amount))


@router.get("/vouchers/verify/{code}", response=VerifiedOut, auth=None, summary="核验创新券")
def voucher_verify(request: HttpRequest, code: Path[Code]) -> dict[str, Any]:
    """纸质创新券二维码里的代码；不显示单位和个人的信息。"""
    one = redemptions.by_code(code.replace("\0", ""))
    return {
        "number": one.number, "verdict": VERDICTS[one.state], "programme": one.programme.title, "amount": one.amount,
        "state": {"code": one.state, "label": REDEMPTION.label(one.state)}, "used_on": timezone.localdate(one.used_at),
    }  # fmt: skip


@router.get("/redemptions", response=Listing[RedemptionBrief], summary="创新券兑付")
def redemption_list(request: HttpRequest, asked: Query[RedemptionsAsked]) -> Page[Redemption]:
    """单位看本单位用过和收到的，主管部门看本地区的；新的在前。"""
    return asked.page(redemptions.filtered(Redemption.objects.visible_to(request.user), asked.wanted()))


@router.get("/redemptions/{number}", response=RedemptionOut, summary="一张创新券")
def redemption_one(request: HttpRequest, response: HttpResponse, number: Path[Number]) -> Redemption:
    """依据、材料、经过和账目；审核在 /cases 里办理。"""
    return shown(response, redemptions.redemption_for(request.user, number))


@router.post("/redemptions/{number}/papers", response={201: VoucherPaperOut}, summary="补充材料")
def redemption_paper(request: HttpRequest, number: Path[Number], payload: RedemptionPaperIn) -> Status[Paper]:
    """主管部门退回以后可以补充；先 POST /files 上传文件。"""
    person: Any = request.user
    found, file = redemptions.redemption_for(person, number), waiting_file(person, payload.file)
    now = timezone.now()
    made = reviewing.add_paper(found, file, kind=payload.kind, label=payload.label, actor=person, now=now)
    return Status(201, made)


@router.get("/redemptions/{number}/papers/{int:pk}", summary="下载材料", openapi_extra={"responses": {200: _BYTES}})
def redemption_paper_read(request: HttpRequest, number: Path[Number], pk: int) -> HttpResponseBase:
    """看得到这张创新券的人可以下载。"""
    return serving.response(redemptions.paper_of(redemptions.redemption_for(request.user, number), pk), request=request)


@router.post("/redemptions/{number}/{action}", response=RedemptionOut, summary="办理创新券的一个动作")
def redemption_act(
    request: HttpRequest,
    response: HttpResponse,
    number: Path[Number],
    action: Literal["resubmit", "withdraw", "unpledge", "pay", "revoke", "recover"],
    payload: RedemptionMoveIn,
) -> Redemption:
    """allowed 里列出的动作；每个动作只读它需要的字段。"""
    found = redemptions.redemption_for(request.user, number)
    require_version(request, found.version)
    said = {"actor": request.user, "now": timezone.now(), "version": found.version}
    DO[action](found, payload, said)
    return shown(response, redemptions.redemption_for(request.user, number))


def _recover(one: Redemption, sent: RedemptionMoveIn, said: dict[str, Any]) -> Redemption:
    if sent.amount is None:
        raise Invalid.field("amount", "请填写追回的金额。")
    return paying.recover(one, sent.amount, note=sent.note, **said)


DO: dict[str, Any] = {
    "resubmit": lambda one, sent, said: reviewing.resubmit(one, note=sent.note, **said),
    "withdraw": lambda one, sent, said: reviewing.withdraw(one, note=sent.note, **said),
    "unpledge": lambda one, sent, said: reviewing.unpledge(one, note=sent.note, **said),
    "pay": lambda one, sent, said: paying.pay(one, paid_on=sent.paid_on, **said),
    "revoke": lambda one, sent, said: paying.revoke(one, note=sent.note, **said),
    "recover": _recover,
}
