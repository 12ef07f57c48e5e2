"""Who is acting, from where, in which request: what the audit trigger and the log lines are told."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection
from psycopg.pq import TransactionStatus


@dataclass(frozen=True, slots=True)
class Acting:
    actor: int | None = None
    actor_name: str = ""
    ip: str = ""
    door: str = ""  # page, api, job, console
    request: str = ""


_acting: ContextVar[Acting] = ContextVar("acting", default=Acting())  # noqa: B039 frozen


def current() -> Acting:
    return _acting.get()


_READS = ("SELECT", "SAVEPO", "RELEAS", "ROLLBA", "EXPLAI", "SHOW", "DECLAR", "FETCH")


def _tell_database(execute: Any, sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Before each write, so that no rolled back savepoint takes the name away; reads cost nothing extra."""
    database = context["connection"]
    if not str(sql).lstrip()[:6].upper().startswith(_READS) and not _knows(database):
        local = bool(database.in_atomic_block)
        if not local:
            database.acting_lingers = True
        who = json.dumps(asdict(_acting.get()))
        with database.connection.cursor() as cursor:
            cursor.execute("SELECT set_config('yixiang.acting', %s, %s)", [who, local])
    return execute(sql, params, many, context)


def _knows(database: Any) -> bool:
    told: tuple[Any, Acting] | None = getattr(database, "acting_told", None)
    return told is not None and told[0] is database.connection and told[1] is _acting.get()


def _tell_for_all(who: Acting) -> None:
    """Outside any transaction it is said once: no rollback takes it away, and no write has to repeat it."""
    if connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('yixiang.acting', %s, false)", [json.dumps(asdict(who))])
    told = connection.connection, who
    connection.acting_lingers, connection.acting_told = True, told  # type: ignore[attr-defined]


@contextmanager
def acting(who: Acting, *, writes: bool = False) -> Iterator[None]:
    """Everything written inside is recorded as done by `who`; `writes` where something surely will be."""
    token = _acting.set(who)
    try:
        if writes:
            _tell_for_all(who)
        with connection.execute_wrapper(_tell_database):
            yield
    finally:
        _acting.reset(token)
        _forget()


def _forget() -> None:
    """What is written next on this connection, or in this transaction, must not inherit the name."""
    connection.acting_told = None  # type: ignore[attr-defined]
    raw = connection.connection
    if raw is None or raw.closed or raw.info.transaction_status == TransactionStatus.INERROR:
        return
    if connection.in_atomic_block:
        raw.execute("SELECT set_config('yixiang.acting', '', true)")
    elif getattr(connection, "acting_lingers", False):
        connection.acting_lingers = False  # type: ignore[attr-defined]
        raw.execute("SELECT set_config('yixiang.acting', '', false)")
