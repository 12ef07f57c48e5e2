"""What is known before anybody types: classes, synonyms and places, by spelling, by sound and with one slip."""

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import takewhile

from yixiang.catalogue.search import tokens
from yixiang.catalogue.search.vocabulary import sound
from yixiang.kernel import reference
from yixiang.policy.shelf import library

SUFFIXES = re.compile(r"(?:分析仪器|分析仪|测定仪|测量仪|测试仪|仪器|仪|计|机|装置|系统|设备)$")
ASKING = re.compile(r"^(?:检测|测定|测量|测试|测|分析)|(?:检测|检验|分析|测定|测试|测量|试验|鉴定|表征|含量)$")
PLACE_ENDS = re.compile(
    r"(?:[\u4e00-\u9fff]{0,3}族(?:[\u4e00-\u9fff]{1,3}族)*)?(?:特别行政区|自治区|自治州|地区|省|市|区|盟)$"
)
NOT_A_PLACE = frozenset({"日照", "白银", "通道", "中方", "新田", "雨花", "城关"})  # in shops and manuals another word
SHORTEST_SLIP, SHORTEST_LATIN_SLIP, SHORTEST_SOUND = 3, 5, 3


@dataclass(frozen=True)
class Phrase:
    """`classes` are beginnings of class codes; `words` are names to look for in the head of an instrument.

    `vague` are the classes of what has no class of its own: too much else is in them to show all of it.
    """

    key: str
    text: str
    classes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    region: str = ""
    vague: tuple[str, ...] = ()
    usual: tuple[str, ...] = ()  # of `classes`, those that stand before any vague one

    @property
    def label(self) -> str:
        """What it was taken for, in one name."""
        return self.words[0] if self.words else self.text


@dataclass(frozen=True)
class Group:
    words: tuple[str, ...]
    asks: tuple[str, ...]
    classes: tuple[str, ...]
    vague: tuple[str, ...]
    usual: tuple[str, ...]

    def phrase(self, text: str) -> Phrase:
        return Phrase(tokens.key_of(text), text, self.classes, self.words, vague=self.vague, usual=self.usual)


@cache
def groups() -> tuple[Group, ...]:
    with (reference.ROOT / "synonyms.toml").open("rb") as file:
        rows = tomllib.load(file)["group"]
    return tuple(map(_group, rows))


def _group(row: dict[str, list[str]]) -> Group:
    codes = row.get("classes", [])
    own = tuple(class_prefix(code) for code in codes if not _is_rest(code))
    vague = tuple(class_prefix(code) for code in codes if _is_rest(code))
    usual = tuple(class_prefix(code) for code in takewhile(lambda code: not _is_rest(code), codes))
    return Group(tuple(row.get("words", ())), tuple(row.get("asks", ())), own, vague, usual)


def _is_rest(code: str) -> bool:
    row = reference.instrument_class(code)
    return row is not None and row.name.startswith("其他")


def class_prefix(code: str) -> str:
    """010000 → 01, 010100 → 0101, a leaf as it is: what every class inside begins with."""
    row = reference.instrument_class(code)
    if row is not None and row.leaf:
        return code
    return code[:2] if code[2:] == "0000" else code[:4] if code[4:] == "00" else code


@cache
def phrases() -> Mapping[str, Phrase]:
    """Key → phrase. One word in several groups stands for all of them."""
    found: dict[str, Phrase] = {}
    for phrase in (*_of_classes(), *_of_groups()):
        known = found.get(phrase.key)
        found[phrase.key] = phrase if known is None else _joined(known, phrase)
    for phrase in _of_places():
        found.setdefault(phrase.key, phrase)
    return found


def _joined(one: Phrase, other: Phrase) -> Phrase:
    classes = tuple(dict.fromkeys(one.classes + other.classes))
    words = tuple(dict.fromkeys(other.words + one.words))
    return replace(one, classes=classes, words=words, vague=one.vague + other.vague, usual=one.usual + other.usual)


def _of_groups() -> Iterator[Phrase]:
    for group in groups():
        for text in group.words:
            yield group.phrase(text)
        for ask in group.asks:
            for text in dict.fromkeys((ask, bare(ask))):
                if len(text) > 1:
                    yield group.phrase(text)


def bare(ask: str) -> str:
    """测粒径 and 粒径分析 → 粒径: what is asked for, without the asking."""
    return ASKING.sub("", ask)


