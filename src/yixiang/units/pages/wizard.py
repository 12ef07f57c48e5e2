"""The steps of the registration: their order, what is done, what each page shows beside its form."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from yixiang.kernel.typed import Reading
from yixiang.units import law, queries
from yixiang.units.forms import FactsForm
from yixiang.units.models import Unit
from yixiang.units.rules import details
from yixiang.units.rules.details import Spec
from yixiang.units.rules.words import PURPOSES

FORM_STEPS = ("basic", "details", "account")
ORDER = ("commitment", "guide", "basic", "details", "account", "check")
LABELS = {
    "commitment": "承诺书",
    "guide": "填写说明",
    "basic": "基本信息",
    "details": "详细信息",
    "account": "附件与账户",
    "check": "核对并提交",
}


def url_of(unit: Unit, step: str) -> str:
    if step in FORM_STEPS:
        return reverse("units:step", args=[unit.pk, step])
    return reverse(f"units:{step}", args=[unit.pk])


def after(step: str) -> str:
    return ORDER[ORDER.index(step) + 1]


def bar(unit: Unit, now: str, on: date) -> list[dict[str, str]]:
    """The progress line on top of each step: done is what lacks nothing; every step can be reached at any time."""
    open_ = {step_of(name) for name in problems_of(unit, on)} | {"check"}
    states = {step: "now" if step == now else "todo" if step in open_ else "done" for step in ORDER}
    return [{"label": LABELS[step], "url": url_of(unit, step), "state": states[step]} for step in ORDER]


def problems_of(unit: Unit, on: date) -> dict[str, list[str]]:
    """The same look the hand-in takes, without handing in."""
    typed = queries.typed_of(unit)
    reading = details.read(typed)
    values = details.settled(reading.values)
    found = {**details.complete(values, on=on), **reading.problems}
    region = str(values.get("region", ""))
    if region and not law.covers(region, on=on):
        found["region"] = [_("本平台目前不受理该地区单位的入网申请，请核对所在地区。")]
    if unit.commitment_version != law.commitment_version(region, on=on):
        found["commitment"] = [_("请阅读并接受承诺书。")]
    for purpose in law.missing_attachments(unit, values, on=on):
        found[f"attachment_{purpose}"] = [_("请上传%(paper)s。") % {"paper": PURPOSES[purpose]}]
    return found


def step_of(field: str) -> str:
    if field == "commitment":
        return "commitment"
    return details.BY_NAME[field].step if field in details.BY_NAME else "account"


def tasks(unit: Unit, on: date) -> list[dict[str, str]]:
    """GOV.UK's task list: what is done, what is begun, what cannot be done yet."""
    typed, open_ = queries.typed_of(unit), {step_of(name) for name in problems_of(unit, on)}
    begun = {spec.step for spec in details.SPECS if typed.get(spec.name)}
    states = {step: "done" if step not in open_ else "now" if step in begun else "todo" for step in ORDER}
    states["check"] = "blocked" if open_ else "todo"
    return [{"label": LABELS[step], "url": url_of(unit, step), "state": states[step]} for step in ORDER]


def form_of(unit: Unit, specs: Sequence[Spec], on: date, *, judge: bool) -> FactsForm:
    typed = queries.typed_of(unit)
    values = details.read(typed).values
    form = FactsForm(specs, _offered(unit, typed), details.required(values))
    if judge:
        problems = problems_of(unit, on)
        form.explain({name: why for name, why in problems.items() if name in form.fields})
    return form


def _offered(unit: Unit, typed: Mapping[str, str]) -> dict[str, str]:
    """An account name is proposed, so that nobody has to invent one."""
    offers = queries.account_offers(typed.get("name", ""), unit)
    return {**typed, "account_name": typed.get("account_name") or (offers[0] if offers else "")}


def beside(unit: Unit, step: str, on: date) -> dict[str, Any]:
    """What a step shows besides its fields."""
    typed = queries.typed_of(unit)
    if step == "account":
        values = details.read(typed).values
        papers = {paper.purpose: paper for paper in unit.attachments.filter(removed_at=None).select_related("file")}
        asked = law.attachments(str(values.get("region", "")), typed["kind"], on=on)
        rows = [(paper, papers.get(paper.code)) for paper in asked]
        return {"papers": rows, "offers": queries.account_offers(typed.get("name", ""), unit)}
    return {"enterprise": typed.get("kind") == "enterprise", "voucher": _voucher(typed, on)}


def _voucher(typed: Mapping[str, str], on: date) -> dict[str, Any]:
    """Whether the question is asked, and if not, which rule says so."""
    verdict = law.voucher_verdict(details.read(typed).values, on=on)
    if verdict is None:
        return {"asked": False, "steps": []}
    return {"asked": verdict.decision == "asked", "steps": verdict.steps}


def shown_specs(values: Mapping[str, Any]) -> list[Spec]:
    return [spec for spec in details.SPECS if not spec.enterprise or values.get("kind") == "enterprise"]


def answers(unit: Unit, refused: Mapping[str, Sequence[str]], on: date) -> dict[str, Any]:
    """Check your answers: each part with its rows and the way back, and what is still wrong."""
    typed = queries.typed_of(unit)
    reading, problems = details.read(typed), {**problems_of(unit, on), **refused}
    parts = []
    for step in FORM_STEPS:
        rows = [
            (spec.label, _answer(spec, typed, reading), problems.get(spec.name, []))
            for spec in shown_specs(reading.values)
            if spec.step == step
        ]
        parts.append({"label": LABELS[step], "url": url_of(unit, step), "rows": rows})
    papers = unit.attachments.filter(removed_at=None).select_related("file")
    links = [(f"{url_of(unit, step_of(name))}?check=1", text) for name, why in problems.items() for text in why]
    return {"parts": parts, "papers": papers, "problems": links, "similar": _similar(unit, reading.values)}


def printed_rows(unit: Unit) -> list[tuple[str, str]]:
    """The application form, with what cannot be read left as it was typed."""
    typed = queries.typed_of(unit)
    reading = details.read(typed)
    return [(spec.label, _answer(spec, typed, reading)) for spec in shown_specs(reading.values)]


def _answer(spec: Spec, typed: Mapping[str, str], reading: Reading) -> str:
    if spec.name in reading.problems:
        return typed[spec.name]
    return details.shown(spec.name, reading.values.get(spec.name))


def _similar(unit: Unit, values: Mapping[str, Any]) -> list[Any]:
    """Before a second registration of one place is sent: it may already be here."""
    return queries.similar_units(str(values.get("name", "")), str(values.get("region", "")), besides=unit.pk)
