"""The closed vocabulary in which a pack may state a condition, bound to the facts it speaks about.

In a pack:  { fact = "headcount", below = 500, because = "企业人数须少于 500 人" }
            { all = [ … ] }   { any = [ … ], because = "…" }   { not = { … }, because = "…" }
            { never = true, because = "…" }   { always = true, because = "…" }

An unknown fact (None) fulfils neither a test nor its opposite.
"""

import operator
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Generic, TypeVar

from yixiang.kernel.reference import in_region
from yixiang.policy.fields import (
    Choice,
    Flag,
    Kind,
    Label,
    Many,
    Maybe,
    Place,
    Text,
    kinds_of,
    labels_of,
    unknown_keys,
)
from yixiang.policy.problems import Flaw, Path_, suggestion
from yixiang.policy.verdicts import Step
from yixiang.policy.wording import say, say_test

F = TypeVar("F")
COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "at_least": operator.ge,
    "above": operator.gt,
    "at_most": operator.le,
    "below": operator.lt,
}
Quick = Callable[[Any], bool | None]
TESTS = (*COMPARISONS, "equals", "one_of", "is_true", "in_region")
FORMS = ("fact", "all", "any", "not", "never", "always")


@dataclass(frozen=True)
class Cited:
    """Where a value or a rule comes from; `source` is "setting" when no document says it."""

    name: str
    article: str
    source: str
    note: str = ""
    label: str = ""

    @property
    def is_setting(self) -> bool:
        return self.source == "setting"


@dataclass(frozen=True)
class Condition(ABC):
    because: str

    @abstractmethod
    def judge(self, facts: Any, cited: Cited, name: str) -> tuple[bool | None, tuple[Step, ...]]:
        """True, False or None for not known, and the lines that explain it."""

    @abstractmethod
    def quick(self) -> "Quick":
        """The same answer as a plain function of the facts, without lines, for a year of a million of them."""

    @abstractmethod
    def opposite(self) -> "Condition":
        """The condition that holds when this one does not."""


@dataclass(frozen=True)
class Test(Condition):
    """One fact against one threshold."""

    fact: str
    label: Label
    test: str
    threshold: Any
    kind: Kind
    negated: bool = False

    def judge(self, facts: Any, cited: Cited, name: str) -> tuple[bool | None, tuple[Step, ...]]:
        found = getattr(facts, self.fact)
        result = None if found is None else self._holds(found) != self.negated
        test = f"not_{self.test}" if self.negated else self.test
        step = Step(
            rule=name,
            article=cited.article,
            source=cited.source,
            fact=self.fact,
            label=self.label.text,
            found=None if found is None else self.kind.dump(found),
            found_text=say(found, self.kind, self.label),
            test=test,
            threshold=self._threshold(),
            threshold_text=say_test(test, self.threshold, self.kind, self.label),
            passed=result is True,
            because=self.because,
        )
        return result, (step,)

    def quick(self) -> Quick:
        of, holds, negated = operator.attrgetter(self.fact), self._holds, self.negated
        if self.test == "is_true":  # most facts are of this kind
            return lambda facts: None if (found := of(facts)) is None else found is not negated
        return lambda facts: None if (found := of(facts)) is None else holds(found) is not negated

    def opposite(self) -> "Condition":
        return replace(self, negated=not self.negated)

    def _holds(self, found: Any) -> bool:
        if self.test in COMPARISONS:
            return COMPARISONS[self.test](found, self.threshold)
        if self.test == "one_of":
            return found in self.threshold
        if self.test == "in_region":
            return in_region(found, self.threshold)
        return bool(found == self.threshold)

    def _threshold(self) -> Any:
        return Many(self.kind).dump(self.threshold) if self.test == "one_of" else self.kind.dump(self.threshold)


