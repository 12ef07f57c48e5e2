"""The instruments somebody serves: as their keeper, or by a grant over the unit or a sub-unit."""

from typing import Any

from django.db.models import Q, QuerySet

from yixiang.catalogue.models import Instrument
from yixiang.orders.models.order import kept_by
from yixiang.orders.permissions import OrdersPermission
from yixiang.people.access import reach

STANDING = ("listed", "stopped", "scrapping", "leaving")  # what can have bookings


def instruments_of(person: Any) -> QuerySet[Instrument]:
    """The same people who may answer its orders."""
    if not getattr(person, "is_authenticated", False):
        nothing: QuerySet[Instrument] = Instrument.objects.none()
        return nothing
    held = reach(person, OrdersPermission.SERVE)
    wanted = Q(pk__in=kept_by(person))
    if held:
        wanted |= Q(pk__in=Instrument.objects.inside(held).values("pk"))
    found: QuerySet[Instrument] = Instrument.objects.filter(wanted, state__in=STANDING)
    return found
