"""What the counted lines of a unit earn: the rate by grade, then the ceilings in their order.

Counted income of one instrument in the year × rate, rounded to the cent half up → the instrument's ceiling → the sum
of the unit → the unit's ceiling. What belongs to a provincial laboratory or a provincial major facility is summed and
limited apart from the rest of the unit. Where a unit's ceiling cuts, it is divided over the instruments by what they
had earned, and an instrument's amount over its lines by their income, each time by largest remainder with ties to the
earlier: the parts add up to the cent, and nobody passes a ceiling by one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from yixiang.kernel.money import ZERO, cents, from_cents, spread_cents
from yixiang.policy import Finding, Question, Step, Subject
from yixiang.policy.fields import labels_of
from yixiang.subsidies.laws.kinds import GRADES, GradeName, plain, said, share
from yixiang.subsidies.laws.provider import (
    BASES,
    Income,
    InstrumentFacts,
    LineFacts,
    ProviderRules,
    Settings,
    UnitFacts,
    line,
)

_RATE_PARTS = 1_000_000  # a rate has six places at most


@dataclass(frozen=True, slots=True)
class Award:
    """One instrument: by its income × rate, under its own ceiling, and what the unit's ceiling left of that."""

    instrument: str
    income: Decimal
    separate: bool
    by_rate: Decimal
    earned: Decimal
    granted: Decimal


@dataclass(frozen=True, slots=True)
class Reckoning:
    awards: tuple[Award, ...]
    own: Decimal
    separate: Decimal

    @property
    def total(self) -> Decimal:
        return self.own + self.separate


