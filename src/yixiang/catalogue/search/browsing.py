"""The class tree and the division tree with how many instruments each holds."""

from dataclasses import dataclass
from datetime import datetime

from yixiang.catalogue.search import facets, matching
from yixiang.catalogue.search.matching import Query, Spread
from yixiang.catalogue.search.rows import PUBLIC_MARK
from yixiang.kernel import reference


@dataclass(frozen=True, slots=True)
class Counted:
    code: str
    name: str
    parent: str
    count: int


@dataclass(frozen=True, slots=True)
class Tree:
    items: list[Counted]
    total_is_exact: bool


def _public(dim: str, now: datetime) -> Spread:
    everything = f"'{PUBLIC_MARK}'"
    query = Query(everything, everything)
    return matching.counted(query, [dim], now=now, mark=matching.sample_for(query))


def classes(*, now: datetime) -> Tree:
    """Every class, also those that hold nothing yet."""
    spread = _public("category", now)
    counts = facets.class_values(spread)
    rows = reference.instrument_classes().values()
    return Tree([Counted(row.code, row.name, row.parent, counts.get(row.code, 0)) for row in rows], spread.factor == 1)


def regions(*, now: datetime) -> Tree:
    """Provinces, cities and counties that hold anything."""
    spread = _public("region", now)
    counts = facets.region_values(spread)
    known = [row for code in sorted(counts) if (row := reference.division(code))]
    return Tree([Counted(row.code, row.name, row.parent, counts[row.code]) for row in known], spread.factor == 1)
