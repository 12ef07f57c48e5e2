"""JSON doors of programmes and their books."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Path, Query, Router, Schema, Status
from pydantic import StringConstraints

from yixiang.ledger.commands import programmes
from yixiang.ledger.commands.programmes import Plan
from yixiang.ledger.models import Entry, Posting, Programme
from yixiang.ledger.queries import lists, planning
from yixiang.ledger.queries.books import books
from yixiang.ledger.queries.lists import PostingsWanted, ProgrammesWanted
from yixiang.ledger.states import MOVES, PROGRAMME
from yixiang.web.cursor import Listing, Page, Paging, require_version, version_tag

router = Router(tags=["补助项目与账目"])
PLACE = "/api/v1/programmes/"
Code = Annotated[str, StringConstraints(max_length=40)]
Typed = Annotated[str, StringConstraints(max_length=20)]
Money = Annotated[Decimal, Field(gt=0, max_digits=14, decimal_places=2)]


class ProgrammesAsked(Paging):
    state: Literal["", "draft", "open", "closed"] = ""
    subject: Code = Field("", description="政策包的主题，例如 voucher")
    year: int | None = Field(None, ge=2000, le=2100)

    def wanted(self) -> ProgrammesWanted:
        return ProgrammesWanted(self.state, self.subject.replace("\0", ""), str(self.year or ""))


class ProgrammeIn(Schema):
    subject: Annotated[str, StringConstraints(max_length=20)] = Field(examples=["voucher"])
    region: Annotated[str, StringConstraints(max_length=6)] = Field(examples=["370000"])
    year: int = Field(ge=2000, le=2100)
    title: str = Field(max_length=80)
    budget: Money
    opens_on: date
    closes_on: date
    settings: dict[Code, Typed] = Field(
        {}, description="由主管部门确定的标准，名称 → 文本；比例写 0.50，金额写 5000.00"
    )

    def plan(self) -> Plan:
        return Plan(**self.model_dump())


class ProgrammeMoveIn(Schema):
    note: str = Field("", max_length=300, description="关闭时必填")


class SettingOut(Schema):
    name: str
    label: str
    kind: str
    value: str | None = Field(description="还没有确定时为 null")


class ProgrammeBrief(Schema):
    code: str
    subject: str
    jurisdiction: str
    level: str
    region: str
    year: int
    title: str
    state: str
    budget: Decimal
    opens_on: date
    closes_on: date
    href: str

    @staticmethod
    def resolve_href(one: Programme) -> str:
        return f"{PLACE}{one.code}"


class ProgrammeOut(ProgrammeBrief):
    version: int
    settings: list[SettingOut]
    books: dict[str, Decimal] = Field(
        description="fund 可用、reserved 已预留、committed 已核定、paid 已拨付、recovered 已追回"
    )
    allowed: list[str]

    @staticmethod
    def resolve_settings(one: Programme) -> list[Mapping[str, Any]]:
        return [
            {"name": s.setting.name, "label": s.setting.label, "kind": s.setting.kind,
             "value": one.settings.get(s.setting.name)}
            for s in planning.settings_shown(one)
        ]  # fmt: skip

    @staticmethod
    def resolve_books(one: Programme) -> dict[str, Decimal]:
        return {stage: balance for stage, balance in books(one).items() if stage != "appropriated"}

    @staticmethod
    def resolve_allowed(one: Programme, context: Any) -> list[str]:
        person = context["request"].user
        return [m.action for m in PROGRAMME.allowed(one.state)] if planning.may_plan(person, one) else []


class PostingsAsked(Paging):
    q: str = Field("", max_length=80, description="业务编号、预约单号、发票号码或单位名称")
    programme: Code = ""
    move: Literal["", "fund", "reserve", "commit", "release", "pay", "recover"] = Field(
        "", description="、".join(f"{code} {label}" for code, label in MOVES.items())
    )
    since: date | None = None
    until: date | None = None

    def wanted(self) -> PostingsWanted:
        q, programme = self.q.strip().replace("\0", ""), self.programme.replace("\0", "")
        return PostingsWanted(q, programme, self.move, self.since, self.until)


class EntryOut(Schema):
    account: str
    amount: Decimal
    customer: str | None
    provider: str | None
    instrument: str | None

    @staticmethod
    def resolve_account(one: Entry) -> str:
        return str(one.account.stage)

    @staticmethod
    def resolve_customer(one: Entry) -> str | None:
        return one.customer.name if one.customer else None

    @staticmethod
    def resolve_provider(one: Entry) -> str | None:
        return one.provider.name if one.provider else None

    @staticmethod
    def resolve_instrument(one: Entry) -> str | None:
        return one.instrument.code if one.instrument else None


class PostingOut(Schema):
    id: int
    programme: str
    move: str
    amount: Decimal
    at: datetime
    by: str = Field(alias="by_label")
    reason: str
    reference: str | None
    order: str = Field(alias="order_number", description="预约单号")
    invoices: list[str]
    pack: str
    decided_on: date | None
    digest: str
    article: str
    entries: list[EntryOut]

    @staticmethod
    def resolve_programme(one: Posting) -> str:
        return str(one.programme.code)

    @staticmethod
    def resolve_reference(one: Posting) -> str | None:
        return one.hold.reference_key if one.hold else None


class PostingFull(PostingOut):
    decision: dict[str, Any] = Field(description="裁决全文：事实、每一条规则和结果")


def shown(response: HttpResponse, programme: Programme) -> Programme:
    response["ETag"] = version_tag(programme.version)
    return programme


@router.get("/programmes", response=Listing[ProgrammeBrief], summary="补助项目")
def programme_list(request: HttpRequest, asked: Query[ProgrammesAsked]) -> Page[Programme]:
    """主管部门看到本地区和下辖地区的项目。"""
    return asked.page(lists.programmes_of(request.user, asked.wanted()))


@router.post("/programmes", response={201: ProgrammeOut}, summary="编制补助项目")
def programme_plan(request: HttpRequest, response: HttpResponse, payload: ProgrammeIn) -> Status[Programme]:
    """建立草稿；开放前不能使用。"""
    person: Any = request.user
    made = programmes.plan(payload.plan(), actor=person, now=timezone.now())
    response["Location"] = f"{PLACE}{made.code}"
    return Status(201, shown(response, made))


@router.get("/programmes/{code}", response=ProgrammeOut, summary="一个补助项目")
def programme_one(request: HttpRequest, response: HttpResponse, code: Path[Code]) -> Programme:
    """标准、预算和各阶段的余额。"""
    return shown(response, lists.programme_for(request.user, code))


@router.put("/programmes/{code}", response=ProgrammeOut, summary="修改补助项目")
def programme_change(request: HttpRequest, response: HttpResponse, code: Path[Code], payload: ProgrammeIn) -> Programme:
    """草稿整个替换；开放后只能增加预算、补上还没有确定的标准。"""
    person: Any = request.user
    found = lists.programme_for(person, code)
    require_version(request, found.version)
    return shown(response, programmes.change(found, payload.plan(), actor=person, now=timezone.now()))


@router.post("/programmes/{code}/open", response=ProgrammeOut, summary="开放补助项目")
def programme_open(request: HttpRequest, response: HttpResponse, code: Path[Code]) -> Programme:
    """预算入账。"""
    person: Any = request.user
    found = lists.programme_for(person, code)
    require_version(request, found.version)
    return shown(response, programmes.open_programme(found, actor=person, now=timezone.now()))


@router.post("/programmes/{code}/close", response=ProgrammeOut, summary="关闭补助项目")
def programme_close(
    request: HttpRequest, response: HttpResponse, code: Path[Code], payload: ProgrammeMoveIn
) -> Programme:
    """不再受理新的；已受理的照常办完。"""
    person: Any = request.user
    found = lists.programme_for(person, code)
    require_version(request, found.version)
    return shown(response, programmes.close_programme(found, actor=person, now=timezone.now(), note=payload.note))


@router.post("/programmes/{code}/reopen", response=ProgrammeOut, summary="重新开放补助项目")
def programme_reopen(
    request: HttpRequest, response: HttpResponse, code: Path[Code], payload: ProgrammeMoveIn
) -> Programme:
    """恢复受理；预算、标准和已用的限额接着算。"""
    person: Any = request.user
    found = lists.programme_for(person, code)
    require_version(request, found.version)
    return shown(response, programmes.reopen_programme(found, actor=person, now=timezone.now(), note=payload.note))


@router.get("/postings", response=Listing[PostingOut], summary="资金账目")
def posting_list(request: HttpRequest, asked: Query[PostingsAsked]) -> Page[Posting]:
    """主管部门看本地区的，单位看本单位的；新的在前。"""
    return asked.page(lists.postings_of(request.user, asked.wanted()))


@router.get("/postings/{int:pk}", response=PostingFull, summary="一笔账目")
def posting_one(request: HttpRequest, pk: Path[int]) -> Posting:
    """预约单、发票、政策包、条款、裁决和经办人。"""
    return lists.posting_for(request.user, pk)
