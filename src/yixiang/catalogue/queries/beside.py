"""What stands beside a case of this room, so that whoever decides need not look anything up."""

from datetime import date

from yixiang.catalogue import law
from yixiang.catalogue.models import Instrument, Listing, TestService
from yixiang.catalogue.queries import facts
from yixiang.catalogue.rules.publishing import cautions
from yixiang.policy import Step, Verdict
from yixiang.reviews.commands import Fact


def case_facts(listing: Listing, *, on: date, removal: bool = False) -> list[Fact]:
    if removal:
        return [Fact("原因", listing.state_note), Fact("入网日期", _day(listing))]
    if isinstance(listing, Instrument):
        return _instrument_facts(listing, on)
    if isinstance(listing, TestService):
        priced = facts.has_tariff(listing, on=on)
        return [
            Fact("收费标准", "已公布" if priced else "没有公布", priced),
            Fact("所用仪器", f"{listing.instruments.count()} 台"),
        ]
    return _platform_facts(listing, on)


def _platform_facts(listing: Listing, on: date) -> list[Fact]:
    """The law's answer with its lines; where the law is silent on platforms, its own word on that."""
    verdict = facts.look(listing, on=on).platform
    if verdict is None:
        return []
    must = verdict.decision == "must"
    words = law.ADMITTED[verdict.decision][0]
    first = verdict.steps[0] if verdict.steps else None
    head = Fact("入网要求", words, True, article=first.article if first else "", because=first.because if first else "")
    return [head, *(law.fact_of(line) for step in verdict.steps for line in lines_of(step))] if must else [head]


def _instrument_facts(listing: Instrument, on: date) -> list[Fact]:
    seen = facts.look(listing, on=on)
    found = [*_admission(seen.admission), *_deadline(listing, seen, on)]
    found += [law.fact_of(step, "机组人员 · " + step.label) for step in seen.keepers.steps] if seen.keepers else []
    if seen.published:
        missing = "、".join(step.label for step in seen.published.failed)
        article = seen.published.steps[0].article if seen.published.steps else ""
        found.append(Fact("应公开的信息", f"缺：{missing}" if missing else "齐全", not missing, article=article))
    if device := law.device(listing.unit, listing.device_number, on=on):
        found += [law.fact_of(step, "物联网设备") for step in device.steps]
    priced = facts.has_tariff(listing, on=on)
    found.append(Fact("收费标准", "已公布" if priced else "只有文字说明", priced or None))
    found += [Fact("请核对", text) for texts in cautions(seen.values).values() for text in texts]
    found.append(_alike(listing))
    return found


def _admission(verdict: Verdict | None) -> list[Fact]:
    """What the law answers, then the lines of the rules that carry the answer."""
    if verdict is None:
        return []
    telling = {"must": "must", "encouraged": "encouraged"}.get(verdict.decision, "floor")
    steps = [step for step in verdict.steps if step.rule == telling or (step.rule == "selected" and step.passed)]
    if telling == "floor" and not steps[-1].passed:
        steps += [step for step in verdict.steps if step.rule == "below"]
    value = law.ADMITTED[verdict.decision][0]
    head = Fact("入网要求", value, True, article=steps[0].article if steps else "")
    return [head, *(law.fact_of(line) for step in steps for line in lines_of(step))]


def lines_of(step: Step) -> tuple[Step, ...]:
    """The single tests of a rule, whatever groups they stand in."""
    return tuple(line for part in step.parts for line in lines_of(part)) if step.parts else (step,)


def _deadline(listing: Instrument, seen: facts.Look, on: date) -> list[Fact]:
    must = bool(seen.admission and seen.admission.decision == "must")
    clock = law.clock(listing.unit, listing.accepted_on, must=must, on=on)
    if clock is None:
        return []
    days = f"验收 {listing.accepted_on}，期限 {clock.last_day}"
    threshold = f"验收后 {clock.days} 个工作日内"
    because = "" if clock.certain else "其中有的年度放假安排尚未公布，按周一至周五推算。"
    return [Fact("入网期限", days, not clock.late, threshold, clock.article, because)]


def _alike(listing: Instrument) -> Fact:
    twins = [f"{one.name}（{one.unit.name}，{one.inner_number or one.code}）" for one in facts.alike(listing)]
    return Fact(
        "相近的登记",
        "；".join(twins) or "没有发现",
        None if twins else True,
        because="名称型号、资产编号或报关单相同的不一定重复，请核对。",
    )


def _day(listing: Listing) -> str:
    return f"{listing.listed_at:%Y-%m-%d}" if listing.listed_at else "—"
