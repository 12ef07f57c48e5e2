"""One order and lists of them, for somebody; what its page says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, prefetch_related_objects

from yixiang.files.models import File
from yixiang.kernel.errors import Unseen
from yixiang.kernel.known import knows
from yixiang.kernel.money import ZERO
from yixiang.kernel.periods import SHANGHAI, day_typed, local_date
from yixiang.orders.models import Charge, Contract, Line, Order, OrderEvent, Paper
from yixiang.orders.states import OPEN, ORDER, UNPAID

ROLES = {"customer": "我的预约", "provider": "我的被预约"}
QUEUES = {
    "open": "在办",
    "answer": "待受理",
    "late": "逾期未受理",
    "quoted": "待确认报价",
    "test": "待测试",
    "settle": "待结算",
    "overdue": "逾期未结算",
    "disputed": "费用有争议",
    "done": "已完成",
}


def order_for(person: Any, number: str) -> Order:
    """By its number; what a person may not see does not exist."""
    rows = Order.objects.visible_to(person).select_related("provider", "customer", "person", "substitute")
    found: Order | None = rows.filter(number=number.upper()).first()
    if found is None:
        raise Unseen("没有找到这张预约单，它可能已被删除，或者不在您的权限范围内。")
    return found


def line_for(person: Any, pk: int) -> Line:
    """A line of an order the person may see."""
    rows = Line.objects.select_related("order", "order__provider", "order__customer", "instrument")
    found: Line | None = rows.filter(pk=pk, order__in=Order.objects.visible_to(person)).first()
    if found is None:
        raise Unseen()
    return found


def paper_of(order: Order, pk: int) -> File:
    """The file of a report, a result or a proof of this order."""
    row = order.papers.select_related("file").filter(pk=pk).first()
    if row is None:
        raise Unseen()
    file: File = row.file
    return file


def lines_shown(order: Order) -> list[Line]:
    """In the order they were asked for, with all that the page shows of each."""
    rows = order.lines.all() if knows(order, "lines") else order.lines.select_related("instrument", "tariff")
    found = sorted(rows, key=lambda line: (line.position, line.pk))
    prefetch_related_objects(found, "samples", "charges", "papers__file", "tariff__lines")
    for line in found:
        line.order = order
    return with_provider(order, found)


def papers_shown(order: Order) -> list[Paper]:
    """Reports, results and proofs with their files."""
    return list(order.papers.all() if knows(order, "papers") else order.papers.select_related("file", "order"))


def with_provider(order: Order, lines: list[Line]) -> list[Line]:
    """The instruments are the provider's, whose wide row is at hand already."""
    for line in lines:
        if line.instrument.unit_id == order.provider_id:
            line.instrument.unit = order.provider
    return lines


def time_line(order: Order) -> QuerySet[OrderEvent]:
    rows: QuerySet[OrderEvent] = order.events.select_related("by").order_by("pk")
    return rows


def contract_of(order: Order) -> Contract | None:
    return Contract.objects.filter(order=order).first()


@dataclass(frozen=True, slots=True)
class Bill:
    """The charges that count now, by line, and which stage they are of."""

    stage: str
    rows: Mapping[int, list[Charge]]

    @property
    def label(self) -> str:
        return Charge.STAGES.get(self.stage, "")

    @property
    def total(self) -> Decimal | None:
        amounts = [charge.amount for charges in self.rows.values() for charge in charges]
        return sum(amounts, ZERO) if amounts else None


def bill_of(order: Order, stages: Sequence[str] = ("final", "agreed", "quoted")) -> Bill:
    """The final charges once recorded, else the agreed ones, else the estimate; a contract stops at what was agreed."""
    by_stage: dict[str, dict[int, list[Charge]]] = {}
    for charge in Charge.objects.filter(line__order=order).order_by("line__position", "position", "pk"):
        by_stage.setdefault(charge.stage, {}).setdefault(charge.line_id, []).append(charge)
    stage = next((one for one in stages if one in by_stage), "")
    return Bill(stage, by_stage.get(stage, {}))


# --- lists


@dataclass(frozen=True, slots=True)
class Filter:
    """What the address of a list asks for; what cannot be read counts as not asked for."""

    role: str = "customer"
    q: str = ""
    state: str = ""
    queue: str = ""
    instrument: str = ""
    since: date | None = None

    @property
    def applied(self) -> int:
        return sum(map(bool, (self.state, self.instrument, self.since)))


