"""Whatever is done in whatever order, the books say what a plain list of reservations says."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from yixiang.kernel.errors import Refused
from yixiang.ledger.commands import moving
from yixiang.ledger.commands.moving import Limit, Share
from yixiang.ledger.models import Cap, Hold, Programme
from yixiang.ledger.queries.books import books, check_books
from yixiang.ledger.tests.conftest import BASIS, NOW, opened
from yixiang.people.models import Person
from yixiang.units.models import Unit

BUDGET, PER_FIRM, PER_UNIT = Decimal("250.00"), Decimal("120.00"), Decimal("60.00")
STEPS = {
    ("held", "commit"): "committed",
    ("held", "release"): "released",
    ("committed", "release"): "released",
    ("committed", "pay"): "paid",
}
AGAIN = {"commit": "committed", "release": "released", "pay": "paid"}  # asked for twice, nothing happens
cents = some.integers(1, 9_000).map(lambda n: Decimal(n) / 100)
which = some.integers(0, 1)
reserving = some.tuples(some.just("reserve"), which, which, which, cents)
moves = some.tuples(some.sampled_from(["commit", "release", "pay", "recover", "reduce"]), some.integers(0, 7), cents)


@dataclass
class Row:
    """One reservation as plainly as it can be said."""

    programme: int
    firm: int
    apart: bool
    amount: Decimal
    state: str = "held"
    back: Decimal = Decimal(0)


@dataclass
class Plain:
    rows: list[Row] = field(default_factory=list)

    def kept(self, programme: int, firm: int | None = None, *, by_unit: bool = False) -> Decimal:
        """What counts against a cap: given or promised and not taken back."""
        found = [r for r in self.rows if r.programme == programme and r.state != "released"]
        found = [r for r in found if firm in {None, r.firm} and not (by_unit and r.apart)]
        return sum((r.amount - r.back for r in found), Decimal(0))

    def spent(self, programme: int) -> Decimal:
        found = [r.amount for r in self.rows if r.programme == programme and r.state != "released"]
        return sum(found, Decimal(0))

    def takes(self, row: Row) -> bool:
        return (
            self.spent(row.programme) + row.amount <= BUDGET
            and self.kept(row.programme, row.firm) + row.amount <= PER_FIRM
            and (row.apart or self.kept(row.programme, row.firm, by_unit=True) + row.amount <= PER_UNIT)
        )


@pytest.fixture
def two(planner: Person) -> list[Programme]:
    end = date(2027, 12, 31)
    return [opened(planner, budget=BUDGET, year=2026 + n, closes_on=end, opens_on=date(2026, 1, 1)) for n in (0, 1)]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=some.lists(some.one_of(reserving, moves), max_size=25))
def test_no_sequence_breaks_the_books(
    steps: list[tuple[object, ...]], two: list[Programme], firm: Unit, planner: Person
) -> None:
    firms = [firm, Unit.objects.get_or_create(name="另一家", region="430100")[0]]
    plain = Plain()
    with transaction.atomic():
        for number, (move, *rest) in enumerate(steps):
            if move == "reserve":
                _reserve(plain, Row(*rest), str(number), two, firms, planner)  # type: ignore[arg-type]
            else:
                _move(plain, str(move), *rest, planner)  # type: ignore[arg-type]
            _agree(plain, two, firms)
        transaction.set_rollback(True)


def _reserve(plain: Plain, row: Row, key: str, two: list[Programme], firms: list[Unit], by: Person) -> None:
    unit = firms[row.firm].pk
    share = Share(row.amount, customer=unit, provider=unit, apart=f"platform/{unit}" if row.apart else "")
    limits = [Limit("user", str(unit), PER_FIRM, "用户"), Limit("unit", str(unit), PER_UNIT, "单位")]
    try:
        moving.reserve(
            two[row.programme], [share], reference=("r", key), limits=limits, basis=BASIS, actor=by, now=NOW
        )  # fmt: skip
    except Refused:
        assert not plain.takes(row)
    else:
        assert plain.takes(row)
        plain.rows.append(row)


def _move(plain: Plain, move: str, place: int, amount: Decimal, by: Person) -> None:
    if place >= len(plain.rows):
        return
    row, hold = plain.rows[place], Hold.objects.order_by("pk")[place]
    if move == "reduce":
        works = row.state == "held" and amount <= row.amount
    elif move == "recover":
        works = row.state == "paid" and amount <= row.amount - row.back
    else:
        works = (row.state, move) in STEPS or row.state == AGAIN[move]
    try:
        if move == "reduce":
            moving.reduce(hold, amount, actor=by, now=NOW, reason="少用")
        elif move == "recover":
            moving.recover(hold, amount, actor=by, now=NOW, reason="多报")
        else:
            getattr(moving, move)(hold, actor=by, now=NOW)
    except Refused:
        assert not works
        return
    assert works
    if move == "reduce":
        row.amount = amount
    elif move == "recover":
        row.back += amount
        row.state = "recovered" if row.back == row.amount else "paid"
    else:
        row.state = STEPS.get((row.state, move), row.state)


def _agree(plain: Plain, two: list[Programme], firms: list[Unit]) -> None:
    for place, programme in enumerate(two):
        said = books(programme)
        rows = [row for row in plain.rows if row.programme == place]
        assert said["fund"] == BUDGET - plain.spent(place) >= 0
        assert said["reserved"] == sum(r.amount for r in rows if r.state == "held")
        assert said["committed"] == sum(r.amount for r in rows if r.state == "committed")
        assert said["recovered"] == sum(r.back for r in rows)
        assert said["appropriated"] == sum(said[s] for s in ("fund", "reserved", "committed", "paid", "recovered"))
        for cap in Cap.objects.filter(programme=programme):
            at = [unit.pk for unit in firms].index(int(cap.key))
            assert cap.used == plain.kept(place, at, by_unit=cap.dimension == "unit") <= cap.ceiling
    assert check_books() == []
