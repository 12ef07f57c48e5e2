"""Sending what waits in the outbox.

Between the moment a mail server or SMS provider has taken a message and the commit that marks it, the process
may die; this is the one place of the house where something can happen twice. Each mail therefore carries the
outbox key as its Message-ID, so that a mailbox can show it once.
"""

import logging
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from typing import Any

from django.conf import settings
from django.db import transaction

from yixiang.kernel.later import later
from yixiang.notices import mail, sms
from yixiang.notices.models import Outbox
from yixiang.notices.states import OUTBOX

log = logging.getLogger(__name__)

WAITS = [timedelta(minutes=m) for m in (1, 5, 30, 120, 480, 1440)]  # then it is given up


class Unsendable(Exception):
    """Trying again cannot help: no such address, or the limit of the day is used up."""


@transaction.atomic
def deliver(outbox_id: int, *, now: datetime) -> Outbox | None:
    """Send one message. Safe to run twice: the row is locked meanwhile and leaves only from `queued`."""
    row = Outbox.objects.select_for_update(skip_locked=True).filter(pk=outbox_id, state="queued").first()
    if row is None or not row.is_due(now):
        return None
    try:
        row.provider_id = _send(row, now)
    except Exception as trouble:  # whatever the network does, the row must say so and wait for its next turn
        _note_trouble(row, trouble, now)
    else:
        row.state = OUTBOX.step(row.state, "send")
        row.sent_at, row.last_error, row.next_try_at = now, "", None
        row.content = {}  # codes and names do not lie about longer than needed
    row.attempts += 1
    row.save()
    return row


def _send(row: Outbox, now: datetime) -> str:
    if row.channel == "email":
        return mail.send(row.address, subject=row.subject, content=row.content, key=row.key)
    _keep_within_limits(row, now)
    return sms.adapter().send(row.address, str(row.content["text"]))


def _keep_within_limits(row: Outbox, now: datetime) -> None:
    """Text messages cost money and annoy; a loop or an attacker must not empty the account."""
    sent = Outbox.objects.filter(channel="sms", state="sent", sent_at__gt=now - timedelta(days=1))
    if sent.filter(address=row.address).count() >= getattr(settings, "SMS_PHONE_DAILY", 20):
        raise Unsendable("this phone has had its messages of the day")
    if sent.count() >= getattr(settings, "SMS_DAILY", 5000):
        raise Unsendable("the messages of the day are used up")


def _note_trouble(row: Outbox, trouble: Exception, now: datetime) -> None:
    row.last_error = f"{type(trouble).__name__}: {trouble}"[:500]
    log.warning("message not sent", extra={"outbox": row.pk, "channel": row.channel, "why": row.last_error})
    if _is_final(trouble) or row.attempts >= len(WAITS):
        row.state = OUTBOX.step(row.state, "fail")
        row.next_try_at = None
        return
    row.next_try_at = now + WAITS[row.attempts]
    later("notices.deliver", at=row.next_try_at, outbox_id=row.pk)


def _is_final(trouble: Exception) -> bool:
    """A 5xx of a mail server is its last word, a 4xx is not."""
    if isinstance(trouble, SMTPRecipientsRefused):
        return all(code >= 500 for code, _words in trouble.recipients.values())
    if isinstance(trouble, SMTPResponseException):
        return trouble.smtp_code >= 500
    return isinstance(trouble, Unsendable)


def deliver_directly(
    channel: str, address: str, *, content: dict[str, Any], key: str, now: datetime, subject: str = ""
) -> None:
    """For what is not a notice: codes, links. It leaves by the same outbox, once per key."""
    row, _fresh = Outbox.objects.get_or_create(
        key=key, defaults={"channel": channel, "address": address, "subject": subject, "content": content}
    )
    deliver(row.pk, now=now)


@transaction.atomic
def retry_overdue(*, now: datetime) -> int:
    """Messages whose job was lost with its worker get a new one."""
    late = Outbox.objects.filter(state="queued", created_at__lt=now - timedelta(minutes=15)).exclude(
        next_try_at__gt=now - timedelta(minutes=15)
    )
    rows = list(late.values_list("pk", flat=True)[:1000])
    for pk in rows:
        later("notices.deliver", once=f"deliver-{pk}", outbox_id=pk)
    return len(rows)
