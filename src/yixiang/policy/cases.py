"""Golden cases: worked examples in an official's words, which the packs must go on answering alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from yixiang.policy.fields import Day, Text, kind_of, unknown_keys
from yixiang.policy.packs import Pack
from yixiang.policy.problems import FactsRefused, Flaw, Path_
from yixiang.policy.subjects import Question, Subject
from yixiang.policy.verdicts import Step

KEYS = ("title", "story", "question", "on", "facts", "expect")
EXPECTED = ("decision", "amount", "value", "passed", "failed", "because")


@dataclass(frozen=True)
class Case:
    """One worked example."""

    file: Path
    title: str
    question: Question[Any, Any]
    on: date
    facts: Any
    expect: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{'/'.join(self.file.parts[-4:-2])}: {self.title}"

    def run(self, pack: Pack[Any]) -> list[str]:
        """What differs from what the case expects; nothing when the pack answers as it should."""
        verdict = self.question.ask(pack, self.facts, on=self.on)
        lines = _lines(verdict.steps)
        found = {
            "decision": verdict.decision,
            "amount": verdict.to_json()["amount"],
            "value": {key: verdict.value.get(key) for key in self.expect.get("value", {})},
            "passed": [name for name in self.expect.get("passed", []) if _outcome(lines, name) is True],
            "failed": [name for name in self.expect.get("failed", []) if _outcome(lines, name) is False],
            "because": self.expect.get("because", "") if self._says(lines) else "（理由中没有这句话）",
        }
        return [
            f"{key}: 应为 {wanted!r}，实为 {found[key]!r}"
            for key, wanted in self.expect.items()
            if found[key] != wanted
        ]

    def _says(self, lines: list[Step]) -> bool:
        return any(self.expect.get("because", "") in line.because for line in lines)


def read_cases(document: Mapping[str, Any], file: Path, subject: Subject[Any], flaws: list[Flaw]) -> list[Case]:
    """The `[[case]]` entries of one file."""
    flaws.extend(unknown_keys(document, {"case": None}))
    entries = document.get("case")
    if not isinstance(entries, list) or not entries:
        flaws.append(Flaw(("case",), "没有算例。", "每个算例以 [[case]] 开头。"))
        return []
    read = [_case(raw, file, subject, ("case", index), flaws) for index, raw in enumerate(entries)]
    return [case for case in read if case]


def _case(raw: Any, file: Path, subject: Subject[Any], path: Path_, flaws: list[Flaw]) -> Case | None:
    before = len(flaws)
    if not isinstance(raw, Mapping):
        flaws.append(Flaw(path, "应写成一组 键 = 值。"))
        return None
    flaws.extend(unknown_keys(raw, dict.fromkeys(KEYS), path))
    title = Text().read(raw.get("title"), (*path, "title"), flaws)
    on = Day().read(raw.get("on"), (*path, "on"), flaws)
    question, facts = _question(raw, subject, path, flaws)
    expect = _expect(raw.get("expect"), (*path, "expect"), flaws)
    if len(flaws) > before or question is None:
        return None
    return Case(file, title, question, on, facts, expect)


def _question(
    raw: Mapping[str, Any], subject: Subject[Any], path: Path_, flaws: list[Flaw]
) -> tuple[Question[Any, Any] | None, Any]:
    try:
        question = subject.question(str(raw.get("question", "")))
    except LookupError as error:
        flaws.append(Flaw((*path, "question"), str(error)))
        return None, None
    try:
        return question, question.read_facts(raw.get("facts", {}))
    except FactsRefused as error:
        flaws.extend(Flaw((*path, "facts", *flaw.path), flaw.problem, flaw.mend) for flaw in error.flaws)
        return question, None


def _expect(raw: Any, path: Path_, flaws: list[Flaw]) -> Mapping[str, Any]:
    if not isinstance(raw, Mapping) or "decision" not in raw:
        flaws.append(Flaw(path, "缺少预期结果。", "至少写明 decision。"))
        return {}
    flaws.extend(unknown_keys(raw, dict.fromkeys(EXPECTED), path))
    for name in ("passed", "failed"):
        kind_of(tuple[str, ...]).read(raw.get(name, []), (*path, name), flaws)
    return raw


def _lines(steps: tuple[Step, ...]) -> list[Step]:
    return [line for step in steps for line in (step, *_lines(step.parts))]


def _outcome(lines: list[Step], name: str) -> bool | None:
    """How the lines about this rule or this fact came out; None when there are none."""
    about = [line for line in lines if name in (line.rule, line.fact) or line.rule.startswith(f"{name}.")]
    outcomes = [line.passed for line in about if line.passed is not None]
    return all(outcomes) if outcomes else None
