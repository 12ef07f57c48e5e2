"""The statements of finding: how many match, which come first, and how they spread over the facets.

Few matches are read once and counted exactly. Many are never read: the first page comes from walking an index in the
order wanted, and the figures from a sample. Each statement reads `catalogue_entry` by an index only.
"""

# ruff: noqa: S608 - statements are put together from our own constants; what was typed travels as a parameter

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from yixiang.catalogue.search.rows import SAMPLE, SECOND, SECOND_MARK, SOON, THIRD, THIRD_MARK, price_band

EXACT = 2000  # matches that are still read one by one
ENOUGH = 300  # rows of a sample from which shares are told
FEW_TO_READ = 8000  # matches of which a page is made by reading all of them, when no index leads to them
STEPS, FEWEST_STEPS, PATIENCE = 4000, 300, 5  # index entries a walk may look at: so many times what chance would need
WEIGHTS = (2000, 1000, 1000, 500)  # head, class, name, the very words; against a static rank of at most 1000
TOP, UNITS = 20, 50
RANKS, BEYOND = 2000, 9999  # more than there are ranks, more than there are cities

ALL_SAMPLED = "sampled"
FACTORS = {"": 1, ALL_SAMPLED: SAMPLE, SECOND_MARK: SECOND, THIRD_MARK: THIRD}

SINGLE = {
    "category": "category",
    "region": "region",
    "discipline": "disciplines",
    "unit": "unit_id",
    "platform": "platform_id",
}
# The busiest twenty with address and name, in the same breath; a tab cannot stand in either.
NAMED = {
    "unit": f"""(SELECT 'unit', concat_ws(E'\\t', COALESCE(NULLIF(u.account_name, ''), u.id::text), u.id, u.name), top.n
        FROM (SELECT unit_id, count(*) AS n FROM hits GROUP BY unit_id ORDER BY n DESC, unit_id LIMIT {TOP}) AS top
        JOIN units_unit u ON u.id = top.unit_id)""",
    "platform": f"""(SELECT 'platform', concat_ws(E'\\t', p.code, p.id, p.name), top.n
        FROM (SELECT platform_id, count(*) AS n FROM hits WHERE platform_id IS NOT NULL
              GROUP BY platform_id ORDER BY n DESC, platform_id LIMIT {TOP}) AS top
        JOIN catalogue_platform p ON p.id = top.platform_id)""",
}
SMALL = ("kind", "mode", "price_band", "worth_band", "funds", "soon", "state")


@dataclass(frozen=True)
class Query:
    """`whole` must match; `head` is the stronger form of it; `score` are the terms as (head, class, name, literal)."""

    whole: str
    head: str
    score: tuple[tuple[str, ...], ...] = ()
    price_max: Any = None
    free_mask: int | None = None
    cities: tuple[str, ...] = ()  # the nearest first, for the order by distance

    @property
    def where(self) -> tuple[str, list[Any]]:
        text = ""
        parameters: list[Any] = []
        if self.price_max is not None:
            # As a sum, so that nobody walks the index of prices for what the bands in the GIN index answer.
            text, parameters = text + " AND price + 0 <= %s", [*parameters, self.price_max]
        if self.free_mask is not None:
            text, parameters = text + " AND free_mask & %s <> 0", [*parameters, self.free_mask]
        return text, parameters

    def match(self, text: str, extra: str = "") -> tuple[str, list[Any]]:
        """A condition the GIN index answers, and the plain ones."""
        more, parameters = self.where
        return f"whole @@ %s::tsquery{extra}{more}", [text, *parameters]


@dataclass(frozen=True)
class Order:
    column: str
    down: bool

    @property
    def direction(self) -> str:
        return "DESC" if self.down else "ASC"


ORDERS = {
    "relevance": Order("rank", True),
    "used": Order("used", True),
    "newest": Order("bought_on", True),
    "free": Order("first_free", False),
    "price": Order("price", False),
    "near": Order("near", False),
}


@dataclass
class Page:
    """Keys in order, and from where the next page goes on."""

    rows: list[tuple[int, Any]] = field(default_factory=list)  # instrument, sort value
    more: bool = False


@dataclass
class Spread:
    """Counts by facet; `factor` says how many rows each counted one stands for."""

    total: int = 0
    factor: int = 1
    single: dict[str, list[tuple[Any, int]]] = field(default_factory=dict)
    small: list[tuple[Any, ...]] = field(default_factory=list)


