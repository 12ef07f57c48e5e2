"""Databases that tests start from, built once and copied: migrating and filling take a minute, copying a second.

Each is named by a digest of what it is built from, so that a changed migration builds anew and an unchanged one is
found again by the next process and the next run.
"""

import fcntl
import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection

HOME = Path(__file__).resolve().parents[1]
SCHEMA = ("src/yixiang/*/migrations/*.py", "src/yixiang/*/models/*.py", "src/yixiang/*/models.py",
          "src/yixiang/kernel/*.py", "src/yixiang/audit/*.py", "requirements/run.txt")  # fmt: skip
WORLD = ("src/yixiang/**/*.py", "src/yixiang/**/*.typ", "policies/**/*.toml", "reference/**/*", "requirements/run.txt",
         "conftest.py")  # fmt: skip


def digest(patterns: Iterable[str]) -> str:
    found = hashlib.sha256()
    for path in sorted({path for pattern in patterns for path in HOME.glob(pattern) if path.is_file()}):
        if "/tests/" not in path.as_posix():
            found.update(path.relative_to(HOME).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:16]


def use(name: str) -> None:
    """From now on this process works on the database of that name."""
    connection.close()
    connection.settings_dict["NAME"] = name


def make(name: str, kind: str, patterns: Iterable[str], build: Callable[[], None]) -> None:
    """The database `name`, a copy of the one that `build` makes under that name; used from now on."""
    ready = f"yixiang_{kind}_{digest(patterns)}"
    with _alone(), _server() as server:
        rows = server.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"yixiang\\_{kind}\\_%"])
        found = [older for (older,) in rows]
        if ready not in found:
            for older in found:
                server.execute(f'DROP DATABASE IF EXISTS "{older}" WITH (FORCE)')
            use(name)
            build()
            connection.close()
            server.execute(f'ALTER DATABASE "{name}" RENAME TO "{ready}"')
        _copy(server, ready, name)
    use(name)


def copy_tables(name: str) -> None:
    """For a `build` that begins with the migrated tables."""
    with _server() as server:
        _copy(server, f"yixiang_tables_{digest(SCHEMA)}", name)


def drop(name: str) -> None:
    connection.close()
    with _server() as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _copy(server: psycopg.Connection, source: str, name: str) -> None:
    server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')


@contextmanager
def _server() -> Iterator[psycopg.Connection]:
    """A connection of its own, to the server as a whole."""
    known = connection.settings_dict
    named = {"host": known["HOST"], "port": known["PORT"] or None, "user": known["USER"], "password": known["PASSWORD"]}
    with psycopg.connect(dbname="postgres", autocommit=True, **named) as server:
        yield server


@contextmanager
def _alone() -> Iterator[None]:
    """One process builds, the others wait and find it built."""
    with (Path(settings.VAR) / ".prepared.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
