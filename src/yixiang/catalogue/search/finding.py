"""Finding instruments: one function behind portal, desk and API."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from django.utils.translation import get_language

from yixiang.catalogue.search import cursors, distances, facets, matching, mending, rows
from yixiang.catalogue.search.facets import FacetValue
from yixiang.catalogue.search.hits import Hit, hits_of
from yixiang.catalogue.search.matching import ALL_SAMPLED, ORDERS, Page, Query, Spread
from yixiang.catalogue.search.remembering import remembered
from yixiang.catalogue.search.rows import PUBLIC_MARK
from yixiang.catalogue.search.scopes import scope_lexemes
from yixiang.catalogue.search.suggesting import Suggestion, suggest
from yixiang.catalogue.search.understanding import Understood, all_of, any_of, lexeme, understand
from yixiang.catalogue.search.wanted import Wanted
from yixiang.kernel.periods import local_date

__all__ = ["Found", "Hit", "Suggestion", "UnitFound", "Wanted", "find", "suggest"]
MOST_OWN_COUNTS = 3  # chosen facets whose other values are counted as if this one were not chosen


@dataclass(frozen=True)
class UnitFound:
    """A unit with how much of what was looked for it has, and its best few."""

    code: str
    name: str
    count: int
    region_name: str
    hits: list[Hit]


@dataclass
class Found:
    items: list[Hit] = field(default_factory=list)
    total: int = 0
    total_is_exact: bool = True
    facets: dict[str, list[FacetValue]] = field(default_factory=dict)
    next: str = ""
    understood: list[str] = field(default_factory=list)
    corrected: str = ""
    nearest: list[Hit] = field(default_factory=list)
    nearest_is: str = ""  # what was left out to find the nearest
    units_found: list[UnitFound] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Asked:
    """Everything a search depends on, put together once."""

    wanted: Wanted
    scope: str  # tsquery of what this person may find here
    now: datetime
    desk: bool

    @property
    def dims(self) -> tuple[str, ...]:
        return tuple(facets.READERS) if self.desk else facets.PUBLIC_FACETS

    @property
    def chosen(self) -> dict[str, list[str]]:
        """Facet → chosen codes, also for those that are no lexemes."""
        wanted = self.wanted
        prices = [str(wanted.price_max)] if wanted.price_max is not None else []
        free = [str(wanted.free_within)] if wanted.free_within else []
        return {**wanted.chosen, **({"price_max": prices} if prices else {}), **({"free": free} if free else {})}

    def query(self, understood: Understood, without: str = "") -> Query:
        wanted = self.wanted
        filters = [any_of(map(lexeme, own)) for name, own in wanted.lexemes.items() if name != without]
        price = None if without == "price_max" else wanted.price_max
        if price is not None:
            filters.append(any_of(lexeme(f"pb:{band}") for band in range(rows.price_band(price) + 1)))
        fixed = [self.scope, *filters]
        return Query(
            whole=all_of([*fixed, *(term.whole for term in understood.terms)]),
            head=all_of([*fixed, *(term.whole if understood.loose else term.head for term in understood.terms)]),
            score=tuple(
                ("" if term.whole == term.head else term.head, term.classed, term.named, term.literal)
                for term in understood.terms
            ),
            price_max=price,
            free_mask=None if without == "free" else self._free_mask(),
            cities=distances.nearest_first(wanted.near) if wanted.near else (),
        )

    def _free_mask(self) -> int | None:
        wanted, today = self.wanted, local_date(self.now)
        if wanted.free_within:
            return rows.mask_between(today, today + timedelta(days=wanted.free_within - 1), today=today)
        if wanted.free_from and wanted.free_to:
            return rows.mask_between(wanted.free_from, wanted.free_to, today=today)
        return None


def find(wanted: Wanted, *, person: Any = None, now: datetime, scope: Literal["public", "desk"] = "public") -> Found:
    """What a person may find for these words and filters, counted, and the first or a further page of it."""
    allowed = lexeme(PUBLIC_MARK) if scope == "public" else scope_lexemes(person)
    asked = Asked(wanted, allowed, now, scope == "desk")
    understood = understand(wanted.q)
    if not allowed:
        return Found(understood=understood.labels, notes=wanted.notes)
    found = _searched(asked, understood)
    if not found.total and understood.terms:
        found = _mended(asked, understood, found)
    found.notes = wanted.notes
    return found


def _mended(asked: Asked, understood: Understood, found: Found) -> Found:
    """Nothing found: the same words in long texts, then a slip put right, then what comes nearest."""
    wider = mending.anywhere(understood)
    if wider and (better := _searched(asked, wider)).total:
        return better
    for typed in mending.corrections(understood.typed):
        better = _searched(asked, understand(typed))
        if better.total:
            better.corrected = typed
            return better
    for what, other, keep_filters in mending.nearest(understood, has_filters=bool(asked.chosen)):
        near = asked if keep_filters else replace(asked, wanted=Wanted(q=asked.wanted.q, size=asked.wanted.size))
        page, _spread = _first_page(near, near.query(other))
        if page.rows:
            found.nearest, found.nearest_is = hits_of([pk for pk, _key in page.rows], other), what
            break
    return found


def _searched(asked: Asked, understood: Understood) -> Found:
    wanted = asked.wanted
    query, place = asked.query(understood), cursors.read(wanted.cursor, wanted.sort)
    counts = _counts(asked, understood, query, place)
    if counts.spread is not None:
        page, tier = _many(query, wanted, place, about=counts.spread.total)
        spread, values = counts.spread, counts.facets
    else:
        after, tier = (place.after if place else None), 0
        dims = [name for name in asked.dims if name not in counts.own]
        page, spread = matching.exact(query, _order(wanted), dims, size=wanted.size, now=asked.now, after=after)
        values = _facets(asked, understood, counts, spread)
    found = Found(understood=understood.labels, total=facets.rounded(spread.total, spread.factor))
    found.total_is_exact = spread.factor == 1
    found.items = hits_of([pk for pk, _key in page.rows], understood)
    found.next = cursors.write(wanted.sort, bool(counts.mark), tier, page.rows[-1]) if page.more else ""
    found.facets = values
    if wanted.by == "unit":
        found.units_found = _by_unit(query, understood, counts.mark)
    return found


@dataclass(frozen=True)
class Counts:
    """Of few matches only that they are few; of many the figures, told from a sample."""

    mark: str
    marks: tuple[str, ...]  # the samples for each chosen facet, counted as if it were not chosen
    own: tuple[str, ...]
    spread: Spread | None = None
    facets: dict[str, list[FacetValue]] = field(default_factory=dict)


def _counts(asked: Asked, understood: Understood, query: Query, place: cursors.Place | None) -> Counts:
    """Counted anew on the desk, where the answer is one person's; kept for a while where it is everybody's."""
    if asked.desk:
        return _count(asked, understood, query, place)
    many = place.many if place else None
    chosen = tuple((name, tuple(codes)) for name, codes in asked.chosen.items())
    question = query, chosen, many, get_language()
    return remembered(question, lambda: _count(asked, understood, query, place))


def _count(asked: Asked, understood: Understood, query: Query, place: cursors.Place | None) -> Counts:
    own = tuple(name for name in asked.chosen if name in asked.dims)[:MOST_OWN_COUNTS]
    mark, *marks = matching.samples_for([query, *(asked.query(understood, without=name) for name in own)])
    if place:
        mark = (mark or ALL_SAMPLED) if place.many else ""
    counts = Counts(mark, tuple(marks), own)
    if not mark:
        return counts
    dims = [name for name in asked.dims if name not in own]
    spread = matching.counted(query, dims, now=asked.now, mark=mark)
    return replace(counts, spread=spread, facets=_facets(asked, understood, counts, spread))


def _facets(asked: Asked, understood: Understood, counts: Counts, spread: Spread) -> dict[str, list[FacetValue]]:
    """Each chosen facet counted as if it were not chosen, so that one sees what else there is."""
    spreads = dict.fromkeys(asked.dims, spread)
    if counts.own:
        others = [asked.query(understood, without=name) for name in counts.own]
        each = list(zip(counts.own, others, counts.marks, strict=True))
        spreads |= zip(counts.own, matching.counted_each(each, now=asked.now), strict=True)
    return {name: facets.facet_of(name, spreads[name], asked.chosen.get(name, ())) for name in asked.dims}


def _order(wanted: Wanted) -> matching.Order:
    return ORDERS[wanted.sort]


def _first_page(asked: Asked, query: Query) -> tuple[Page, Spread]:
    if matching.sample_for(query):
        return _many(query, asked.wanted, None, about=matching.EXACT)[0], Spread()
    return matching.exact(query, ORDERS["relevance"], (), size=asked.wanted.size, now=asked.now)


def _many(query: Query, wanted: Wanted, place: cursors.Place | None, *, about: int) -> tuple[Page, int]:
    """By relevance, first what matches in the head, then the rest; in any other order all together."""
    order, size = _order(wanted), wanted.size
    after, step = (place.after, place.tier) if place else (None, 0)
    if order.column != "rank" or query.head == query.whole:
        return matching.page_of_many(query, matching.tier_of_all(query), order, size=size, after=after, about=about), 0
    rest = matching.tier_of_rest(query)
    if step == 0:
        page = _head_page(query, order, size=size, after=after, about=about)
        if page.more or len(page.rows) == size:
            return Page(page.rows, True), 0
        more = matching.page_of_many(query, rest, order, size=size - len(page.rows), after=None, about=about)
        return Page(page.rows + more.rows, more.more), 1
    return matching.page_of_many(query, rest, order, size=size, after=after, about=about), 1


def _head_page(query: Query, order: matching.Order, *, size: int, after: Any, about: int) -> Page:
    strong = replace(query, whole=query.head)
    tier = matching.tier_of_head(strong)
    return matching.page_of_many(strong, tier, order, size=size, after=after, about=about)


def _by_unit(query: Query, understood: Understood, mark: str) -> list[UnitFound]:
    groups = matching.units_of(query, mark)
    hits = {hit.id: hit for hit in hits_of([pk for _unit, _count, best in groups for pk in best], understood)}
    made = []
    for _unit, count, best in groups:
        own = [hits[pk] for pk in best if pk in hits]
        if own:
            first = own[0]
            made.append(UnitFound(first.unit_code, first.unit_name, count, first.region_name, own))
    return made
