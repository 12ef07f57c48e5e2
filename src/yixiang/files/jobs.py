"""Background doors: they re-read, call a command, and may run twice."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from yixiang.files import commands
from yixiang.kernel.acting import Acting, acting


@app.periodic(cron="20 19 * * *")  # UTC: 03:20 in Shanghai
@app.task(name="files.discard_forgotten", queue="upkeep")
def discard_forgotten(timestamp: int) -> None:
    with acting(Acting(actor_name="系统", door="job", request="files.discard_forgotten")):
        commands.discard_forgotten(now=datetime.fromtimestamp(timestamp, UTC))
