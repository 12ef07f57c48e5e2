"""Stored decisions made readable again, years later, from what was stored with them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from yixiang.policy import Source, Step, Verdict, library

RuleShown = dict[str, Any]  # in the words of the facts component


@dataclass(frozen=True, slots=True)
class VerdictShown:
    title: str
    amount: Any
    rules: list[RuleShown]


def verdicts_of(decision: Mapping[str, Any]) -> list[VerdictShown]:
    """A posting keeps one verdict, or several by their names."""
    if not decision:
        return []
    named = {"": decision} if "steps" in decision else decision
    return [shown(Verdict.from_json(raw), title) for title, raw in named.items()]


def shown(verdict: Verdict, title: str = "") -> VerdictShown:
    return VerdictShown(title, verdict.amount, list(_rules(verdict.steps, _sources(verdict.basis.pack))))


def _rules(steps: tuple[Step, ...], sources: Mapping[str, Source]) -> Iterator[RuleShown]:
    """Every line by itself; the lines of a group come after it."""
    for step in steps:
        yield _rule(step, sources)
        yield from _rules(step.parts, sources)


def _rule(step: Step, sources: Mapping[str, Source]) -> RuleShown:
    found = step.found_text or ("" if step.found is None else str(step.found))
    source = sources.get(step.source)
    return {
        "ok": True if step.passed is None else step.passed,
        "label": step.because or step.label,
        "fact": f"{step.label} {found}" if step.because and step.label and found else found,
        "need": step.threshold_text or ("" if step.threshold is None else str(step.threshold)),
        "article": " ".join(filter(None, [f"《{source.title}》" if source else "", step.article])),
    }


def _sources(name: str) -> Mapping[str, Source]:
    """The documents of the pack that decided, as far as this installation still has it."""
    place = policy_of(name)
    packs = library().packs(*place) if place else ()
    return next((pack.sources for pack in packs if pack.name == name), {})


def policy_of(pack: str) -> tuple[str, str] | None:
    """`shandong/voucher/2026-01-01` → the arguments of its public page."""
    parts = pack.split("/")
    return (parts[0], parts[1]) if len(parts) == 3 else None
