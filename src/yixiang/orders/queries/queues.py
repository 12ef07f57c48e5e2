"""Who waits for what, what could be offered, and which draws somebody can take part in."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from yixiang.catalogue.models import Instrument
from yixiang.catalogue.queries import free_time
from yixiang.catalogue.queries.free_time import Slot
from yixiang.kernel.periods import local_date, midnight
from yixiang.orders.models import Draw, Waiting
from yixiang.orders.queries import checking
from yixiang.orders.rules import booking


def slots_for(
    instrument: Instrument, earliest: datetime, latest: datetime, minutes: int, *, now: datetime
) -> list[Slot]:
    """Free stretches between two moments that are long enough."""
    slots = free_time.free(instrument, max(earliest, now), latest, now=now)
    return [one for one in slots if one.minutes >= minutes]


def starts_for(waiting: Waiting, *, now: datetime) -> Iterator[datetime]:
    """Beginnings that this person may really book, by every rule but the notice: of each free stretch, and, where
    keepers have to be there, of their working hours within it."""
    one, length = waiting.instrument, timedelta(minutes=waiting.minutes)
    staffed = timedelta(minutes=checking.terms_of(one).staffed_from)
    for slot in slots_for(one, waiting.earliest, waiting.latest, waiting.minutes, now=now):
        later = midnight(local_date(slot.start)) + staffed
        tried = [slot.start, later] if slot.start < later <= slot.end - length else [slot.start]
        for starts in tried[: 1 if waiting.way == "entrusted" else 2]:
            found = checking.answers(
                one, starts, starts + length, person=waiting.person, unit=waiting.customer, way=waiting.way, now=now
            )
            if not booking.failed(found):
                yield starts


def due(*, now: datetime) -> list[int]:
    """Offers that have lapsed, and stretches that have passed."""
    over = Q(state="offered", until__lte=now) | Q(state="waiting", latest__lte=now)
    return list(Waiting.objects.filter(over).order_by("pk").values_list("pk", flat=True))


def waited_for() -> list[int]:
    """Instruments somebody waits for: hours and downtime change without waking anybody."""
    found = Waiting.objects.filter(state="waiting").values_list("instrument", flat=True)
    return sorted(set(found))


def place_in_line(waiting: Waiting) -> int:
    before = Q(joined_at__lt=waiting.joined_at) | Q(joined_at=waiting.joined_at, pk__lt=waiting.pk)
    return Waiting.objects.filter(before, instrument=waiting.instrument_id, state="waiting").count() + 1


def waitings_of(person: Any) -> QuerySet[Waiting]:
    rows: QuerySet[Waiting] = Waiting.objects.filter(person_id=person.pk).select_related("instrument__unit", "order")
    return rows.order_by("-joined_at")


def to_draw(*, now: datetime) -> list[int]:
    return list(Draw.objects.filter(state="open", closes_at__lte=now).order_by("pk").values_list("pk", flat=True))
