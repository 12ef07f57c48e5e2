"""The whole index anew, beside the old one: readers go on, writers wait, and the two change places at the end."""

from collections.abc import Callable
from typing import Any

from django.db import connection, transaction

from yixiang.catalogue.models import Instrument
from yixiang.catalogue.queries.free_time import free_days_of
from yixiang.catalogue.search import indexing, rows, vocabulary
from yixiang.catalogue.search.rows import COLUMNS
from yixiang.units.models import Unit

BATCH = 5000
MEMORY = "512MB"  # for building each index
TABLE, NEW = "catalogue_entry", "catalogue_entry_new"


@transaction.atomic
def rebuild(say: Callable[[int], object] = lambda done: None, *, days: indexing.Days = free_days_of) -> int:
    """Every instrument read, turned into its row and copied; then the indexes; then the change of places."""
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {TABLE} IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(f"CREATE TABLE {NEW} (LIKE {TABLE} INCLUDING DEFAULTS INCLUDING STORAGE)")
        done = _fill(cursor, say, days)
        index(cursor)
        cursor.execute(f"ANALYZE {TABLE}")
    vocabulary.learn_units(Unit.objects.joined().values_list("pk", flat=True))
    vocabulary.recount()
    return done


def _fill(cursor: Any, say: Callable[[int], object], days: indexing.Days) -> int:
    found = Instrument.objects.values_list("pk", "category")
    keys = [key for key, _category in sorted(found.iterator(BATCH), key=_together)]
    for low in range(0, len(keys), BATCH):
        sources = indexing.read("WHERE i.id = ANY(%s) ORDER BY i.category, i.id", [keys[low : low + BATCH]], days)
        # Frozen: otherwise whoever finds a row first marks its page, and each marked page goes through the log.
        with cursor.copy(f"COPY {NEW} ({', '.join(COLUMNS)}) FROM STDIN (FREEZE)") as copy:
            for source in sources:
                copy.write_row(rows.row_of(source))
        vocabulary.learn(sources, units=False)
        say(low + len(sources))
    return len(keys)


def _together(row: tuple[int, str]) -> tuple[bool, bool, bool, str, int]:
    """Each sample on few neighbouring pages, as it is read for every broad word; then class by class, as words go."""
    key, category = row
    mark = rows.lot(key)
    return mark % rows.THIRD != 0, mark % rows.SECOND != 0, mark % rows.SAMPLE != 0, category, key


def index(cursor: Any) -> None:
    """The indexes of the old table on the new one, under their own names once the old ones are gone."""
    cursor.execute(f"SET LOCAL maintenance_work_mem = '{MEMORY}'")
    cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s ORDER BY indexname", [TABLE])
    found = cursor.fetchall()
    for name, definition in found:
        cursor.execute(definition.replace(f" {name} ", f" {name}_new ").replace(f".{TABLE} ", f".{NEW} "))
    cursor.execute(f"DROP TABLE {TABLE}")
    cursor.execute(f"ALTER TABLE {NEW} RENAME TO {TABLE}")
    for name, _definition in found:
        if name.endswith("_pkey"):
            cursor.execute(f"ALTER TABLE {TABLE} ADD CONSTRAINT {name} PRIMARY KEY USING INDEX {name}_new")
        else:
            cursor.execute(f"ALTER INDEX {name}_new RENAME TO {name}")
