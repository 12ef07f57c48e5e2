"""What a calendar program gets to read: the times its owner may see now, whoever they were when they asked for it."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from yixiang.catalogue.models import Hold, Instrument
from yixiang.catalogue.rules.words import HOLDS
from yixiang.orders.models import Feed, Line, Order
from yixiang.orders.models.order import kept_by
from yixiang.orders.permissions import OrdersPermission
from yixiang.orders.queries import served
from yixiang.orders.rules.icalendar import Event
from yixiang.orders.states import KEEPING, ORDER
from yixiang.people.access import may, reach
from yixiang.units.models import Unit
from yixiang.units.states import BELONGS

BACK, AHEAD = timedelta(days=90), timedelta(days=400)
STRUCK = timedelta(days=30)  # how long what was cancelled is said to be so
TENTATIVE = ("submitted", "quoted")
ENDED_AWAY = ("refused", "cancelled", "no_show", "expired")


def standing(person: Any) -> QuerySet[Feed]:
    rows: QuerySet[Feed] = Feed.objects.filter(person=person, revoked_at=None)
    return rows.select_related("instrument", "unit").order_by("-pk")


def instruments_for(person: Any) -> QuerySet[Instrument]:
    """Those one serves."""
    return served.instruments_of(person).order_by("name", "pk")


def units_for(person: Any) -> QuerySet[Unit]:
    """Those whose orders one serves or sees as a whole."""
    permissions = (OrdersPermission.SERVE, OrdersPermission.SEE)
    keys = {pk for permission in permissions for pk in reach(person, permission).units}
    found: QuerySet[Unit] = Unit.objects.filter(pk__in=keys).order_by("name")
    return found


def events_of(feed: Feed, *, now: datetime) -> list[Event]:
    """Bookings, and what else takes time of the instruments somebody looks after; two reads after the rights."""
    about = Line.objects.filter(_lines(feed), starts__lt=now + AHEAD, ends__gt=now - BACK)
    told = Q(order__state__in=KEEPING) | Q(order__state__in=ENDED_AWAY, order__changed_at__gt=now - STRUCK)
    rows = about.filter(told, order__submitted_at__isnull=False).select_related(
        "order", "order__customer", "order__provider", "instrument"
    )
    found = [_booking(line, feed) for line in rows.order_by("starts", "pk")]
    held = Hold.objects.filter(instrument__in=_instruments(feed), starts__lt=now + AHEAD, ends__gt=now - BACK)
    others = held.exclude(kind="booking").select_related("instrument").order_by("starts", "pk")
    return found + [_other(hold) for hold in others]


def _lines(feed: Feed) -> Q:
    """Asked with the rights of today: who has left the unit reads nothing of it."""
    person = feed.person
    if feed.kind == "person":
        belongs = person.memberships.filter(state__in=BELONGS).values("unit_id")
        return Q(order__person=person, order__customer__in=belongs) | Q(instrument__in=kept_by(person))
    wanted = Q(instrument__in=_instruments(feed))
    if feed.unit and may(person, OrdersPermission.SEE, [feed.unit.scope]):
        wanted |= Q(order__customer=feed.unit)
    return wanted


def _instruments(feed: Feed) -> QuerySet[Any, Any]:
    if feed.kind == "person":
        return kept_by(feed.person)
    mine = served.instruments_of(feed.person)
    wanted = mine.filter(pk=feed.instrument_id or 0) if feed.kind == "instrument" else mine.filter(unit=feed.unit)
    return wanted.values("pk")


# --- in words


def _booking(line: Line, feed: Feed) -> Event:
    order, one = line.order, line.instrument
    assert line.starts is not None
    assert line.ends is not None
    lost = order.state in ENDED_AWAY
    status = "CANCELLED" if lost else "TENTATIVE" if order.state in TENTATIVE else "CONFIRMED"
    own = order.person_id == feed.person_id
    who = order.contact_name if order.internal else f"{order.contact_name}（{order.customer}）"
    named = [one.name, "" if own else who, "" if order.state == "accepted" else ORDER.label(order.state)]
    words = [f"预约单 {order.number} · {ORDER.label(order.state)}", f"使用方：{order.customer} {order.contact_name}"]
    words += [f"供给方：{order.provider}", line.get_way_display()]
    return Event(
        uid=f"{order.number}-{line.position + 1}@yixiang",
        starts=line.starts,
        ends=line.ends,
        changed=order.changed_at,
        sequence=order.version,
        status=status,
        summary=" · ".join(filter(None, named)),
        place=one.place,
        words="\n".join(words),
        url=order_address(order),
    )


def _other(hold: Hold) -> Event:
    return Event(
        uid=f"hold-{hold.pk}@yixiang",
        starts=hold.starts,
        ends=hold.ends,
        changed=hold.created_at,
        sequence=0,
        status="CONFIRMED",
        summary=f"{hold.instrument.name} · {HOLDS[hold.kind]}",
        place=hold.instrument.place,
        words=hold.note,
    )


def order_address(order: Order) -> str:
    return f"{settings.BASE_URL.rstrip('/')}/desk/orders/{order.number}/"
