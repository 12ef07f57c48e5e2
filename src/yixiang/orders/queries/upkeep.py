"""Which orders the clock has to look at."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from yixiang.orders.models import Order


def passed(*, now: datetime) -> Iterator[int]:
    """Unanswered, and the booked time has begun."""
    return _keys(Order.objects.filter(state__in=["submitted", "quoted"], lines__starts__lte=now))


def waiting() -> Iterator[int]:
    return _keys(Order.objects.filter(state="submitted", answer_by__isnull=False))


def unsettled(*, on: date, days: int) -> Iterator[int]:
    return _keys(Order.objects.filter(state="recorded", settle_by__lte=on + timedelta(days=days)))


def _keys(rows: Any) -> Iterator[int]:
    yield from rows.order_by("pk").values_list("pk", flat=True).distinct().iterator()
