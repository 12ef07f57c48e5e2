"""The rows of a page: what a card needs, which words to mark, and why it is listed."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db import connection
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yixiang.catalogue.search import tokens
from yixiang.catalogue.search.understanding import Term, Understood
from yixiang.kernel import reference
from yixiang.web.places import class_words

SHORT_LATIN = 3  # letters from which a word may go on, as it does in the index
AROUND = 10  # characters shown before and after a place found in a long text
READ = """
    SELECT i.id, i.code, i.name, i.english_name, i.model, i.manufacturer,
        u.id, COALESCE(NULLIF(u.account_name, ''), u.id::text), u.name, i.category,
        COALESCE(NULLIF(i.region, ''), u.region), i.worth, i.price_from, i.price_basis, i.first_free, i.booking_mode,
         i.state, i.health, i.service_count, i.rating, i.rating_count,
        (SELECT p.file_id FROM catalogue_picture p WHERE p.instrument_id = i.id ORDER BY p.position, p.id LIMIT 1),
        i.kind, i.function, i.technical, i.service_content
    FROM catalogue_instrument i JOIN units_unit u ON u.id = i.unit_id WHERE i.id = ANY(%s)
"""


@dataclass(slots=True)
class Hit:
    id: int
    code: str
    name: str
    english_name: str
    model: str
    manufacturer: str
    unit_id: int
    unit_code: str
    unit_name: str
    category: str
    region: str
    worth: Decimal | None
    price_from: Decimal | None
    price_basis: str
    first_free: datetime | None
    booking_mode: str
    state: str
    health: int
    service_count: int
    rating: Decimal | None
    rating_count: int
    cover: int | None
    kind: str
    category_name: str = ""
    region_name: str = ""
    matched: list[str] = field(default_factory=list)
    why: list[str] = field(default_factory=list)


def hits_of(ids: Sequence[int], understood: Understood) -> list[Hit]:
    """In the order of `ids`."""
    if not ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(READ, [list(ids)])
        made = {row[0]: _hit(row, understood) for row in cursor.fetchall()}
    return [made[pk] for pk in ids if pk in made]


def _hit(row: tuple[Any, ...], understood: Understood) -> Hit:
    hit = Hit(*row[:23])
    category = reference.instrument_class(hit.category)
    hit.category_name = category.name if category else ""
    hit.region_name = reference.region_name(hit.region) if len(hit.region) == 6 and hit.region.isdigit() else ""
    shown = " ".join((hit.name, hit.english_name, hit.model, hit.manufacturer, hit.unit_name))
    texts = {_("主要功能"): row[23], _("技术指标"): row[24], _("服务内容"): row[25]}
    hit.matched = _matched(understood, shown, texts.values())
    hit.why = [reason for term in understood.terms if (reason := _why(term, hit, shown, texts))]
    return hit


def _matched(understood: Understood, shown: str, texts: Iterable[str]) -> list[str]:
    """The words as they stand in the row, in its own spelling; longer ones first, so that marking never cuts them."""
    whole = " ".join((shown, *texts))
    found = {match.group() for word in understood.words if (match := pattern(word).search(whole))}
    return sorted(found, key=lambda word: (-len(word), word))


@lru_cache(maxsize=4096)
def pattern(word: str) -> re.Pattern[str]:
    """The word in any case, with or without spaces and hyphens between its parts."""
    parts = [
        piece
        for chinese, other in tokens.RUN.findall(tokens.plain(word))
        for piece in ([chinese] if chinese else tokens.PIECES.findall(other))
    ]
    return re.compile(apart(r"[\s\-/.]?".join(map(re.escape, parts)), word) or "(?!)", re.IGNORECASE)


def apart(source: str, word: str) -> str:
    """EM is not in Gemini: a Latin word begins where one begins, and a short one ends there too; so does a number."""
    first = word[:1]
    if not source or not first.isascii() or not first.isalnum():
        return source
    letters = "[0-9]" if first.isdigit() else "[A-Za-z]"
    short = len(word) < SHORT_LATIN and word.isascii()
    return f"(?<!{letters}){source}{f'(?!{letters})' if short else ''}"


def _why(term: Term, hit: Hit, shown: str, texts: dict[str, str]) -> str:
    """Empty when the very words stand there to be seen."""
    if pattern(term.text).search(shown):
        return ""
    if term.kind == "place":
        return "" if hit.region_name and term.meant[:2] in hit.region_name else _("位于%s") % term.said
    words = sorted(term.words, key=str.isascii, reverse=True) if get_language() == "en" else term.words
    named = next((word for word in words if pattern(word).search(shown)), "")
    if named:
        return f"{term.text} = {named}"
    if any(hit.category.startswith(code) for code in term.classes):
        return f"{term.text} → {class_words(hit.category)}"
    for label, text in texts.items():
        for word in (term.text, *term.words):
            if match := pattern(word).search(text):
                low, high = max(match.start() - AROUND, 0), match.end() + AROUND
                part = f"{'…' if low else ''}{text[low:high]}{'…' if high < len(text) else ''}"
                return _("%(label)s：%(text)s") % {"label": label, "text": part}
    return ""
