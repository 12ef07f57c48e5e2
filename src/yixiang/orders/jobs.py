"""The clock of orders, every hour. Safe to run twice."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from yixiang.kernel.acting import Acting, acting
from yixiang.orders.commands.reminding import run_clock


@app.periodic(cron="20 * * * *")
@app.task(name="orders.clock", queue="upkeep")
def clock(timestamp: int) -> None:
    """Unanswered, passed and unsettled orders."""
    with acting(Acting(actor_name="系统", door="job", request="orders.clock")):
        run_clock(now=datetime.fromtimestamp(timestamp, UTC))
