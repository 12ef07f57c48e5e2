"""What is offered while somebody types: classes and known words from memory, names, models and units from the table."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.utils.translation import gettext as _

from yixiang.catalogue.search import dictionary, tokens
from yixiang.catalogue.search.dictionary import Phrase
from yixiang.catalogue.search.matching import ask
from yixiang.catalogue.search.vocabulary import grams_of, sound
from yixiang.kernel import reference

LOOKED_AT = 200  # words with one beginning that are compared by how often they occur
KINDS = {"name": "instrument", "model": "model", "unit": "unit"}
LOOKUP = """
    SELECT text, kind, target, count, at FROM (
        (SELECT text, kind, target, count, 0 AS at FROM catalogue_word WHERE key LIKE %s LIMIT {most})
        UNION ALL (SELECT text, kind, target, count, 1 FROM catalogue_word WHERE initials LIKE %s LIMIT {most})
        UNION ALL (SELECT text, kind, target, count, 1 FROM catalogue_word WHERE pinyin LIKE %s LIMIT {most})
        UNION ALL (SELECT text, kind, target, count, 2 FROM catalogue_word WHERE grams @> %s::varchar[] LIMIT {most})
    ) AS found WHERE count > 0 OR kind = 'unit' ORDER BY at, count DESC, length(text), text LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`query` is what the address of the results takes."""

    text: str
    kind: str  # class, instrument, unit, model, word
    note: str
    query: dict[str, str]


def suggest(q: str, *, limit: int = 8) -> list[Suggestion]:
    typed = tokens.key_of(q[:60])
    if not typed:
        return []
    known = [_of_phrase(phrase) for phrase in _phrases_like(typed, limit)]
    learnt = _learnt(typed, limit) if len(typed) > 1 or not typed.isascii() else []
    half = max(limit // 2, limit - len(learnt))
    chosen = {one.text.lower(): one for one in (*known[:half], *learnt, *known[half:])}
    return list(chosen.values())[:limit]


@cache
def _spellings() -> tuple[tuple[Phrase, str, str, str], ...]:
    phrases = (phrase for phrase in dictionary.phrases().values() if not phrase.region)
    return tuple((phrase, phrase.key, *(("", "") if phrase.key.isascii() else sound(phrase.key))) for phrase in phrases)


def _phrases_like(typed: str, limit: int) -> Iterator[Phrase]:
    """Those that begin with it, then those that sound so, then those that contain it; of one group the nearest."""
    ranked: list[tuple[int, int, str, Phrase]] = []
    for phrase, key, pinyin, initials in _spellings():
        if key.startswith(typed):
            step = 0
        elif typed.isascii() and (initials.startswith(typed) or (len(typed) > 2 and pinyin.startswith(typed))):
            step = 1
        elif len(typed) > 1 and typed in key:
            step = 2
        else:
            continue
        ranked.append((step, len(key), key, phrase))
    seen: set[tuple[str, ...]] = set()
    for _step, _length, _key, phrase in sorted(ranked, key=lambda one: one[:3]):
        same = phrase.classes + phrase.words[:1]
        if same not in seen and len(seen) < limit:
            seen.add(same)
            yield phrase


def _of_phrase(phrase: Phrase) -> Suggestion:
    names = [row.name for code in phrase.classes if (row := reference.instrument_class(code.ljust(6, "0")))]
    if len(phrase.classes) == 1 and names and tokens.key_of(names[0]) == phrase.key:
        return Suggestion(phrase.text, "class", _("分类"), {"category": phrase.classes[0].ljust(6, "0")})
    meant = phrase.label if tokens.key_of(phrase.label) != phrase.key else "、".join(names[:2])
    return Suggestion(phrase.text, "word", meant, {"q": phrase.text})


def _learnt(typed: str, limit: int) -> list[Suggestion]:
    begins = typed + "%"
    sounds = begins if typed.isascii() else "\x01"
    found = ask(LOOKUP.format(most=LOOKED_AT), [begins, sounds, sounds, grams_of(typed), limit * 2])
    kept: dict[tuple[str, str], Suggestion] = {}
    for text, kind, target, count, _at in found:
        note = _("%d 台") % count if kind != "unit" else _("单位")
        query = {"unit": target} if kind == "unit" else {"q": text}
        kept.setdefault((text, kind), Suggestion(text, KINDS[kind], note, query))
    return list(kept.values())[:limit]
