"""How far a job is, seen by others while its own transaction is still open; and the proof that it is still at it.

A connection of its own holds a lock that dies with the process, so a batch whose worker was killed can be taken up by
another, and never by two. A thread writes what the job says twice a second; it waits for nobody.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from typing import Any

import psycopg
from django.db import connection

from yixiang.kernel.acting import current

EVERY = 0.5
_OWN = """SELECT set_config('lock_timeout', '200ms', false), set_config('synchronous_commit', 'off', false),
    set_config('yixiang.acting', %s, false)"""  # a lost sign of progress costs nothing, waiting for the disk does
_TELL = {
    "reading": """UPDATE catalogue_importbatch SET phase = %(phase)s, rows_total = %(total)s, rows_read = %(done)s,
        beat_at = clock_timestamp() WHERE id = %(batch)s AND state = 'reading'""",
    "writing": """UPDATE catalogue_importbatch SET phase = %(phase)s, rows_total = %(total)s, rows_written = %(done)s,
        beat_at = clock_timestamp() WHERE id = %(batch)s AND state = 'writing'""",
    "pictures": """UPDATE catalogue_importbatch SET pictures_done = %(done)s, beat_at = clock_timestamp()
        WHERE id = %(batch)s AND state = 'done'""",
    "marking": "",  # says nothing; only two of them must not be at it
}


class Progress:
    """What the job sets here, others read within a second."""

    def __init__(self, batch: int, what: str, link: Any) -> None:
        self.batch, self.statement, self.link = batch, _TELL[what], link
        self.phase, self.total, self.done = "", 0, 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name=f"import-{batch}")

    def say(self, phase: str, rows: int) -> None:
        """While the file is being opened only the number of rows is known."""
        self.phase, self.total = phase, max(self.total, rows)

    def _run(self) -> None:
        while not self._stop.wait(EVERY):
            self.tell()

    def tell(self) -> None:
        facts = {"phase": self.phase, "total": self.total, "done": self.done, "batch": self.batch}
        with suppress(psycopg.Error):  # a row somebody holds, a connection that broke: the job itself goes on
            self.link.execute(self.statement, facts)

    def stop(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def start(self) -> None:
        if self.statement:
            self._thread.start()


@contextmanager
def at_work(batch: int, what: str) -> Iterator[Progress | None]:
    """None when another process is at this batch right now."""
    lock = "rows" if what in {"reading", "writing"} else what
    link = connection.get_new_connection(connection.get_connection_params())
    try:
        link.autocommit = True
        link.execute(_OWN, (json.dumps(asdict(current())),))
        free = link.execute(
            "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", (f"import {lock} {batch}",)
        ).fetchone()
        if not (free and free[0]):
            yield None
            return
        progress = Progress(batch, what, link)
        progress.start()
        try:
            yield progress
        finally:
            progress.stop()
            with suppress(psycopg.Error):  # closing alone frees the lock a moment later, too late for who comes next
                link.execute("SELECT pg_advisory_unlock_all()")
    finally:
        link.close()
