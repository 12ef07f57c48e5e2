"""Money is a Decimal in yuan with two places. Nothing here accepts a float, so none creeps into a payment."""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, InvalidOperation

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


def percent_at_most(amount: Decimal, rate: Decimal) -> Decimal:
    """`rate` of `amount` as a ceiling: rounded down, so that not a part of a cent passes it."""
    exact = _EXACT.multiply(yuan(amount), number(rate))
    return yuan(exact.quantize(CENT, rounding=ROUND_FLOOR, context=_EXACT))


def wan(amount: Decimal) -> Decimal:
    """The same amount in 万元, with two places, for display only."""
    return rounded(_EXACT.divide(yuan(amount), WAN))


def from_wan(value: Decimal | int | str) -> Decimal:
    """原值 as custom writes it, in 万元, turned into yuan; parts of a cent are refused."""
    return yuan(_EXACT.multiply(number(value), WAN))


def cents(amount: Decimal) -> int:
    """The amount as a whole number of cents, for reckoning over many rows."""
    whole = number(amount).scaleb(2, _EXACT)
    if whole != (found := int(whole)):
        raise NotMoney(f"{amount!r} has more than two places")
    return found


def from_cents(value: int) -> Decimal:
    return Decimal(value).scaleb(-2, _EXACT)


def spread(total: Decimal, weights: Sequence[Decimal | int]) -> list[Decimal]:
    """Divide `total` by `weights` so that the cents add up: largest remainder first, ties to the earlier."""
    shares = [number(weight) for weight in weights]
    places = max((-int(share.as_tuple().exponent) for share in shares), default=0)
    whole = [int(_EXACT.scaleb(share, max(places, 0))) for share in shares]
    return [from_cents(part) for part in spread_cents(cents(total), whole)]


def spread_cents(total: int, weights: Sequence[int]) -> list[int]:
    """The same on whole cents and whole weights."""
    whole = sum(weights)
    if total < 0 or any(weight < 0 for weight in weights):
        raise NotMoney("a negative amount cannot be spread")
    if not whole:
        if total:
            raise NotMoney("there is nothing to spread the amount over")
        return [0] * len(weights)
    divided = [divmod(total * weight, whole) for weight in weights]
    parts = [part for part, _ in divided]
    by_remainder = sorted(range(len(parts)), key=lambda index: -divided[index][1])
    for index in by_remainder[: total - sum(parts)]:
        parts[index] += 1
    return parts


def _cents(value: Decimal) -> Decimal:
    if abs(value) >= LIMIT:
        raise NotMoney(f"{value} is too large for an amount in yuan")
    return value.quantize(CENT, rounding=ROUND_HALF_UP, context=_EXACT) + ZERO  # + ZERO turns -0.00 into 0.00
