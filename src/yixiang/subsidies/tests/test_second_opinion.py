"""A second, independent calculation in plain SQL comes to the same, line by line and cent by cent.

Small here; YIXIANG_LINES=100000 runs it at full size.
"""

import os
import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from yixiang.catalogue.models import Instrument
from yixiang.orders.models import Charge, Line, Order
from yixiang.people.models import Person
from yixiang.subsidies.commands import calculating
from yixiang.subsidies.models import Award, Run, Share
from yixiang.subsidies.tests.conftest import joined_unit
from yixiang.subsidies.tests.test_runs import NOW, grade, programme  # noqa: F401
from yixiang.units.models import Relation, Unit

LINES = int(os.environ.get("YIXIANG_LINES", "400"))
RATE = {"excellent": "0.20", "good": "0.15", "qualified": "0.10"}

# Written from the articles alone: one order, one line. No word of it is shared with the code under test.
SECOND = """
    WITH counted AS (
        SELECT o.provider_id AS unit, l.instrument_id AS device, sum(c.amount) AS fees
        FROM orders_order o JOIN orders_line l ON l.order_id = o.id
        JOIN orders_charge c ON c.line_id = l.id AND c.stage = 'final'
        JOIN units_unit u ON u.id = o.customer_id JOIN catalogue_instrument i ON i.id = l.instrument_id
        WHERE o.state = 'completed' AND extract(year FROM o.closed_at AT TIME ZONE 'Asia/Shanghai') = 2025
          AND o.customer_id <> o.provider_id AND o.purpose IN ('research', 'development')
          AND u.kind IN ('enterprise', 'team') AND i.listed_at IS NOT NULL
          AND ('local' = ANY (i.funds) OR 'central' = ANY (i.funds) OR i.worth >= 500000)
          AND NOT EXISTS (SELECT 1 FROM units_relation r WHERE r.ended_at IS NULL
              AND ((r.unit_id = o.provider_id AND r.other_id = o.customer_id)
                   OR (r.unit_id = o.customer_id AND r.other_id = o.provider_id)))
        GROUP BY 1, 2
    ), device AS (
        SELECT unit, counted.device, least(50000, round(fees * CASE g.grade WHEN 'excellent' THEN 0.20 WHEN 'good' THEN
               0.15 ELSE 0.10 END, 2)) AS award
        FROM counted JOIN assessment_grade g ON g.unit_id = unit AND g.year = 2025
    )
    SELECT unit, least(2000000, sum(award)), sum(award) FROM device GROUP BY 1 ORDER BY 1
"""


@pytest.fixture
def year(unit: Unit, firm: Unit, customer: Person, instrument: Any, province: Person) -> None:
    """Random orders of three providers with five users, some related, some that do not count."""
    dice = random.Random(20251222)
    providers = [unit, joined_unit("第二大学", "430104"), joined_unit("第三所", "430200")]
    for one, name in zip(providers, RATE, strict=True):
        grade(one, province, name)
    users = [firm, _university(), *(joined_unit(f"用户{n}", "430104") for n in range(3)), providers[0]]
    Relation.objects.create(
        unit=users[2], other=providers[1], other_name="第二大学", nature="control", declared_at=NOW
    )  # fmt: skip
    devices = [_device(instrument, providers[n % 3], dice) for n in range(60)]
    for start in range(0, LINES, 5000):
        _write(dice, devices, users, customer, start, min(start + 5000, LINES))


def _university() -> Unit:
    """From the beginning: a change of class today would not count for last year."""
    return Unit.objects.create(
        name="别的大学", account_name="other-univ", region="430104", kind="university", uses=True, state="joined",
        credit_code="91350100M000100Y43", joined_at=NOW, confirmed_at=NOW,
    )  # fmt: skip


def _device(instrument: Any, of: Unit, dice: random.Random) -> Instrument:
    worth = Decimal(dice.choice((90_000, 499_999, 500_000, 2_000_000)))
    made: Instrument = instrument(hours=(), unit=of, funds=dice.choice(([], ["local"], ["own"])), worth=worth)
    return made


def _write(dice: random.Random, devices: list[Instrument], users: list[Unit], who: Person, low: int, high: int) -> None:
    orders, lines, charges = [], [], []
    for number in range(low, high):
        device, user = dice.choice(devices), dice.choice(users)
        at = datetime(2024, 12, 25, tzinfo=UTC) + timedelta(minutes=dice.randrange(60 * 24 * 380))
        orders.append(
            Order(
                number=f"R{number:09d}", provider=device.unit, customer=user, person=who, final_total=Decimal(1),
                state=dice.choice(("completed", "completed", "completed", "recorded")), submitted_at=at, closed_at=at,
                paid_on=at.date(), purpose=dice.choice(("research", "development", "teaching")),
            )
        )  # fmt: skip
        lines.append(Line(order=orders[-1], instrument=device, mode="samples"))
        for component in ("labour", "material"):
            cents = Decimal(dice.randrange(1, 3_000_000)).scaleb(-2)
            charges.append(Charge(line=lines[-1], stage="final", component=component, amount=cents))
    Order.objects.bulk_create(orders)
    Line.objects.bulk_create(lines)
    Charge.objects.bulk_create(charges)


def test_both_calculations_agree_and_no_cap_is_passed(year: None, programme: Any, province: Person) -> None:  # noqa: F811
    run: Run = calculating.calculate(calculating.start(programme, actor=province, now=NOW), actor=province, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute(SECOND)
        second = {unit: (total, before) for unit, total, before in cursor.fetchall()}
    assert second == {one.unit_id: (one.amount, one.before) for one in Award.objects.all()}
    assert all(one.final <= 50_000 for one in Share.objects.all())
    assert run.amount == sum(one.amount for one in Award.objects.all())
    per_device: dict[int, Decimal] = {}
    for device, earned in run.lines.values_list("instrument_id", "earned"):
        per_device[device] = per_device.get(device, Decimal(0)) + earned
    for one in Share.objects.all():
        assert per_device[one.instrument_id] == one.final
