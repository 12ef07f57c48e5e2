"""One instrument becomes its search row: lexemes, bands, the static rank."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from yixiang.catalogue.search import tokens
from yixiang.catalogue.states import PUBLIC
from yixiang.kernel import reference

HORIZON = 60  # days ahead that are known
SOON = (3, 7, 30)  # days, as the facet offers them
WORTH_BANDS = (500_000, 1_000_000, 2_000_000, 5_000_000, 10_000_000)  # yuan; band 0 lies below the first
PRICE_BANDS = (0, 50, 100, 200, 300, 500, 1000, 2000)  # yuan; band 0 is free of charge
NO_PRICE = len(PRICE_BANDS) + 1
SAMPLE, SECOND, THIRD = 10, 50, 250  # one row in so many, each inside the one before
PUBLIC_MARK, SECOND_MARK, THIRD_MARK = "pub", "s2", "s3"
NEVER_PRICE, NEVER, UNKNOWN_DAY = Decimal("99999999.99"), datetime(9999, 1, 1, tzinfo=UTC), date(1, 1, 1)
FRESH_DAYS, STALE_DAYS = 180, 720


@dataclass(slots=True)
class Source:
    """What the search row is made from, as one wide query reads it."""

    id: int
    unit_id: int
    unit_name: str
    unit_joined: bool
    unit_region: str
    sub_units: str
    platform_id: int | None
    state: str
    kind: str
    name: str
    english_name: str
    model: str
    manufacturer: str
    category: str
    disciplines: Sequence[str]
    funds: Sequence[str]
    region: str
    department: str
    technical: str
    function: str
    service_content: str
    worth: Decimal | None
    price: Decimal | None
    mode: str
    bought_on: date | None
    first_free: datetime | None
    used: int
    health: int
    fresh_days: int
    code: str
    inner_number: str
    free_days: list[date] = field(default_factory=list)

    @property
    def public(self) -> bool:
        return self.unit_joined and self.state in PUBLIC

    @property
    def place(self) -> str:
        return self.region or self.unit_region


COLUMNS = (
    "instrument_id", "unit_id", "platform_id", "category", "region", "city", "state", "kind", "mode", "disciplines",
    "funds", "worth_band", "price_band", "price", "first_free", "free_mask", "bought_on", "used", "rank",
    "sampled", "head", "whole",
)  # fmt: skip


def row_of(source: Source) -> tuple[object, ...]:
    """In the order of COLUMNS."""
    mark = lot(source.id)
    head = set(tokens.marked(_head(source)))
    facts = set(_facts(source))
    if mark % SECOND == 0:
        facts.add(SECOND_MARK)
    if mark % THIRD == 0:
        facts.add(THIRD_MARK)
    whole = head.union(facts, _head(source), *map(tokens.words_of, _texts(source)))
    return (
        source.id, source.unit_id, source.platform_id, source.category, source.place, source.place[:4], source.state,
        source.kind, source.mode, ",".join(source.disciplines), ",".join(source.funds), worth_band(source.worth),
        price_band(source.price), NEVER_PRICE if source.price is None else source.price,
        source.first_free or NEVER, mask(source.free_days), source.bought_on or UNKNOWN_DAY,
        source.used, rank_of(source), mark % SAMPLE == 0, tokens.vector(head | facts), tokens.vector(whole),
    )  # fmt: skip


def _head(source: Source) -> frozenset[str]:
    class_name = _class_name(source.category)
    return frozenset().union(
        tokens.head_words(source.name),
        tokens.head_words(class_name),
        tokens.words_of(source.english_name),
        tokens.model_words(source.model),
        tokens.words_of(source.manufacturer),
    )


def _class_name(code: str) -> str:
    row = reference.instrument_class(code)
    return row.name if row and row.name != "其他" else ""


def _texts(source: Source) -> tuple[str, ...]:
    return (
        source.unit_name, source.department, source.function, source.technical, source.service_content,
        source.code, source.inner_number,
    )  # fmt: skip


def _facts(source: Source) -> Iterator[str]:
    if source.public:
        yield PUBLIC_MARK
    for letter, code in (("c", source.category), ("r", source.place), ("o", source.unit_region)):
        yield from (f"{letter}:{code[:size]}" for size in (2, 4, 6) if code)
    yield f"u:{source.unit_id}"
    for pk in filter(None, source.sub_units.split("/")):
        yield f"d:{pk}"
    if source.platform_id:
        yield f"p:{source.platform_id}"
    yield f"k:{source.kind}"
    yield f"st:{source.state}"
    yield from (f"m:{mode}" for mode in modes_of(source.mode))
    yield from (f"f:{code}" for code in source.funds)
    yield from (f"s:{code}" for code in source.disciplines)
    yield f"w:{worth_band(source.worth)}"
    yield f"pb:{price_band(source.price)}"


def modes_of(mode: str) -> tuple[str, ...]:
    return ("time", "samples") if mode == "both" else (mode,)


def worth_band(worth: Decimal | None) -> int:
    return 0 if worth is None else sum(worth >= edge for edge in WORTH_BANDS)


def price_band(price: Decimal | None) -> int:
    return NO_PRICE if price is None else sum(price > edge for edge in PRICE_BANDS)


def mask(days: list[date]) -> int:
    """A bit for each day; only the coming HORIZON days are known, so no two of them share one."""
    bits = 0
    for day in days:
        bits |= 1 << day.toordinal() % HORIZON
    return bits


def mask_between(first: date, last: date, *, today: date) -> int:
    """The bits of the days asked for that are known at all."""
    low, high = max(first, today), min(last, today + timedelta(days=HORIZON - 1))
    return mask([low + timedelta(days=step) for step in range((high - low).days + 1)]) if low <= high else 0


def rank_of(source: Source) -> int:
    """0–1000: half is the health of the listing, a quarter real use, the rest freshness and being open."""
    fresh = 1.0 - min(max(source.fresh_days - FRESH_DAYS, 0) / (STALE_DAYS - FRESH_DAYS), 1.0)
    use = min(math.log2(1 + source.used) / 10, 1.0)
    return round(5 * source.health + 250 * use + 150 * fresh + (100 if source.state == "listed" else 0))


def lot(pk: int) -> int:
    """A hash of the key that is even over any range of keys."""
    return ((pk * 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF) >> 40
