"""Rows that are at hand already are not read again."""

from collections.abc import Iterable
from typing import Any


def know(row: Any, relation: str, rows: Iterable[Any]) -> None:
    """As if `relation` had been prefetched: `row.relation.all()` answers from these."""
    found = getattr(row, relation).all()
    found._result_cache, found._prefetch_done = list(rows), True
    row.__dict__.setdefault("_prefetched_objects_cache", {})[relation] = found


def knows(row: Any, relation: str) -> bool:
    return relation in getattr(row, "_prefetched_objects_cache", ())
