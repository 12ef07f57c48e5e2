"""Money is a Decimal in yuan with two places. Nothing here accepts a float, so none creeps into a payment."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from fractions import Fraction

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
WAN = Decimal(10_000)

# More than any budget, and still far below the precision at which Decimal would round by itself.
LIMIT = Decimal(10) ** 16
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)


class NotMoney(ValueError):
    """The value cannot be read as an amount in yuan without guessing."""


def number(value: Decimal | int | str) -> Decimal:
    """A finite Decimal from what a database, a form or a pack gives; no float, bool, NaN or infinity."""
    if isinstance(value, bool) or not isinstance(value, Decimal | int | str):
        raise NotMoney(f"{value!r} is a {type(value).__name__}; give a Decimal, an int or a string")
    if isinstance(value, str) and ("_" in value or not value.isascii()):
        raise NotMoney(f"{value!r} is not written in plain digits")
    try:
        result = Decimal(value)
    except InvalidOperation as error:
        raise NotMoney(f"{value!r} is not a number") from error
    if not result.is_finite():
        raise NotMoney(f"{value!r} is not a finite number")
    return result


def yuan(value: Decimal | int | str) -> Decimal:
    """The amount with exactly two places. More places are refused: round on purpose with `rounded`."""
    amount = _cents(number(value))
    if amount != number(value):
        raise NotMoney(f"{value!r} has more than two places")
    return amount


def rounded(value: Decimal | int | str) -> Decimal:
    """The amount rounded to the cent, half up, as 财务 rounds."""
    return _cents(number(value))


def percent(amount: Decimal, rate: Decimal) -> Decimal:
    """`rate` of `amount`, rounded once; the rate is a fraction: 50 % is Decimal("0.50")."""
    return rounded(_EXACT.multiply(yuan(amount), number(rate)))


def wan(amount: Decimal) -> Decimal:
    """The same amount in 万元, with two places, for display only."""
    return rounded(_EXACT.divide(yuan(amount), WAN))


def from_wan(value: Decimal | int | str) -> Decimal:
    """原值 as custom writes it, in 万元, turned into yuan; parts of a cent are refused."""
    return yuan(_EXACT.multiply(number(value), WAN))


def spread(total: Decimal, weights: Sequence[Decimal | int]) -> list[Decimal]:
    """Divide `total` by `weights` so that the cents add up: largest remainder first, ties to the earlier."""
    cents = int(_EXACT.multiply(yuan(total), Decimal(100)))
    shares = [Fraction(number(weight)) for weight in weights]
    if cents < 0 or any(share < 0 for share in shares):
        raise NotMoney("a negative amount cannot be spread")
    whole = sum(shares, start=Fraction(0))
    if not whole:
        if cents:
            raise NotMoney("there is nothing to spread the amount over")
        return [ZERO for _ in shares]
    exact = [cents * share / whole for share in shares]
    parts = [int(part) for part in exact]
    by_remainder = sorted(range(len(parts)), key=lambda index: (parts[index] - exact[index], index))
    for index in by_remainder[: cents - sum(parts)]:
        parts[index] += 1
    return [Decimal(part).scaleb(-2, _EXACT) for part in parts]


def _cents(value: Decimal) -> Decimal:
    if abs(value) >= LIMIT:
        raise NotMoney(f"{value} is too large for an amount in yuan")
    return value.quantize(CENT, rounding=ROUND_HALF_UP, context=_EXACT) + ZERO  # + ZERO turns -0.00 into 0.00
