"""JSON doors of one instrument: begin, read, change, act. On the router of `finding`: they share an address."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Path, Schema, Status
from pydantic import create_model

from yixiang.catalogue.api.addresses import Code
from yixiang.catalogue.api.finding import NamedOut, router
from yixiang.catalogue.commands import editing, publishing, standing
from yixiang.catalogue.commands.writing import may_edit
from yixiang.catalogue.models import Instrument
from yixiang.catalogue.queries import desk, facts
from yixiang.catalogue.rules import readers
from yixiang.catalogue.rules.fields import BY_NAME, Spec
from yixiang.catalogue.search.rows import modes_of
from yixiang.catalogue.states import LISTING, PUBLIC
from yixiang.kernel.reference import region_name
from yixiang.kernel.typed import day, flag
from yixiang.units.queries import sub_unit_for, unit_by_code
from yixiang.web.cursor import require_version, version_tag

PLACE = "/api/v1/instruments/"
__all__ = ["router"]


class StateOut(Schema):
    code: str = Field(examples=["listed"])
    label: str = Field(examples=["开放共享"])


class ListingMoveOut(Schema):
    action: str = Field(examples=["stop"])
    label: str
    note: bool = Field(description="须写明原因")
    method: Literal["POST"] = "POST"
    href: str


class InstrumentOut(Schema):
    code: str = Field(examples=["k7m2xq9ab"])
    kind: str = Field(examples=["instrument"])
    name: str
    english_name: str
    model: str
    unit: NamedOut
    sub_unit: str = ""
    category: NamedOut
    region: NamedOut
    worth: Decimal | None = Field(None, description="原值，元")
    price_from: Decimal | None = Field(None, description="起价，元")
    price_basis: str
    first_free: datetime | None = None
    booking_modes: list[str]
    state: StateOut
    state_note: str
    health: int
    service_count: int
    listed_at: datetime | None = None
    changed_at: datetime
    facts: dict[str, Any] = Field(description="国家数据标准的全部内容，金额以元计")
    version: int
    draft: dict[str, str] | None = Field(None, description="尚未生效的填写内容；只有能修改的人看到")
    problems: dict[str, list[str]] | None = Field(None, description="草稿还差什么；只有能修改的人看到")
    waiting_for: str = Field("", description="现在由谁办理")
    case_id: int | None = None
    allowed: list[ListingMoveOut]
    href: str

    @staticmethod
    def resolve_name(one: Instrument) -> str:
        return facts.title_of(one)

    @staticmethod
    def resolve_unit(one: Instrument) -> dict[str, str]:
        return {"code": one.unit.account_name or str(one.unit_id), "name": one.unit.name}

    @staticmethod
    def resolve_sub_unit(one: Instrument) -> str:
        return one.sub_unit.name if one.sub_unit else ""

    @staticmethod
    def resolve_category(one: Instrument) -> dict[str, str]:
        return {"code": one.category, "name": one.category_name}

    @staticmethod
    def resolve_region(one: Instrument) -> dict[str, str]:
        return {"code": one.region, "name": region_name(one.region) if one.region else ""}

    @staticmethod
    def resolve_booking_modes(one: Instrument) -> list[str]:
        return list(modes_of(one.booking_mode))

    @staticmethod
    def resolve_state(one: Instrument) -> dict[str, str]:
        return {"code": one.state, "label": LISTING.label(one.state)}

    @staticmethod
    def resolve_facts(one: Instrument, context: dict[str, Any]) -> dict[str, Any]:
        return desk.open_facts(one, context["request"].user)

    @staticmethod
    def resolve_draft(one: Instrument, context: dict[str, Any]) -> dict[str, str] | None:
        return dict(one.typed) if may_edit(one, context["request"].user) else None

    @staticmethod
    def resolve_problems(one: Instrument, context: dict[str, Any]) -> dict[str, list[str]] | None:
        if one.state not in publishing.OPEN or not may_edit(one, context["request"].user):
            return None
        return facts.look(one, on=timezone.localdate()).problems

    @staticmethod
    def resolve_waiting_for(one: Instrument, context: dict[str, Any]) -> str:
        return one.case.holder if one.case and desk.may_see_private(one, context["request"].user) else ""

    @staticmethod
    def resolve_case_id(one: Instrument, context: dict[str, Any]) -> int | None:
        return one.case_id if desk.may_see_private(one, context["request"].user) else None

    @staticmethod
    def resolve_state_note(one: Instrument, context: dict[str, Any]) -> str:
        shown = one.state in PUBLIC or desk.may_see_private(one, context["request"].user)
        return one.state_note if shown else ""

    @staticmethod
    def resolve_allowed(one: Instrument, context: dict[str, Any]) -> list[dict[str, Any]]:
        moves = desk.moves_of(one, context["request"].user)
        return [
            {"action": move.action, "label": move.label, "note": move.note, "href": f"{PLACE}{one.code}/{move.action}"}
            for move in moves
        ]

    @staticmethod
    def resolve_href(one: Instrument) -> str:
        return f"{PLACE}{one.code}"


def _shape(spec: Spec) -> Any:
    """What a program may send for a field; it is read as on the form."""
    longest = max(spec.limit * 2, 400)
    about: dict[str, Any] = {"description": f"{spec.label.split('（')[0]}{'，元' if spec.read is readers.wan else ''}"}
    if spec.read is flag:
        return (bool | None, Field(None, **about))
    if spec.many:
        return (list[str] | None, Field(None, max_length=20, **about))
    if spec.read is readers.wan:
        return (Decimal | None, Field(None, max_digits=15, decimal_places=2, **about))
    if spec.read is day:
        return (date | None, Field(None, **about))
    if not spec.limit and not spec.choices and spec.read is not readers.web_address and spec.name != "region":
        return (Decimal | None, Field(None, max_digits=12, decimal_places=2, **about))
    return (str | None, Field(None, max_length=longest, **about))


_Facts: Any = create_model(  # one field for every fact of the national standard
    "InstrumentFacts", __base__=Schema, **{name: _shape(spec) for name, spec in BY_NAME.items() if name != "kind"}
)


class InstrumentChangeIn(_Facts):
    """Only what is sent is looked at."""

    def typed(self) -> dict[str, str]:
        sent = self.model_dump(exclude_unset=True, include=set(BY_NAME))
        return {name: _as_typed(BY_NAME[name], value) for name, value in sent.items()}


class InstrumentIn(InstrumentChangeIn):
    unit: str = Field(max_length=40, description="单位账号、统一社会信用代码或编号", examples=["hnuniv"])
    sub_unit_id: int | None = Field(None, description="所属二级单位")
    kind: Literal["instrument", "facility"] = "instrument"


class NoteIn(Schema):
    note: str = Field("", max_length=300, description="原因；停用、报废、退出时必须写明")


def _as_typed(spec: Spec, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "on" if value else ""
    if isinstance(value, list):
        return ",".join(map(str, value))
    if spec.read is readers.wan:
        return f"{value:f}元"
    return value.isoformat() if isinstance(value, date) else f"{value:f}" if isinstance(value, Decimal) else str(value)


@router.get("/instruments/{code}", response=InstrumentOut, auth=None, summary="一台仪器")
def instrument(request: HttpRequest, response: HttpResponse, code: Path[Code]) -> Instrument:
    """公开的内容任何人可读；能修改的人另外看到草稿、还差什么和现在可以办理的动作。"""
    found = desk.instrument_for(request.user, code)
    response["ETag"] = version_tag(found.version)
    return found


@router.post("/instruments", response={201: InstrumentOut}, summary="新建仪器草稿")
def start_instrument(request: HttpRequest, response: HttpResponse, payload: InstrumentIn) -> Status[Instrument]:
    """只存草稿，不检查内容；用动作 submit 提交审核，那时逐项说明还差什么。"""
    person: Any = request.user
    now, unit = timezone.now(), unit_by_code(person, payload.unit)
    sub = sub_unit_for(person, payload.sub_unit_id) if payload.sub_unit_id else None
    made = publishing.start(unit, actor=person, kind=payload.kind, sub_unit=sub, now=now)
    made = publishing.save_draft(made, actor=person, typed=payload.typed(), now=now)
    response["Location"] = f"{PLACE}{made.code}"
    return Status(201, made)


@router.patch("/instruments/{code}", response=InstrumentOut, summary="修改仪器")
def change_instrument(
    request: HttpRequest, response: HttpResponse, code: Path[Code], payload: InstrumentChangeIn
) -> Instrument:
    """草稿照样保存；已入网的立即生效，不用审核，改动前后的内容都有记录。"""
    person: Any = request.user
    found, now = desk.instrument_for(person, code), timezone.now()
    require_version(request, found.version)
    if found.state in PUBLIC:
        editing.edit(found, actor=person, typed=payload.typed(), now=now)
    else:
        publishing.save_draft(found, actor=person, typed=payload.typed(), now=now)
    return instrument(request, response, code)


Action = Literal[
    "submit", "withdraw", "reopen", "confirm", "stop", "restart", "ask_scrap", "ask_leave", "stay", "deregister"
]
_OWN: dict[str, Any] = {
    "submit": publishing.submit,
    "withdraw": publishing.withdraw_listing,
    "reopen": publishing.reopen,
    "confirm": editing.confirm,
}


@router.post("/instruments/{code}/{action}", response=InstrumentOut, summary="办理仪器的一个动作")
def act_on_instrument(
    request: HttpRequest, response: HttpResponse, code: Path[Code], action: Action, payload: NoteIn
) -> Instrument:
    """提交、撤回、重新申请、确认信息、停用、恢复、申请报废或退出、撤回申请；注销由主管部门办理。"""
    person: Any = request.user
    found, now = desk.instrument_for(person, code), timezone.now()
    if action in _OWN:
        _OWN[action](found, actor=person, now=now)
    else:
        standing.act(found, action, actor=person, note=payload.note, now=now)
    return instrument(request, response, code)
