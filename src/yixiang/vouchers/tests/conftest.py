"""A firm in Jinan and one in Xuchang, a provider, open programmes with money, and the offices around them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from yixiang.catalogue.models import Instrument
from yixiang.catalogue.tests.conftest import (  # noqa: F401  # the world below this room
    _files_elsewhere,
    belong,
    browser,
    instrument,
    joined_unit,
    person,
    roles,
    text,
    unit,
)
from yixiang.files.commands import take
from yixiang.files.models import File
from yixiang.kernel import scopes
from yixiang.ledger.commands import programmes
from yixiang.ledger.commands.programmes import Plan
from yixiang.ledger.models import Programme
from yixiang.people.models import Person
from yixiang.reviews.models import Authority
from yixiang.units.models import Unit
from yixiang.units.queries.standing import standing_on
from yixiang.vouchers.commands import claiming, using
from yixiang.vouchers.facts import OrderFacts, OrderLine, OrderPaper
from yixiang.vouchers.models import Redemption

NOW = datetime(2026, 5, 11, 2, tzinfo=UTC)
TODAY = date(2026, 5, 11)
SET = {"rate": "0.50", "order_ceiling": "5000.00", "year_ceiling": "8000.00"}
OFFICES = {"370000": "山东省科学技术厅", "370100": "济南市科学技术局", "411000": "许昌市科学技术局"}
MakePerson = Callable[..., Person]
MakeOrder = Callable[..., OrderFacts]


@pytest.fixture
def offices(person: MakePerson) -> dict[str, Person]:  # noqa: F811
    """Who decides and who pays, by region and by what they do."""
    found = {}
    for region, name in OFFICES.items():
        level = "province" if region.endswith("0000") else "city"
        Authority.objects.get_or_create(region=region, defaults={"level": level, "name": name})
        found[region] = person(f"office{region}", "authority", scopes.region(region))
        found[f"pay{region}"] = person(f"pay{region}", "finance", scopes.region(region))
    return found


def opened(
    offices: dict[str, Person], region: str, year: int = 2026, budget: str = "100000.00", **more: Any
) -> Programme:
    plan = Plan("voucher", region, year, f"{OFFICES[region]} {year} 年创新券", Decimal(budget),
                more.pop("opens_on", date(year, 1, 1)), more.pop("closes_on", date(year, 12, 31)), more)  # fmt: skip
    draft = programmes.plan(plan, actor=offices[region], now=NOW)
    return programmes.open_programme(draft, actor=offices[region], now=NOW)


@pytest.fixture
def province(offices: dict[str, Person]) -> Programme:
    return opened(offices, "370000", **SET)


@pytest.fixture
def xuchang(offices: dict[str, Person]) -> Programme:
    return opened(offices, "411000")


def enterprise(name: str, region: str, **facts: Any) -> Unit:
    made = joined_unit(name, region)
    usual = {"kind": "enterprise", "uses": True, "provides": False, "headcount": 120, "wants_voucher": True,
             "last_year_revenue": Decimal("30000000.00"), "credit_code": f"9137{made.pk:014d}"}  # fmt: skip
    for field, value in (usual | facts).items():
        setattr(made, field, value)
    made.save()
    return made


@pytest.fixture
def firm(db: None) -> Unit:
    return enterprise("泉城新材料有限公司", "370102")


@pytest.fixture
def xu_firm(db: None) -> Unit:
    return enterprise("莲城电气有限公司", "411002", high_tech=True, high_tech_until=date(2027, 6, 30))


@pytest.fixture
def user(firm: Unit, person: MakePerson) -> Person:  # noqa: F811
    made = person("user", "user_unit_admin", firm.scope)
    belong(made, firm)
    return made


@pytest.fixture
def xu_user(xu_firm: Unit, person: MakePerson) -> Person:  # noqa: F811
    made = person("xu_user", "user_unit_admin", xu_firm.scope)
    belong(made, xu_firm)
    return made


@pytest.fixture
def sem(instrument: Callable[..., Instrument]) -> Instrument:  # noqa: F811
    return instrument()


def scan(by: Person, name: str = "proof.txt") -> File:
    upload = SimpleUploadedFile(name, f"材料 {name}\n".encode())
    return take(upload, uploader=by, purpose="voucher-paper", now=NOW)


@pytest.fixture
def order(sem: Instrument) -> MakeOrder:
    """A settled order of a unit, with all its papers."""

    def make(of: Unit, by: Person, price: str = "1000.00", number: str = "260510-ABCDEFG", **more: Any) -> OrderFacts:
        day = more.pop("day", date(2026, 5, 8))
        papers = [
            OrderPaper("contract", "服务合同", digest="c" * 64),
            *(OrderPaper(kind, kind, scan(by, f"{kind}.txt").pk) for kind in ("invoice", "result", "relevance")),
        ]
        made = OrderFacts(
            number=number, state="completed", day=day, title=sem.name, customer=of.pk, customer_name=of.name,
            provider=sem.unit_id, provider_name=sem.unit.name, internal=False, purpose="development",
            other_subsidy=False, price=Decimal(price), standing=standing_on(of, day),
            lines=[OrderLine(sem.pk, sem.name, Decimal(price))], invoices=["24432000000012345678"], papers=papers,
        )  # fmt: skip
        return replace(made, **more)

    return make


@pytest.fixture
def filed(province: Programme, firm: Unit, user: Person, order: MakeOrder) -> Redemption:
    """Half of a thousand, with the office of the city."""
    return using.redeem(order(firm, user), "province", actor=user, now=NOW)


@pytest.fixture
def pledged(xuchang: Programme, xu_firm: Unit, xu_user: Person, order: MakeOrder) -> Redemption:
    claiming.claim(xu_firm, xuchang, actor=xu_user, now=NOW, wanted=Decimal("2000.00"))
    return using.pledge(order(xu_firm, xu_user, state="accepted"), "city", actor=xu_user, now=NOW)


def fresh(one: Redemption) -> Redemption:
    return Redemption.objects.select_related("hold", "case", "programme", "unit", "payee").get(pk=one.pk)
