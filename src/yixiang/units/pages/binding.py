"""What may be done with a unit from its page, and the words around it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from yixiang.kernel.errors import Unseen
from yixiang.people.access import may
from yixiang.people.models import Person
from yixiang.units import law, queries
from yixiang.units.commands import editing, leaving, registering
from yixiang.units.commands.editing import Edited
from yixiang.units.commands.writing import may_edit
from yixiang.units.forms import FactsForm
from yixiang.units.models import Unit
from yixiang.units.permissions import UnitsPermission
from yixiang.units.rules import details
from yixiang.units.rules.details import Spec


@dataclass(frozen=True, slots=True)
class Step:
    """One binding step: its page says `happens` before it is done."""

    title: str
    label: str
    happens: tuple[str, ...]
    done: str
    do: Callable[[Unit, Person, str, datetime], object]
    undo: str = ""
    note: bool = False
    style: str = "danger"


def _withdraw_change(unit: Unit, actor: Person, _note: str, now: datetime) -> object:
    change = unit.changes.filter(state__in=["submitted", "returned"]).first()
    if change is None:
        raise Unseen("没有正在审核的信息变更。")
    return editing.withdraw_change(change, actor=actor, now=now)


STEPS: Mapping[str, Step] = {
    "withdraw": Step(
        title="撤回入网申请",
        label="撤回",
        happens=("申请从审核部门的待办中移除。", "填写的内容和附件都保留，可以修改后重新提交。"),
        done="已撤回，可以继续修改。",
        do=lambda unit, actor, _note, now: registering.withdraw_application(unit, actor=actor, now=now),
        undo="可以随时重新提交，审核从头开始。",
        style="warm",
    ),
    "withdraw-change": Step(
        title="撤回信息变更",
        label="撤回变更",
        happens=("变更不再审核。", "单位信息保持原来的内容。"),
        done="已撤回变更。",
        do=_withdraw_change,
        undo="可以随时重新提出变更。",
        style="warm",
    ),
    "reopen": Step(
        title="重新申请入网",
        label="重新申请",
        happens=("单位回到草稿状态，原来填写的内容都在。", "修改并提交后由主管部门重新审核。"),
        done="已回到草稿，请修改后提交。",
        do=lambda unit, actor, _note, now: registering.reopen(unit, actor=actor, now=now),
        undo="不提交就不会进入审核。",
        style="primary",
    ),
    "leave": Step(
        title="办理退网",
        label="确认退网",
        happens=("单位不能再发布仪器或提交预约。", "全体成员的单位权限随之收回。", "历史记录全部保留。"),
        done="已办理退网。",
        do=lambda unit, actor, note, now: leaving.leave(unit, actor=actor, note=note, now=now),
        undo="退网后可由单位重新申请入网。",
        note=True,
    ),
}


def offered(unit: Unit, person: Any) -> dict[str, bool]:
    """Which doors the page shows; each command asks again."""
    edits, decides = may_edit(unit, person), may(person, UnitsPermission.DECIDE, unit.scopes)
    joined = unit.state == "joined"
    return {
        "can_edit": edits and joined,
        "can_fill": edits and unit.state in {"draft", "returned"},
        "can_withdraw": edits and unit.state in {"submitted", "returned"},
        "can_reopen": edits and unit.state in {"rejected", "left"},
        "can_leave": decides and joined,
        "can_flag": may(person, UnitsPermission.FLAG, unit.scopes),
        "can_members": may(person, UnitsPermission.MEMBERS, unit.scopes) and joined,
        "can_subs": may(person, UnitsPermission.SUBS, unit.scopes) and joined,
    }


def said(edited: Edited) -> str:
    if edited.change and edited.applied:
        return _("部分修改已生效；其余内容已提交审核，通过前沿用原来的内容。")
    if edited.change:
        return _("已提交审核，通过前沿用原来的内容。")
    return _("修改已生效，单位信息同时视为已确认。") if edited.applied else _("没有改动，内容保持不变。")


def edit_page(unit: Unit, specs: Sequence[Spec], problems: Mapping[str, Sequence[str]], on: date) -> dict[str, Any]:
    values = queries.facts_of(unit)
    form = FactsForm(specs, queries.typed_of(unit), details.required(values))
    reviewed = law.reopening_fields(unit, on=on)
    for name in reviewed & set(form.fields):
        form.fields[name].help_text = _("修改后须重新审核，通过前沿用原来的内容。")
    form.explain(problems)
    steps = {step: [s.name for s in specs if s.step == step] for step in ("basic", "details", "account")}
    unsent = any(unit.typed.get(s.name, None) not in {None, details.as_typed(values[s.name])} for s in specs)
    return {"unit": unit, "form": form, "groups": steps, "reviewed": reviewed, "unsent": unsent}
