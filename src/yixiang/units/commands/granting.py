"""Roles inside a unit follow what happens to the unit and to who belongs to it."""

from datetime import datetime

from django.db import transaction

from yixiang.kernel.errors import Invalid, WrongState
from yixiang.people.commands.grants import bestow, withdraw, withdraw_within
from yixiang.people.models import Grant, Person
from yixiang.units.commands.writing import lock_unit, record, require_over
from yixiang.units.models import Membership, SubUnit, Unit
from yixiang.units.permissions import UnitsPermission

ADMIN_ROLES = ("unit_admin", "user_unit_admin", "team_lead")


def admin_role(unit: Unit) -> str:
    """Which administrator a unit needs: of an owner of instruments, of a user, of a team."""
    if unit.kind == "team":
        return "team_lead"
    return "unit_admin" if unit.provides else "user_unit_admin"


def make_admin(unit: Unit, person: Person, *, by: Person | None, now: datetime) -> Grant:
    return bestow(person, role=admin_role(unit), scope=unit.scope, by=by, now=now, scope_label=unit.name)


def admin_grants(unit: Unit) -> list[Grant]:
    grants = Grant.objects.standing().filter(scope=unit.scope, role__code__in=ADMIN_ROLES)
    return list(grants.select_related("person", "role").order_by("pk"))


def follow_kind(unit: Unit, *, by: Person | None, now: datetime) -> None:
    """A user unit that begins to provide needs administrators who may do more, and the other way round."""
    wanted = admin_role(unit)
    for grant in admin_grants(unit):
        if grant.role.code != wanted:
            withdraw(grant, by=by, now=now)
            make_admin(unit, grant.person, by=by, now=now)


def take_back(unit: Unit, person: Person, *, by: Person | None, now: datetime) -> None:
    """Leaving a unit takes every role held in it, sub-units included."""
    withdraw_within(person, scope=unit.scope, by=by, now=now)


def take_back_all(unit: Unit, *, by: Person | None, now: datetime) -> None:
    inside = Grant.objects.filter(scope=unit.scope) | Grant.objects.filter(scope__startswith=f"{unit.scope}/")
    for person in Person.objects.filter(pk__in=inside.filter(ended_at=None).values("person_id")):
        take_back(unit, person, by=by, now=now)


def refuse_last_admin(unit: Unit, person: Person) -> None:
    """A unit that nobody can administer any more could neither confirm its facts nor let anybody go."""
    holders = {grant.person_id for grant in admin_grants(unit)}
    if unit.state == "joined" and holders == {person.pk}:
        raise WrongState(f"{person} 是本单位唯一的管理员，请先指定另一位管理员，再办理。", code="last-admin")


@transaction.atomic
def appoint_admin(member: Membership, *, actor: Person, now: datetime) -> Grant:
    """A second administrator, or the one who takes over."""
    unit = lock_unit(member.unit_id)
    require_over(unit, actor, UnitsPermission.EDIT)
    person = _standing_member(member)
    grant = make_admin(unit, person, by=actor, now=now)
    record(unit, "appoint", f"指定 {person} 为单位管理员", actor=actor, now=now, thing="member", thing_id=member.pk)
    return grant


@transaction.atomic
def dismiss_admin(member: Membership, *, actor: Person, now: datetime) -> None:
    unit = lock_unit(member.unit_id)
    require_over(unit, actor, UnitsPermission.EDIT)
    refuse_last_admin(unit, member.person)
    for grant in admin_grants(unit):
        if grant.person_id == member.person_id:
            withdraw(grant, by=actor, now=now)
    what = f"{member.person} 不再担任单位管理员"
    record(unit, "dismiss", what, actor=actor, now=now, thing="member", thing_id=member.pk)


@transaction.atomic
def appoint_sub_admin(sub_unit: SubUnit, member: Membership, *, actor: Person, now: datetime) -> Grant:
    """院系或实验室管理员: reaches the sub-unit and everything below it."""
    unit = lock_unit(sub_unit.unit_id)
    require_over(unit, actor, UnitsPermission.SUBS)
    if member.unit_id != unit.pk:
        raise Invalid.field("member", "只能指定本单位的成员。")
    if sub_unit.closed_at:
        raise WrongState("这个二级单位已撤销，不能再指定管理员。")
    person = _standing_member(member)
    label = f"{unit.name} · {sub_unit.name}"
    grant = bestow(person, role="sub_unit_admin", scope=sub_unit.scope, by=actor, now=now, scope_label=label)
    what = f"指定 {person} 为“{sub_unit.name}”管理员"
    record(unit, "appoint_sub", what, actor=actor, now=now, thing="sub", thing_id=sub_unit.pk)
    return grant


@transaction.atomic
def dismiss_sub_admin(sub_unit: SubUnit, person: Person, *, actor: Person, now: datetime) -> None:
    unit = lock_unit(sub_unit.unit_id)
    require_over(unit, actor, UnitsPermission.SUBS)
    grants = person.grants.filter(scope=sub_unit.scope, role__code="sub_unit_admin", ended_at=None)
    for grant in grants:
        withdraw(grant, by=actor, now=now)
    what = f"{person} 不再担任“{sub_unit.name}”管理员"
    record(unit, "dismiss_sub", what, actor=actor, now=now, thing="sub", thing_id=sub_unit.pk)


def _standing_member(member: Membership) -> Person:
    if member.state not in {"member", "leaving"}:
        raise WrongState("只能指定在职成员。")
    return member.person
