"""What is searchable follows the catalogue within the same transaction."""

# ruff: noqa: S608 - statements are put together from our own constants; what was typed travels as a parameter

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from django.db import connection, transaction

from yixiang.catalogue.models import Entry
from yixiang.catalogue.queries.free_time import free_days_of
from yixiang.catalogue.search import rows, vocabulary
from yixiang.catalogue.search.rows import COLUMNS, Source
from yixiang.kernel.freshness import public_data_changed

BATCH, ROWS_AT_ONCE = 2000, 200
READ = """
    SELECT i.id, i.unit_id, u.name, u.state = 'joined', u.region, COALESCE(s.path, ''), i.platform_id, i.state, i.kind,
        i.name, i.english_name, i.model, i.manufacturer, i.category, i.disciplines, i.funds, i.region, i.department,
        i.technical, i.function, i.service_content, i.worth, i.price_from, i.booking_mode, i.bought_on, i.first_free,
        i.service_count, i.health,
        COALESCE(EXTRACT(day FROM now() - GREATEST(i.confirmed_at, i.listed_at, i.changed_at))::int, 9999),
        i.code, i.inner_number
    FROM catalogue_instrument i JOIN units_unit u ON u.id = i.unit_id LEFT JOIN units_subunit s ON s.id = i.sub_unit_id
"""
INSERT = f"INSERT INTO catalogue_entry ({', '.join(COLUMNS)}) VALUES "
VALUES = f"({', '.join(['%s'] * len(COLUMNS))})"
UPDATE = f" ON CONFLICT (instrument_id) DO UPDATE SET {', '.join(f'{c} = EXCLUDED.{c}' for c in COLUMNS[1:])}"


@transaction.atomic
def refresh(instruments: Iterable[int]) -> None:
    """Rewrite the search rows of these instruments. Every command that changes one calls this before it ends."""
    ids = sorted(set(instruments))
    for low in range(0, len(ids), BATCH):
        part = ids[low : low + BATCH]
        sources = read("WHERE i.id = ANY(%s) ORDER BY i.id", [part])
        _write(sources)
        if gone := set(part) - {source.id for source in sources}:
            Entry.objects.filter(pk__in=gone).delete()
        vocabulary.learn(sources)
    public_data_changed()


def follow_time(instrument: int, first: datetime | None, days: Iterable[date], *, today: date) -> None:
    """After time was taken or given back: when it is free, and nothing else of its row."""
    known = [day for day in days if day < today + timedelta(days=rows.HORIZON)]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE catalogue_entry SET first_free = %s, free_mask = %s WHERE instrument_id = %s",
            [first or rows.NEVER, rows.mask(known), instrument],
        )
    public_data_changed()


def refresh_unit(unit: int) -> None:
    """After a unit joined, left, was renamed or moved: everything it owns, and its own name."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM catalogue_instrument WHERE unit_id = %s", [unit])
        ids = [pk for (pk,) in cursor.fetchall()]
    refresh(ids)
    vocabulary.learn_units([unit])


def _write(sources: list[Source]) -> None:
    with connection.cursor() as cursor:
        for low in range(0, len(sources), ROWS_AT_ONCE):
            made: list[tuple[Any, ...]] = [rows.row_of(source) for source in sources[low : low + ROWS_AT_ONCE]]
            cursor.execute(INSERT + ", ".join([VALUES] * len(made)) + UPDATE, [value for row in made for value in row])


class Days(Protocol):
    """The days on which each can still be booked: `queries.free_time.free_days_of`."""

    def __call__(self, ids: Iterable[int], *, now: datetime, days: int) -> dict[int, list[date]]: ...


def read(where: str, parameters: list[Any], free: Days = free_days_of) -> list[Source]:
    with connection.cursor() as cursor:
        cursor.execute(READ + where, parameters)
        sources = [Source(*row) for row in cursor.fetchall()]
        cursor.execute("SELECT now()")
        now = cursor.fetchone()[0]
    days = free([source.id for source in sources], now=now, days=rows.HORIZON)
    for source in sources:
        source.free_days = days.get(source.id, [])
    return sources
