"""Which listings the work of the hour and of the night must look at; keys in order, read in pieces."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, Q, QuerySet, Value

from yixiang.catalogue.models import Instrument, Tariff
from yixiang.catalogue.states import PUBLIC

PIECE = 5000
LATE_DAYS = 7  # nights that were missed are caught up


def passed(*, now: datetime) -> Iterator[int]:
    """Listed, and the first free time is over or the notice has moved past it."""
    notice = ExpressionWrapper(F("notice_hours") * Value(timedelta(hours=1)), DurationField())
    soonest = ExpressionWrapper(Value(now) + notice, DateTimeField())
    return _keys(Instrument.objects.filter(state="listed", first_free__lt=soonest))


def public() -> Iterator[int]:
    return _keys(Instrument.objects.filter(state__in=PUBLIC))


def repriced(kind_code: str, *, on: date) -> Iterator[int]:
    """Something begins or ended in the last days."""
    since = on - timedelta(days=LATE_DAYS)
    lately = Q(valid_from__range=(since, on)) | Q(valid_until__range=(since, on))
    owner = f"{kind_code}_id"
    rows: Any = Tariff.objects.filter(lately, **{f"{owner}__isnull": False}).order_by(owner)
    keys = rows.values_list(owner, flat=True).distinct()
    return iter(list(keys))


def _keys(rows: QuerySet[Instrument]) -> Iterator[int]:
    """After the last key, a piece at a time: a cursor would not outlive the transactions in between."""
    last = 0
    while piece := list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:PIECE]):
        yield from piece
        last = piece[-1]
