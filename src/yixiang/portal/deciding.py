"""Deciding from the inbox: one or many, each in its own transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from yixiang.kernel.errors import Refused
from yixiang.people.models import Person
from yixiang.reviews import kinds
from yixiang.reviews.commands import Outcome
from yixiang.reviews.models import Case


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one case of a bulk decision."""

    case: Case
    outcome: Outcome | None
    refused: str = ""


def decide(
    case: Case,
    *,
    actor: Person,
    action: str,
    note: str,
    version: int | None,
    now: datetime,
    reasons: Sequence[str] = (),
) -> Outcome:
    outcome: Outcome = kinds.kind(case.kind).decide(
        case, actor=actor, action=action, note=note, reasons=list(reasons), version=version, now=now
    )
    return outcome


def decide_many(
    cases: Iterable[tuple[Case, int]], *, actor: Person, action: str, note: str, now: datetime
) -> list[Verdict]:
    """Each case is its own transaction: one that was decided elsewhere does not take the others back."""
    verdicts = []
    for case, version in cases:
        try:
            outcome = decide(case, actor=actor, action=action, note=note, version=version, now=now)
        except Refused as refused:
            verdicts.append(Verdict(case, None, refused.message))
        else:
            verdicts.append(Verdict(case, outcome))
    return verdicts


def summary(action: str, verdicts: Sequence[Verdict]) -> tuple[str, list[Any]]:
    """One sentence for the toast, and the refusals by name."""
    words = {"approve": "通过", "return": "退回", "reject": "不予通过"}
    done = sum(v.outcome is not None for v in verdicts)
    failed = [f"{v.case.title}：{v.refused}" for v in verdicts if v.outcome is None]
    return f"已{words[action]} {done} 件" + (f"，{len(failed)} 件没有办成" if failed else ""), failed
