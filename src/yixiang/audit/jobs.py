"""Background doors: they re-read, call a command, and may run twice."""

from datetime import datetime, timedelta

from procrastinate.contrib.django import app

from yixiang.audit import commands
from yixiang.audit.queries import SHANGHAI
from yixiang.kernel.acting import Acting, acting


@app.periodic(cron="10 19 * * *")  # UTC: 03:10 in Shanghai
@app.task(name="audit.forget_old", queue="upkeep")
def forget_old(timestamp: int) -> None:
    with acting(Acting(actor_name="系统", door="job", request="audit.forget_old")):
        commands.forget_old(now=datetime.fromtimestamp(timestamp, SHANGHAI))


@app.periodic(cron="40 16 * * *")  # UTC: 00:40 in Shanghai, when the day before is complete
@app.task(name="audit.seal_day", queue="upkeep")
def seal_day(timestamp: int) -> None:
    with acting(Acting(actor_name="系统", door="job", request="audit.seal_day")):
        commands.seal(datetime.fromtimestamp(timestamp, SHANGHAI).date() - timedelta(days=1))
