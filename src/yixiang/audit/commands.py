"""What the house itself writes into the trail; the rows of changed tables are written by the database."""

import hashlib
import logging
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from yixiang.audit.models import DaySeal, Event
from yixiang.audit.queries import fingerprints
from yixiang.kernel.acting import Acting, current

log = logging.getLogger(__name__)

LEGAL_DAYS = 183


def note_event(
    kind: str, *, subject: str = "", detail: Mapping[str, Any] | None = None, who: Acting | None = None
) -> Event:
    """One line of the trail for what changes no row. Stays even if what follows fails, unless in its transaction."""
    who = who or current()
    return Event.objects.create(
        kind=Event.Kind(kind),
        subject=subject[:500],
        detail=dict(detail or {}),
        actor=who.actor,
        actor_name=who.actor_name,
        ip=who.ip,
        door=who.door,
        request=who.request,
    )


@transaction.atomic
def forget_old(*, now: datetime) -> int:
    """Past the time of keeping. The database refuses anything younger than the law allows, whatever is asked."""
    days = max(settings.AUDIT_KEEP_DAYS, LEGAL_DAYS)
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_forget(%s)", [now - timedelta(days=days, hours=1)])
        (gone,) = cursor.fetchone()
    if gone:
        note_event("system", subject="清理超过保存期限的审计记录", detail={"rows": gone, "days": days})
    return int(gone)


@transaction.atomic
def seal(day: date) -> DaySeal:
    """The digest of a day over the digest of the day before. Also logged, so that a copy lies on another machine."""
    sealed = DaySeal.objects.filter(day=day).first()
    if sealed is not None:
        return sealed
    previous = DaySeal.objects.filter(day__lt=day).order_by("-day").first()
    found = fingerprints(day)
    sealed = DaySeal.objects.create(
        day=day,
        changes=found.changes,
        events=found.events,
        digest=chained(previous.digest if previous else "", found.digest),
    )
    log.info("audit day sealed", extra={"day": day.isoformat(), "digest": sealed.digest})
    return sealed


def chained(previous: str, own: str) -> str:
    return hashlib.sha256(f"{previous}{own}".encode()).hexdigest()
