"""What the law says about an instrument, as lines for the panel beside the form: answer, rules, clock, keepers."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from yixiang.catalogue import law
from yixiang.catalogue.models import Instrument
from yixiang.catalogue.queries.beside import lines_of
from yixiang.catalogue.queries.facts import Look, look
from yixiang.policy import Step, Verdict

TITLES = {
    "exempt": "涉密或法律法规另有规定",
    "must": "必须加入",
    "encouraged": "鼓励加入",
    "selected": "自愿申报，择优纳入",
    "floor": "可以加入",
    "below": "低于门槛的例外",
}

DECISIVE = {  # which rules carry the answer
    "not_admitted": ("exempt",),
    "must": ("must",),
    "encouraged": ("encouraged",),
    "may": ("floor",),
    "needs_reason": ("floor", "below"),
}


@dataclass(frozen=True, slots=True)
class Panel:
    """`answer` is empty while worth or money are not known."""

    answer: str
    tone: str
    words: str
    rules: list[dict[str, Any]]
    clock: law.Clock | None
    keepers: list[dict[str, Any]]
    keepers_met: bool | None
    device: list[dict[str, Any]]
    pack: str


def panel(listing: Instrument, seen: Look, on: date) -> Panel:
    unit = listing.unit
    verdict, number = seen.admission, str(seen.values.get("device_number") or "")
    answer, tone = law.ADMITTED[verdict.decision] if verdict else ("", "")
    must = bool(verdict and verdict.decision == "must")
    device, pack = law.device(unit, number, on=on), law.pack_of(unit, on=on)
    return Panel(
        answer=_(answer) if answer else "",
        tone=tone,
        words=_words(verdict),
        rules=_rules(verdict) if verdict else [],
        clock=law.clock(unit, seen.values.get("accepted_on"), must=must, on=on),
        keepers=[_line(step) for step in seen.keepers.steps] if seen.keepers else [],
        keepers_met={"met": True, "needed": False}.get(seen.keepers.decision) if seen.keepers else None,
        device=[_line(step) for step in device.steps] if device and device.decision != "not_asked" else [],
        pack=pack.title if pack else "",
    )


@dataclass(frozen=True, slots=True)
class GroupPanel:
    """What the law says about a platform; of a test service, whether its price is still missing."""

    answer: str = ""
    tone: str = ""
    words: str = ""
    lines: list[dict[str, Any]] = field(default_factory=list)
    unpriced: str = ""


def of_group(listing: Any, on: date) -> GroupPanel:
    seen = look(listing, on=on, twins=False)
    if seen.platform is None:
        return GroupPanel(unpriced=" ".join(seen.problems.get("tariff", [])))
    answer, tone = law.ADMITTED[seen.platform.decision]
    words = str(seen.platform.value.get("refusal", ""))
    return GroupPanel(_(answer), tone, words, [_line(step) for top in seen.platform.steps for step in lines_of(top)])


def _words(verdict: Verdict | None) -> str:
    if verdict is None:
        return _("填写原值和经费来源后，这里会说明是否必须入网、期限到哪一天。")
    if verdict.decision == "must":
        return str(verdict.value["refusal"])
    if verdict.value["selected"]:
        return _("自愿申报，由主管部门择优纳入平台。")
    return {
        "encouraged": _("符合鼓励条件，加入后同样可以申请开放共享补助。"),
        "needs_reason": _("原值低于门槛，请在“低于门槛仍申请入网的理由”中说明。"),
        "not_admitted": _("不在平台上填报，请按规定备案。"),
    }.get(verdict.decision, _("自愿加入，提交后由主管部门审核。"))


def _rules(verdict: Verdict) -> list[dict[str, Any]]:
    """Each rule with its single tests; one this jurisdiction does not have, or that speaks of others, stays out."""
    found = []
    for step in verdict.steps:
        lines = lines_of(step)
        if step.rule == "exempt" and not step.passed:
            continue
        if step.rule == "below" and verdict.decision in {"must", "encouraged"}:
            continue
        if all(line.test in {"never", "always"} for line in lines) and not step.passed:
            continue
        if not step.passed and step.rule in {"selected", "below"} and step.rule not in DECISIVE[verdict.decision]:
            continue
        rule = {"title": TITLES[step.rule], "held": bool(step.passed), "lines": [_line(line) for line in lines]}
        found.append(rule | {"open": step.rule in (*DECISIVE[verdict.decision], "selected")})
    return found


def _line(step: Step) -> dict[str, Any]:
    """In the words of `flow.facts`."""
    fact = law.fact_of(step)
    return {
        "ok": step.passed,
        "label": step.because,
        "fact": "" if step.found is None or step.test in {"never", "always"} else fact.value,
        "need": fact.threshold if step.test not in {"is_true", "not_is_true", "never", "always"} else "",
        "article": step.article or _("平台设置"),
    }
