"""What could be used instead: the same class, nearby, with free time; for a refusal and for a fault."""

from django.db.models import Case, F, When

from yixiang.catalogue.models import Instrument
from yixiang.orders.models import Order

MOST = 8


def substitutes_for(order: Order) -> list[Instrument]:
    lines = list(order.lines.select_related("instrument"))
    classes = {line.instrument.category for line in lines}
    own = {line.instrument_id for line in lines}
    place = lines[0].instrument.region if lines else ""
    rows = Instrument.objects.listed().filter(category__in=classes).exclude(pk__in=own).select_related("unit")
    return list(rows.order_by(_distance(order.provider_id, place), F("first_free").asc(nulls_last=True), "pk")[:MOST])


def _distance(unit: int, place: str) -> Case:
    """In the same house, the same city, the same province, elsewhere."""
    return Case(
        When(unit_id=unit, then=0),
        When(region__startswith=place[:4], then=1),
        When(region__startswith=place[:2], then=2),
        default=3,
    )
