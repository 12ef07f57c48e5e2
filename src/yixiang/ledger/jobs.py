"""The books are checked every day. Safe to run twice."""

import logging

from procrastinate.contrib.django import app

from yixiang.audit.commands import note_event
from yixiang.ledger.queries.books import check_books

log = logging.getLogger(__name__)


@app.periodic(cron="40 3 * * *")
@app.task(name="ledger.check", queue="upkeep", queueing_lock="ledger.check")
def check(timestamp: int) -> int:
    """What does not add up is written to the trail and the log, where an operator looks."""
    faults = check_books()
    for fault in faults:
        log.error("books do not add up", extra={"fault": str(fault)})
    if faults:
        note_event("system", subject="资金账目核对发现不符", detail={"faults": [str(one) for one in faults[:50]]})
    return len(faults)
