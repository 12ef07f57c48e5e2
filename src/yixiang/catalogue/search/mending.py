"""When nothing was found: a slip put right, words left out, the nearest class."""

import re
from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext as _

from yixiang.catalogue.models import Word
from yixiang.catalogue.search import dictionary, tokens
from yixiang.catalogue.search.understanding import Term, Understood, all_of, any_of, class_query, of_phrase, text_query
from yixiang.catalogue.search.vocabulary import grams_of

MOST_CORRECTIONS, LONGEST_RUN, SHORTEST_MODEL = 3, 24, 4
MODEL = re.compile(r"[a-z0-9]+(?:[ /.\-][a-z0-9]+)+")  # of several parts
ALIKE = 0.34  # share of common characters by twos from which a class is worth showing


def anywhere(understood: Understood) -> Understood | None:
    """Known phrases were looked for in the head alone; now also in long texts and in the classes of what has none."""
    terms = tuple(
        replace(t, whole=any_of((t.whole, class_query(t.vague), text_query(t.text)))) for t in understood.terms
    )
    same = all(t.whole == o.whole for t, o in zip(terms, understood.terms, strict=True))
    return None if same else replace(understood, terms=terms)


# --- slips


def corrections(typed: str) -> Iterator[str]:
    """The typed words with one run put right, most likely first."""
    plain = tokens.plain(typed)
    given = 0
    for match in tokens.RUN.finditer(plain):
        run = match.group()
        if len(run) > LONGEST_RUN or run in dictionary.phrases():
            continue
        mended = _mended_chinese(run) if match.group(1) else _mended_latin(run)
        if mended and given < MOST_CORRECTIONS:
            given += 1
            yield plain[: match.start()] + mended + plain[match.end() :]
    for match in MODEL.finditer(plain):
        if mended := _mended_word(match.group()):
            yield plain[: match.start()] + mended + plain[match.end() :]


def _mended_chinese(run: str) -> str:
    """The longest stretch that is one slip away from something known; two characters may be a name cut short."""
    if len(run) == 2:
        return dictionary.text_of(dictionary.abbreviated(run))
    for size in range(len(run), dictionary.SHORTEST_SLIP - 1, -1):
        for low in range(len(run) - size + 1):
            part = run[low : low + size]
            if part not in dictionary.phrases() and (known := dictionary.slip_of(part)):
                return run[:low] + dictionary.text_of(known) + run[low + size :]
    return _mended_word(run)


def _mended_latin(run: str) -> str:
    known = dictionary.slip_of(run)
    return dictionary.text_of(known) if known else _mended_word(run)


def _mended_word(run: str) -> str:
    """A name, model or unit one edit away: one half of it is as typed, so the index finds it by that half."""
    key = tokens.key_of(run)
    if len(key) < SHORTEST_MODEL:
        return ""
    middle = (len(key) + 1) // 2
    for half in (key[:middle], key[middle - 1 :]):
        near = Word.objects.filter(grams__contains=grams_of(half), count__gt=0).order_by("-count")[:200]
        for known, text in near.values_list("key", "text"):
            if known != key and dictionary.one_edit(key, known):
                return str(text)
    return ""


# --- the nearest


def nearest(understood: Understood, *, has_filters: bool) -> Iterator[tuple[str, Understood, bool]]:
    """What was left out, what is looked for instead, and whether the filters stay."""
    if has_filters:
        yield _("去掉筛选条件"), anywhere(understood) or understood, False
    terms = understood.terms
    if len(terms) > 1:
        fewer = any_of(all_of(t.whole for t in terms if t is not left) for left in terms)
        yield _("少用一个词"), _as_one(understood, fewer), True
        yield _("任意一个词"), _as_one(understood, any_of(t.whole for t in terms)), True
    if parts := [part for term in terms if term.kind == "word" for part in _loosened(term)]:
        yield _("相近的词"), _as_one(understood, any_of(parts)), True
    if classes := _alike(understood.typed):
        yield _("相近的分类"), Understood(understood.typed, (classes,)), True
        yield _("相近的分类"), Understood(understood.typed, (classes,)), False


def _as_one(understood: Understood, whole: str) -> Understood:
    """Any of it is enough; how much of it is found still orders the result."""
    scored = tuple(replace(term, whole=whole) for term in understood.terms)
    return replace(understood, terms=scored, loose=True)


def _loosened(term: Term) -> list[str]:
    """Any half of a longer Chinese word."""
    found: list[str] = []
    for chinese, _other in tokens.RUN.findall(tokens.plain(term.text)):
        size = max(2, (len(chinese) + 1) // 2)
        if len(chinese) > 2:
            found += [text_query(chinese[low : low + size], "=") for low in range(len(chinese) - size + 1)]
    return found[:8]


def _alike(typed: str) -> Term | None:
    """The classes and known words that share most characters with what was typed."""
    key = tokens.key_of(typed)[:40]
    own = set(grams_of(key))
    marks = []
    for other, phrase in dictionary.phrases().items():
        if phrase.classes and not own.isdisjoint(grams := grams_of(other)):
            share = 2 * len(own.intersection(grams)) / (len(own) + len(grams))
            if share >= ALIKE:
                marks.append((share, phrase))
    marks.sort(key=lambda one: (-one[0], one[1].key))
    best = [of_phrase(phrase) for _share, phrase in marks[:3]]
    if not best:
        return None
    return Term(
        "phrase",
        typed,
        any_of(t.head for t in best),
        any_of(t.head for t in best),
        meant="、".join(t.text for t in best),
    )
