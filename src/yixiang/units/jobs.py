"""Work of the night: reminding units whose facts grow old. Safe to run twice, and a missed night is caught up."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from yixiang.kernel.acting import Acting, acting
from yixiang.units.commands.reminding import remind_of_confirmation


@app.periodic(cron="20 0 * * *")  # 08:20 in China
@app.task(name="units.confirmations", queue="upkeep")
def confirmations(timestamp: int) -> None:
    with acting(Acting(actor_name="系统", door="job", request="units.confirmations")):
        remind_of_confirmation(now=datetime.fromtimestamp(timestamp, UTC))
