"""What a decision on a case of this room does to its subject, in the same transaction."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from django.db import transaction

from yixiang.kernel.errors import Unseen
from yixiang.people.models import Person
from yixiang.reviews import commands as reviews
from yixiang.reviews.commands import Outcome, Verb
from yixiang.reviews.models import Case
from yixiang.units.commands import editing, experts, members
from yixiang.units.commands.granting import make_admin
from yixiang.units.commands.registering import enrol
from yixiang.units.commands.telling import tell_deciders, tell_unit
from yixiang.units.commands.writing import lock_unit, record, seen_outside
from yixiang.units.models import Expert, Membership, Unit, UnitChange
from yixiang.units.states import JOINING


class Deciding(Protocol):
    def __call__(self, case: Case, outcome: Outcome, *, actor: Person, note: str, now: datetime) -> None: ...


@transaction.atomic
def decide_case(
    case: Case,
    *,
    actor: Person,
    action: Verb,
    now: datetime,
    note: str = "",
    reasons: Sequence[str] = (),
    version: int | None = None,
) -> Outcome:
    """Lock the subject's unit, let the conversation decide, then move the subject; a refusal leaves all as it was."""
    consequence = _CONSEQUENCES.get(case.kind)
    if consequence is None:
        raise Unseen()
    lock_unit(_UNIT_OF[case.kind](case.subject_id))
    outcome = reviews.decide(
        case.pk,
        actor=actor,
        action=action,
        note=note,
        reasons=reasons,
        version=version,
        now=now,
    )
    said = "\n".join([*reasons, note]).strip()
    consequence(outcome.case, outcome, actor=actor, note=said, now=now)
    if not outcome.final:
        tell_deciders(outcome.case, now=now)
    return outcome


def _decide_unit(case: Case, outcome: Outcome, *, actor: Person, note: str, now: datetime) -> None:
    unit = lock_unit(case.subject_id)
    if not outcome.final:
        record(unit, "pass_on", "通过本级审核，转下一级", actor=actor, now=now, note=note)
        return
    before, unit.state = unit.state, JOINING.step(unit.state, outcome.action)
    if unit.state == "joined":
        unit.joined_at, unit.confirmed_at, unit.left_at = unit.joined_at or now, now, None
    unit.save(update_fields=["state", "joined_at", "confirmed_at", "left_at"])
    move = JOINING.label(unit.state)
    record(unit, outcome.action, move, actor=actor, now=now, before=before, after=unit.state, note=note)
    if unit.state == "joined":
        seen_outside(unit)
        _open_the_door(unit, actor, now)
    _tell_result(unit, case, note, now)


def _open_the_door(unit: Unit, actor: Person, now: datetime) -> None:
    """The registrant becomes the unit's first administrator."""
    if unit.created_by is None:
        return
    make_admin(unit, unit.created_by, by=actor, now=now)
    member = enrol(unit, unit.created_by, now=now)
    if member:
        record(
            unit, "enrol", f"{unit.created_by} 成为单位管理员", actor=actor, now=now, thing="member", thing_id=member.pk
        )


_RESULT = {
    "joined": ("单位已入网：{}", "“{}”已通过入网审核，您现在是该单位的管理员。", "进入单位"),
    "returned": ("入网申请被退回：{}", "“{}”的入网申请需要修改：{}", "去修改"),
    "rejected": ("入网申请未通过：{}", "“{}”的入网申请未获通过：{}", "查看"),
}


def _tell_result(unit: Unit, case: Case, note: str, now: datetime) -> None:
    subject, body, button = _RESULT[unit.state]
    tell_unit(
        unit,
        now=now,
        subject=subject.format(unit.name),
        body=body.format(unit.name, note),
        button=button,
        key=f"case-{case.pk}-{case.version}-result",
        people=[unit.created_by] if unit.created_by else None,
    )


def _unit_of_unit(pk: int) -> int:
    return pk


def _unit_of_change(pk: int) -> int:
    return UnitChange.objects.values_list("unit_id", flat=True).get(pk=pk)


def _unit_of_membership(pk: int) -> int:
    found: int = Membership.objects.values_list("unit_id", flat=True).get(pk=pk)
    return found


def _unit_of_expert(pk: int) -> int:
    found: int = Expert.objects.values_list("unit_id", flat=True).get(pk=pk)
    return found


_UNIT_OF: dict[str, Callable[[int], int]] = {
    "unit": _unit_of_unit,
    "unit-change": _unit_of_change,
    "membership": _unit_of_membership,
    "expert": _unit_of_expert,
}
_CONSEQUENCES: dict[str, Deciding] = {
    "unit": _decide_unit,
    "unit-change": editing.apply_decision,
    "membership": members.apply_decision,
    "expert": experts.apply_decision,
}
KINDS = tuple(_CONSEQUENCES)  # the kinds of case this room answers for