def filter_from(data: Mapping[str, str], *, role: str = "customer") -> Filter:
    given = {name: str(data.get(name, "")).strip()[:80] for name in ("q", "state", "queue", "instrument", "since")}
    return Filter(
        role=role if role in ROLES else "customer",
        q=given["q"],
        state=given["state"] if given["state"] in ORDER.codes else "",
        queue=given["queue"] if given["queue"] in QUEUES else "",
        instrument=given["instrument"],
        since=day_typed(given["since"]),
    )


def orders_of(person: Any, wanted: Filter, *, now: datetime) -> QuerySet[Order]:
    """One's own as customer, or those one serves; the newest first, what waits for an answer by its deadline."""
    rows = Order.objects.placed_by(person) if wanted.role == "customer" else Order.objects.served_by(person)
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    rows = rows.filter(_queue(wanted.queue, now)) if wanted.queue else rows
    if wanted.instrument:
        rows = rows.filter(pk__in=Line.objects.filter(instrument__code=wanted.instrument).values("order"))
    if wanted.since:
        rows = rows.filter(created_at__date__gte=wanted.since)
    if wanted.q:
        rows = rows.filter(_words(wanted.q))
    found: QuerySet[Order] = rows.select_related("provider", "customer", "person").prefetch_related("lines__instrument")
    return found.order_by("answer_by", "-pk") if wanted.queue == "answer" else found.order_by("-pk")


def _queue(queue: str, now: datetime) -> Q:
    today = local_date(now)
    return {
        "open": Q(state__in=[*OPEN, "draft"]),
        "answer": Q(state="submitted"),
        "late": Q(state="submitted", escalated_at__isnull=False),
        "quoted": Q(state="quoted"),
        "test": Q(state="accepted"),
        "settle": Q(state__in=UNPAID),
        "overdue": Q(state="recorded", settle_by__lt=today),
        "disputed": Q(state="disputed"),
        "done": Q(state="completed"),
    }[queue]


def _words(words: str) -> Q:
    named = Line.objects.filter(instrument__name__icontains=words).values("order")
    found = Q(number__istartswith=words) | Q(pk__in=named) | Q(customer__name__icontains=words)
    return found | Q(provider__name__icontains=words) | Q(contact_name=words) | Q(project_name__icontains=words)


def counts(person: Any, role: str, *, now: datetime) -> dict[str, int]:
    """How many wait in each queue, for the tabs."""
    rows = Order.objects.placed_by(person) if role == "customer" else Order.objects.served_by(person)
    found: dict[str, int] = rows.aggregate(**{queue: Count("pk", filter=_queue(queue, now)) for queue in QUEUES})
    return found


def instruments_served(person: Any, most: int = 200) -> list[tuple[str, str]]:
    """Those with orders, for the filter of the list."""
    lines = Line.objects.filter(order__in=Order.objects.served_by(person))
    rows = lines.order_by("instrument__name", "instrument__code").values_list("instrument__code", "instrument__name")
    return list(rows.distinct()[:most])


def waiting_for_me(person: Any) -> QuerySet[Order]:
    """Submitted orders this person could answer: the inbox, by legal deadline."""
    rows: QuerySet[Order] = Order.objects.served_by(person).filter(state="submitted")
    found = rows.select_related("customer", "provider", "person").prefetch_related("lines__instrument")
    return found.order_by("answer_by", "pk")


# --- the sheet

COLUMNS = ["单号", "状态", "使用方", "供给方", "预约人", "仪器", "时间或样品", "金额（元）", "提交时间", "付款日期"]


def cells_of(order: Order) -> list[str]:
    """One row of the exported list, as text."""
    lines = list(order.lines.all())
    return [
        order.number,
        ORDER.label(order.state),
        order.customer.name,
        order.provider.name,
        order.contact_name,
        "、".join(line.instrument.name for line in lines),
        "、".join(said_of(line) for line in lines),
        "" if order.total is None else str(order.total),
        f"{order.submitted_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if order.submitted_at else "",
        order.paid_on.isoformat() if order.paid_on else "",
    ]


def said_of(line: Line, *, year: bool = False) -> str:
    """When, or that samples are sent; the last day is named where it is another one."""
    if not line.starts or not line.ends:
        return "送样"
    start, end = line.starts.astimezone(SHANGHAI), line.ends.astimezone(SHANGHAI)
    day = "%Y-%m-%d" if year else "%m-%d"
    until = "%H:%M" if end.date() == start.date() else f"{day} %H:%M"
    return f"{start:{day} %H:%M}–{end:{until}}"
