"""What the platform counts of a unit's year: income of open service by component, minutes of each instrument.

An order belongs to the day it was settled, in Chinese time. Open service is what was done for others; the unit's own
use is use, but no income.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum

from yixiang.catalogue.models import Instrument
from yixiang.kernel.money import ZERO
from yixiang.kernel.periods import Period
from yixiang.kernel.periods import year as days_of
from yixiang.orders.models import Charge, Line
from yixiang.units.models import Unit


@dataclass(slots=True)
class Use:
    """Of one instrument, in minutes."""

    open: int = 0
    all: int = 0
    untimed: int = 0


@dataclass(frozen=True, slots=True)
class Counted:
    orders: int
    income: dict[str, Decimal]
    uses: dict[int, Use] = field(default_factory=dict)


def counted(unit: Unit, year: int) -> Counted:
    span = days_of(year).moments
    lines = lines_of(unit, span)
    served = lines.filter(order__internal=False).exclude(order__customer=unit)
    charges = Charge.objects.filter(stage="final", line__in=served.order_by().values("pk"))
    sums = dict(charges.order_by().values_list("component").annotate(total=Sum("amount")))
    income = {name: sums.get(name, ZERO) for name in ("material", "running", "labour")}
    orders = served.order_by().aggregate(n=Count("order", distinct=True))["n"]
    return Counted(orders, income, _uses(unit, span.end, lines))


def lines_of(unit: Unit, span: Period) -> QuerySet[Line]:
    """Of the orders settled within, those for others and the unit's own."""
    rows: QuerySet[Line] = Line.objects.filter(
        order__provider=unit, order__state="completed",
        order__closed_at__gte=span.start, order__closed_at__lt=span.end,
    )  # fmt: skip
    return rows.select_related("order").order_by("order__closed_at", "pk")


def is_own(line: Line) -> bool:
    return bool(line.order.internal or line.order.customer_id == line.order.provider_id)


def minutes_of(line: Line) -> int | None:
    """As recorded; what was never timed is not guessed."""
    return line.used_minutes if line.used_minutes is not None else line.measured_minutes


def _uses(unit: Unit, end: datetime, lines: QuerySet[Line]) -> dict[int, Use]:
    """Every instrument that was on the platform by then, and every one that was used."""
    listed = Instrument.objects.filter(unit=unit, listed_at__lt=end).filter(~Q(state="draft"))
    found: dict[int, Use] = defaultdict(Use, {pk: Use() for pk in listed.values_list("pk", flat=True)})
    for line in lines.iterator():
        use, minutes = found[line.instrument_id], minutes_of(line)
        use.untimed += minutes is None
        use.all += minutes or 0
        use.open += 0 if is_own(line) else minutes or 0
    return dict(found)
