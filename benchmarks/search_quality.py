"""Asks the written questions of search_cases.toml and counts whose answer is among the first ten."""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from yixiang.catalogue.search.dictionary import class_prefix
from yixiang.catalogue.search.finding import Wanted, find
from yixiang.catalogue.search.hits import Hit

CASES = Path(__file__).with_name("search_cases.toml")
FIRST, MUST_NOT = 10, 5


@dataclass(frozen=True)
class Answer:
    q: str
    why: str
    hit: bool
    clean: bool
    seen: tuple[str, ...]

    @property
    def good(self) -> bool:
        return self.hit and self.clean


def cases() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(CASES.read_text("utf-8"))["case"]
    return found


def answers(*, now: datetime) -> list[Answer]:
    return [answer(case, now=now) for case in cases()]


def answer(case: dict[str, Any], *, now: datetime) -> Answer:
    """What is shown counts: the results, and where there are none, the nearest."""
    found = find(Wanted.from_query({"q": case["q"], "size": str(FIRST)}), now=now)
    shown = (found.items or found.nearest)[:FIRST]
    hoped = tuple(class_prefix(code) for code in case["must"])
    refused = tuple(class_prefix(code) for code in case["must_not"])
    hit = not hoped or any(one.category.startswith(hoped) for one in shown)
    if name := case.get("must_name"):
        hit = hit and any(name in _written(one) for one in shown)
    clean = not refused or not any(one.category.startswith(refused) for one in shown[:MUST_NOT])
    return Answer(case["q"], case["why"], hit, clean, tuple(f"{one.category} {one.name}" for one in shown[:4]))


def _written(hit: Hit) -> str:
    return " ".join((hit.name, hit.english_name, hit.model, hit.manufacturer, hit.unit_name))
