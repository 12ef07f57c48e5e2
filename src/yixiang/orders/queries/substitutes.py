"""What could be used instead: the same class, nearby, with free time; for a refusal and for a fault."""

from collections.abc import Sequence

from django.db.models import Case, F, When

from yixiang.catalogue.models import Instrument
from yixiang.orders.models import Order

MOST = 8


def substitutes_for(order: Order) -> list[Instrument]:
    return substitutes_of([line.instrument for line in order.lines.select_related("instrument")])


def substitutes_of(instruments: Sequence[Instrument]) -> list[Instrument]:
    """Instead of these, all of one unit: the nearest first, then the earliest free."""
    if not instruments:
        return []
    rows = Instrument.objects.listed().filter(category__in={one.category for one in instruments})
    others = rows.exclude(pk__in=[one.pk for one in instruments]).select_related("unit")
    near = _distance(instruments[0].unit_id, instruments[0].region)
    return list(others.order_by(near, F("first_free").asc(nulls_last=True), "pk")[:MOST])


def _distance(unit: int, place: str) -> Case:
    """In the same house, the same city, the same province, elsewhere."""
    return Case(
        When(unit_id=unit, then=0),
        When(region__startswith=place[:4], then=1),
        When(region__startswith=place[:2], then=2),
        default=3,
    )
