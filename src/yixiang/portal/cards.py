"""One card for an instrument wherever it is listed: results, home, unit and platform pages, shortlist."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.template import engines
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from markupsafe import Markup, escape

from yixiang.catalogue.queries import showing
from yixiang.catalogue.rules.words import BOOKING_MODES, PRICE_BASES
from yixiang.catalogue.search.hits import apart
from yixiang.portal.moments import when

SOON = timedelta(days=7)
PER = {"hour": "小时", "sample": "样品", "test": "次", "day": "天"}


@dataclass(frozen=True, slots=True)
class Card:
    """What one sees before opening it; words are in the language of the page."""

    code: str
    plain: str
    title: Markup
    other: str
    model: Markup
    maker: Markup
    unit_code: str
    unit_name: Markup
    category: str
    region: str
    price: Decimal | None
    per: str
    free: str
    free_soon: bool
    mode: str
    by_time: bool
    stopped: bool
    served: int
    rating: Decimal | None
    rating_count: int
    picture: Any
    why: tuple[str, ...] = ()

    def row(self, on: bool = False, level: int = 2) -> Markup:
        """`on`: whether it stands on the shortlist."""
        return _written(get_language(), "row", self, on, level)

    def tile(self, on: bool = False, level: int = 3) -> Markup:
        return _written(get_language(), "tile", self, on, level)


@lru_cache(maxsize=2048)
def _written(language: str | None, look: str, card: Card, on: bool, level: int) -> Markup:
    """A card is a value: what is written of it depends on nothing else, and the same ones are listed often."""
    macros: Any = engines["jinja2"].env.get_template("portal/_cards.html").module  # type: ignore[attr-defined]
    written: Markup = getattr(macros, look)(card, on, level)
    return written


def marked(text: str, words: Sequence[str]) -> Markup:
    """The text with the matched words marked; everything else as harmless as before."""
    known = sorted({word for word in words if word.strip()}, key=len, reverse=True)
    if not text or not known:
        return escape(text)
    pattern = re.compile("|".join(apart(re.escape(word), word) for word in known), re.IGNORECASE)
    parts, at = [], 0
    for found in pattern.finditer(text):
        parts += [escape(text[at : found.start()]), Markup("<mark>{}</mark>").format(found[0])]
        at = found.end()
    return Markup("").join([*parts, escape(text[at:])])


def names(name: str, english_name: str) -> tuple[str, str]:
    """What it is called here, and its name in the other language."""
    if get_language() == "en" and english_name:
        return english_name, name
    return name, english_name


def card(thing: Any, *, now: datetime, unit: tuple[str, str], picture: Any = None) -> Card:
    """From an instrument's row or a search hit, which name their facts alike."""
    words = list(getattr(thing, "matched", ()))
    first, second = names(thing.name, thing.english_name)
    free = max(thing.first_free, now) if thing.first_free else None
    return Card(
        code=thing.code,
        plain=first,
        title=marked(first, words),
        other=second,
        model=marked(thing.model, words),
        maker=marked(thing.manufacturer, words),
        unit_code=unit[0],
        unit_name=marked(unit[1], words),
        category=thing.category,
        region=thing.region,
        price=thing.price_from,
        per=_(PER[thing.price_basis]) if thing.price_basis in PER else "",
        free=when(free, now) if free else "",
        free_soon=free is not None and free - now < SOON,
        mode=_(BOOKING_MODES.get(thing.booking_mode, "")) if thing.booking_mode else "",
        by_time=thing.booking_mode in {"time", "both"},
        stopped=thing.state != "listed",
        served=thing.service_count,
        rating=thing.rating,
        rating_count=thing.rating_count,
        picture=picture,
        why=tuple(getattr(thing, "why", ())),
    )


def cards_of(instruments: Iterable[Any], *, now: datetime) -> list[Card]:
    """From rows read with their unit; one query for the pictures of all."""
    rows = list(instruments)
    pictures = showing.covers(row.pk for row in rows)
    return [
        card(
            row,
            now=now,
            unit=(row.unit.account_name, row.unit.name),
            picture=pictures[row.pk].file_id if row.pk in pictures else None,
        )
        for row in rows
    ]


def basis_words() -> Mapping[str, str]:
    return {code: _(words) for code, words in PRICE_BASES.items()}
