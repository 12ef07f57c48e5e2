"""What could be used instead: the same class, nearby, with free time; for a refusal and for a fault."""

from yixiang.catalogue.models import Instrument
from yixiang.orders.models import Order

MOST = 8


def substitutes_for(order: Order) -> list[Instrument]:
    lines = list(order.lines.select_related("instrument"))
    classes = {line.instrument.category for line in lines}
    own = {line.instrument_id for line in lines}
    place = lines[0].instrument.region if lines else ""
    rows = Instrument.objects.listed().filter(category__in=classes).exclude(pk__in=own).select_related("unit")
    near = sorted(
        rows.order_by("first_free", "pk")[:80],
        key=lambda one: (one.unit_id != order.provider_id, one.region[:4] != place[:4], one.region[:2] != place[:2]),
    )
    return near[:MOST]