@dataclass(frozen=True)
class Group(Condition):
    """All of several, or any of several."""

    parts: tuple[Condition, ...]
    needs_all: bool

    def judge(self, facts: Any, cited: Cited, name: str) -> tuple[bool | None, tuple[Step, ...]]:
        judged = [part.judge(facts, cited, f"{name}.{n}") for n, part in enumerate(self.parts, start=1)]
        results, lines = (
            [result for result, _ in judged],
            tuple(line for _, steps in judged for line in steps),
        )
        decisive = not self.needs_all
        result = decisive if decisive in results else None if None in results else not decisive
        if self.needs_all and not self.because:
            return result, lines
        step = Step(
            rule=name,
            article=cited.article,
            source=cited.source,
            test="all" if self.needs_all else "any",
            passed=result is True,
            because=self.because,
            parts=lines,
        )
        return result, (step,)

    def quick(self) -> Quick:
        parts, decisive = tuple(part.quick() for part in self.parts), not self.needs_all

        def answer(facts: Any) -> bool | None:
            result: bool | None = not decisive
            for part in parts:
                one = part(facts)
                if one is decisive:
                    return decisive
                if one is None:
                    result = None
            return result

        return answer

    def opposite(self) -> "Condition":
        return replace(self, parts=tuple(part.opposite() for part in self.parts), needs_all=not self.needs_all)


@dataclass(frozen=True)
class Constant(Condition):
    """A rule this jurisdiction does not have (never), or one without conditions (always)."""

    holds: bool

    def judge(self, facts: Any, cited: Cited, name: str) -> tuple[bool | None, tuple[Step, ...]]:
        del facts  # a constant asks nothing
        test = "always" if self.holds else "never"
        return self.holds, (
            Step(
                rule=name,
                article=cited.article,
                source=cited.source,
                test=test,
                passed=self.holds,
                because=self.because,
            ),
        )

    def quick(self) -> Quick:
        holds = self.holds
        return lambda facts: holds

    def opposite(self) -> "Condition":
        return replace(self, holds=not self.holds)


@dataclass(frozen=True)
class Rule(Generic[F]):
    """A named condition of a pack over the facts `F`."""

    cited: Cited
    condition: Condition

    def judge(self, facts: F) -> tuple[bool, tuple[Step, ...]]:
        """Whether it holds, and every line of it: nothing is left out because an earlier line failed."""
        result, steps = self.condition.judge(facts, self.cited, self.cited.name)
        return result is True, steps

    @cached_property
    def quick(self) -> Quick:
        """Whether it holds, and nothing else: what `judge` says first, many times faster."""
        return self.condition.quick()

    @property
    def reasons(self) -> tuple[str, ...]:
        """The sentences of the law behind it, as the pack words them."""
        return tuple(_reasons(self.condition))

    @property
    def tests(self) -> tuple[Test, ...]:
        """Every single test in it, for a page that shows the thresholds."""
        return tuple(_tests(self.condition))


def _reasons(condition: Condition) -> list[str]:
    inner = [line for part in condition.parts for line in _reasons(part)] if isinstance(condition, Group) else []
    if isinstance(condition, Group) and not condition.needs_all:
        said = "；".join(line.rstrip("。") for line in inner)
        return [f"{condition.because.rstrip('。')}，符合其一即可：{said}。"]
    return [condition.because, *inner] if condition.because else inner


def _tests(condition: Condition) -> list[Test]:
    if isinstance(condition, Group):
        return [test for part in condition.parts for test in _tests(part)]
    return [condition] if isinstance(condition, Test) else []


# --- binding