def _of_classes() -> Iterator[Phrase]:
    for row in reference.instrument_classes().values():
        if row.name.startswith("其他"):
            continue
        for name in re.split("[／/、]", row.name):
            for text in dict.fromkeys((name, SUFFIXES.sub("", name))):
                key = tokens.key_of(text)
                if len(key) >= 2 and (text == name or len(key) >= 3):
                    code = (class_prefix(row.code),)
                    yield Phrase(key, text, code, (name,), usual=code)


def _of_places() -> Iterator[Phrase]:
    """Counties far away only by a whole name no other has: 光泽 is rarely a county, 城区 rarely one of them."""
    rows = [row for row in reference.divisions().values() if not row.placeholder and row.statutory]
    served = [place.region for place in library().jurisdictions.values()]
    far = {
        row for row in rows if row.level == "county" and not any(reference.in_region(row.code, one) for one in served)
    }
    often = Counter(row.name for row in rows)
    for row in sorted(rows, key=lambda row: row in far):
        texts = [row.name] if row in far else dict.fromkeys((row.name, PLACE_ENDS.sub("", row.name)))
        for text in texts:
            if len(text) >= 2 and text not in NOT_A_PLACE and not (row in far and often[text] > 1):
                yield Phrase(text, row.name, region=row.code)


@cache
def longest() -> int:
    return max(map(len, phrases()))


@cache
def by_sound() -> Mapping[str, tuple[str, ...]]:
    """Pinyin and initials of everything with a Chinese name → keys."""
    found: dict[str, list[str]] = defaultdict(list)
    for key, phrase in phrases().items():
        if not key.isascii():
            for spelling in set(sound(phrase.key)):
                if len(spelling) >= SHORTEST_SOUND:
                    found[spelling].append(key)
    return {spelling: tuple(keys) for spelling, keys in found.items()}


@cache
def _by_first() -> Mapping[str, tuple[str, ...]]:
    """First character → keys, the short ones first."""
    found: dict[str, list[str]] = defaultdict(list)
    for key, phrase in phrases().items():
        if not phrase.region and not key.isascii():
            found[key[0]].append(key)
    return {first: tuple(sorted(keys, key=lambda key: (len(key), key))) for first, keys in found.items()}


def abbreviated(run: str) -> str:
    """环扫 → 环境扫描电镜: the known phrase that begins alike and holds the characters in this order, or ""."""
    return next((key for key in _by_first().get(run[:1], ()) if len(key) > len(run) and _inside(run, key)), "")


def _inside(short: str, long: str) -> bool:
    rest = iter(long)
    return all(character in rest for character in short)


@cache
def _shortened() -> Mapping[str, tuple[str, ...]]:
    """Each key with any one character left out → keys; two words one slip apart meet here."""
    found: dict[str, list[str]] = defaultdict(list)
    for key in {*phrases(), *_english()}:
        if len(key) >= SHORTEST_SLIP:
            for shorter in {key, *_without_one(key)}:
                found[shorter].append(key)
    return {shorter: tuple(keys) for shorter, keys in found.items()}


def _english() -> set[str]:
    """The single words of English names."""
    words = (word for phrase in phrases().values() for word in tokens.words_of(phrase.text))
    return {word for word in words if word.isalpha() and word.isascii() and len(word) > SHORTEST_LATIN_SLIP}


def text_of(key: str) -> str:
    phrase = phrases().get(key)
    return phrase.text if phrase else key


def _without_one(key: str) -> set[str]:
    return {key[:place] + key[place + 1 :] for place in range(len(key))}


def slip_of(typed: str) -> str:
    """The known phrase that sounds like it or is one edit away, or ""."""
    if len(typed) < SHORTEST_SLIP:
        return ""
    if not typed.isascii() and (alike := by_sound().get(sound(typed)[0])):
        return next((key for key in alike if len(key) == len(typed)), alike[0])
    near = {key for shorter in (typed, *_without_one(typed)) for key in _shortened().get(shorter, ())}
    good = [key for key in near if key != typed and one_edit(typed, key) and not _too_short(typed, key)]
    return min(good, key=lambda key: (abs(len(key) - len(typed)), key)) if good else ""


def _too_short(typed: str, key: str) -> bool:
    """Of an abbreviation every letter counts; only their order may be wrong."""
    return typed.isascii() and len(typed) < SHORTEST_LATIN_SLIP and sorted(typed) != sorted(key)


def one_edit(one: str, other: str) -> bool:
    """At most one character replaced, added, left out, or two neighbours swapped."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    left, right = one[start:], other[start:]
    if left[1:] == right[1:] or left[1:] == right or left == right[1:]:
        return True
    return left[:2] == right[1::-1] and len(right) > 1 and left[2:] == right[2:]
