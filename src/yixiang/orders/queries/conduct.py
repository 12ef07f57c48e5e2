"""预约信用 as its owner and the providing unit see it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from yixiang.kernel.periods import local_date
from yixiang.orders.models import Manners, Mark
from yixiang.orders.rules import conduct
from yixiang.orders.rules.conduct import Manner
from yixiang.units.models import Unit


@dataclass(frozen=True, slots=True)
class Standing:
    """Of one person at one providing unit. `total` is None where the unit has no rules."""

    unit: Unit
    marks: Sequence[tuple[Mark, Decimal | None]]
    total: Decimal | None
    manner: Manner | None

    @property
    def paused(self) -> bool:
        return self.manner is not None and self.total is not None and conduct.paused(self.total, self.manner)


def manner_of(unit: int) -> Manner | None:
    return manners_of([unit]).get(unit)


def manners_of(units: Iterable[int]) -> dict[int, Manner]:
    return {row.unit_id: _manner(row) for row in Manners.objects.filter(unit__in=list(units))}


def _manner(row: Manners) -> Manner:
    return Manner({"no_show": row.no_show_points, "late": row.late_points}, row.fade_days, row.limit)


def points_of(person: Any, unit: int, manner: Manner, *, on: date) -> Decimal:
    """What counts now: the marks against which no appeal was upheld."""
    rows = Mark.objects.filter(person_id=person.pk, unit=unit).exclude(appeal="upheld")
    return conduct.score([(kind, local_date(at)) for kind, at in rows.values_list("kind", "at")], manner, on=on)


def standings(person: Any, *, on: date) -> list[Standing]:
    """One for each unit that remembers something of this person."""
    by_unit: dict[int, list[Mark]] = defaultdict(list)
    for mark in Mark.objects.filter(person_id=person.pk).select_related("order", "unit")[:200]:
        by_unit[mark.unit_id].append(mark)
    manners = manners_of(by_unit)
    return [_standing(marks, manners.get(unit), on) for unit, marks in by_unit.items()]


def _standing(marks: Sequence[Mark], manner: Manner | None, on: date) -> Standing:
    unit = marks[0].unit
    if manner is None:
        return Standing(unit, [(mark, None) for mark in marks], None, None)
    counted = [(mark, _weight(mark, manner, on)) for mark in marks]
    return Standing(unit, counted, sum((left for _mark, left in counted), Decimal("0.0")), manner)


def _weight(mark: Mark, manner: Manner, on: date) -> Decimal:
    return Decimal("0.0") if mark.appeal == "upheld" else conduct.weight(mark.kind, local_date(mark.at), manner, on=on)