def ask(sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The planner guesses badly how many rows a tsquery matches; it shall never choose to read the whole table.

    The three statements travel together, and a failure takes the setting back with everything else.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SET enable_seqscan = off; {sql}; RESET enable_seqscan", parameters)
        cursor.nextset()
        found: list[tuple[Any, ...]] = cursor.fetchall()
        cursor.nextset()
    return found


def sample_for(query: Query) -> str:
    return samples_for([query])[0]


def samples_for(queries: Sequence[Query]) -> list[str]:
    """For each the sample its figures are told from, or "" when the matches are few enough to be counted.

    The larger sample is only read, by the CASE, where the smaller one holds too little; and none further than it tells.
    """
    parts: list[str] = []
    parameters: list[Any] = []
    for number, query in enumerate(queries):
        third, few = query.match(f"({query.whole}) & '{THIRD_MARK}'")
        second, more = query.match(f"({query.whole}) & '{SECOND_MARK}'")
        parts.append(f"""SELECT {number} AS number, few.n, CASE WHEN few.n < {ENOUGH} THEN
                (SELECT count(*) FROM (SELECT FROM catalogue_entry WHERE sampled AND {second} LIMIT {ENOUGH}) AS two)
                ELSE 0 END
            FROM (SELECT count(*) AS n FROM
                (SELECT FROM catalogue_entry WHERE sampled AND {third} LIMIT {ENOUGH}) AS found) AS few""")
        parameters += [*more, *few]
    return [_sample(few, two) for _number, few, two in ask(" UNION ALL ".join(parts) + " ORDER BY number", parameters)]


def _sample(few: int, two: int) -> str:
    if few >= ENOUGH:
        return THIRD_MARK
    if two * SECOND <= EXACT:
        return ""
    return SECOND_MARK if two >= ENOUGH else ALL_SAMPLED


def _hits(query: Query, mark: str, *, scored: bool) -> tuple[str, list[Any]]:
    """What the figures and the page are made from; `mark` limits it to a sample."""
    text = f"({query.whole}) & '{mark}'" if mark and mark != ALL_SAMPLED else query.whole
    where, parameters = query.match(text, " AND sampled" if mark else "")
    score, before = _score(query) if scored else ("rank", [])
    sql = f"""SELECT instrument_id AS id, category, region, city, unit_id, platform_id, disciplines, kind, mode, state,
        worth_band, price_band, funds, rank, used, bought_on, first_free, price, {score} AS score
        FROM catalogue_entry WHERE {where}"""
    return sql, [*before, *parameters]


def _score(query: Query) -> tuple[str, list[Any]]:
    parts, parameters = ["rank"], []
    for term in query.score:
        for weight, text in zip(WEIGHTS, term, strict=True):
            if text:
                parts.append(f"{weight} * (head @@ %s::tsquery)::int")
                parameters.append(text)
    return " + ".join(parts), parameters


def _spread_sql(dims: Sequence[str], now: datetime, hits: str = "hits") -> tuple[str, list[Any]]:
    """Selects over the hits: one line per facet and value, the small ones of a few values each all together."""
    parts: list[str] = []
    parameters: list[Any] = []
    for dim in dims:
        if column := SINGLE.get(dim):
            parts.append(NAMED.get(dim) or f"(SELECT '{dim}', {column}::text, count(*) FROM hits GROUP BY {column})")
    if any(dim not in SINGLE for dim in dims):
        soon = " ".join(f"WHEN first_free < %s THEN '{days}'" for days in SOON)
        parameters += [now + timedelta(days=days) for days in SOON]
        columns = f"kind, mode, price_band, worth_band, funds, CASE {soon} ELSE '' END, state"
        parts.append(f"(SELECT 'small', concat_ws('|', {columns}), count(*) FROM hits GROUP BY 2)")
    return " UNION ALL ".join(parts).replace("FROM hits", f"FROM {hits}"), parameters


def counted_each(asked: Sequence[tuple[str, Query, str]], *, now: datetime) -> list[Spread]:
    """One facet of each query, of everything or of its sample, in one statement."""
    tables, selects = [], []
    before: list[Any] = []
    after: list[Any] = []
    for number, (dim, query, mark) in enumerate(asked):
        hits, given = _hits(query, mark, scored=False)
        tables.append(f"hits{number} AS MATERIALIZED ({hits})")
        spread, more = _spread_sql([dim], now, f"hits{number}")
        selects.append(f"SELECT {number}, facet.* FROM ({spread}) AS facet (dim, value, n)")
        before, after = before + given, after + more
    found = ask(f"WITH {', '.join(tables)} {' UNION ALL '.join(selects)}", [*before, *after])
    return [
        _read([line[1:] for line in found if line[0] == number], FACTORS[mark])
        for number, (_dim, _query, mark) in enumerate(asked)
    ]


def counted(query: Query, dims: Sequence[str], *, now: datetime, mark: str = "") -> Spread:
    """The total and the facets, of everything or of a sample."""
    hits, parameters = _hits(query, mark, scored=False)
    spread, more = _spread_sql(dims, now)
    union = f"UNION ALL {spread}" if spread else ""
    found = ask(
        f"WITH hits AS MATERIALIZED ({hits}) SELECT 'total', '', count(*) FROM hits {union}", [*parameters, *more]
    )
    return _read(found, FACTORS[mark])


def _read(lines: Sequence[tuple[Any, ...]], factor: int) -> Spread:
    spread = Spread(factor=factor)
    for dim, value, count in lines:
        if dim == "total":
            spread.total = count * factor
        elif dim == "small":
            spread.small.append((*value.split("|"), count))
        else:
            spread.single.setdefault(dim, []).append((value, count))
    return spread


def _after(order: Order, key: str, after: "Place | None", pk: str = "id") -> tuple[str, list[Any]]:
    if after is None:
        return "", []
    return f"({key}, {pk}) {'<' if order.down else '>'} (%s, %s)", list(after)


def exact(
    query: Query, order: Order, dims: Sequence[str], *, size: int, now: datetime, after: "Place | None" = None
) -> tuple[Page, Spread]:
    """Few matches: page, total and facets from one reading of them."""
    hits, parameters = _hits(query, "", scored=order.column == "rank")
    column, joined, cities = _sort_value(query, order)
    condition, place = _after(order, column, after)
    spread, more = _spread_sql(dims, now)
    way = order.direction
    found = ask(
        f"""WITH hits AS MATERIALIZED ({hits}), page AS MATERIALIZED (
                SELECT id, {column} AS key FROM hits {joined} {"WHERE " + condition if condition else ""}
                ORDER BY 2 {way}, 1 {way} LIMIT %s)
            SELECT 'page', key::text, id FROM page UNION ALL SELECT 'total', '', count(*) FROM hits
            {"UNION ALL " + spread if spread else ""}""",
        [*parameters, *cities, *place, size + 1, *more],
    )
    rows = [(pk, key) for part, key, pk in found if part == "page"]
    return Page(rows[:size], len(rows) > size), _read([line for line in found if line[0] != "page"], 1)


def _sort_value(query: Query, order: Order) -> tuple[str, str, list[Any]]:
    """The expression to sort by, what has to be joined for it, and the parameters of that."""
    if order.column != "near":
        return ("score" if order.column == "rank" else order.column), "", []
    joined = "LEFT JOIN unnest(%s::text[]) WITH ORDINALITY AS there (town, place) ON there.town = hits.city"
    return f"COALESCE(place, {BEYOND}) * {RANKS} - rank", joined, [list(query.cities)]


@dataclass(frozen=True)
class Tier:
    """Part of the matches: as a condition a walk checks on each row it meets, and as one the GIN index answers."""

    met: str
    met_texts: tuple[str, ...]
    asked: str
    asked_texts: tuple[str, ...]


def tier_of_head(query: Query) -> Tier:
    return Tier("head @@ %s::tsquery", (query.head,), "whole @@ %s::tsquery", (query.head,))


def tier_of_all(query: Query) -> Tier:
    if query.head == query.whole:
        return tier_of_head(query)
    both = "(head @@ %s::tsquery OR whole @@ %s::tsquery)"
    return Tier(both, (query.head, query.whole), "whole @@ %s::tsquery", (query.whole,))


def tier_of_rest(query: Query) -> Tier:
    rest, texts = "whole @@ %s::tsquery AND NOT head @@ %s::tsquery", (query.whole, query.head)
    return Tier(rest, texts, rest, texts)


Place = tuple[Any, int]  # where the last page ended: sort value, instrument


def page_of_many(query: Query, tier: Tier, order: Order, *, size: int, after: Place | None, about: int) -> Page:
    """`about`: how many there are, roughly; the fewer, the further a walk goes before another way is taken."""
    if order.column == "near":
        return _walk_near(query, tier, size=size, after=after)
    page = _walk(query, tier, order, size=size, after=after, about=about)
    return page or _dig(query, tier, order, size=size, after=after, bounded=about > FEW_TO_READ)


def _walk(query: Query, tier: Tier, order: Order, *, size: int, after: Place | None, about: int) -> Page | None:
    """Along the index of this order until enough are found; None when they hide too deep.

    Where reading every match costs less than the steps chance would need, no step is made.
    """
    column, way = order.column, order.direction
    beyond, place = _after(order, column, after, "instrument_id")
    more, parameters = query.where
    found = ask(
        f"""SELECT instrument_id, {column}::text FROM (
                SELECT instrument_id, rank, used, bought_on, first_free, price, free_mask, head, whole
                FROM catalogue_entry {"WHERE " + beyond if beyond else ""} ORDER BY {column} {way}, instrument_id {way}
                LIMIT (SELECT CASE WHEN %s > reltuples THEN LEAST({STEPS}, GREATEST({FEWEST_STEPS}, reltuples * %s))
                              ELSE 0 END::int FROM pg_class WHERE oid = 'catalogue_entry'::regclass)) AS steps
            WHERE {tier.met}{more} ORDER BY steps.{column} {way}, instrument_id {way} LIMIT %s""",
        [*place, about**2 / size, PATIENCE * size / max(about, 1), *tier.met_texts, *parameters, size + 1],
    )
    return _page(found, size) if len(found) > size else None


def _page(found: Sequence[tuple[Any, ...]], size: int) -> Page:
    return Page([(pk, key) for pk, key in found[:size]], len(found) > size)


def _walk_near(query: Query, tier: Tier, *, size: int, after: Place | None) -> Page:
    """City after city, the nearest first, each in the order of its index, until enough are found."""
    beyond, place = _after(ORDERS["near"], f"place * {RANKS} - rank", after, "instrument_id")
    more, parameters = query.where
    first = int(after[0]) // RANKS if after else 0
    found = ask(
        f"""SELECT id, key::text FROM unnest(%s::text[]) WITH ORDINALITY AS there (town, place), LATERAL (
                SELECT instrument_id AS id, place * {RANKS} - rank AS key FROM catalogue_entry
                WHERE city = town AND place >= %s AND {tier.met}{more} {"AND " + beyond if beyond else ""}
                ORDER BY rank DESC, instrument_id LIMIT %s) AS near LIMIT %s""",
        [list(query.cities), first, *tier.met_texts, *parameters, *place, size + 1, size + 1],
    )
    return _page(found, size)


def _dig(query: Query, tier: Tier, order: Order, *, size: int, after: Place | None, bounded: bool) -> Page:
    """What a walk did not reach: everything up to a bound told by the sample; if that is too little, everything."""
    column, way = order.column, order.direction
    beyond, place = _after(order, column, after, "instrument_id")
    more, parameters = query.where
    condition = f"{tier.asked}{more}{' AND ' + beyond if beyond else ''}"
    own = [*tier.asked_texts, *parameters, *place]
    sample = f"""WITH hits AS MATERIALIZED (
        SELECT {column} AS key FROM catalogue_entry WHERE sampled AND {condition})
        SELECT key FROM hits ORDER BY key {way} OFFSET %s LIMIT 1"""
    bound = ask(sample, [*own, max(size // 3, 8)]) if bounded else []
    for edge in (*bound, ()):
        limit = f" AND {column} {'>=' if order.down else '<='} %s" if edge else ""
        if edge and column == "price":  # the bands are in the GIN index too
            limit += " AND whole @@ %s::tsquery"
            edge = (*edge, " | ".join(f"'pb:{band}'" for band in range(price_band(edge[0]) + 1)))
        found = ask(
            f"""WITH hits AS MATERIALIZED (
                    SELECT instrument_id AS id, {column} AS key FROM catalogue_entry WHERE {condition}{limit})
                SELECT id, key::text FROM hits ORDER BY hits.key {way}, id {way} LIMIT %s""",
            [*own, *edge, size + 1],
        )
        if len(found) > size:
            break
    return _page(found, size)


def units_of(query: Query, mark: str) -> list[tuple[int, int, list[int]]]:
    """Units with how many they have and their best three; from a sample when there are many."""
    hits, parameters = _hits(query, mark, scored=True)
    found = ask(
        f"""WITH hits AS MATERIALIZED ({hits})
            SELECT unit_id, count(*), (array_agg(id ORDER BY score DESC, id DESC))[1:3] FROM hits
            GROUP BY unit_id ORDER BY max(score) / 500 DESC, count(*) DESC, unit_id LIMIT %s""",
        [*parameters, UNITS],
    )
    return [(unit, count * FACTORS[mark], list(best)) for unit, count, best in found]
