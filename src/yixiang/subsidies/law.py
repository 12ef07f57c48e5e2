"""What the packs in force say about a year or an order; every figure of law comes from here."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q

from yixiang.catalogue.models import Platform
from yixiang.kernel.errors import Refused
from yixiang.ledger.models import Programme
from yixiang.policy import Jurisdiction, Pack, Rule, Verdict, library
from yixiang.policy.library import NoPack
from yixiang.reviews.commands import Round, authority_round
from yixiang.subsidies.laws import NET_INCOME, PROVIDER_SUBSIDY, USER_SUBSIDY
from yixiang.subsidies.laws.net import NET, RUNNING, NetFacts, NetRules, RunningFacts
from yixiang.subsidies.laws.provider import COUNTING, Income, LineFacts, ProviderRules, Settings, UnitFacts
from yixiang.subsidies.laws.reckoning import LINE, UNIT
from yixiang.subsidies.laws.user import ORDER, YEAR, OrderFacts, UserRules, YearFacts
from yixiang.subsidies.models import Line, Run
from yixiang.units.models import IntegrityFlag, Unit
from yixiang.units.rules.words import PACK_KINDS


def last_day(year: int) -> date:
    """A year is judged by the law in force when it ends."""
    return date(year, 12, 31)


def _missing(what: str, year: int) -> Refused:
    return Refused("no-law", f"{year} 年底还没有生效的{what}政策包，不能办理。请先发布政策包。")


# --- providers


def provider_pack(jurisdiction: str, year: int) -> Pack[ProviderRules]:
    try:
        return library().pack(jurisdiction, PROVIDER_SUBSIDY, last_day(year))
    except NoPack:
        raise _missing("后补助", year) from None


def settings_of(programme: Programme) -> Settings:
    """What the authority has set for the year; the rest stays open and is refused where it is needed."""
    return Settings(**{name: Decimal(text) for name, text in programme.settings.items()})


def words_of(pack: Pack[ProviderRules]) -> Mapping[str, tuple[str, str]]:
    """The code of a reason → its sentence and article."""
    rules = {name: getattr(pack.values, name) for name in COUNTING}
    named = {name: ("；".join(rule.reasons), rule.cited.article) for name, rule in rules.items()}
    return named | {"year": ("结算日期不在这个年度。", pack.values.unit_ceiling.cited.article)}


def explain_line(line: Line, run: Run) -> Verdict:
    """The law's own answer to one stored line, every condition with fact and article."""
    pack = provider_pack(run.programme.jurisdiction, run.year)
    known = {name: value for name, value in line.reason.facts.items() if name != "contest"}
    known |= {"fees": line.fees, pack.values.base.value: line.income, "worth": line.worth}
    return LINE.ask(pack, LineFacts(settled_on=line.settled_on, year=run.year, **known), on=last_day(run.year))


def unit_facts(
    unit: Unit, grade: str, settings: Settings, incomes: Sequence[Income], *, barred: bool, has_centre: bool
) -> UnitFacts:
    return UnitFacts(
        kind=PACK_KINDS[unit.kind], instruments=tuple(incomes), grades=(grade,) if grade else (),  # type: ignore[arg-type]
        settings=settings, disqualified=barred, has_centre=has_centre,
    )  # fmt: skip


def explain_unit(run: Run, facts: UnitFacts) -> Verdict:
    pack = provider_pack(run.programme.jurisdiction, run.year)
    return UNIT.ask(pack, facts, on=last_day(run.year))


def without_instruments(facts: UnitFacts) -> UnitFacts:
    return replace(facts, instruments=())


def barred(units: Sequence[int]) -> set[int]:
    """Who has a standing record of dishonesty; whether that matters, the pack says."""
    rows = IntegrityFlag.objects.standing().filter(kind="dishonest", unit__in=units)
    return set(rows.values_list("unit_id", flat=True))


# 国家级技术创新中心、工程研究中心、企业技术创新中心及省级重点实验室、技术创新中心: kind and level in the catalogue.
CENTRES = (("technology_centre", "1"), ("engineering_centre", "1"), ("key_laboratory", "2"), ("technology_centre", "2"))


def with_centres(units: Sequence[int]) -> set[int]:
    """Who has a listed platform of a kind and level by which an enterprise counts as one that manages instruments."""
    wanted = Q(pk__in=[])
    for kind, level in CENTRES:
        wanted |= Q(kind=kind, level=level)
    rows = Platform.objects.filter(wanted, unit__in=units, state="listed")
    return set(rows.values_list("unit_id", flat=True))


def barring_article(rule: Rule[Any]) -> str:
    """The article by which a record of dishonesty takes the claim away; empty where the documents know none."""
    return rule.cited.article if any(test.fact == "disqualified" for test in rule.tests) else ""


# --- users


def user_pack(jurisdiction: str, on: date) -> Pack[UserRules]:
    try:
        return library().pack(jurisdiction, USER_SUBSIDY, on)
    except NoPack:
        raise Refused("no-law", "这个地区没有用户补助的政策包，不能申请。") from None


def order_verdict(place: Jurisdiction, facts: OrderFacts) -> Verdict:
    """By the law in force on the day the order was settled."""
    return ORDER.ask(user_pack(place.code, facts.settled_on), facts, on=facts.settled_on)


def year_verdict(place: Jurisdiction, facts: YearFacts, *, on: date) -> Verdict:
    return YEAR.ask(user_pack(place.code, on), facts, on=on)


def user_rounds(place: Jurisdiction, unit: Unit, *, on: date) -> list[Round]:
    stages = user_pack(place.code, on).values.review.value
    return [authority_round(stage.level, unit.region, stage.working_days) for stage in stages]


# --- net income


def net_pack(place: Jurisdiction | None, year: int) -> Pack[NetRules]:
    try:
        return library().pack(place.code if place else "", NET_INCOME, last_day(year))
    except NoPack:
        name = place.name if place else "这个地区"
        raise Refused("no-law", f"{name}在 {year} 年底没有生效的开放共享净收入规定，不用编报净收入报表。") from None


def has_net_law(place: Jurisdiction | None, year: int) -> bool:
    packs = library().packs(place.code, NET_INCOME.name) if place else ()
    return any(pack.in_force(last_day(year)) for pack in packs)


def running_verdict(pack: Pack[NetRules], year: int, facts: RunningFacts) -> Verdict:
    return RUNNING.ask(pack, facts, on=last_day(year))


def net_verdict(pack: Pack[NetRules], year: int, facts: NetFacts) -> Verdict:
    return NET.ask(pack, facts, on=last_day(year))
