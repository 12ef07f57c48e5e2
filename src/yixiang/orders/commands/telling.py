"""Who hears of what happened to an order, and in which words."""

from collections.abc import Iterable
from datetime import date, datetime

from django.urls import reverse

from yixiang.catalogue.models import Instrument
from yixiang.kernel import scopes
from yixiang.notices.commands import tell
from yixiang.notices.kinds import NoticeKind, declare
from yixiang.orders.models import Line, Order
from yixiang.orders.permissions import OrdersPermission
from yixiang.orders.rules import saying
from yixiang.orders.states import SERVE
from yixiang.people.models import Person
from yixiang.units.commands.telling import holders
from yixiang.units.permissions import UnitsPermission

declare(
    NoticeKind("order-waiting", "待我受理的预约", clock=True),
    NoticeKind("order", "预约进展", email="now"),
    NoticeKind("order-money", "报价与结算", clock=True),
    NoticeKind("order-office", "逾期转办的预约", clock=True),
    NoticeKind("booking-help", "候补、故障与资格", clock=True),
)


def page_of(order: Order) -> str:
    return reverse("orders:order", args=[order.number])


def servers_of(order: Order) -> list[Person]:
    return servers(order.lines.select_related("instrument", "instrument__unit", "instrument__sub_unit"))


def servers(lines: Iterable[Line]) -> list[Person]:
    """Whoever serves the instruments of these lines, each once."""
    found: dict[int, Person] = {}
    for line in lines:
        found |= {person.pk: person for person in keepers_of(line.instrument)}
    return list(found.values())


def keepers_of(instrument: Instrument) -> list[Person]:
    """Keepers with an account first; where an instrument has none, whoever serves its sub-unit or unit."""
    keepers = instrument.keepers.filter(removed_at=None, person__is_active=True)
    heard = list(Person.objects.filter(pk__in=keepers.values("person")).order_by("pk"))
    inside = [one for one in instrument.scopes if scopes.unit_pk(one) or scopes.sub_unit_pk(one)]
    return heard or holders(SERVE, inside)


def office(order: Order) -> list[Person]:
    """The administrators of the providing unit."""
    return holders(UnitsPermission.EDIT, [order.provider.scope])


def judges(order: Order) -> list[Person]:
    """The authorities over the provider that decide complaints."""
    return holders(OrdersPermission.JUDGE, order.provider.scopes)


def tell_provider(
    order: Order,
    subject: str,
    body: str,
    *,
    now: datetime,
    kind: str = "order",
    button: str = "查看预约单",
    deadline: date | None = None,
    people: Iterable[Person] | None = None,
    besides: Person | None = None,
    key: str = "",
) -> None:
    heard = [one for one in (people or servers_of(order)) if besides is None or one.pk != besides.pk]
    _tell(order, heard, subject, body, now=now, kind=kind, button=button, deadline=deadline, key=key)


def tell_customer(
    order: Order,
    subject: str,
    body: str,
    *,
    now: datetime,
    kind: str = "order",
    button: str = "查看预约单",
    deadline: date | None = None,
    key: str = "",
) -> None:
    _tell(order, [order.person], subject, body, now=now, kind=kind, button=button, deadline=deadline, key=key)


def _tell(
    order: Order,
    people: Iterable[Person],
    subject: str,
    body: str,
    *,
    now: datetime,
    kind: str,
    button: str,
    deadline: date | None,
    key: str,
) -> None:
    """Without a key of its own the version of the order makes each message one of a kind."""
    tell(
        people,
        kind=kind,
        subject=subject,
        body=body,
        url=page_of(order),
        button=button,
        deadline=deadline,
        key=f"order-{order.pk}-{key or order.version}-{subject[:12]}"[:120],
        now=now,
    )


def instruments_said(order: Order) -> str:
    return saying.names(order.lines.values_list("instrument__name", flat=True))
