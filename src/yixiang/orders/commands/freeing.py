"""Giving time back, and waking those who wait for it."""

from collections.abc import Iterable
from datetime import datetime

from yixiang.catalogue.commands import timing
from yixiang.kernel.later import later
from yixiang.orders.models import Line, Order, Waiting


def free(order: Order, *, now: datetime) -> None:
    free_lines(order.lines.all(), now=now)


def free_lines(lines: Iterable[Line], *, now: datetime) -> None:
    """The time of these lines, in the transaction of the move that ends them."""
    held = list(lines)
    timing.give_back([line.pk for line in held], now=now)
    wake({line.instrument_id for line in held if line.by_time})


def wake(instruments: Iterable[int]) -> None:
    """An offer is made right after this transaction, where somebody waits."""
    waited = Waiting.objects.filter(instrument__in=instruments, state="waiting").values_list("instrument", flat=True)
    for pk in sorted(set(waited)):
        later("orders.offer", once=f"orders.offer.{pk}", instrument_id=pk)
