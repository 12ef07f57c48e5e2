"""What is over, written down as the commands would have left it: a few thousand rows in a few statements."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from yixiang.catalogue.models import Hold, Instrument, Tariff
from yixiang.kernel.periods import local_date
from yixiang.orders import law
from yixiang.orders.models import Charge, Invoice, Line, Order, OrderEvent, Rating, Sample
from yixiang.orders.models.order import new_number
from yixiang.orders.rules import pricing
from yixiang.orders.rules.pricing import Amount
from yixiang.orders.rules.words import REFUSALS, STEPS
from yixiang.orders.states import KEEPING
from yixiang.people.models import Person
from yixiang.units.models import Unit

WORDS = (
    "沟通及时，数据给得快。", "机组老师很专业，帮忙优化了制样方法。", "结果可靠，报告规范。", "排队稍久，结果不错。",
    "", "预约方便，到场就能用。", "图像质量很好，下次还来。", "解释得很清楚，帮我们找到了失效原因。",
)  # fmt: skip
PURPOSES = (
    "观察断口形貌，判断失效原因。", "新配方批次的成分比对。", "镀层厚度与元素分布。", "粉末物相分析。",
    "出厂前的性能验证。", "课题样品的结构表征。", "清洗工艺改进前后的残留检测。", "竞赛作品的材料测试。",
)  # fmt: skip
SAMPLES = ("钛合金断口", "陶瓷粉末", "镀膜硅片", "高分子薄膜", "焊点切片", "催化剂粉末", "合金线材", "土壤提取液")


@dataclass
class Past:
    """One order that was, before its rows are written."""

    instrument: Instrument
    tariff: Tariff
    customer: Unit
    person: Person
    keeper: tuple[Person | None, str]
    starts: datetime
    ends: datetime
    mode: str
    samples: int
    quoted: Sequence[Amount]
    final: Sequence[Amount]
    used_minutes: int
    why: str
    end: str
    step: int
    rated: bool
    lead: timedelta
    words: str
    purpose: str
    sample_name: str
    project: str
    dice: random.Random

    @property
    def asked(self) -> datetime:
        return self.starts - self.lead

    @property
    def recorded(self) -> datetime:
        return self.ends + timedelta(hours=3)

    @property
    def settled(self) -> datetime:
        return self.ends + timedelta(days=4, hours=2)

    @property
    def paid(self) -> bool:
        return self.end == "completed"


def keep(rows: Iterable[Past], *, now: datetime) -> None:
    past = list(rows)
    clocks: dict[tuple[int, date], date | None] = {}
    for one in past:
        key = one.instrument.unit_id, local_date(one.asked)
        if key not in clocks:
            clock = law.answer_clock(one.instrument.unit, on=key[1])
            clocks[key] = clock.last_day if clock else None
    made = Order.objects.bulk_create(_order(one, clocks[one.instrument.unit_id, local_date(one.asked)]) for one in past)
    pairs = list(zip(past, made, strict=True))
    lines = Line.objects.bulk_create(_line(one, order) for one, order in pairs)
    triples = list(zip(past, made, lines, strict=True))
    Sample.objects.bulk_create(
        Sample(line=line, name=one.sample_name, count=one.samples, form="块体，约 1 cm")
        for one, _order, line in triples
        if one.samples
    )
    Charge.objects.bulk_create(charge for one, _order, line in triples for charge in _charges(one, line))
    Hold.objects.bulk_create(_hold(one, line) for one, _order, line in triples if _holds(one))
    Invoice.objects.bulk_create(_invoice(one, order) for one, order in pairs if one.paid and order.final_total)
    Rating.objects.bulk_create(_rating(one, order) for one, order in pairs if one.paid and one.rated)
    OrderEvent.objects.bulk_create(event for one, order in pairs for event in _events(one, order))


def _order(one: Past, answer_by: date | None) -> Order:
    recorded = one.end in {"recorded", "disputed", "completed"}
    return Order(
        number=new_number(local_date(one.asked)), provider=one.instrument.unit, customer=one.customer,
        person=one.person, contact_name=one.person.name, contact_phone=one.person.phone, contact_email=one.person.email,
        purpose=one.dice.choice(("research", "development")), content=one.purpose, disciplines=["430"],
        project_name="产品可靠性提升" if one.customer.kind == "enterprise" else "创新训练计划", project_funds=["16"],
        state=one.end, quoted_total=pricing.total(one.quoted),
        final_total=pricing.total(one.final) if recorded else None,
        submitted_at=one.asked, answer_by=answer_by,
        accepted_at=one.asked + timedelta(hours=5) if one.end not in {"refused"} else None,
        recorded_at=one.recorded if recorded else None,
        settle_by=law.settle_by(one.instrument.unit, on=local_date(one.recorded)) if recorded else None,
        paid_on=local_date(one.settled) if one.paid else None, closed_at=_closed(one),
        reason="full" if one.end == "refused" else "", created_at=one.asked - timedelta(minutes=12),
        changed_at=_closed(one) or one.recorded, demo=True, version=4,
    )  # fmt: skip


def _closed(one: Past) -> datetime | None:
    ends = {
        "completed": one.settled,
        "refused": one.asked + timedelta(hours=6),
        "cancelled": one.asked + timedelta(hours=20),
        "no_show": one.ends,
    }
    return ends.get(one.end)


def _line(one: Past, order: Order) -> Line:
    by_time, used = one.mode == "time", one.end in {"recorded", "disputed", "completed"}
    return Line(
        order=order, instrument=one.instrument, mode=one.mode, tariff=one.tariff,
        way=one.dice.choice(("self", "guided", "entrusted")) if by_time else "entrusted",
        starts=one.starts if by_time else None, ends=one.ends if by_time else None,
        started_at=one.starts if used and by_time else None,
        stopped_at=one.starts + timedelta(minutes=one.used_minutes) if used and by_time else None,
        used_minutes=one.used_minutes if used else None, used_samples=one.samples if used else None,
        result="数据已交付，详见报告。" if used else "",
    )  # fmt: skip


def _charges(one: Past, line: Line) -> Iterable[Charge]:
    yield from _stage(line, "quoted", one.quoted, "")
    if line.used_minutes is not None:
        yield from _stage(line, "final", one.final, one.why)


def _stage(line: Line, stage: str, amounts: Sequence[Amount], why: str) -> Iterable[Charge]:
    for position, part in enumerate(amounts):
        yield Charge(
            line=line, stage=stage, position=position, component=part.component, basis=part.basis, name=part.name,
            price=part.price, quantity=part.quantity, amount=part.amount, why=why,
        )  # fmt: skip


def _holds(one: Past) -> bool:
    return one.mode == "time" and one.end in KEEPING


def _hold(one: Past, line: Line) -> Hold:
    low = one.starts - timedelta(minutes=one.instrument.buffer_before)
    high = one.ends + timedelta(minutes=one.instrument.buffer_after)
    return Hold(
        instrument=one.instrument, span=(low, high), starts=one.starts, ends=one.ends, kind="booking",
        reference=line.pk, created_by=one.person,
    )  # fmt: skip


def _invoice(one: Past, order: Order) -> Invoice:
    """A number in a series no tax office gives out: it begins with zeros."""
    assert order.final_total
    return Invoice(
        order=order, kind="digital", number=f"0000{order.pk:016d}", amount=order.final_total,
        issued_on=local_date(one.settled - timedelta(days=1)), added_at=one.settled - timedelta(hours=1),
        added_by=one.keeper[0],
    )  # fmt: skip


def _rating(one: Past, order: Order) -> Rating:
    return Rating(
        order=order, step=one.step, words=one.words, at=one.settled + timedelta(hours=1), by=one.person,
        reply="谢谢反馈，我们会增加机时。" if one.step <= 3 else "",
        replied_at=one.settled + timedelta(days=1) if one.step <= 3 else None,
    )  # fmt: skip


_STORY = {
    "accepted": ("submit", "accept"),
    "recorded": ("submit", "accept", "record"),
    "completed": ("submit", "accept", "record", "settle"),
    "cancelled": ("submit", "accept", "cancel"),
    "refused": ("submit", "refuse"),
    "no_show": ("submit", "accept", "no_show"),
}


def _events(one: Past, order: Order) -> Iterable[OrderEvent]:
    """One row per move, as the table of moves has them."""
    total = order.final_total or Decimal(0)
    told = {
        "submit": ("提交预约单", one.asked, "submitted", ""),
        "accept": ("受理", one.asked + timedelta(hours=5), "accepted", ""),
        "refuse": ("不予受理", one.asked + timedelta(hours=6), "refused", REFUSALS["full"]),
        "cancel": ("取消预约", one.asked + timedelta(hours=20), "cancelled", ""),
        "no_show": ("登记未到场", one.ends, "no_show", ""),
        "record": (f"登记结果与费用 {total} 元", one.recorded, "recorded", ""),
        "settle": (f"结算 {total} 元", one.settled, "completed", ""),
    }
    before = "draft"
    for action in _STORY[one.end]:
        what, at, after, note = told[action]
        side = "customer" if action in {"submit", "cancel", "settle"} else "provider"
        yield _event(one, order, action, what, at, side, note, before=before, after=after)
        before = after
    if one.paid and one.rated:
        yield _event(one, order, "rate", f"评价：{STEPS[one.step]}", one.settled + timedelta(hours=1), "customer", "")


def _event(
    one: Past,
    order: Order,
    action: str,
    what: str,
    at: datetime,
    side: str,
    note: str,
    *,
    before: str = "",
    after: str = "",
) -> OrderEvent:
    by, label = (one.person, str(one.person)) if side == "customer" else one.keeper
    return OrderEvent(
        order=order, provider_id=order.provider_id, at=at, by=by, by_label=label, side=side, action=action,
        before=before, after=after, what=what, note=note,
    )  # fmt: skip
