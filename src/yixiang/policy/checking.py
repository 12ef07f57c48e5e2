"""Whether bound packs answer as their worked examples say, and whether the examples look at everything."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from yixiang.policy.library import Library
from yixiang.policy.packs import Pack


@dataclass(frozen=True)
class Checked:
    """One pack, the number of its examples, and what is wrong with it in sentences."""

    pack: Pack[Any]
    cases: int
    problems: tuple[str, ...]


def check(library: Library) -> Iterator[Checked]:
    for pack in library.packs():
        problems = (*differing(library, pack), *unasked(library, pack), *one_sided(library, pack))
        yield Checked(pack, len(library.cases_of(pack)), problems)


def differing(library: Library, pack: Pack[Any]) -> Iterator[str]:
    """Examples that come out otherwise."""
    for case in library.cases_of(pack):
        for difference in case.run(pack):
            yield f"算例“{case.title}”（{case.file.name}）：{difference}"


def unasked(library: Library, pack: Pack[Any]) -> Iterator[str]:
    """Questions nobody has worked through."""
    asked = {case.question.name for case in library.cases_of(pack)}
    for question in pack.subject.questions:
        if question.name not in asked:
            yield f"问题“{question.title}”（{question.name}）没有算例。"


def one_sided(library: Library, pack: Pack[Any]) -> Iterator[str]:
    """Tests every example passes, or every example fails: which side of the threshold is right was not tried."""
    outcomes: dict[tuple[str, str], set[bool]] = {}
    for case in library.cases_of(pack):
        for step in case.question.ask(pack, case.facts, on=case.on).steps:
            if step.passed is not None:
                outcomes.setdefault((step.rule, step.fact), set()).add(step.passed)
    for (rule, fact), seen in outcomes.items():
        if len(seen) < 2 and fact:  # without a fact it is a constant: there is no other side
            yield f"{rule}（{fact}）的算例只有{'符合' if True in seen else '不符合'}的一边。"
