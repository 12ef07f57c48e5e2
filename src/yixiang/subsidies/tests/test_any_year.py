"""Whatever was settled in a year: parts add up to their whole, no ceiling is passed, and it comes out the same."""

# ruff: noqa: F811  # fixtures are asked for by their names

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as some

from yixiang.catalogue.models import Instrument
from yixiang.ledger.models import Programme
from yixiang.ledger.queries.books import books, check_books
from yixiang.orders.models import Charge, Line, Order
from yixiang.people.models import Person
from yixiang.subsidies.commands import calculating, checking
from yixiang.subsidies.models import Award, Run, Share
from yixiang.subsidies.tests.test_runs import LATER, NOW, good, programme  # noqa: F401  # the world of a run
from yixiang.units.models import Unit

DEVICES = 45  # at the most of each, more than one unit may get
RATE, OF_ONE, OF_ALL, CENT = Decimal("0.15"), Decimal(50_000), Decimal(2_000_000), Decimal("0.01")


@dataclass(frozen=True)
class Sold:
    device: int
    cents: int
    purpose: str = "research"
    day: int = 100
    many: int = 1  # devices in a row that sold the same

    @property
    def counts(self) -> bool:
        return self.purpose != "teaching" and self.day < 365


sold = some.builds(
    Sold,
    device=some.integers(0, DEVICES - 1),
    cents=some.one_of(some.integers(1, 999), some.integers(1, 60_000_000)),
    purpose=some.sampled_from(["research", "development", "teaching"]),
    day=some.sampled_from([0, 100, 364, 365]),  # the last is the first of January after it
    many=some.sampled_from([1, 1, 3, DEVICES]),
)


@pytest.fixture
def devices(instrument: Any, unit: Unit) -> list[Instrument]:
    return [instrument(hours=(), unit=unit, funds=["local"]) for _n in range(DEVICES)]


@pytest.fixture
def run(programme: Programme, province: Person, good: None) -> Run:
    run = calculating.calculate(calculating.start(programme, actor=province, now=NOW), actor=None, now=NOW)
    return checking.send(run, actor=province, days=1, now=NOW)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(year=some.lists(sold, max_size=30))
@example(year=[Sold(0, 33_333_333, many=DEVICES), Sold(7, 1), Sold(44, 66_666_667)])  # beyond both ceilings
@example(year=[Sold(3, 1), Sold(3, 2), Sold(3, 3)])  # less than a cent of subsidy each
def test_no_year_makes_or_loses_a_cent(
    year: list[Sold], run: Run, devices: list[Instrument], firm: Unit, customer: Person, province: Person
) -> None:
    Unit.objects.filter(pk=firm.pk).update(kind="enterprise", credit_code="91350100M000100Y43")
    with transaction.atomic():
        _write(year, devices, firm, customer)
        found = calculating.calculate(run, actor=None, now=NOW)
        _agrees_with_the_articles(year, devices, found)
        _parts_add_up(found)
        again = calculating.calculate(run, actor=None, now=NOW)
        assert (again.digest, again.amount) == (found.digest, found.amount)
        _what_is_reserved_comes_back(again, province)
        transaction.set_rollback(True)


def _write(year: list[Sold], devices: list[Instrument], firm: Unit, who: Person) -> None:
    first = datetime(2024, 12, 31, 16, tzinfo=UTC)  # midnight in China
    for number, one in enumerate(_each(year)):
        at = first + timedelta(days=one.day)
        order = Order.objects.create(
            number=f"P{number:09d}", provider=devices[one.device].unit, customer=firm, person=who, state="completed",
            final_total=Decimal(one.cents).scaleb(-2), submitted_at=at, closed_at=at, purpose=one.purpose,
        )  # fmt: skip
        line = Line.objects.create(order=order, instrument=devices[one.device], mode="samples")
        Charge.objects.create(line=line, stage="final", component="labour", amount=order.final_total)


def _each(year: list[Sold]) -> list[Sold]:
    return [
        Sold((one.device + step) % DEVICES, one.cents, one.purpose, one.day) for one in year for step in range(one.many)
    ]


def _agrees_with_the_articles(year: list[Sold], devices: list[Instrument], run: Run) -> None:
    """The rate to the cent, the most of one instrument, then the most of a unit."""
    incomes: dict[int, Decimal] = defaultdict(Decimal)
    for one in _each(year):
        if one.counts:
            incomes[devices[one.device].pk] += Decimal(one.cents).scaleb(-2)
    awards = {key: min(OF_ONE, (sum_ * RATE).quantize(CENT, ROUND_HALF_UP)) for key, sum_ in incomes.items()}
    earned = sum(awards.values(), Decimal(0))
    assert run.amount == min(OF_ALL, earned)
    assert (run.income, run.lines_counted) == (sum(incomes.values()), sum(one.counts for one in _each(year)))
    for share in Share.objects.filter(run=run):
        assert share.award == awards[share.instrument_id]
        assert abs(share.final - share.award * run.amount / earned) < CENT if earned else share.final == 0


def _parts_add_up(run: Run) -> None:
    """Lines to their instrument, instruments to their unit, units to the whole; nobody more than its exact part."""
    of_device: dict[int, Decimal] = defaultdict(Decimal)
    finals = {share.instrument_id: share for share in Share.objects.filter(run=run)}
    for line in run.lines.select_related("reason"):
        of_device[line.instrument_id] += line.earned
        if not line.reason.counts:
            assert line.earned == 0
        elif share := finals.get(line.instrument_id):
            assert abs(line.earned - share.final * line.income / share.income) < CENT
    for key, share in finals.items():
        assert of_device[key] == share.final <= OF_ONE
    assert sum((share.final for share in finals.values()), Decimal(0)) == run.amount
    assert sum((one.amount for one in Award.objects.filter(run=run)), Decimal(0)) == run.amount <= OF_ALL


def _what_is_reserved_comes_back(run: Run, by: Person) -> None:
    budget = run.programme.budget
    run = checking.freeze(run, actor=by, now=LATER)
    held = books(run.programme)
    assert (held["reserved"], held["fund"]) == (run.amount, budget - run.amount)
    run = checking.reopen(run, actor=by, note="更正", now=LATER)
    assert books(run.programme)["fund"] == budget
    assert check_books() == []
