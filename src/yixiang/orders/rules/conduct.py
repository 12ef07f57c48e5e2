"""预约信用: points for not coming and for cancelling late, which fade day by day and then are gone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Manner:
    """What a unit has decided; `limit` None: it is shown, and nothing follows."""

    points: Mapping[str, int]
    fade_days: int
    limit: int | None = None


def weight(kind: str, at: date, manner: Manner, *, on: date) -> Decimal:
    """What is left of one mark on a day."""
    age = max(0, (on - at).days)
    left = Decimal(max(0, manner.fade_days - age)) / manner.fade_days
    return (manner.points.get(kind, 0) * left).quantize(TENTH, ROUND_HALF_UP)


def score(marks: Iterable[tuple[str, date]], manner: Manner, *, on: date) -> Decimal:
    return sum((weight(kind, at, manner, on=on) for kind, at in marks), Decimal("0.0"))


def paused(total: Decimal, manner: Manner) -> bool:
    return manner.limit is not None and total >= manner.limit
