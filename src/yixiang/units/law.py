"""What the pack in force where a unit lies says about it: rounds, papers, commitment, the yearly clock, vouchers."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from yixiang.kernel.periods import local_date
from yixiang.kernel.reference import region_path
from yixiang.policy import Pack, Verdict, library
from yixiang.policy.library import NoPack
from yixiang.reviews.commands import Fact, Round, authority_round
from yixiang.units import joining
from yixiang.units.joining import JoiningRules
from yixiang.units.models import Unit
from yixiang.units.rules.clock import Freshness, freshness
from yixiang.units.rules.words import PACK_KINDS

FIELD_OF = {"commitment": "commitment_version"}  # the pack's word → our column, where they differ


def pack_of(region: str, *, on: date) -> Pack[JoiningRules] | None:
    """The joining law of the nearest jurisdiction; None where this installation has none."""
    if len(region) != 6:
        return None
    place = library().jurisdiction_of(region_path(region))
    if place is None:
        return None
    try:
        return library().pack(place.code, joining.UNITS, on)
    except NoPack:
        return None


def covers(region: str, *, on: date) -> bool:
    return pack_of(region, on=on) is not None


def platform_name(region: str) -> str:
    """What the platform is called there, for the head of the application form; empty where none serves."""
    place = library().jurisdiction_of(region_path(region)) if len(region) == 6 else None
    return place.platform if place else ""


# --- who decides


def joining_rounds(unit: Unit, *, on: date) -> list[Round]:
    """The offices a unit goes through, in order, with the days each has."""
    pack = _required(unit, on)
    affiliation: joining.Affiliation = "municipal"
    if unit.affiliation == "provincial":
        affiliation = "provincial"
    elif unit.affiliation == "central":
        affiliation = "central"
    planned = joining.rounds(pack.values, joining.ReviewFacts(affiliation))
    return [authority_round(stage.level, unit.region, stage.working_days) for stage in planned]


def expert_rounds(unit: Unit, *, on: date) -> list[Round]:
    """An expert is certified by the office that has the last word on the unit."""
    return joining_rounds(unit, on=on)[-1:]


def member_round(unit: Unit, scopes: list[str], *, on: date) -> Round:
    """The unit's own administrators, with as many days as the authority has for a unit."""
    days = joining_rounds(unit, on=on)[-1].days
    return Round(level="unit", label=f"{unit.name}管理员", scopes=scopes, days=days)


def _required(unit: Unit, on: date) -> Pack[JoiningRules]:
    pack = pack_of(unit.region, on=on)
    if pack is None:
        raise NoPack(f"no joining law for region {unit.region!r} on {on}")
    return pack


# --- papers and promises


def attachments(region: str, kind: str, *, on: date) -> list[joining.Attachment]:
    """The scans the form asks for; a team of persons has no certificate of a legal entity."""
    pack = pack_of(region, on=on)
    asked = pack.values.attachments.value if pack else ()
    return [paper for paper in asked if not (kind == "team" and paper.code == "certificate")]


def missing_attachments(unit: Unit, values: Mapping[str, Any], *, on: date) -> list[str]:
    present = set(unit.attachments.filter(removed_at=None).values_list("purpose", flat=True))
    asked = attachments(str(values.get("region", "")), str(values.get("kind", "")), on=on)
    return [paper.code for paper in asked if paper.required and paper.code not in present]


def commitment(region: str, *, on: date) -> tuple[str, ...]:
    pack = pack_of(region, on=on)
    return pack.values.commitment.value if pack else ()


def commitment_version(region: str, *, on: date) -> str:
    """Names the text that was accepted; empty where there is none to accept."""
    pack = pack_of(region, on=on)
    return f"{pack.jurisdiction}-{pack.start:%Y%m%d}" if pack and pack.values.commitment.value else ""


def instructions(region: str, *, on: date) -> tuple[str, ...]:
    pack = pack_of(region, on=on)
    return pack.values.instructions.value if pack else ()


# --- edits and the yearly clock


def reopening_fields(unit: Unit, *, on: date) -> frozenset[str]:
    """Which edits put a joined unit before the authority again, as our columns."""
    pack = pack_of(unit.region, on=on)
    names = pack.values.reopening_fields.value if pack else ()
    return frozenset(FIELD_OF.get(name, name) for name in names)


def reopening_article(unit: Unit, *, on: date) -> str:
    pack = pack_of(unit.region, on=on)
    return pack.values.reopening_fields.cited.article if pack else ""


def clock_days(unit: Unit, *, on: date) -> tuple[int, int] | None:
    """How many days the facts count, and from which day on the unit is reminded."""
    pack = pack_of(unit.region, on=on)
    if pack is None:
        return None
    return pack.values.confirm_after_days.value, pack.values.confirm_notice_from_day.value


def freshness_of(unit: Unit, *, on: date) -> Freshness:
    """A unit that has not joined has no clock; without a law there is none to run out."""
    confirmed = local_date(unit.confirmed_at) if unit.confirmed_at and unit.state == "joined" else None
    days = clock_days(unit, on=on)
    if days is None:
        return Freshness("fresh" if confirmed else "none", confirmed, None)
    return freshness(confirmed, on=on, valid_days=days[0], notice_days=days[1])


# --- vouchers


def voucher_verdict(values: Mapping[str, Any], *, on: date) -> Verdict | None:
    """Whether the form asks about innovation vouchers, rule by rule."""
    pack = pack_of(str(values.get("region") or ""), on=on)
    kind = PACK_KINDS.get(str(values.get("kind") or ""))
    if pack is None or kind is None:
        return None
    facts = joining.VoucherFacts(
        region=str(values["region"]),
        kind=kind,
        headcount=values.get("headcount"),
        last_year_revenue=values.get("last_year_revenue"),
    )
    return joining.VOUCHER_QUESTION.ask(pack, facts, on=on)


def asks_voucher(values: Mapping[str, Any], *, on: date) -> bool:
    verdict = voucher_verdict(values, on=on)
    return verdict is not None and verdict.decision == "asked"


def voucher_facts(unit: Unit, *, on: date) -> list[Fact]:
    """The same rules as lines beside the case."""
    values = {"region": unit.region, "kind": unit.kind, "headcount": unit.headcount}
    verdict = voucher_verdict({**values, "last_year_revenue": unit.last_year_revenue}, on=on)
    if verdict is None or not unit.wants_voucher:
        return []
    return [
        Fact(
            label=f"创新券 · {step.label or step.fact}",
            value="—" if step.found is None else str(step.found),
            passed=step.passed,
            threshold="" if step.threshold is None else str(step.threshold),
            article=step.article,
            because=step.because,
        )
        for step in verdict.steps
    ]
