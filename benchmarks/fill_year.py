"""A settled year in Hunan: units with grades, their instruments, users of every kind, one order a line."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from benchmarks.instruments import Row, copy_rows, instrument, plates
from yixiang.assessment.models import Grade
from yixiang.catalogue.models import Instrument
from yixiang.kernel.periods import midnight
from yixiang.orders.models import Charge, Line, Order
from yixiang.people.models import Person
from yixiang.units.models import Relation, Unit

REGIONS = ("430104", "430203", "430304", "430602")
GRADES = ("excellent", "good", "qualified", "good")
KINDS = ("enterprise", "enterprise", "team", "university")
USERS, RELATED = 5_000, 500


def fill(orders: int, devices: int, providers: int, year: int, by: Person) -> None:
    chance, now = random.Random(year), datetime(year + 1, 3, 1, tzinfo=UTC)
    copy_rows(Unit, (_unit(n, providers, now) for n in range(1, providers + USERS + 1)), keyed=True)
    copy_rows(Instrument, _instruments(devices, providers, chance), keyed=True)
    copy_rows(Grade, (_grade(n, year, now, by) for n in range(1, providers + 1)))
    copy_rows(Relation, _relations(providers, midnight(date(year, 1, 1)), chance))
    copy_rows(Order, _orders(orders, devices, providers, year, by, chance), keyed=True)
    copy_rows(Line, ({"id": n, "order_id": n, "instrument_id": _device(n, devices), "mode": "samples"}
                     for n in range(1, orders + 1)), keyed=True)  # fmt: skip
    copy_rows(Charge, _charges(orders, chance))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _unit(n: int, providers: int, now: datetime) -> Row:
    provides = n <= providers
    return {
        "id": n, "name": f"{'单位' if provides else '用户'}{n}", "account_name": f"year{n}", "region": REGIONS[n % 4],
        "kind": "university" if provides else KINDS[n % 4], "student_startup": not provides and n % 20 == 0,
        "provides": provides, "uses": not provides, "state": "joined", "credit_code": f"9{n:017d}",
        "joined_at": now, "confirmed_at": now, "created_at": now,
    }  # fmt: skip


def _instruments(devices: int, providers: int, chance: random.Random) -> Iterator[Row]:
    known = plates()
    for n in range(1, devices + 1):
        row = instrument(n, [(1, "")], chance.choice(known), chance)
        yield row | {"id": n, "unit_id": _owner(n, providers), "region": REGIONS[_owner(n, providers) % 4]}


def _owner(device: int, providers: int) -> int:
    return 1 + device % providers


def _device(n: int, devices: int) -> int:
    return 1 + n * 7919 % devices


def _grade(n: int, year: int, now: datetime, by: Person) -> Row:
    return {
        "unit_id": n, "year": year, "grade": GRADES[n % 4], "decided_on": date(year + 1, 2, 20), "document": "演示",
        "recorded_at": now, "recorded_by_id": by.pk, "recorded_label": by.name,
    }  # fmt: skip


def _relations(providers: int, now: datetime, chance: random.Random) -> Iterator[Row]:
    pairs = {(chance.randint(1, providers), providers + chance.randint(1, USERS)) for _ in range(RELATED)}
    for unit, other in sorted(pairs):
        yield {
            "unit_id": unit,
            "other_id": other,
            "other_name": f"用户{other}",
            "nature": "control",
            "declared_at": now,
        }


def _orders(orders: int, devices: int, providers: int, year: int, by: Person, chance: random.Random) -> Iterator[Row]:
    first, minutes = midnight(date(year, 1, 1)), 365 * 24 * 60
    for n in range(1, orders + 1):
        at = first + timedelta(minutes=chance.randrange(minutes))
        yield {
            "id": n, "number": f"R{n:09d}", "provider_id": _owner(_device(n, devices), providers),
            "customer_id": providers + chance.randint(1, USERS), "person_id": by.pk, "state": "completed",
            "purpose": chance.choice(("research", "development", "teaching")), "final_total": Decimal(2000),
            "submitted_at": at, "closed_at": at, "paid_on": at.date(), "created_at": at, "changed_at": at,
        }  # fmt: skip


def _charges(orders: int, chance: random.Random) -> Iterator[Row]:
    for n in range(1, orders + 1):
        for component in ("labour", "material"):
            cents: Any = Decimal(chance.randrange(1_000, 200_000)).scaleb(-2)
            yield {"line_id": n, "stage": "final", "component": component, "amount": cents}
