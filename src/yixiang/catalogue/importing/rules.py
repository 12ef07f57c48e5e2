"""What is odd about a batch as a whole: amounts typed in 元 where 万元 are meant."""

from collections.abc import Sequence
from decimal import Decimal
from statistics import median

TIMES = 10_000  # 元 taken for 万元
FAR = 100  # times the middle of the batch
ENOUGH = 5  # rows, before a middle means anything
SMALLEST = Decimal(1_000)  # yuan; a large instrument costs more
DEAREST = {"instrument": Decimal(200_000_000), "facility": Decimal(5_000_000_000), "platform": Decimal(5_000_000_000)}


def middle_of(worths: Sequence[Decimal]) -> Decimal | None:
    return median(worths) if len(worths) >= ENOUGH else None


def suspicion(worth: Decimal, *, kind: str, middle: Decimal | None) -> str:
    """Why this amount, in yuan, looks like a mistake of the unit; empty when it does not.

    Typing 元 makes it ten thousand times too large: then a ten-thousandth of it is an ordinary price with whole cents.
    """
    if worth < SMALLEST:
        return f"原值只有 {worth:,.2f} 元，请核对：这一列的单位是万元。"
    likely = worth / TIMES
    too_dear = worth >= DEAREST[kind]
    too_far = middle is not None and worth > middle * FAR and likely <= middle * FAR and likely >= middle / FAR
    if likely < SMALLEST or not (too_dear or (too_far and worth >= 10_000_000)):
        return ""
    times = f"，是本表中间值的 {worth / middle:,.0f} 倍" if middle else ""
    return f"折合 {worth / 100_000_000:,.2f} 亿元{times}。如果填的是元，应为 {likely / TIMES:,.4f} 万元，请核对。"
