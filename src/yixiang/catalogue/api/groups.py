"""What the JSON doors of platforms and test services have in common."""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Schema

from yixiang.catalogue.api.finding import NamedOut
from yixiang.catalogue.api.instruments import ListingMoveOut, StateOut
from yixiang.catalogue.commands import editing, grouping, publishing, standing
from yixiang.catalogue.models import Instrument
from yixiang.catalogue.queries import desk, facts
from yixiang.catalogue.queries import grouping as queries
from yixiang.catalogue.rules import readers
from yixiang.catalogue.rules.fields import Spec, table_of
from yixiang.catalogue.rules.wording import as_typed
from yixiang.catalogue.states import LISTING, PUBLIC
from yixiang.kernel.reference import region_name
from yixiang.units.queries import sub_unit_for, unit_by_code
from yixiang.web.cursor import Page, Paging, require_version

Action = Literal["submit", "withdraw", "reopen", "confirm", "stop", "restart", "ask_leave", "stay", "deregister"]
_OWN: dict[str, Any] = {
    "submit": publishing.submit,
    "withdraw": publishing.withdraw_listing,
    "reopen": publishing.reopen,
    "confirm": editing.confirm,
}


class GroupBrief(Schema):
    code: str = Field(description="固定编号", examples=["k7m2xq9ab"])
    name: str
    unit: NamedOut
    state: StateOut
    instrument_count: int = Field(0, description="开放共享的仪器台数")
    href: str

    @staticmethod
    def resolve_name(one: Any) -> str:
        return facts.title_of(one)

    @staticmethod
    def resolve_unit(one: Any) -> dict[str, str]:
        return {"code": one.unit.account_name or str(one.unit_id), "name": one.unit.name}

    @staticmethod
    def resolve_state(one: Any) -> dict[str, str]:
        return {"code": one.state, "label": LISTING.label(one.state)}

    @staticmethod
    def resolve_instrument_count(one: Any) -> int:
        known: int | None = getattr(one, "instrument_count", None)
        return one.instruments.filter(state="listed").count() if known is None else known

    @staticmethod
    def resolve_href(one: Any) -> str:
        return f"/api/v1/{one.kind_code}s/{one.code}"


class GroupMemberOut(Schema):
    code: str
    name: str
    model: str
    state: str
    href: str

    @staticmethod
    def resolve_href(one: Instrument) -> str:
        return f"/api/v1/instruments/{one.code}"


class GroupOut(GroupBrief):
    facts: dict[str, Any] = Field(description="全部内容，金额以元计")
    instruments: list[GroupMemberOut] = Field(description="公开的仪器，最多 200 台")
    listed_at: datetime | None = None
    changed_at: datetime
    version: int
    allowed: list[ListingMoveOut]

    @staticmethod
    def resolve_facts(one: Any, context: dict[str, Any]) -> dict[str, Any]:
        return desk.open_facts(one, context["request"].user)

    @staticmethod
    def resolve_instruments(one: Any, context: dict[str, Any]) -> list[Instrument]:
        seen = Instrument.objects.visible_to(context["request"].user).values("pk")
        return list(one.instruments.filter(pk__in=seen).order_by("name", "pk")[:200])

    @staticmethod
    def resolve_allowed(one: Any, context: dict[str, Any]) -> list[dict[str, Any]]:
        base = GroupBrief.resolve_href(one)
        return [
            {"action": move.action, "label": move.label, "note": move.note, "href": f"{base}/{move.action}"}
            for move in desk.moves_of(one, context["request"].user)
        ]


class GroupWanted(Paging):
    q: str = Field("", max_length=80, description="名称、单位或简介中的字")
    region: str = Field("", max_length=6, description="行政区划代码")
    unit: str = Field("", max_length=40, description="单位账号")

    def rows(self, kind_code: str) -> Page[Any]:
        wanted = queries.wanted_from(self.model_dump(exclude={"cursor", "limit", "total"}))
        return self.page(queries.public(kind_code, wanted))


class OwnerIn(Schema):
    unit: str = Field(max_length=40, description="单位账号、统一社会信用代码或编号", examples=["hnuniv"])
    sub_unit_id: int | None = Field(None, description="所属二级单位")


class InstrumentsIn(Schema):
    codes: list[str] = Field(max_length=500, description="仪器编号；整个换掉")


def typed_of(payload: Schema, kind_code: str) -> dict[str, str]:
    """Only what was sent, as it would have been typed on the form."""
    specs = {spec.name: spec for spec in table_of(kind_code)}
    sent = payload.model_dump(exclude_unset=True, include=set(specs))
    return {name: _as_typed(specs[name], value) for name, value in sent.items()}


def _as_typed(spec: Spec, value: Any) -> str:
    """Programs give yuan, people 万元."""
    if value is not None and spec.read is readers.wan:
        return f"{value:f}元"
    return as_typed(spec, value)


def region_of(code: str) -> dict[str, str]:
    return {"code": code, "name": region_name(code) if code else ""}


def begin(request: HttpRequest, kind_code: str, payload: OwnerIn) -> Any:
    """A draft with whatever was sent; it is judged when it is handed in."""
    person: Any = request.user
    now, unit = timezone.now(), unit_by_code(person, payload.unit)
    sub = sub_unit_for(person, payload.sub_unit_id) if payload.sub_unit_id else None
    made = grouping.start(kind_code, unit, actor=person, now=now, sub_unit=sub)
    return publishing.save_draft(made, actor=person, typed=typed_of(payload, kind_code), now=now)


def change(request: HttpRequest, kind_code: str, code: str, payload: Schema) -> Any:
    person: Any = request.user
    found, now = queries.group_for(person, kind_code, code), timezone.now()
    require_version(request, found.version)
    write: Any = editing.edit if found.state in PUBLIC else publishing.save_draft
    write(found, actor=person, typed=typed_of(payload, kind_code), now=now)
    return queries.group_for(person, kind_code, code)


def act(request: HttpRequest, kind_code: str, code: str, action: str, note: str) -> Any:
    person: Any = request.user
    found, now = queries.group_for(person, kind_code, code), timezone.now()
    if action in _OWN:
        _OWN[action](found, actor=person, now=now)
    else:
        standing.act(found, action, actor=person, note=note, now=now)
    return queries.group_for(person, kind_code, code)


def set_instruments(request: HttpRequest, kind_code: str, code: str, codes: list[str]) -> Any:
    person: Any = request.user
    found = queries.group_for(person, kind_code, code)
    ids = queries.ids_of(person, codes)
    grouping.set_instruments(found, ids, actor=person, now=timezone.now())
    return queries.group_for(person, kind_code, code)
