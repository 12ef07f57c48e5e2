"""An open programme of Hunan with some money in it, and people around it."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from yixiang.catalogue.tests.conftest import (  # noqa: F401  # the world below this room
    _files_elsewhere,
    instrument,
    joined_unit,
    person,
    roles,
    unit,
)
from yixiang.kernel import scopes
from yixiang.ledger import declaring
from yixiang.ledger.commands import moving, programmes
from yixiang.ledger.commands.moving import Basis, Limit, Share
from yixiang.ledger.commands.programmes import Plan
from yixiang.ledger.declaring import ProgrammeKind, Setting
from yixiang.ledger.models import Hold, Programme
from yixiang.people.models import Person
from yixiang.units.models import Unit

NOW = datetime(2026, 5, 11, 2, tzinfo=UTC)
SUBJECT = "test-voucher"
RATE = Setting("rate", "补助比例", "rate", most=Decimal("0.20"), article="第二十四条")
PER_USE = Setting("per_use", "单次上限", "money")
BASIS = Basis(order_number="260501-ABCDEFG", invoices=("24432000000012345678",), article="第二十五条")


@pytest.fixture(autouse=True)
def _kind() -> Iterator[None]:
    declaring.declare(ProgrammeKind(SUBJECT, "试验券", lambda place, on: (RATE, PER_USE) if place == "hunan" else None))
    yield
    declaring._kinds.pop(SUBJECT)


@pytest.fixture
def planner(person: Callable[..., Person]) -> Person:  # noqa: F811
    return person("planner", "authority", scopes.region("430000"))


def wish(**changes: Any) -> Plan:
    given: dict[str, Any] = {
        "subject": SUBJECT, "region": "430000", "year": 2026, "title": "湖南省 2026 年试验券",
        "budget": Decimal("1000.00"), "opens_on": date(2026, 1, 1), "closes_on": date(2026, 12, 31), "settings": {},
    }  # fmt: skip
    return Plan(**given | changes)


def opened(planner: Person, **changes: Any) -> Programme:
    draft = programmes.plan(wish(**changes), actor=planner, now=NOW)
    return programmes.open_programme(draft, actor=planner, now=NOW)


@pytest.fixture
def programme(planner: Person) -> Programme:
    return opened(planner)


@pytest.fixture
def firm(db: None) -> Unit:
    return joined_unit("湘江材料科技有限公司", "430104")


def reserve(programme: Programme, amount: str, key: str, by: Person, firm: Unit | None = None, cap: str = "") -> Hold:
    limits = [Limit("user", str(firm.pk), Decimal(cap), "每家企业每年")] if firm and cap else []
    share = Share(Decimal(amount), customer=firm.pk if firm else None)
    return moving.reserve(
        programme, [share], reference=("test", key), limits=limits, basis=BASIS, actor=by, now=NOW
    )  # fmt: skip
