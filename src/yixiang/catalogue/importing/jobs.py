"""Background doors of an import: they re-read, call a command, and may run twice."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from django.utils import timezone
from procrastinate.contrib.django import app

from yixiang.catalogue.importing import commands, committing, marking, picturing, verdicts
from yixiang.catalogue.models import ImportBatch
from yixiang.kernel.acting import Acting, acting
from yixiang.people.models import Person


@contextmanager
def _for(person: Person | None, what: str) -> Iterator[None]:
    """Recorded under the name of whoever asked for it."""
    with acting(
        Acting(actor=person.pk if person else None, actor_name=str(person or "系统"), door="job", request=what)
    ):
        yield


def _asker(batch_id: int) -> Person | None:
    batch = ImportBatch.objects.select_related("asked_by").filter(pk=batch_id).first()
    return batch.asked_by if batch else None


@app.task(name="catalogue.import_read", queue="imports")
def import_read(*, batch_id: int) -> None:
    with _for(_asker(batch_id), f"import-{batch_id}"):
        verdicts.read_batch(batch_id, now=timezone.now())


@app.task(name="catalogue.import_mark", queue="imports", priority=-1)
def import_mark(*, batch_id: int) -> None:
    with _for(_asker(batch_id), f"import-{batch_id}"):
        marking.mark_batch(batch_id, now=timezone.now())


@app.task(name="catalogue.import_write", queue="imports")
def import_write(*, batch_id: int) -> None:
    with _for(_asker(batch_id), f"import-{batch_id}"):
        committing.write_batch(batch_id, now=timezone.now())


@app.task(name="catalogue.import_index", queue="imports", priority=-1)
def import_index(*, batch_id: int) -> None:
    with _for(_asker(batch_id), f"import-{batch_id}"):
        committing.index_drafts(batch_id)


@app.periodic(cron="50 18 * * *")  # UTC: 02:50 in Shanghai
@app.task(name="catalogue.import_forget", queue="upkeep")
def import_forget(timestamp: int) -> None:
    with _for(None, "catalogue.import_forget"):
        commands.forget_rows(now=datetime.fromtimestamp(timestamp, UTC))


@app.task(name="catalogue.import_pictures", queue="imports", priority=-1)
def import_pictures(*, batch_id: int) -> None:
    with _for(_asker(batch_id), f"import-{batch_id}"):
        picturing.attach_pictures(batch_id, now=timezone.now())


@app.task(name="catalogue.import_submit", queue="imports", priority=-1)
def import_submit(*, instrument_id: int, person_id: int) -> None:
    with _for(Person.objects.filter(pk=person_id).first(), f"instrument-{instrument_id}"):
        commands.submit_one(instrument_id, person_id, now=timezone.now())
