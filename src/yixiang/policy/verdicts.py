"""What a decision leaves behind: the answer, every step with its article, and the pack it was decided by."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from yixiang.kernel.money import yuan

Json = Any


@dataclass(frozen=True)
class Step:
    """One line of the explanation: a test that passed or failed, or a figure that was reckoned.

    `fact` is the fact's name, `label` its Chinese name, `found` what it was (None: not known). A group of
    conditions holds its own lines in `parts`.
    """

    rule: str
    article: str
    fact: str = ""
    threshold: Json = None
    passed: bool | None = None
    because: str = ""
    source: str = ""
    label: str = ""
    found: Json = None
    test: str = ""
    value: Json = None
    found_text: str = ""
    threshold_text: str = ""
    parts: tuple["Step", ...] = ()

    def to_json(self) -> dict[str, Json]:
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "parts"}
        return plain | {"parts": [part.to_json() for part in self.parts]}

    @classmethod
    def from_json(cls, raw: Mapping[str, Json]) -> "Step":
        return cls(**{**raw, "parts": tuple(cls.from_json(part) for part in raw.get("parts", ()))})


@dataclass(frozen=True)
class Basis:
    """Which pack answered, for which day, and the digest of its content: old money stays explainable."""

    pack: str
    date: date
    digest: str

    def to_json(self) -> dict[str, Json]:
        return {"pack": self.pack, "date": self.date.isoformat(), "digest": self.digest}

    @classmethod
    def from_json(cls, raw: Mapping[str, Json]) -> "Basis":
        return cls(raw["pack"], date.fromisoformat(raw["date"]), raw["digest"])


@dataclass(frozen=True)
class Finding:
    """What a decide function returns. `value` holds plain JSON for answers that are not an amount."""

    decision: str
    steps: tuple[Step, ...] = ()
    amount: Decimal | None = None
    value: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """A finding with its basis and facts, complete enough to be stored and shown years later."""

    decision: str
    steps: tuple[Step, ...]
    basis: Basis
    amount: Decimal | None = None
    value: Mapping[str, Json] = field(default_factory=dict)
    facts: Mapping[str, Json] = field(default_factory=dict)

    @property
    def failed(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.passed is False)

    @property
    def passed(self) -> bool:
        """Every test on the way was passed."""
        return not self.failed

    def to_json(self) -> dict[str, Json]:
        return {
            "decision": self.decision,
            "amount": None if self.amount is None else f"{self.amount:.2f}",
            "value": dict(self.value),
            "basis": self.basis.to_json(),
            "steps": [step.to_json() for step in self.steps],
            "facts": dict(self.facts),
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Json]) -> "Verdict":
        return cls(
            decision=raw["decision"],
            steps=tuple(Step.from_json(step) for step in raw["steps"]),
            basis=Basis.from_json(raw["basis"]),
            amount=None if raw["amount"] is None else yuan(raw["amount"]),
            value=dict(raw["value"]),
            facts=dict(raw["facts"]),
        )
