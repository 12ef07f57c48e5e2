"""What programs send and get about orders."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from ninja import Field, Schema
from pydantic import AwareDatetime, StringConstraints

from yixiang.orders.commands.writing import allowed
from yixiang.orders.models import Charge, Line, Order, OrderEvent, Paper
from yixiang.orders.queries import orders
from yixiang.orders.rules.wishes import LineWish, SampleWish, Wish
from yixiang.orders.states import ORDER

PLACE = "/api/v1/orders/"
Number = Annotated[str, StringConstraints(max_length=20)]
Code = Annotated[str, StringConstraints(max_length=20)]
Hazard = Literal["none", "flammable", "toxic", "corrosive", "biological", "radioactive", "magnetic", "other"]
Money = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)]


class OrderSampleIn(Schema):
    name: str = Field(max_length=80, examples=["钛合金断口"])
    count: int = Field(1, ge=1, le=1000)
    form: str = Field("", max_length=80)
    hazard: Hazard = "none"
    hazard_note: str = Field("", max_length=200)
    afterwards: Literal["discard", "return", "keep"] = "discard"

    def wish(self) -> SampleWish:
        return SampleWish(self.name, self.count, self.form, self.hazard, self.hazard_note, self.afterwards)


class OrderLineIn(Schema):
    """Either `start` and `end`, or `samples`."""

    instrument: Code
    start: AwareDatetime | None = Field(None, description="带时区，例如 2026-03-03T10:00:00+08:00")
    end: AwareDatetime | None = None
    samples: list[OrderSampleIn] = Field([], max_length=100)
    way: Literal["self", "guided", "entrusted"] = "entrusted"
    items: list[Annotated[str, StringConstraints(max_length=60)]] = Field([], max_length=10)

    def wish(self) -> LineWish:
        mode = "samples" if self.samples and self.start is None else "time"
        samples = tuple(sample.wish() for sample in self.samples)
        return LineWish(self.instrument, mode, self.way, self.start, self.end, tuple(self.items), samples)


class ProjectIn(Schema):
    name: str = Field("", max_length=200)
    number: str = Field("", max_length=60)
    funds: list[Annotated[str, StringConstraints(max_length=4)]] = Field([], max_length=4)


class WordsIn(Schema):
    purpose: Literal["research", "development", "teaching", "other"] = "research"
    content: str = Field("", max_length=500, description="测试目的与要求；提交时必填")
    project: ProjectIn = ProjectIn(name="", number="", funds=[])
    disciplines: list[Annotated[str, StringConstraints(max_length=6)]] = Field([], max_length=4)
    contact_name: str = Field("", max_length=40, description="不填用账号的姓名")
    contact_phone: str = Field("", max_length=20, description="不填用账号的手机")
    other_subsidy: bool = False
    note: str = Field("", max_length=500)

    def words(self, person: Any) -> dict[str, object]:
        return {
            "purpose": self.purpose, "content": self.content, "project_name": self.project.name,
            "project_number": self.project.number, "project_funds": self.project.funds,
            "disciplines": self.disciplines, "other_subsidy": self.other_subsidy, "note": self.note,
            "contact_name": self.contact_name or person.name, "contact_phone": self.contact_phone or person.phone,
        }  # fmt: skip


class OrderIn(WordsIn):
    provider: str = Field("", max_length=40, description="管理单位的账号；填了就核对", examples=["hnuniv"])
    lines: list[OrderLineIn] = Field(min_length=1, max_length=10_000, description="最多 20 项")
    submit: bool = Field(False, description="同时提交；不能提交时什么也不留下")

    def wish(self, person: Any) -> Wish:
        return Wish(tuple(line.wish() for line in self.lines), self.words(person))


class OrderStateOut(Schema):
    code: str
    label: str


class PartyOut(Schema):
    code: str
    name: str


class ChargeOut(Schema):
    component: str
    name: str
    basis: str
    price: Decimal | None = None
    quantity: Decimal | None = None
    amount: Decimal
    why: str


class OrderSampleOut(Schema):
    name: str
    count: int
    form: str
    hazard: str
    label: str = Field(description="样品标签上的编号")


class OrderLineOut(Schema):
    id: int
    instrument: PartyOut
    mode: str
    way: str
    start: datetime | None = Field(None, alias="starts")
    end: datetime | None = Field(None, alias="ends")
    samples: list[OrderSampleOut]
    started_at: datetime | None = None
    stopped_at: datetime | None = None
    used_minutes: int | None = None
    used_samples: int | None = None
    result: str
    charges: list[ChargeOut]

    @staticmethod
    def resolve_instrument(line: Line) -> dict[str, str]:
        return {"code": line.instrument.code, "name": line.instrument.name}

    @staticmethod
    def resolve_samples(line: Line) -> list[Any]:
        found = list(line.samples.all())
        for sample in found:
            sample.line = line
        return found

    @staticmethod
    def resolve_charges(line: Line) -> list[Charge]:
        """Those that count now: the bill, else the agreed price, else the estimate."""
        by_stage: dict[str, list[Charge]] = {}
        for charge in line.charges.all():
            by_stage.setdefault(charge.stage, []).append(charge)
        return next((by_stage[stage] for stage in ("final", "agreed", "quoted") if stage in by_stage), [])


class OrderMoveOut(Schema):
    action: str
    label: str
    note: bool = Field(description="须写明原因")
    method: Literal["POST"] = "POST"
    href: str


class OrderBrief(Schema):
    number: str
    state: OrderStateOut
    provider: PartyOut
    customer: PartyOut
    instruments: list[PartyOut]
    total: Decimal | None = None
    submitted_at: datetime | None = None
    answer_by: date | None = None
    settle_by: date | None = None
    changed_at: datetime
    href: str

    @staticmethod
    def resolve_state(order: Order) -> dict[str, str]:
        return {"code": order.state, "label": ORDER.label(order.state)}

    @staticmethod
    def resolve_provider(order: Order) -> dict[str, str]:
        return {"code": order.provider.account_name or str(order.provider_id), "name": order.provider.name}

    @staticmethod
    def resolve_customer(order: Order) -> dict[str, str]:
        return {"code": order.customer.account_name or str(order.customer_id), "name": order.customer.name}

    @staticmethod
    def resolve_instruments(order: Order) -> list[dict[str, str]]:
        return [{"code": line.instrument.code, "name": line.instrument.name} for line in order.lines.all()]

    @staticmethod
    def resolve_href(order: Order) -> str:
        return f"{PLACE}{order.number}"


class OrderEventOut(Schema):
    at: datetime
    by: str = Field(alias="by_label")
    side: str
    action: str
    before: str
    after: str
    what: str
    note: str


class InvoiceOut(Schema):
    id: int
    kind: str
    code: str
    number: str
    amount: Decimal
    issued_on: date


class PaperOut(Schema):
    id: int
    kind: str = Field(description="report 检测报告、result 结果数据、relevance 科技创新相关性证明")
    line: int | None = Field(None, alias="line_id", description="属于哪一项；null 为整张预约单的")
    name: str
    size: int
    at: datetime
    href: str

    @staticmethod
    def resolve_name(one: Paper) -> str:
        return one.file.name

    @staticmethod
    def resolve_size(one: Paper) -> int:
        return one.file.size

    @staticmethod
    def resolve_href(one: Paper) -> str:
        return f"{PLACE}{one.order.number}/papers/{one.pk}"


def _lines(order: Order) -> list[Line]:
    """Read once for one answer, which names the instruments and then lists the lines."""
    if not hasattr(order, "_shown"):
        order._shown = orders.lines_shown(order)  # type: ignore[attr-defined]
    found: list[Line] = order._shown  # type: ignore[attr-defined]
    return found


class OrderOut(OrderBrief):
    internal: bool
    purpose: str
    content: str
    project_name: str
    project_number: str
    contact_name: str
    note: str
    reason: str
    state_note: str
    quote: Decimal | None = Field(None, alias="quoted_total", description="按收费标准的估价；null 表示要等报价")
    agreed: Decimal | None = Field(None, alias="agreed_total")
    bill: Decimal | None = Field(None, alias="final_total")
    paid_on: date | None = None
    lines: list[OrderLineOut]
    papers: list[PaperOut]
    invoices: list[InvoiceOut]
    events: list[OrderEventOut]
    version: int
    allowed: list[OrderMoveOut]

    @staticmethod
    def resolve_instruments(order: Order) -> list[dict[str, str]]:
        return [{"code": line.instrument.code, "name": line.instrument.name} for line in _lines(order)]

    @staticmethod
    def resolve_lines(order: Order) -> list[Line]:
        return _lines(order)

    @staticmethod
    def resolve_papers(order: Order) -> list[Paper]:
        return orders.papers_shown(order)

    @staticmethod
    def resolve_invoices(order: Order) -> list[Any]:
        return list(order.invoices.all())

    @staticmethod
    def resolve_events(order: Order) -> list[OrderEvent]:
        return list(order.events.all())

    @staticmethod
    def resolve_allowed(order: Order, context: dict[str, Any]) -> list[dict[str, Any]]:
        moves = allowed(order, context["request"].user)
        return [
            {"action": one.action, "label": one.label, "note": one.note, "href": f"{PLACE}{order.number}/{one.action}"}
            for one in moves
        ]
