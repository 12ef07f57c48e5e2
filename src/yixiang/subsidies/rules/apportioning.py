"""第十五条: the yearly running costs by the share of open service in the use of the year, to the cent."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from yixiang.kernel.money import ZERO, spread


@dataclass(frozen=True, slots=True)
class Part:
    """The part of one instrument."""

    open_minutes: int
    running: Decimal


@dataclass(frozen=True, slots=True)
class Apportioned:
    open_minutes: int
    all_minutes: int
    running: Decimal
    parts: tuple[Part, ...]


def apportion(total: Decimal, minutes: Sequence[tuple[int, int]], other: int) -> Apportioned:
    """`minutes` are (open, all) of each instrument, `other` what was used outside the platform's records.

    Open and other use share the total by the largest remainder, and so do the instruments among themselves: the parts
    add up to the cent.
    """
    opened = sum(one for one, _all in minutes)
    everything = sum(all_ for _one, all_ in minutes) + other
    if not opened:
        return Apportioned(0, everything, ZERO, tuple(Part(0, ZERO) for _ in minutes))
    running, _rest = spread(total, [opened, everything - opened])
    parts = spread(running, [one for one, _all in minutes])
    return Apportioned(
        opened,
        everything,
        running,
        tuple(Part(one, part) for (one, _all), part in zip(minutes, parts, strict=True)),
    )
