"""督办: what has gone wrong below an office — complaints, and orders nobody answered in time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from yixiang.kernel.periods import SHANGHAI, day_typed
from yixiang.orders.models import Complaint, Line, Order
from yixiang.orders.permissions import OrdersPermission
from yixiang.people.access import reach
from yixiang.units.models import SubUnit
from yixiang.units.models.unit import within

TABS = {"complaints": "投诉", "late": "逾期未受理"}
OVER = (OrdersPermission.SERVE, OrdersPermission.SEE, OrdersPermission.JUDGE)


@dataclass(frozen=True, slots=True)
class Filter:
    """What the address asks for; what cannot be read counts as not asked for."""

    tab: str = "complaints"
    q: str = ""
    state: str = ""
    since: date | None = None

    @property
    def applied(self) -> int:
        return sum(map(bool, (self.state, self.since)))


def filter_from(data: Mapping[str, str]) -> Filter:
    given = {name: str(data.get(name, "")).strip()[:80] for name in ("tab", "q", "state", "since")}
    late = given["tab"] == "late"
    state = given["state"] if given["state"] in Complaint.STATES and not late else ""
    return Filter("late" if late else "complaints", given["q"].replace("\0", ""), state, day_typed(given["since"]))


def overseen(person: Any) -> QuerySet[Order]:
    """Orders whose provider, or a sub-unit of it, one has an office over; what one keeps or placed is no office."""
    wanted = Q(pk__in=[])
    for permission in OVER:
        wanted |= within(reach(person, permission), "provider__")
    subs = reach(person, OrdersPermission.SERVE).sub_units
    for path in SubUnit.objects.filter(pk__in=subs).values_list("path", flat=True):
        below = Line.objects.filter(instrument__sub_unit__path__startswith=path)
        wanted |= Q(pk__in=below.values("order"))
    found: QuerySet[Order] = Order.objects.visible_to(person).filter(wanted)
    return found


def complaints_of(person: Any, wanted: Filter) -> QuerySet[Complaint]:
    """What waits for this person's decision first, then what is open, then the rest; each the newest first."""
    rows = Complaint.objects.filter(order__in=overseen(person))
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.since:
        rows = rows.filter(at__date__gte=wanted.since)
    if wanted.q:
        rows = rows.filter(_words(wanted.q, "order__") | Q(words__icontains=wanted.q))
    rows = rows.select_related("order__provider", "order__customer").prefetch_related("order__lines__instrument")
    return rows.annotate(place=_place(person)).order_by("place", "-at", "-pk")


def _place(person: Any) -> Case:
    mine = Q(state="escalated") & within(reach(person, OrdersPermission.JUDGE), "order__provider__")
    return Case(
        When(mine, then=Value(0)), When(state="open", then=Value(1)), When(state="closed", then=Value(3)),
        default=Value(2), output_field=IntegerField(),
    )  # fmt: skip


def late_of(person: Any, wanted: Filter) -> QuerySet[Order]:
    """Handed to the office and still not answered; the longest overdue first."""
    rows = overseen(person).filter(state="submitted", escalated_at__isnull=False)
    if wanted.since:
        rows = rows.filter(escalated_at__date__gte=wanted.since)
    if wanted.q:
        rows = rows.filter(_words(wanted.q))
    rows = rows.select_related("provider", "customer", "person").prefetch_related("lines__instrument")
    return rows.order_by("answer_by", "pk")


def _words(words: str, order: str = "") -> Q:
    named = Line.objects.filter(instrument__name__icontains=words).values("order")
    found = Q(**{f"{order}number__istartswith": words}) | Q(**{f"{order}pk__in": named})
    return found | Q(**{f"{order}provider__name__icontains": words}) | Q(**{f"{order}customer__name__icontains": words})


def counts(person: Any) -> dict[str, int]:
    """What is not done yet, for the tabs."""
    below = overseen(person)
    return {
        "complaints": Complaint.objects.filter(order__in=below).exclude(state="closed").count(),
        "late": below.filter(state="submitted", escalated_at__isnull=False).count(),
    }


# --- the sheets

COLUMNS = {
    "complaints": [
        "单号", "状态", "供给方", "使用方", "仪器", "投诉内容", "投诉时间", "供给方答复", "答复时间", "主管部门意见",
        "办结时间",
    ],
    "late": ["单号", "供给方", "使用方", "预约人", "仪器", "提交时间", "答复期限", "转督办时间"],
}  # fmt: skip


def cells_of_complaint(one: Complaint) -> list[str]:
    order = one.order
    return [
        order.number, one.get_state_display(), order.provider.name, order.customer.name, _instruments(order),
        one.words, _at(one.at), one.answer, _at(one.answered_at), one.ruling, _at(one.closed_at),
    ]  # fmt: skip


def cells_of_late(order: Order) -> list[str]:
    return [
        order.number, order.provider.name, order.customer.name, order.contact_name, _instruments(order),
        _at(order.submitted_at), order.answer_by.isoformat() if order.answer_by else "", _at(order.escalated_at),
    ]  # fmt: skip


def _instruments(order: Order) -> str:
    return "、".join(line.instrument.name for line in order.lines.all())


def _at(moment: datetime | None) -> str:
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if moment else ""
