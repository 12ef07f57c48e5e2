"""Work of the hour and of the night: first free times, prices whose day has come, scores. Safe to run twice."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial

from django.utils import timezone
from procrastinate.contrib.django import app

from yixiang.catalogue.commands.health import refresh_health
from yixiang.catalogue.commands.pricing import keep_prices
from yixiang.catalogue.commands.reminding import remind_of_checking, remind_of_joining
from yixiang.catalogue.commands.timing import roll
from yixiang.catalogue.commands.wishing import answer_wishes
from yixiang.catalogue.queries import upkeep
from yixiang.catalogue.search import indexing, vocabulary
from yixiang.kernel.acting import Acting, acting

BATCH = 500


@app.periodic(cron="5 * * * *")
@app.task(name="catalogue.roll_passed", queue="upkeep")
def roll_passed(timestamp: int) -> None:
    """Instruments whose first free time has begun meanwhile."""
    now = datetime.fromtimestamp(timestamp, UTC)
    _in_batches("catalogue.roll_passed", upkeep.passed(now=now), lambda ids: roll(ids, now=now))


@app.periodic(cron="10 16 * * *")  # 00:10 in China
@app.task(name="catalogue.night", queue="upkeep")
def night(timestamp: int) -> None:
    """A new day: the horizon reaches one day further, price lists begin and end, facts have grown older."""
    now = datetime.fromtimestamp(timestamp, UTC)
    on = timezone.localdate(now)
    for kind in ("instrument", "service"):
        _in_batches("catalogue.night", upkeep.repriced(kind, on=on), partial(keep_prices, kind, on=on))
    _in_batches("catalogue.night", upkeep.public(), lambda ids: roll(ids, now=now))
    _in_batches("catalogue.night", upkeep.public(), lambda ids: refresh_health(ids, on=on))
    _in_batches("catalogue.night", upkeep.public(), indexing.refresh)
    vocabulary.recount()


@app.task(name="catalogue.follow_unit", queue="upkeep")
def follow_unit(unit_id: int) -> None:
    """What a unit owns is found under its present name and place, and not at all once it has left."""
    indexing.refresh_unit(unit_id)


@app.periodic(cron="30 0 * * *")  # 08:30 in China
@app.task(name="catalogue.reminders", queue="upkeep")
def reminders(timestamp: int) -> None:
    """The days to join run out; what is listed was not looked at for long; what was wished for is there now."""
    now = datetime.fromtimestamp(timestamp, UTC)
    with acting(Acting(actor_name="系统", door="job", request="catalogue.reminders")):
        remind_of_joining(now=now)
        remind_of_checking(now=now)
        answer_wishes(now=now)


def _in_batches(what: str, keys: Iterator[int], act: Callable[[list[int]], object]) -> None:
    """Each batch is a transaction of its own, so that no bookings wait for the whole night."""
    with acting(Acting(actor_name="系统", door="job", request=what)):
        batch: list[int] = []
        for key in keys:
            batch.append(key)
            if len(batch) == BATCH:
                act(batch)
                batch = []
        if batch:
            act(batch)
