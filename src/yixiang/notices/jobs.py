"""Background doors: they re-read, call a command, and may run twice."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app

from yixiang.kernel.acting import Acting, acting
from yixiang.notices import commands
from yixiang.notices.models import Notice

SHANGHAI = ZoneInfo("Asia/Shanghai")


@contextmanager
def _system(context: JobContext) -> Iterator[str]:
    """Recorded as done by the system; gives the number of the job, the same when it is tried again."""
    number = f"job-{context.job.id}"
    with acting(Acting(actor_name="系统", door="job", request=number)):
        yield number


@app.task(name="notices.deliver", queue="notices", pass_context=True)
def deliver(context: JobContext, *, outbox_id: int) -> None:
    with _system(context):
        commands.deliver(outbox_id, now=timezone.now())


@app.task(name="notices.send_sms", queue="notices", pass_context=True)
def send_sms(context: JobContext, *, phone: str, text: str) -> None:
    with _system(context) as key:
        commands.deliver_directly("sms", phone, content={"text": text}, key=key, now=timezone.now())


@app.task(name="notices.send_mail", queue="notices", pass_context=True)
def send_mail(context: JobContext, *, address: str, subject: str, text: str) -> None:
    with _system(context) as key:
        commands.deliver_directly(
            "email", address, subject=subject, content={"text": text}, key=key, now=timezone.now()
        )


@app.periodic(cron="30 0 * * *")  # UTC: 08:30 in Shanghai
@app.task(name="notices.digest", queue="notices", pass_context=True)
def digest(context: JobContext, /, timestamp: int) -> None:
    now = datetime.fromtimestamp(timestamp, SHANGHAI)
    waiting = Notice.objects.filter(digest_due=True).order_by("person_id").values_list("person_id", flat=True)
    with _system(context):
        for person_id in waiting.distinct():
            commands.post_digest(person_id, on=now.date(), now=now)


@app.periodic(cron="*/10 * * * *")
@app.task(name="notices.retry_overdue", queue="notices", pass_context=True)
def retry_overdue(context: JobContext, /, timestamp: int) -> None:
    with _system(context):
        commands.retry_overdue(now=datetime.fromtimestamp(timestamp, SHANGHAI))
