"""What an order costs: the lines of a price list times what is asked for, and why the bill differs from the estimate.

Each amount is rounded to the cent by itself, half up, and a total is the sum of its amounts: no cent is made or lost.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from yixiang.catalogue.rules.pricing import Line as Price
from yixiang.catalogue.rules.words import COMPONENTS
from yixiang.kernel.money import ZERO, rounded
from yixiang.kernel.periods import local_date

SECOND = timedelta(seconds=1)
PLACES = Decimal("0.0001")
BASES = {"time": ("hour", "day", "test"), "samples": ("sample", "test", "hour")}  # the first that is priced counts
UNITS = {"hour": "小时", "day": "天", "sample": "个样品", "test": "次"}


@dataclass(frozen=True, slots=True)
class Amount:
    """One charge as it will stand on the bill."""

    component: str
    amount: Decimal
    basis: str = ""
    name: str = ""
    price: Decimal | None = None
    quantity: Decimal | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Use:
    """How much of a line is asked for, or was used."""

    mode: str
    minutes: int = 0
    days: int = 0
    samples: int = 0

    def of(self, basis: str) -> Decimal:
        if basis == "hour":
            return (Decimal(self.minutes) / 60).quantize(PLACES, ROUND_HALF_UP)
        if basis == "day":
            return Decimal(self.days)
        return Decimal(self.samples or 1)


def use_of_time(starts: datetime, ends: datetime) -> Use:
    """A day counts when the stretch touches it; one that ends at midnight does not touch the next."""
    minutes = int((ends - starts).total_seconds()) // 60
    days = (local_date(ends - SECOND) - local_date(starts)).days + 1
    return Use("time", minutes=minutes, days=days)


def basis_for(prices: Sequence[Price], mode: str) -> str:
    """By what this mode is charged; empty where the price list says nothing about it."""
    priced = {one.basis for one in prices}
    return next((basis for basis in BASES.get(mode, ()) if basis in priced), "")


def items_for(prices: Sequence[Price], mode: str) -> list[str]:
    """The names one may choose between, in the order of the list."""
    basis = basis_for(prices, mode)
    return list(dict.fromkeys(one.name for one in prices if one.basis == basis))


def audience(prices: Sequence[Price], *, internal: bool) -> list[Price]:
    """The owner's own people pay the inside price where there is one, everybody else the published one."""
    inside = [one for one in prices if one.audience == "inside"]
    return inside if internal and inside else [one for one in prices if one.audience == "outside"]


def charges(prices: Sequence[Price], use: Use, items: Sequence[str] = ()) -> list[Amount]:
    """The chosen items, or the first one of the list; nothing where the list has no price for this mode."""
    basis = basis_for(prices, use.mode)
    names = items_for(prices, use.mode)
    chosen = [name for name in names if name in items] or names[:1]
    quantity = use.of(basis)
    return [
        Amount(one.component, rounded(one.price * quantity), basis, one.name, one.price, quantity)
        for name in chosen
        for one in prices
        if one.name == name and one.basis == basis
    ]


def total(amounts: Iterable[Amount]) -> Decimal:
    return sum((one.amount for one in amounts), ZERO)


def by_component(amounts: Iterable[Amount]) -> dict[str, Decimal]:
    """What each component comes to; nothing is said about one that costs nothing."""
    found: dict[str, Decimal] = {}
    for one in amounts:
        found[one.component] = found.get(one.component, ZERO) + one.amount
    return {code: amount for code, amount in found.items() if amount}


def offered(amounts: Mapping[str, Decimal]) -> list[Amount]:
    """The amounts of an offer, by component."""
    return [Amount(code, amounts[code], why="按约定报价") for code in COMPONENTS if code in amounts]


@dataclass(frozen=True, slots=True)
class Difference:
    """One row of the explained bill: booked, used, what is over or under, and why."""

    booked: Decimal
    used: Decimal
    unit: str
    reason: str

    @property
    def overage(self) -> Decimal:
        return self.used - self.booked


def difference(booked: Use, used: Use, basis: str) -> Difference | None:
    """None where nothing differs."""
    before, after = booked.of(basis), used.of(basis)
    if before == after:
        return None
    what = UNITS.get(basis, "")
    side = "多" if after > before else "少"
    words = f"预约 {plain(before)} {what}，实际 {plain(after)} {what}，{side} {plain(abs(after - before))} {what}。"
    return Difference(before, after, what, words)


def plain(number: Decimal) -> str:
    return f"{number:f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:f}"
