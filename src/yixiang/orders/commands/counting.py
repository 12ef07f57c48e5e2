"""What an order leaves on its instruments: how often each served, and how it was rated."""

from django.db.models import Count, F, Sum

from yixiang.catalogue.models import Instrument
from yixiang.catalogue.search import indexing
from yixiang.orders.models import Order
from yixiang.orders.queries.ratings import mean_of, ratings_of


def count_service(order: Order) -> None:
    """Once per order and instrument, in the transaction that completes it."""
    keys = _instruments(order)
    Instrument.objects.filter(pk__in=keys).update(service_count=F("service_count") + 1)
    indexing.refresh(keys)


def count_rating(order: Order) -> None:
    """Reckoned anew from all ratings, so that it never drifts."""
    keys = _instruments(order)
    for pk in keys:
        found = ratings_of(pk).order_by().aggregate(total=Sum("step"), number=Count("pk"))
        mean = mean_of(found["total"], found["number"]) if found["number"] else None
        Instrument.objects.filter(pk=pk).update(rating=mean, rating_count=found["number"])
    indexing.refresh(keys)


def _instruments(order: Order) -> list[int]:
    """In rising order: rows of several are locked alike by everybody."""
    keys = sorted(set(order.lines.values_list("instrument_id", flat=True)))
    list(Instrument.objects.filter(pk__in=keys).order_by("pk").select_for_update(of=("self",), no_key=True))
    return keys
