"""When a wish cannot be met: three that can, and the ones that nearly are what was asked for. Plain Python."""

from collections.abc import Sequence
from dataclasses import dataclass

from yixiang.catalogue.rules.calendar import Stretch

MOST_SHIFT = 20  # minutes one may be asked to come earlier or later
MOST_SHORTER = 4  # a quarter of the time


@dataclass(frozen=True, slots=True)
class Near:
    """`kind`: shift, shorter, another (instrument), later."""

    kind: str
    stretch: Stretch


def misses(wanted: Stretch, slots: Sequence[Stretch], shortest: int) -> list[Near]:
    """What nearly fits into these free stretches: moved a little, or a little shorter; the least change first."""
    length = wanted[1] - wanted[0]
    found: list[tuple[int, Near]] = []
    for low, high in slots:
        if high - low >= length:
            start = min(max(wanted[0], low), high - length)
            if 0 < (moved := abs(start - wanted[0])) <= MOST_SHIFT:
                found.append((moved, Near("shift", (start, start + length))))
        start, end = max(wanted[0], low), min(wanted[1], high)
        lost = length - (end - start)
        if 0 < lost * MOST_SHORTER <= length and end - start >= shortest:
            found.append((MOST_SHIFT + lost, Near("shorter", (start, end))))
    return [near for _cost, near in sorted(found, key=lambda one: (one[0], one[1].stretch))][:2]
