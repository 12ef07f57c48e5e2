"""Several instruments as a table: what takes time becomes cells that follow each other without overlap."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

GRAIN = 5  # minutes of one column; the step of every instrument is a multiple of it
HOUR = 60 // GRAIN
VIEWS = {"day": "日", "week": "周"}
USUAL = (8, 20)  # hours shown when nothing lies outside them


@dataclass(frozen=True, slots=True)
class Taken:
    """A stretch of one instrument, in minutes of the day; `what` is shown in it."""

    start: int
    end: int
    what: Any


@dataclass(frozen=True, slots=True)
class Cell:
    """So many columns of a row: taken, open or closed."""

    span: int
    kind: str  # taken, open, closed
    what: Any = None


def hours_shown(stretches: Iterable[tuple[int, int]]) -> tuple[int, int]:
    """From the first to the last hour in which anything is open or taken."""
    found = list(stretches)
    first = min([start // 60 for start, _end in found], default=USUAL[0])
    last = max([-(-end // 60) for _start, end in found], default=USUAL[1])
    return max(min(first, USUAL[0]), 0), min(max(last, USUAL[1]), 24)


def row(taken: Sequence[Taken], opening: Sequence[tuple[int, int]], hours: tuple[int, int]) -> list[Cell]:
    """The cells of one instrument for one day, together exactly as wide as the hours shown."""
    low, high = hours[0] * HOUR, hours[1] * HOUR
    cells: list[Cell] = []
    cursor = low
    for one in sorted(taken, key=lambda each: each.start):
        start, end = max(one.start // GRAIN, cursor), min(-(-one.end // GRAIN), high)
        if start >= end:
            continue
        cells += _between(cursor, start, opening)
        cells.append(Cell(end - start, "taken", one.what))
        cursor = end
    return cells + list(_between(cursor, high, opening))


def _between(start: int, end: int, opening: Sequence[tuple[int, int]]) -> Iterable[Cell]:
    """What nothing takes, cut where the instrument opens and closes."""
    cursor = start
    for opens, closes in opening:
        low, high = max(opens // GRAIN, cursor), min(closes // GRAIN, end)
        if low >= high:
            continue
        if low > cursor:
            yield Cell(low - cursor, "closed")
        yield Cell(high - low, "open")
        cursor = high
    if cursor < end:
        yield Cell(end - cursor, "closed")


def minute_of(moment: datetime, midnight: datetime) -> int:
    """Minutes since the day began, cut to the day."""
    return min(max(int((moment - midnight).total_seconds()) // 60, 0), 24 * 60)
