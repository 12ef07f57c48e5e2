"""Settled orders of a year, written down as the commands of orders would have left them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from yixiang.catalogue.models import Instrument
from yixiang.orders.models import Charge, Line, Order
from yixiang.orders.tests.conftest import (  # noqa: F401  # the world below this room
    NOW,
    _files_elsewhere,
    admin,
    as_,
    browser,
    clock,
    customer,
    firm,
    instrument,
    joined_unit,
    now,
    outsider,
    person,
    roles,
    sem,
    text,
    unit,
)
from yixiang.people.models import Person
from yixiang.units.models import Unit

Settled = Callable[..., Order]


@pytest.fixture
def province(person: Callable[..., Person]) -> Person:  # noqa: F811
    return person("province", "authority", "region/430000")


@pytest.fixture
def city(person: Callable[..., Person]) -> Person:  # noqa: F811
    return person("city", "authority", "region/430000/430100")


@pytest.fixture
def settled(sem: Instrument, firm: Unit, customer: Person) -> Settled:  # noqa: F811
    """A settled order with one line, as it stands after the last step."""

    def make(total: str = "1000.00", paid: date = date(2025, 6, 1), **more: Any) -> Order:
        return settled_order(more.pop("one", sem), more.pop("by", firm), customer, Decimal(total), paid, **more)

    return make


def settled_order(
    one: Instrument, by: Unit, who: Person, total: Decimal, paid: date, *, minutes: int = 60, material: str = "0",
    measured: int | None = None, hours: str = "1", **facts: Any,
) -> Order:  # fmt: skip
    at = datetime(paid.year, paid.month, paid.day, 4, tzinfo=UTC)
    usual = {"state": "completed", "final_total": total, "paid_on": paid, "closed_at": at, "submitted_at": at}
    order = Order.objects.create(
        number=f"T{Order.objects.count():08d}", provider=one.unit, customer=by, person=who, **usual | facts
    )
    line = Line.objects.create(
        order=order, instrument=one, mode="time", starts=at, ends=at + timedelta(hours=1), used_minutes=minutes,
        started_at=at, stopped_at=at + timedelta(minutes=minutes if measured is None else measured),
    )  # fmt: skip
    labour = total - Decimal(material)
    Charge.objects.create(line=line, stage="final", component="labour", basis="hour", quantity=hours, amount=labour)
    if Decimal(material):
        Charge.objects.create(line=line, stage="final", component="material", amount=material)
    return order
