"""Databases that tests start from, built once and copied: migrating and filling take a minute, copying a second.

Each is named by a digest of what it is built from, so that a changed migration builds anew and an unchanged one is
found again by the next process and the next run. It belongs to one `var`, since that holds the keys of its secrets
and the files its rows name: a server that several checkouts share keeps one for each.
"""

import fcntl
import hashlib
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection

HOME = Path(__file__).resolve().parents[1]
SCHEMA = ("src/yixiang/*/migrations/*.py", "src/yixiang/*/models/*.py", "src/yixiang/*/models.py",
          "src/yixiang/kernel/*.py", "src/yixiang/audit/*.py", "requirements/run.txt")  # fmt: skip
WORLD = ("src/yixiang/**/*.py", "src/yixiang/**/*.toml", "src/yixiang/**/*.typ", "policies/**/*.toml",
         "reference/**/*", "requirements/run.txt", "conftest.py")  # fmt: skip


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
    with _alone() as mark, _server() as server:
        ours = f"yixiang_{kind}_{mark}_"
        ready = ours + digest(patterns)
        rows = server.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [ours])
        found = [older for (older,) in rows]
        if ready not in found:
            for older in found:
                discard(server, older)
            use(name)
            build()
            connection.close()
            server.execute(f'ALTER DATABASE "{name}" RENAME TO "{ready}"')
        _copy(server, ready, name)
    use(name)


def copy(source: str, name: str) -> None:
    """Of a database nobody is connected to, under another name."""
    connection.close()
    with _server() as server:
        _copy(server, source, name)


def drop(name: str) -> None:
    connection.close()
    with _server() as server:
        discard(server, name)


def discard(server: psycopg.Connection, name: str) -> None:
    """With whoever is connected, except that autovacuum is no process of ours to end: it is waited for."""
    try:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    except psycopg.errors.InsufficientPrivilege:
        server.execute(f'DROP DATABASE IF EXISTS "{name}"')


def _copy(server: psycopg.Connection, source: str, name: str) -> None:
    discard(server, name)
    server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')


@contextmanager
def _server() -> Iterator[psycopg.Connection]:
    """A connection of its own, to the server as a whole."""
    known = connection.settings_dict
    named = {"host": known["HOST"], "port": known["PORT"] or None, "user": known["USER"], "password": known["PASSWORD"]}
    with psycopg.connect(dbname="postgres", autocommit=True, **named) as server:
        yield server


@contextmanager
def _alone() -> Iterator[str]:
    """One process builds, the others wait and find it built. Answers with the mark of this `var`."""
    with (Path(settings.VAR) / ".prepared").open("a+") as kept:
        fcntl.flock(kept, fcntl.LOCK_EX)
        kept.seek(0)
        mark = kept.read()
        if not mark:
            mark = secrets.token_hex(4)
            kept.write(mark)
            kept.flush()
        yield mark
