"""A pack with other numbers, to try what they would do: checked like any pack, and never put on the shelf."""

import copy
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from yixiang.policy.packs import Pack, bind
from yixiang.policy.problems import FactsRefused, Flaw, suggestion

V = TypeVar("V")
TRIED = "（模拟）"


class ChangeRefused(FactsRefused):
    """The changed pack would not start either; each flaw names the place and the mend."""


def changed(pack: Pack[V], changes: Mapping[str, Any]) -> Pack[V]:
    """The pack with other numbers, bound and checked as at start-up.

    `unit_ceiling` is the value of that name; a longer path leads anywhere: `rules.covered.any.1.at_least`.
    """
    document: Any = copy.deepcopy(dict(pack.document))
    flaws: list[Flaw] = []
    for path, value in changes.items():
        _put(document, _steps(path), value, flaws)
    document["title"] = pack.title.removesuffix(TRIED) + TRIED
    bound = bind(document, pack.subject, flaws) if not flaws else None
    if bound is None:
        raise ChangeRefused(flaws)
    return replace(bound, end=pack.end)


def read_change(text: str) -> tuple[str, Any]:
    """`unit_ceiling=3000000.00` from a command line: what is no list and no true or false stays text."""
    path, equals, value = text.partition("=")
    if not equals or not path.strip():
        raise ChangeRefused([Flaw((text,), "应写成 名称=数值，如 unit_ceiling=3000000.00。")])
    value = value.strip()
    if value in {"true", "false"} or value.startswith("["):
        try:
            return path.strip(), tomllib.loads(f"value = {value}")["value"]
        except tomllib.TOMLDecodeError:
            raise ChangeRefused([Flaw((path.strip(),), "列表的写法不对。", '如 ["0.30"]。')]) from None
    return path.strip(), value


def _steps(path: str) -> list[str]:
    steps = path.split(".")
    return ["values", path, "value"] if len(steps) == 1 else steps


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
            place[key] = int(value) if type(place[key]) is int and str(value).isdecimal() else value
        elif isinstance(place[key], dict | list):
            place = place[key]
        else:
            flaws.append(Flaw(tuple(steps[: number + 2]), "没有这一项。", f"{step} 下面没有别的。"))
            return
