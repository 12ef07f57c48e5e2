"""A provider with a priced instrument; a customer of another unit; orders in the states the tests begin with."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from yixiang.catalogue.models import Instrument, Tariff, TariffLine
from yixiang.catalogue.tests.conftest import (  # noqa: F401  # the world below this room
    NOW,
    _files_elsewhere,
    admin,
    belong,
    browser,
    instrument,
    joined_unit,
    outsider,
    person,
    roles,
    text,
    unit,
)
from yixiang.orders.commands import answering, drafting, placing, recording
from yixiang.orders.commands.recording import Done
from yixiang.orders.models import Line, Order
from yixiang.orders.rules.wishes import LineWish, SampleWish, Wish
from yixiang.people.commands import tokens
from yixiang.people.models import Person
from yixiang.units.models import Unit

MakeInstrument = Callable[..., Instrument]
MakeOrder = Callable[..., Order]
Ask = Callable[..., Any]
WORDS = {"contact_name": "王芳", "contact_phone": "13800138000", "content": "观察断口形貌"}


def local(day: int, hour: int, minute: int = 0, *, month: int = 3) -> datetime:
    """A moment of March 2026 in Chinese time; the 2nd is a Monday."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def sem(instrument: MakeInstrument) -> Instrument:  # noqa: F811
    return priced(instrument())


def priced(one: Instrument, **prices: int) -> Instrument:
    """By the hour for time, by the sample for samples, unless told otherwise."""
    tariff = Tariff.objects.create(instrument=one, valid_from=date(2026, 1, 1), published_at=NOW)
    for component, basis, price in (("running", "hour", 200), ("labour", "hour", 100), ("labour", "sample", 80)):
        TariffLine.objects.create(tariff=tariff, component=component, basis=basis, price=price)
    for basis, price in prices.items():
        TariffLine.objects.create(tariff=tariff, component="material", basis=basis, price=price)
    return one


@pytest.fixture
def firm(db: None) -> Unit:
    made = joined_unit("湘江材料科技有限公司", "430104")
    made.uses = True
    made.save(update_fields=["uses"])
    return made


@pytest.fixture
def customer(firm: Unit, person: Callable[..., Person]) -> Person:  # noqa: F811
    made = person("wang")
    belong(made, firm)
    return made


@pytest.fixture
def other(firm: Unit, person: Callable[..., Person]) -> Person:  # noqa: F811
    """A second person of the customer's unit."""
    made = person("li")
    belong(made, firm)
    return made


def wish(one: Instrument, starts: datetime | None = None, ends: datetime | None = None, **more: Any) -> Wish:
    line = LineWish(one.code, starts=starts or local(3, 10), ends=ends or local(3, 12), **more)
    return Wish((line,), dict(WORDS))


def samples_wish(one: Instrument, count: int = 3) -> Wish:
    sample = SampleWish("钢片", count)
    return Wish((LineWish(one.code, mode="samples", samples=(sample,)),), dict(WORDS))


@pytest.fixture
def draft(customer: Person, sem: Instrument) -> Order:
    return drafting.start(actor=customer, wish=wish(sem), now=NOW)


@pytest.fixture
def submitted(draft: Order, customer: Person, admin: Person) -> Order:  # noqa: F811
    return placing.submit(draft, actor=customer, now=NOW)


@pytest.fixture
def accepted(submitted: Order, admin: Person) -> Order:  # noqa: F811
    return answering.accept(submitted, actor=admin, now=NOW)


@pytest.fixture
def recorded(accepted: Order, admin: Person) -> Order:  # noqa: F811
    """Two hours were booked, two and a half were used."""
    return recording.record_results(accepted, done(accepted, used_minutes=150), actor=admin, now=local(3, 13))


def done(order: Order, **facts: Any) -> dict[int, Done]:
    return {line_of(order).pk: Done(**facts)}


def line_of(order: Order) -> Line:
    return order.lines.select_related("instrument", "order").get()  # type: ignore[no-any-return]


def fresh(order: Order) -> Order:
    return Order.objects.get(pk=order.pk)


# --- programs


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, now: datetime) -> list[datetime]:
    """What the doors take for now; it can be moved on."""
    at = [now]
    monkeypatch.setattr("django.utils.timezone.now", lambda: at[0])
    return at


@pytest.fixture
def as_(clock: list[datetime]) -> Callable[..., Ask]:
    """Requests as a program of somebody makes them."""

    def of(who: Person | None, *permissions: str) -> Ask:
        headers = {}
        if who:
            scopes = ["write", *permissions]
            made = tokens.make(who, name="测试", permissions=scopes, days=30, now=clock[0])
            headers["Authorization"] = f"Bearer {made[1]}"

        def ask(method: str, path: str, data: Any = None, **more: str) -> Any:
            named = headers | {name.replace("_", "-"): value for name, value in more.items()}
            body = b"" if data is None else json.dumps(data, default=str).encode()
            return Client().generic(method, path, body, content_type="application/json", headers=named)

        return ask

    return of
