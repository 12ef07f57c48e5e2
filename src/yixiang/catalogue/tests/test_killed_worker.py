"""A real worker killed with signal 9 in the middle: the next takes the import up, nothing is half there or twice."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from procrastinate.contrib.django import app

from yixiang.audit.models import Change
from yixiang.catalogue.importing import commands
from yixiang.catalogue.models import ImportBatch, ImportRow, Instrument, ListingEvent
from yixiang.catalogue.tests.books import book, row, upload
from yixiang.catalogue.tests.conftest import NOW
from yixiang.notices.models import Notice
from yixiang.people.models import Person
from yixiang.units.models import Unit

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 2500  # three parts of the check
PATIENCE = 25
Worker = Callable[[], "subprocess.Popen[bytes]"]


@pytest.fixture
def worker(tmp_path: Path, settings: Any) -> Iterator[Worker]:
    """Starts `yixiang worker` on the database of the test; what still runs afterwards is stopped."""
    facts = {name: str(connection.get_connection_params()[name]) for name in ("user", "host", "port", "password")
             if connection.get_connection_params().get(name)}  # fmt: skip
    name = connection.settings_dict["NAME"]
    url = f"postgresql://{facts.get('user', 'postgres')}@/{name}?host={facts['host']}"
    url += "".join(f"&{key}={facts[key]}" for key in ("port", "password") if key in facts)
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "YIXIANG"))}
    environment |= {
        "YIXIANG_VAR": str(tmp_path / "var"),
        "YIXIANG_FILES": str(settings.MEDIA_ROOT),
        "DATABASE_URL": url,
    }
    command = [sys.executable, "-m", "yixiang.config.console", "worker", "--queues", "imports"]
    begun: list[subprocess.Popen[bytes]] = []
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")

    def start() -> subprocess.Popen[bytes]:
        with (tmp_path / "worker.log").open("ab") as log:
            begun.append(subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT))
        return begun[-1]

    yield start
    for one in begun:
        kill(one)


def until(true: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, f"never came: {what}"
        time.sleep(0.03)


@contextmanager
def closed(table: str) -> Iterator[Callable[[], bool]]:
    """Whoever wants to write to the table waits as long as this lasts; tells whether somebody does."""
    asked = "SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND relation = %s::regclass"
    with psycopg.connect(**{k: v for k, v in connection.get_connection_params().items() if k in _PLAIN}) as other:
        other.execute(f"LOCK TABLE {table} IN SHARE MODE")
        yield lambda: bool(other.execute(asked, [table]).fetchall()[0][0])


def kill(one: "subprocess.Popen[bytes]") -> None:
    one.kill()
    one.wait()


_PLAIN = {"dbname", "user", "host", "port", "password"}


def taken_up(monkeypatch: pytest.MonkeyPatch) -> int:
    """What the minutely job does, without waiting a minute for it."""
    monkeypatch.setattr("yixiang.config.jobs.STALLED_AFTER", 0.2)
    time.sleep(0.3)

    async def run() -> int:
        connector: Any = app.connector
        worker = app.with_connector(connector.get_worker_connector())
        async with worker.open_async():
            context: Any = type("Context", (), {"app": worker})
            return int(await app.tasks["config.retry_stalled"].func(context, 0))

    return asyncio.run(run())


def test_a_killed_worker_loses_nothing_and_doubles_nothing(
    admin: Person, unit: Unit, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = book([row(f"E-{number}") for number in range(ROWS)])
    batch = commands.begin(unit, actor=admin, file=upload(content, admin), now=NOW)
    first = worker()
    until(ImportRow.objects.exists, "the first part of the check")
    with closed("catalogue_importrow") as waits:
        until(waits, "the next part")
        kill(first)
    assert (state(batch), 0 < ImportRow.objects.count() < ROWS) == ("reading", True)

    second = worker()
    assert taken_up(monkeypatch) == 1
    until(lambda: state(batch) == "ready", "the verdicts")
    assert ImportRow.objects.filter(verdict="new").count() == ImportRow.objects.count() == ROWS

    with closed("catalogue_listingevent") as waits:
        commands.confirm(batch, actor=admin, now=NOW)
        until(waits, "the instruments, in a transaction still open")
        kill(second)
    assert (state(batch), Instrument.objects.count(), ListingEvent.objects.count()) == ("writing", 0, 0)

    worker()
    assert taken_up(monkeypatch) == 1
    until(lambda: state(batch) == "done", "the instruments")
    assert Instrument.objects.count() == ListingEvent.objects.count() == ROWS
    assert Change.objects.filter(table_name="catalogue_instrument", op="INSERT").count() == ROWS
    assert Notice.objects.filter(person=admin, kind="import").count() == 2


def state(batch: ImportBatch) -> str:
    batch.refresh_from_db()
    return batch.state
