"""A unit leaves the platform: the authority closes it, its people lose what they held there, history stays."""

from datetime import datetime

from django.db import transaction

from yixiang.kernel.errors import Invalid
from yixiang.people.models import Person
from yixiang.reviews.commands import withdraw
from yixiang.units.commands.granting import take_back_all
from yixiang.units.commands.telling import admins, tell_unit
from yixiang.units.commands.writing import lock_unit, record, require_over, seen_outside
from yixiang.units.models import Unit
from yixiang.units.permissions import UnitsPermission
from yixiang.units.states import JOINING


@transaction.atomic
def leave(unit: Unit, *, actor: Person, note: str, now: datetime) -> Unit:
    unit = lock_unit(unit.pk)
    require_over(unit, actor, UnitsPermission.DECIDE)
    if not note.strip():
        raise Invalid.field("note", "请写明退网的原因。", code="reason-missing")
    before, unit.state = unit.state, JOINING.step(unit.state, "leave")
    told = admins(unit)
    _close_what_waits(unit, actor, now)
    unit.memberships.belonging().update(state="released", until=now)
    take_back_all(unit, by=actor, now=now)
    unit.left_at = now
    unit.save(update_fields=["state", "left_at"])
    seen_outside(unit)
    record(unit, "leave", "办理退网", actor=actor, now=now, before=before, after=unit.state, note=note)
    body = f"“{unit.name}”已办理退网：{note}"
    tell_unit(
        unit,
        now=now,
        subject=f"单位已退网：{unit.name}",
        body=body,
        key=f"unit-{unit.pk}-left-{now:%Y%m%d}",
        people=told,
    )
    return unit


def _close_what_waits(unit: Unit, actor: Person, now: datetime) -> None:
    """Nobody can decide on them any more, so they must not stay in an inbox."""
    for change in unit.changes.filter(state__in=["submitted", "returned"]).select_related("case"):
        change.state, change.closed_at = "withdrawn", now
        change.save(update_fields=["state", "closed_at"])
        if change.case:
            withdraw(change.case, actor=actor, now=now)
    for member in unit.memberships.filter(state__in=["asked", "returned", "leaving"]).select_related("case"):
        if member.case and member.case.state in {"open", "returned"}:
            withdraw(member.case, actor=actor, now=now)
        if member.state != "leaving":
            member.state, member.until = "cancelled", now
            member.save(update_fields=["state", "until"])
    for expert in unit.experts.filter(state__in=["submitted", "returned", "certified"]).select_related("case"):
        if expert.case and expert.case.state in {"open", "returned"}:
            withdraw(expert.case, actor=actor, now=now)
        expert.state = "retired"
        expert.save(update_fields=["state"])
