"""From typed words to terms: known phrases, places, models, plain words; each becomes one safe tsquery."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import get_language

from yixiang.catalogue.search import dictionary, tokens
from yixiang.catalogue.search.dictionary import Phrase
from yixiang.web.places import region_words

MOST_TERMS, MOST_ALTERNATIVES, MOST_GRAMS = 8, 6, 12
MOST_NAMES = 4
PREFIX_FROM = 3  # letters
SHORTEST, LONGEST = 3, 10  # characters of a name with some left out
STOP = re.compile(
    r"哪里|哪儿|哪些|哪个|哪家|哪|有没有|没有|有|可以|能不能|能够|能|会|想要|想|需要|要|我们|我|帮忙|帮|求助|求|寻找|找|查找|查询|查|请问|"
    r"怎么样|怎么|如何|什么|一下|一台|一个|台|附近|周边|本地|用来|用于|用|进行|推荐|做|吗|呢|的|了|和|与|及|或|以及|在|对|把|个|下|哦|啊|呀"
)
SOFT = re.compile(
    r"大型|科学|仪器|设备|装置|系统|检测|检验|测试|测定|测量|分析|表征|服务|实验室|实验|试验|平台|样品|材料|预约|共享|租用|租|机时|送样|"
    r"多少钱|价格|收费|便宜|仪|机|器|计|型|式|测|镜"
)
IGNORED = re.compile(f"(?:{STOP.pattern}|{SOFT.pattern})+")
ONLY_STOPS = re.compile(f"(?:{STOP.pattern})+")


@dataclass(frozen=True)
class Term:
    """`head`: it stands in name, model, maker or class; `whole`: it stands anywhere. Both are tsquery texts."""

    kind: str  # phrase, place, sound, model, word
    text: str
    head: str
    whole: str
    literal: str = ""  # the very words typed, in the head
    meant: str = ""
    words: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    vague: tuple[str, ...] = ()

    classed: str = ""  # it belongs to the usual class: what an instrument is weighs more than what its name mentions
    named: str = ""  # its name is one of the Chinese names of what was meant
    region: str = ""  # of a place

    @property
    def said(self) -> str:
        """What it was taken for, in the language of the page where it has a name in it."""
        if self.region and self.meant:
            return region_words(self.region).split(",")[0] if get_language() == "en" else self.meant
        english = next((word for word in self.words if word.isascii() and " " in word), "")
        return english if english and self.meant and get_language() == "en" else self.meant


@dataclass(frozen=True)
class Understood:
    typed: str = ""
    terms: tuple[Term, ...] = ()
    soft: tuple[str, ...] = ()
    loose: bool = False  # each term's `whole` already stands for all of them

    @property
    def labels(self) -> list[str]:
        """“SEM = 扫描电镜”, only where the words were taken for something else."""
        pairs = ((t.text, t.said) for t in self.terms)
        return [f"{text} = {meant}" for text, meant in pairs if meant and tokens.key_of(meant) != tokens.key_of(text)]

    @property
    def words(self) -> list[str]:
        """What to mark in a result."""
        return list(dict.fromkeys(word for term in self.terms for word in (term.text, *term.words)))


# --- tsquery text; only lexemes made by `tokens` enter


def lexeme(word: str) -> str:
    return f"'{word}'"


def all_of(parts: Iterable[str]) -> str:
    kept = list(dict.fromkeys(part for part in parts if part))
    return kept[0] if len(kept) == 1 else f"({' & '.join(kept)})" if kept else ""


def any_of(parts: Iterable[str]) -> str:
    kept = list(dict.fromkeys(part for part in parts if part))
    return kept[0] if len(kept) == 1 else f"({' | '.join(kept)})" if kept else ""


def class_query(codes: Iterable[str]) -> str:
    return any_of(lexeme(f"c:{code}") for code in codes)


def text_query(text: str, mark: str = "", *, open_end: bool = False) -> str:
    """Every part of a text; Latin words may go on (`open_end`), and count as one when written together."""
    parts: list[str] = []
    latin: list[str] = []
    for chinese, other in tokens.RUN.findall(tokens.plain(text)):
        if chinese:
            parts += [lexeme(mark + gram) for gram in tokens.grams(chinese)[:MOST_GRAMS]]
        else:
            latin.append(other[: tokens.LONGEST])
    if latin:
        each = all_of(_latin(word, mark, open_end) for word in latin)
        joined = "".join(latin)
        parts.append(
            any_of((each, _latin(joined, mark, open_end))) if len(latin) > 1 and len(joined) <= tokens.LONGEST else each
        )
    return all_of(parts)


def _latin(word: str, mark: str, open_end: bool) -> str:
    return lexeme(mark + word) + (":*" if open_end and len(word) >= PREFIX_FROM else "")


# --- reading


def understand(typed: str) -> Understood:
    terms: list[Term] = []
    soft: list[str] = []
    for part in segments(typed):
        if isinstance(part, Phrase):
            terms.append(of_phrase(part))
        elif part.isascii() and (keys := dictionary.by_sound().get(part.replace(" ", ""))):
            terms.append(of_sound(part, keys))
        elif IGNORED.fullmatch(part):
            soft.append(part)
        elif kept := _trimmed(part):
            terms.append(of_words(kept))
    if not terms:
        terms = [of_words(text) for text in soft]
    unlike = list({term.whole: term for term in terms if term.whole}.values())[:MOST_TERMS]
    if sum(term.kind != "place" for term in unlike) == 1:
        # Alone, a known thing is looked for by what an instrument is; in long texts others only mention it.
        unlike = [replace(term, whole=term.head) if term.kind in {"phrase", "sound"} else term for term in unlike]
    return Understood(typed.strip(), tuple(unlike), tuple(soft))


def segments(typed: str) -> Iterator[Phrase | str]:
    """Known phrases, the longest first from the left, and what lies between them: runs of one script."""
    atoms, apart = _atoms(typed)
    short = _abbreviations(atoms, apart)
    rest: list[str] = []
    place = 0
    while place < len(atoms):
        phrase, size = short.get(place) or _phrase_at(atoms, place)
        latin = _is_latin(atoms[place])
        if rest and (phrase or latin != _is_latin(rest[-1]) or (apart[place] and not latin)):
            yield _run(rest)
            rest = []
        if phrase:
            yield phrase
        else:
            rest.append(atoms[place])
        place += size
    if rest:
        yield _run(rest)


def _atoms(typed: str) -> tuple[list[str], list[bool]]:
    """Latin words whole, Chinese one by one; and whether something stood before each."""
    atoms: list[str] = []
    apart: list[bool] = []
    end = 0
    for match in tokens.RUN.finditer(tokens.plain(typed)):
        parts = list(match.group()) if match.group(1) else [match.group()]
        atoms += parts
        apart += [match.start() > end, *[False] * (len(parts) - 1)]
        end = match.end()
    return atoms, apart


def _is_latin(atom: str) -> bool:
    return tokens.RUN.fullmatch(atom) is not None and tokens.RUN.fullmatch(atom)[2] is not None  # type: ignore[index]


def _run(atoms: Sequence[str]) -> str:
    return " ".join(atoms) if _is_latin(atoms[0]) else "".join(atoms)


def _abbreviations(atoms: Sequence[str], apart: Sequence[bool]) -> dict[int, tuple[Phrase, int]]:
    """Where a whole run of Chinese leaves out characters of something known, and its parts alone are not known."""
    found: dict[int, tuple[Phrase, int]] = {}
    low = 0
    for high in range(1, len(atoms) + 1):
        if high < len(atoms) and not apart[high] and not _is_latin(atoms[high]):
            continue
        run = "".join(atoms[low:high])
        eligible = SHORTEST <= len(run) <= LONGEST and not _is_latin(atoms[low]) and not _is_covered(atoms[low:high])
        if eligible and (known := dictionary.phrases().get(dictionary.abbreviated(run))):
            found[low] = replace(known, text=run, words=(known.text, *known.words)), high - low
        low = high
    return found


def _is_covered(atoms: Sequence[str]) -> bool:
    """Whether known phrases and words that do not matter make up the whole run."""
    place, rest = 0, ""
    while place < len(atoms):
        phrase, size = _phrase_at(atoms, place)
        rest += "" if phrase else atoms[place]
        place += size
    return not rest or IGNORED.fullmatch(rest) is not None


def _phrase_at(atoms: Sequence[str], place: int) -> tuple[Phrase | None, int]:
    known = dictionary.phrases()
    for size in range(min(len(atoms) - place, dictionary.longest()), 0, -1):
        if phrase := known.get("".join(atoms[place : place + size])):
            return phrase, size
    return None, 1


def _trimmed(part: str) -> str:
    """Without the words of a question around what is asked for."""
    kept = [piece for piece in ONLY_STOPS.split(part) if piece]
    return max(kept, key=len) if kept and len(part) > 3 else part


# --- terms


def of_phrase(phrase: Phrase) -> Term:
    if phrase.region:
        return _of_place(phrase)
    names = [text_query(word, "=") for word in _plainest(phrase)]
    literal = text_query(phrase.text, "=")
    head = any_of((class_query(phrase.classes), literal, *names))
    meant = phrase.label if phrase.words else ""
    return Term(
        "phrase",
        phrase.text,
        head,
        any_of((head, text_query(phrase.text))),
        literal,
        meant,
        phrase.words,
        phrase.classes,
        phrase.vague,
        class_query(phrase.usual),
        any_of(text_query(word, "=") for word in _plainest(phrase)[:MOST_NAMES] if not word.isascii()),
    )


def _plainest(phrase: Phrase) -> list[str]:
    """Names that do not contain a shorter one of the same group: whoever has the longer one has the shorter one too."""
    names = sorted(phrase.words, key=len)
    kept: list[str] = []
    for name in names:
        key = tokens.key_of(name)
        if len(key) > 1 and not any(not short.isascii() and tokens.key_of(short) in key for short in kept):
            kept.append(name)
    return kept[:MOST_ALTERNATIVES]


def _of_place(phrase: Phrase) -> Term:
    code = dictionary.class_prefix(phrase.region)
    place = any_of((lexeme(f"r:{code}"), text_query(phrase.key, "=")))
    whole = any_of((place, text_query(phrase.key)))
    return Term("place", phrase.key, place, whole, meant=phrase.text, region=phrase.region)


def of_sound(typed: str, keys: Sequence[str]) -> Term:
    meant = [dictionary.phrases()[key] for key in keys[:4]]
    terms = [of_phrase(phrase) for phrase in meant]
    own = text_query(typed, "=", open_end=True)
    return Term(
        "sound",
        typed,
        any_of((*(term.head for term in terms), own)),
        any_of((*(term.head for term in terms), own)),
        any_of((*(term.literal for term in terms), own)),
        "、".join(dict.fromkeys(phrase.text for phrase in meant)),
        tuple(dict.fromkeys(word for phrase in meant for word in (phrase.text, *phrase.words))),
        tuple(dict.fromkeys(code for phrase in meant for code in phrase.classes)),
        tuple(dict.fromkeys(code for phrase in meant for code in phrase.vague)),
        any_of(term.classed for term in terms),
        any_of(term.named for term in terms),
    )


def of_words(text: str) -> Term:
    head = text_query(text, "=", open_end=True)
    return Term("word", text, head, text_query(text, open_end=True), head, words=(text,))
