"""A pack with other numbers, to try what they would do: checked like any pack, and never put on the shelf."""

import copy
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar, get_args

from yixiang.policy.conditions import TESTS, Cited, Rule
from yixiang.policy.fields import Choice, Kind, Label, Many, Money, Record, Share, Whole, kind_of, labels_of
from yixiang.policy.packs import Pack, bind, value_types
from yixiang.policy.problems import FactsRefused, Flaw, Path_, suggestion
from yixiang.policy.wording import say

V = TypeVar("V")
TRIED = "（模拟）"
_MOST_DIGITS = 9  # of a whole number


class ChangeRefused(FactsRefused):
    """The changed pack would not start either; each flaw names the place and the mend."""


def changed(pack: Pack[V], changes: Mapping[str, Any]) -> Pack[V]:
    """The pack with other numbers, bound and checked as at start-up.

    `unit_ceiling` is the value of that name; a longer path leads anywhere: `rules.covered.any.1.at_least`.
    """
    document: Any = copy.deepcopy(dict(pack.document))
    flaws: list[Flaw] = []
    for path, value in changes.items():
        _put(document, steps_of(path), value, flaws)
    document["title"] = pack.title.removesuffix(TRIED) + TRIED
    bound = bind(document, pack.subject, flaws) if not flaws else None
    if bound is None:
        raise ChangeRefused(flaws)
    return replace(bound, end=pack.end)


def read_change(text: str) -> tuple[str, Any]:
    """`unit_ceiling=3000000.00` from a command line: what is no list and no true or false stays text."""
    path, equals, value = text.partition("=")
    if not equals or not path.strip() or not text.isprintable():
        raise ChangeRefused(
            [Flaw((text if text.isprintable() else ascii(text),), "应写成 名称=数值，如 unit_ceiling=3000000.00。")]
        )
    value = value.strip()
    if value in {"true", "false"} or value.startswith("["):
        try:
            return path.strip(), tomllib.loads(f"value = {value}")["value"]
        except tomllib.TOMLDecodeError:
            raise ChangeRefused([Flaw((path.strip(),), "列表的写法不对。", '如 ["0.30"]。')]) from None
    return path.strip(), value


def steps_of(path: str) -> list[str]:
    """Where in the document a change belongs; joined by points it is the key of the flaw."""
    steps = path.split(".")
    return ["values", path, "value"] if len(steps) == 1 else steps


# --- what there is to change


@dataclass(frozen=True, slots=True)
class Number:
    """An amount, a rate or a count in a pack, under the path by which `changed` takes another one."""

    path: str
    label: str
    kind: Kind
    value: str
    said: str
    cited: Cited

    @property
    def key(self) -> str:
        return ".".join(steps_of(self.path))


def numbers(pack: Pack[Any]) -> tuple[Number, ...]:
    """Every number of a pack in the order of its entries, thresholds of rules among them."""
    return tuple(_numbers(pack))


def _numbers(pack: Pack[Any]) -> Iterator[Number]:
    shape: Any = type(pack.values)
    labels = labels_of(shape)
    for name, hint in value_types(shape).items():
        part = getattr(pack.values, name)
        if isinstance(part, Rule):
            yield from _thresholds(pack, part, labels[name])
            continue
        raw, kind = pack.document["values"][name]["value"], kind_of(get_args(hint)[0])
        for path, label, inner, value in _inside(kind, part.value, raw, labels[name], ()):
            place = ("values", name, "value", *path) if path else (name,)
            yield _number(place, label, inner, value, part.cited)


def _number(path: Path_, label: Label, kind: Kind, value: Any, cited: Cited) -> Number:
    return Number(".".join(map(str, path)), label.text, kind, str(kind.dump(value)), say(value, kind, label), cited)


def _inside(kind: Kind, value: Any, raw: Any, label: Label, path: Path_) -> Iterator[tuple[Path_, Label, Kind, Any]]:
    """The numbers in a value: itself, those of a list, those of a row, which is named by what it is about."""
    if isinstance(kind, Money | Share | Whole):
        yield path, label, kind, value
    elif isinstance(kind, Many):
        for index, part in enumerate(value):
            yield from _inside(kind.item, part, raw[index], label, (*path, index))
    elif isinstance(kind, Record):
        labels, kinds = labels_of(kind.of), kind.kinds()
        about = [say(getattr(value, name), one, labels[name]) for name, one in kinds.items() if isinstance(one, Choice)]
        for name in raw:
            words = Label(f"{label.text}：{'，'.join([*about, labels[name].text])}", labels[name].unit)
            yield from _inside(kinds[name], getattr(value, name), raw[name], words, (*path, name))


def _thresholds(pack: Pack[Any], rule: Rule[Any], label: Label) -> Iterator[Number]:
    """The tests of a rule stand in the document in the order in which they were bound."""
    name = rule.cited.name
    for path, test in zip(_written(pack.document["rules"][name], ("rules", name)), rule.tests, strict=True):
        if isinstance(test.kind, Money | Share | Whole) and not isinstance(test.threshold, tuple):
            words = replace(test.label, text=f"{label.text}：{test.because.rstrip('。')}")
            yield _number(path, words, test.kind, test.threshold, rule.cited)


def _written(raw: Mapping[str, Any], path: Path_) -> Iterator[Path_]:
    """The path of every single test in a condition as written."""
    if "fact" in raw:
        yield (*path, next(test for test in TESTS if test in raw))
    elif "not" in raw:
        yield from _written(raw["not"], (*path, "not"))
    for form in ("all", "any"):
        for index, part in enumerate(raw.get(form, ())):
            yield from _written(part, (*path, form, index))


# --- putting it there


def _put(document: Any, steps: Sequence[str], value: Any, flaws: list[Flaw]) -> None:
    """Only what stands there can be changed: a misspelt name is refused, not added."""
    place: Any = document
    for number, step in enumerate(steps):
        known = {str(index) for index in range(len(place))} if isinstance(place, list) else set(place)
        if step not in known:
            flaws.append(Flaw(tuple(steps[: number + 1]), "没有这一项。", suggestion(step, known)))
            return
        key: Any = int(step) if isinstance(place, list) else step
        if number + 1 == len(steps):
            place[key] = int(value) if type(place[key]) is int and _is_count(value) else value
        elif isinstance(place[key], dict | list):
            place = place[key]
        else:
            flaws.append(Flaw(tuple(steps[: number + 2]), "没有这一项。", f"{step} 下面没有别的。"))
            return


def _is_count(value: Any) -> bool:
    return isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS
