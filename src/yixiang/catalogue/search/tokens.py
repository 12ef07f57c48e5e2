"""Texts become lexemes: Chinese by twos, Latin words and model numbers in the ways people write them.

A plain lexeme was found anywhere; one that begins with `=` stands in the head (name, model, maker, class); one with a
colon is a fact to filter by. No character a query language knows is ever part of one.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

CHINESE = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f"
RUN = re.compile(rf"([{CHINESE}]+)|((?:(?![{CHINESE}_])\w)+)")
PIECES = re.compile(r"\d+|[^\W\d_]+")
JOINED = re.compile(r"[a-z0-9]+(?:[-‐‑–/.][a-z0-9]+)+")  # hyphens as catalogues print them
LONGEST = 40


def plain(text: str) -> str:
    """One spelling of everything that looks alike: full width, case, ligatures."""
    return unicodedata.normalize("NFKC", text).lower() if not text.isascii() else text.lower()


def key_of(text: str) -> str:
    """What a phrase is looked up by: letters, digits and characters alone."""
    return "".join(match.group() for match in RUN.finditer(plain(text)))


def grams(run: str) -> list[str]:
    """A run of Chinese by twos; a single character stands for itself."""
    return [run] if len(run) == 1 else [run[place : place + 2] for place in range(len(run) - 1)]


def pieces(word: str) -> list[str]:
    """`jem2100f` → jem, 2100, 2100f, jem2100: parts somebody may type alone."""
    parts = PIECES.findall(word)
    if len(parts) < 2:
        return []
    spans = {"".join(parts[low:high]) for low in range(len(parts)) for high in range(low + 1, len(parts) + 1)}
    return [span for span in spans if len(span) > 1 and span != word]


@lru_cache(maxsize=50_000)
def words_of(text: str) -> frozenset[str]:
    """The lexemes of a text, without marks. Cached: names, makers and sentences come again and again."""
    found: set[str] = set()
    text = plain(text)
    for chinese, other in RUN.findall(text):
        if chinese:
            found.update(grams(chinese))
        else:
            found.add(other[:LONGEST])
            if len(other) <= LONGEST:
                found.update(pieces(other))
    for match in JOINED.finditer(text):
        whole = key_of(match.group())
        if len(whole) <= LONGEST:
            found.add(whole)
    return frozenset(found)


@lru_cache(maxsize=50_000)
def model_words(text: str) -> frozenset[str]:
    """A model number also written as one: `JEM-2100F` and `JEM 2100F` → jem2100f."""
    found = set(words_of(text))
    parts = [match.group() for match in RUN.finditer(plain(text))]
    for size in range(2, min(len(parts), 4) + 1):
        for low in range(len(parts) - size + 1):
            joined = "".join(parts[low : low + size])
            if len(joined) <= LONGEST:
                found.add(joined)
                found.update(pieces(joined) if size == 2 else ())
    return frozenset(found)


@lru_cache(maxsize=50_000)
def head_words(name: str) -> frozenset[str]:
    """The words of a name and each of its characters, so that one character finds something."""
    singles = {character for run, _other in RUN.findall(plain(name)) for character in run}
    return words_of(name) | singles


def marked(words: Iterable[str]) -> Iterator[str]:
    return (f"={word}" for word in words)


def vector(lexemes: Iterable[str]) -> str:
    """The text form of a tsvector. Lexemes of this module hold no quote and no backslash."""
    return "'" + "' '".join(lexemes) + "'"