def reckon(rules: ProviderRules, rate: Decimal, incomes: Sequence[Income]) -> Reckoning:
    """The figures of one unit and year, without a word of explanation; deterministic in the order given."""
    parts, ceiling = int(rate * _RATE_PARTS), cents(rules.instrument_ceiling.value)
    by_rate = [(2 * cents(entry.income) * parts + _RATE_PARTS) // (2 * _RATE_PARTS) for entry in incomes]  # half up
    earned = [min(amount, ceiling) for amount in by_rate]
    apart = [bool(rules.separate.quick(entry)) for entry in incomes]
    granted = [0] * len(incomes)
    totals = {}
    for separate, limit in ((False, rules.unit_ceiling.value), (True, rules.separate_ceiling.value)):
        places = [place for place, is_apart in enumerate(apart) if is_apart is separate]
        totals[separate] = min(sum(earned[place] for place in places), cents(limit))
        shares = spread_cents(totals[separate], [earned[place] for place in places])
        for place, amount in zip(places, shares, strict=True):
            granted[place] = amount
    awards = tuple(
        Award(entry.instrument, entry.income, is_apart, *map(from_cents, figures))
        for entry, is_apart, *figures in zip(incomes, apart, by_rate, earned, granted, strict=True)
    )
    return Reckoning(awards, from_cents(totals[False]), from_cents(totals[True]))


# --- the rate


@dataclass(frozen=True, slots=True)
class Rated:
    """The rate of a grade, or why there is none."""

    rate: Decimal | None
    steps: tuple[Step, ...]
    decision: str = ""
    amount: Decimal | None = None
    value: Mapping[str, Any] = field(default_factory=dict)


def graded(rules: ProviderRules, grade: GradeName, settings: Settings) -> Rated:
    """From the pack, or what the programme has set for the year under the pack's ceiling."""
    name = f"rate_{grade}"
    if name in rules.settings.value:
        return _from_settings(rules, grade, getattr(settings, name), name)
    rate = next((entry.rate for entry in rules.rates.value if entry.grade == grade), None)
    because = f"没有为“{GRADES[grade]}”规定补助。" if rate is None else f"{GRADES[grade]}，比例 {share(rate)}。"
    step = rules.rates.step(because, fact="grade", label="评价考核结果", found=grade, passed=rate is not None)
    if rate is None:
        return Rated(None, (step,), "no_rate", ZERO)
    return Rated(rate, (step,), value={"rate": str(rate)})


def _from_settings(rules: ProviderRules, grade: GradeName, rate: Decimal | None, name: str) -> Rated:
    label, ceiling = labels_of(Settings)[name].text, rules.rate_ceiling.value
    told = f"文件没有规定“{label}”，每年设定；" + ("尚未设定，不能计算。" if rate is None else "已设定。")
    found = None if rate is None else str(rate)
    is_set = rules.settings.step(told, fact="settings", label=label, found=found, passed=rate is not None)
    if rate is None:
        return Rated(None, (is_set,), "unset", None, {"missing": [name]})
    within = rules.rate_ceiling.step(
        f"{GRADES[grade]}，补助比例 {share(rate)}，最高不超过 {share(ceiling)}。",
        fact="rate",
        label="补助比例",
        found=found,
        test="at_most",
        threshold=str(ceiling),
        passed=rate <= ceiling,
    )
    if rate > ceiling:
        return Rated(None, (is_set, within), "above_ceiling", None, {"rate": str(rate), "ceiling": str(ceiling)})
    return Rated(rate, (is_set, within), value={"rate": str(rate)})


# --- decisions


def instrument(rules: ProviderRules, facts: InstrumentFacts) -> Finding:
    """What one instrument earns in a year, before the unit's ceiling."""
    rated = graded(rules, facts.grade, facts.settings)
    if rated.rate is None:
        return Finding(rated.decision, rated.steps, rated.amount, rated.value)
    (award,) = reckon(rules, rated.rate, [Income("这台仪器", facts.income)]).awards
    decision = "capped" if award.earned < award.by_rate else "granted" if award.earned else "nothing"
    return Finding(decision, (*rated.steps, _instrument_step(rules, rated.rate, award)), award.earned, rated.value)


def unit(rules: ProviderRules, facts: UnitFacts) -> Finding:
    """What a unit gets for a year from all its instruments, every ceiling in its turn."""
    entitled, steps = rules.recipient.judge(facts)
    if not entitled:
        return Finding("not_entitled", steps, ZERO)
    one_grade = _one_grade(rules, facts)
    steps = (*steps, one_grade)
    if not one_grade.passed:
        return Finding("two_grades" if facts.grades else "ungraded", steps)
    rated = graded(rules, facts.grades[0], facts.settings)
    steps = (*steps, *rated.steps)
    if rated.rate is None:
        return Finding(rated.decision, steps, rated.amount, rated.value)
    found = reckon(rules, rated.rate, facts.instruments)
    steps = (
        *steps,
        *(_instrument_step(rules, rated.rate, award) for award in found.awards),
        *_unit_steps(rules, found),
    )
    cut = any(award.granted < award.by_rate for award in found.awards)
    return Finding(
        "capped" if cut else "granted" if found.total else "nothing",
        steps,
        found.total,
        {**rated.value, "own": plain(found.own), "separate": plain(found.separate), "instruments": _told(found.awards)},
    )


def _one_grade(rules: ProviderRules, facts: UnitFacts) -> Step:
    named = "、".join(GRADES[grade] for grade in facts.grades)
    because = f"本年度评价考核结果：{named}。"
    if len(facts.grades) != 1:
        because = f"同一年度有多个考核结果（{named}），须先更正。" if named else "本年度还没有评价考核结果，不能计算。"
    return rules.rates.step(
        because, fact="grades", label="评价考核结果", found=list(facts.grades), passed=len(facts.grades) == 1
    )


def _instrument_step(rules: ProviderRules, rate: Decimal, award: Award) -> Step:
    because = f"{BASES[rules.base.value]} {said(award.income)} × {share(rate)} = {said(award.by_rate)}"
    if award.earned < award.by_rate:
        because += f"，以单台套最高 {said(rules.instrument_ceiling.value)}为限"
    return rules.instrument_ceiling.step(
        f"{because}。",
        fact=award.instrument,
        label=award.instrument,
        found=plain(award.income),
        threshold=plain(rules.instrument_ceiling.value),
        value=plain(award.earned),
    )


def _unit_steps(rules: ProviderRules, found: Reckoning) -> Iterable[Step]:
    """One line for the unit, and one for what is counted apart, where there is any."""
    for by, label, total, separate in (
        (rules.unit_ceiling, "本单位合计", found.own, False),
        (rules.separate_ceiling, "单独计算部分合计", found.separate, True),
    ):
        awards = [award for award in found.awards if award.separate is separate]
        if separate and not awards:
            continue
        earned = sum((award.earned for award in awards), ZERO)
        because = f"各台合计 {said(earned)}，没有超过 {said(by.value)}。"
        if total < earned:
            because = f"各台合计 {said(earned)}，以 {said(by.value)}为限；按各台金额分摊，尾差按最大余数法。"
        yield by.step(
            because,
            fact="separate" if separate else "own",
            label=label,
            found=plain(earned),
            threshold=plain(by.value),
            value=plain(total),
        )


def _told(awards: Sequence[Award]) -> list[dict[str, Any]]:
    return [
        {
            "instrument": award.instrument,
            "income": plain(award.income),
            "earned": plain(award.earned),
            "granted": plain(award.granted),
            "separate": award.separate,
        }
        for award in awards
    ]


LINE = Question("provider-subsidy", "line", "这一笔是否计入", LineFacts, line)
INSTRUMENT = Question("provider-subsidy", "instrument", "一台仪器能得到多少", InstrumentFacts, instrument)
UNIT = Question("provider-subsidy", "unit", "一个单位一年能得到多少", UnitFacts, unit)
PROVIDER_SUBSIDY = Subject("provider-subsidy", "管理单位后补助", ProviderRules, (LINE, INSTRUMENT, UNIT))
