"""What an order leaves on its instruments: how often each served, and how it was rated."""

from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Avg, Count, F

from yixiang.catalogue.models import Instrument
from yixiang.catalogue.search import indexing
from yixiang.orders.models import Order, Rating


def count_service(order: Order) -> None:
    """Once per order and instrument, in the transaction that completes it."""
    keys = _instruments(order)
    Instrument.objects.filter(pk__in=keys).update(service_count=F("service_count") + 1)
    indexing.refresh(keys)


def count_rating(order: Order) -> None:
    """Reckoned anew from all ratings, so that it never drifts."""
    keys = _instruments(order)
    for pk in keys:
        found = Rating.objects.filter(order__lines__instrument=pk).aggregate(mean=Avg("step"), number=Count("pk"))
        mean = Decimal(found["mean"] or 0).quantize(Decimal("0.01"), ROUND_HALF_UP)
        Instrument.objects.filter(pk=pk).update(rating=mean if found["number"] else None, rating_count=found["number"])
    indexing.refresh(keys)


def _instruments(order: Order) -> list[int]:
    """In rising order: rows of several are locked alike by everybody."""
    keys = sorted(set(order.lines.values_list("instrument_id", flat=True)))
    list(Instrument.objects.filter(pk__in=keys).order_by("pk").select_for_update(of=("self",), no_key=True))
    return keys
