"""Stored decisions made readable again, years later, from what was stored with them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from yixiang.policy import Source, Step, Verdict, library

_AMOUNT = re.compile(r"\d+\.\d\d")
RuleShown = dict[str, Any]  # in the words of the facts component


@dataclass(frozen=True, slots=True)
class VerdictShown:
    title: str
    amount: Any
    rules: list[RuleShown]


def several(**named: Verdict) -> dict[str, Any]:
    """Several verdicts in one decision, in the order in which they were asked."""
    return {"verdicts": [{"title": title, **verdict.to_json()} for title, verdict in named.items()]}


def verdicts_of(decision: Mapping[str, Any]) -> list[VerdictShown]:
    """A decision is one verdict, or `several`."""
    if not decision:
        return []
    return [shown(Verdict.from_json(raw), raw.get("title", "")) for raw in decision.get("verdicts", [decision])]


def shown(verdict: Verdict, title: str = "") -> VerdictShown:
    return VerdictShown(title, verdict.amount, list(_rules(verdict.steps, _sources(verdict.basis.pack))))


def _rules(steps: tuple[Step, ...], sources: Mapping[str, Source]) -> Iterator[RuleShown]:
    """Every line by itself, those of a group after it; of a group that holds, lines that do not hold say nothing."""
    for step in steps:
        yield _rule(step, sources)
        yield from _rules(tuple(part for part in step.parts if part.passed or not step.passed), sources)


def _rule(step: Step, sources: Mapping[str, Source]) -> RuleShown:
    source = sources.get(step.source)
    plain = step.test.endswith("is_true")  # 是 and 否 beside a sentence that says it already
    return {
        "ok": True if step.passed is None else step.passed,
        "label": step.because or step.label,
        "fact": "" if plain else found_in(step),
        "need": "" if plain else step.threshold_text,
        "article": " ".join(filter(None, [f"《{source.title}》" if source else "", step.article])),
    }


def found_in(step: Step) -> str:
    """What was found, as a person reads it; of what was reckoned, what came out."""
    if step.found_text:
        return step.found_text
    said = str(step.value)
    return f"{Decimal(said):,.2f} 元" if _AMOUNT.fullmatch(said) else ""


def _sources(name: str) -> Mapping[str, Source]:
    """The documents of the pack that decided, as far as this installation still has it."""
    place = policy_of(name)
    packs = library().packs(*place) if place else ()
    return next((pack.sources for pack in packs if pack.name == name), {})


def policy_of(pack: str) -> tuple[str, str] | None:
    """`shandong/voucher/2026-01-01` → the arguments of its public page."""
    parts = pack.split("/")
    return (parts[0], parts[1]) if len(parts) == 3 else None
