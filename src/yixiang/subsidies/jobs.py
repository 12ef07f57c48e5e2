"""Calculations that take a while, and the nightly look for what is unusual. Safe to run twice."""

from datetime import UTC, datetime

from django.utils import timezone
from procrastinate.contrib.django import app

from yixiang.kernel.acting import Acting, acting
from yixiang.kernel.errors import Refused
from yixiang.kernel.periods import local_date
from yixiang.policy import library
from yixiang.subsidies.commands import calculating, flagging, stepping
from yixiang.subsidies.models import Run


@app.task(name="subsidies.calculate", queue="upkeep")
def calculate(run_id: int) -> None:
    run = Run.objects.filter(pk=run_id).first()
    if run is None or not run.calculating:
        return
    with acting(Acting(actor_name="系统", door="job", request="subsidies.calculate")):
        try:
            calculating.calculate(run, actor=None, now=timezone.now())
        except Refused as refused:
            calculating.give_up(run, refused.message)


@app.task(name="subsidies.step", queue="upkeep")
def step(run_id: int) -> None:
    """Freezing, confirming, sending back, paying: once, however often it is begun."""
    run = Run.objects.select_related("waits_by").filter(pk=run_id).first()
    if run is None or not run.waits_for:
        return
    by = run.waits_by
    with acting(Acting(by.pk if by else None, str(by or "系统"), door="job", request="subsidies.step")):
        try:
            stepping.take(run, now=timezone.now())
        except Refused as refused:
            stepping.give_up(run, refused.message)


@app.periodic(cron="40 17 * * *")  # 01:40 in China
@app.task(name="subsidies.look", queue="upkeep")
def look(timestamp: int) -> None:
    """This year and the last one: settled orders go on coming in."""
    now = datetime.fromtimestamp(timestamp, UTC)
    this = local_date(now).year
    with acting(Acting(actor_name="系统", door="job", request="subsidies.look")):
        for place in library().jurisdictions.values():
            for year in (this - 1, this):
                flagging.look(place, year, actor=None, now=now)
