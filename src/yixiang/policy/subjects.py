"""What a room declares so that packs can be bound to it: the values it needs and the questions it answers.

The engine knows no subject. A room writes a frozen dataclass of `Sourced` values and `Rule`s, a frozen
dataclass of facts per question, and a plain function from both to a `Finding`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from yixiang.policy.fields import Record
from yixiang.policy.problems import FactsRefused, Flaw, suggestion
from yixiang.policy.verdicts import Finding, Json, Verdict

if TYPE_CHECKING:
    from yixiang.policy.packs import Pack

V = TypeVar("V")
F = TypeVar("F")


@dataclass(frozen=True)
class Question(Generic[V, F]):
    """One thing a subject can decide."""

    subject: str
    name: str
    title: str
    facts: type[F]
    decide: Callable[[V, F], Finding]

    def ask(self, pack: "Pack[V]", facts: F, *, on: date) -> Verdict:
        """The same function for a page, a payment, the calculator and the API."""
        if not pack.in_force(on):
            raise ValueError(f"{pack.name} is not in force on {on.isoformat()}")
        finding = self.decide(pack.values, facts)
        return Verdict(
            decision=finding.decision,
            steps=finding.steps,
            basis=pack.basis(on),
            amount=finding.amount,
            value=finding.value,
            facts=self.dump_facts(facts),
        )

    def read_facts(self, raw: Mapping[str, Json]) -> F:
        """Facts from JSON or a case; raises `FactsRefused` with every flaw, by fact."""
        flaws: list[Flaw] = []
        facts: F | None = Record(self.facts).read(raw, (), flaws)
        if facts is None:
            raise FactsRefused(flaws)
        return facts

    def dump_facts(self, facts: F) -> dict[str, Json]:
        dumped: dict[str, Json] = Record(self.facts).dump(facts)
        return dumped

    def facts_schema(self) -> dict[str, Json]:
        """JSON Schema of the facts, with Chinese titles."""
        head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": self.title}
        return head | Record(self.facts).schema()


@dataclass(frozen=True)
class Subject(Generic[V]):
    """A subject of law: the folder name in every jurisdiction, the values, the questions."""

    name: str
    title: str
    values: type[V]
    questions: tuple[Question[V, Any], ...]

    def __post_init__(self) -> None:
        strangers = [question.name for question in self.questions if question.subject != self.name]
        if strangers or not self.questions:
            raise TypeError(f"{self.name}: questions of another subject, or none: {strangers}")

    def question(self, name: str = "") -> Question[V, Any]:
        """By name; without one, the only one there is."""
        by_name = {question.name: question for question in self.questions}
        if not name and len(by_name) == 1:
            return self.questions[0]
        if name not in by_name:
            raise LookupError(f"“{self.title}”没有问题 {name!r}。{suggestion(name, by_name)}")
        return by_name[name]
