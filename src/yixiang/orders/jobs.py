"""The clock of orders, and offers to those who wait. Safe to run twice."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from django.utils import timezone
from procrastinate.contrib.django import app

from yixiang.kernel.acting import Acting, acting
from yixiang.orders.commands import drawing, qualifying, queueing
from yixiang.orders.commands.reminding import run_clock
from yixiang.orders.queries import queues as waiting


@app.periodic(cron="20 * * * *")
@app.task(name="orders.clock", queue="upkeep")
def clock(timestamp: int) -> None:
    """Unanswered, passed and unsettled orders; qualifications that end soon."""
    now = datetime.fromtimestamp(timestamp, UTC)
    _as("orders.clock", partial(run_clock, now=now))
    _as("orders.clock", partial(qualifying.remind_of_ends, now=now))


@app.periodic(cron="*/5 * * * *")
@app.task(name="orders.queues", queue="upkeep")
def queues(timestamp: int) -> None:
    """What the jobs of single offers and draws may have missed, and time that came free without waking anybody."""
    now = datetime.fromtimestamp(timestamp, UTC)
    for pk in waiting.due(now=now):
        _as("orders.queues", partial(queueing.lapse, pk, now=now))
    for pk in waiting.to_draw(now=now):
        _as("orders.queues", partial(drawing.draw_lots, pk, now=now))
    for pk in waiting.waited_for():
        _as("orders.queues", partial(queueing.offer_next, pk, now=now))


@app.task(name="orders.offer", queue="upkeep")
def offer(instrument_id: int) -> None:
    _as("orders.offer", partial(queueing.offer_next, instrument_id, now=timezone.now()))


@app.task(name="orders.lapse", queue="upkeep")
def lapse(waiting_id: int) -> None:
    _as("orders.lapse", partial(queueing.lapse, waiting_id, now=timezone.now()))


@app.task(name="orders.draw", queue="upkeep")
def draw(draw_id: int) -> None:
    _as("orders.draw", partial(drawing.draw_lots, draw_id, now=timezone.now()))


def _as(name: str, do: Callable[[], object]) -> None:
    with acting(Acting(actor_name="系统", door="job", request=name)):
        do()