def read_condition(raw: Any, facts: type, path: Path_, flaws: list[Flaw]) -> Condition | None:
    """A condition from a pack, checked against the facts it names."""
    if not isinstance(raw, Mapping):
        flaws.append(Flaw(path, "条件应写成一组 键 = 值。", '例如 { fact = "…", at_least = 3, because = "…" }。'))
        return None
    forms = [form for form in FORMS if form in raw]
    if len(forms) != 1:
        mend = f"须且只须有其中之一：{'、'.join(FORMS)}。"
        flaws.append(Flaw(path, "看不出是哪一种条件。", mend))
        return None
    form = forms[0]
    because = _because(raw, path, flaws, needed=form != "all")
    if form == "fact":
        return _read_test(raw, facts, because, path, flaws)
    flaws.extend(unknown_keys(raw, {form: None, "because": None}, path))
    if form in ("all", "any"):
        return _read_group(raw[form], form, facts, because, (*path, form), flaws)
    if form == "not":
        return _read_not(raw["not"], facts, because, (*path, "not"), flaws)
    if raw[form] is not True:
        flaws.append(Flaw((*path, form), "只能写 true。"))
    return Constant(because, holds=form == "always")


def _because(raw: Mapping[str, Any], path: Path_, flaws: list[Flaw], *, needed: bool) -> str:
    text = raw.get("because", "")
    if not isinstance(text, str) or (needed and not text.strip()):
        flaws.append(Flaw((*path, "because"), "缺少理由。", '请用一句中文写明，如 because = "……"。'))
    return str(text)


def _read_group(raw: Any, form: str, facts: type, because: str, path: Path_, flaws: list[Flaw]) -> Condition | None:
    if not isinstance(raw, list) or not raw:
        flaws.append(Flaw(path, "应写成至少有一个条件的列表。"))
        return None
    parts = [read_condition(part, facts, (*path, index), flaws) for index, part in enumerate(raw)]
    return Group(because, tuple(part for part in parts if part), needs_all=form == "all")


def _read_not(raw: Any, facts: type, because: str, path: Path_, flaws: list[Flaw]) -> Condition | None:
    inner = {"because": because, **raw} if isinstance(raw, Mapping) else raw
    condition = read_condition(inner, facts, path, flaws)
    return replace(condition.opposite(), because=because) if condition else None


def _read_test(raw: Mapping[str, Any], facts: type, because: str, path: Path_, flaws: list[Flaw]) -> Condition | None:
    known = kinds_of(facts)
    fact, tests = str(raw["fact"]), [test for test in TESTS if test in raw]
    flaws.extend(unknown_keys(raw, dict.fromkeys(("fact", "because", *TESTS)), path))
    if fact not in known:
        flaws.append(Flaw((*path, "fact"), f"没有 {fact!r} 这个事实。", suggestion(fact, known)))
        return None
    if len(tests) != 1:
        flaws.append(Flaw(path, "须且只须写一种判断。", f"可用的有：{'、'.join(TESTS)}。"))
        return None
    test, kind = tests[0], _inner(known[fact])
    if mend := _misfit(test, kind, raw[test]):
        flaws.append(Flaw((*path, test), f"{test} 不能用于事实 {fact}。", mend))
        return None
    reader = Many(kind) if test == "one_of" else kind
    before = len(flaws)
    threshold = reader.read(raw[test], (*path, test), flaws)
    if len(flaws) > before:
        return None
    return Test(because, fact, labels_of(facts)[fact], test, threshold, kind)


def _misfit(test: str, kind: Kind, raw: Any) -> str:
    """Why this test makes no sense for this kind of fact."""
    if test in COMPARISONS and not kind.ordered:
        return "比较大小只用于整数、金额、比例和日期。"
    if test == "is_true" and not (isinstance(kind, Flag) and raw is True):
        return "只用于是非事实，写作 is_true = true；相反的意思用 not。"
    if test == "in_region" and not isinstance(kind, Place):
        return "只用于行政区划。"
    if test == "one_of" and not (isinstance(raw, list) and raw):
        return "应给出至少有一项的列表。"
    if test in ("equals", "one_of") and not isinstance(kind, Text | Place | Choice | Flag) and not kind.ordered:
        return "只用于单个的值。"
    return ""


def _inner(kind: Kind) -> Kind:
    return kind.item if isinstance(kind, Maybe) else kind
