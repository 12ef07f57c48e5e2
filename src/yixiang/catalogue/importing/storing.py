"""Verdicts into the database, many rows at a time."""

import json
import secrets
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Field

from yixiang.catalogue.importing.judging import Judged
from yixiang.catalogue.importing.known import model_of
from yixiang.catalogue.importing.layouts import FACILITY_FIELDS, Kind
from yixiang.catalogue.models.listing import ALPHABET

COPY = """
    COPY catalogue_importrow
        (batch_id, number, verdict, label, own_number, instrument_id, version, picture, values,
         changes, problems, warnings, lacks)
    FROM STDIN
"""
CODE_LENGTH = 9
_LETTERS = bytes(ord(ALPHABET[n % len(ALPHABET)]) for n in range(256))
EMPTY_MAP, EMPTY_LIST = "{}", "[]"


def _plain(value: object) -> str:
    if isinstance(value, Decimal | date):
        return str(value)
    raise TypeError(value)


encode: Callable[[Any], str] = json.JSONEncoder(ensure_ascii=False, default=_plain, separators=(",", ":")).encode


@cache
def stand_ins(kind: Kind) -> dict[str, Any]:
    """What a column that cannot be empty holds when its cell was cleared."""
    model: Any = model_of(kind)
    found: dict[str, Any] = {}
    for column in model._meta.concrete_fields:
        if isinstance(column, Field) and not column.null and not column.primary_key and not column.is_relation:
            found[column.name] = column.get_default()
    return found


def as_columns(values: dict[str, Any], kind: Kind) -> dict[str, Any]:
    """Column → value as it is written, with the facility's own facts below `facility`."""
    if kind == "facility" and not FACILITY_FIELDS.isdisjoint(values):
        own = {name: value for name, value in values.items() if name in FACILITY_FIELDS}
        values = {**{name: value for name, value in values.items() if name not in own}, "facility": own}
    if None in values.values() or "" in values.values():
        empty = stand_ins(kind)
        return {name: empty.get(name) if value in (None, "") else value for name, value in values.items()}
    return values


def new_code() -> str:
    """The public address a new row will have; made here so that writing needs nothing but what is stored."""
    return secrets.token_bytes(CODE_LENGTH).translate(_LETTERS).decode()


def store(batch: int, rows: Iterable[Judged], kind: Kind) -> None:
    """Values are kept as the table's columns, so that writing them later needs no second reading."""
    with connection.cursor() as cursor, cursor.copy(COPY) as copy:
        for row in rows:
            if row.verdict == "new":
                row.values["code"] = new_code()
            copy.write_row(
                (
                    batch,
                    row.number,
                    row.verdict,
                    row.label,
                    row.key[:150],
                    row.pk,
                    row.version,
                    row.picture,
                    encode(as_columns(row.values, kind)) if row.values else EMPTY_MAP,
                    encode(row.changes) if row.changes else EMPTY_MAP,
                    encode(row.problems) if row.problems else EMPTY_LIST,
                    encode(row.warnings) if row.warnings else EMPTY_LIST,
                    encode(row.lacks) if row.lacks else EMPTY_LIST,
                )
            )
