"""Giving roles and taking them back."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from yixiang.kernel import scopes
from yixiang.kernel.errors import Invalid, NotPermitted, Refused, Unseen, WrongState
from yixiang.people import rules
from yixiang.people.access import forget_grants, require
from yixiang.people.models import Grant, Person, Role
from yixiang.people.permissions import PeoplePermission
from yixiang.people.scope_names import scope_name


@transaction.atomic
def give(
    person: Person,
    *,
    actor: Person,
    role: Role | str,
    scope: str,
    now: datetime,
    ends_at: datetime | None = None,
) -> Grant:
    """By the security administrator, in the desk."""
    require(actor, PeoplePermission.GRANT, [scopes.PLATFORM])
    if actor.pk == person.pk:
        raise NotPermitted("不能给自己授予角色，请由另一位安全管理员办理。")
    if not scope_name(scope):
        raise Invalid.field("scope", "没有找到这个范围，请从列表里选择。", code="scope-unknown")
    return bestow(person, role=role, scope=scope, by=actor, now=now, ends_at=ends_at)


@transaction.atomic
def bestow(
    person: Person,
    *,
    role: Role | str,
    scope: str,
    by: Person | None,
    now: datetime,
    ends_at: datetime | None = None,
    scope_label: str = "",
) -> Grant:
    """For commands of the rooms above, whose own permission led to it. Giving what stands already changes nothing."""
    holder = _holder(person)
    given = role if isinstance(role, Role) else _role(role)
    if not scopes.well_formed(scope):
        raise Invalid.field("scope", "范围的写法不对。", code="scope-malformed")
    _close_expired(holder, now)
    held = list(holder.grants.standing(now).select_related("role"))
    for grant in held:
        if (grant.role_id, grant.scope) == (given.pk, scope):
            return _prolong(grant, ends_at)
    _check(given, scope, held, ends_at, now)
    grant = Grant.objects.create(
        person=holder,
        role=given,
        scope=scope,
        scope_label=scope_label or scope_name(scope),
        separation=given.separation,
        granted_by=by,
        granted_at=now,
        ends_at=ends_at,
    )
    forget_grants(person)
    return grant


@transaction.atomic
def take_back(grant: Grant, *, actor: Person, now: datetime) -> Grant:
    """By the security administrator; the row stays as history."""
    require(actor, PeoplePermission.GRANT, [scopes.PLATFORM])
    if actor.pk == grant.person_id:
        raise NotPermitted("不能收回自己的角色，请由另一位安全管理员办理。")
    return withdraw(grant, by=actor, now=now)


@transaction.atomic
def withdraw(grant: Grant, *, by: Person | None, now: datetime) -> Grant:
    """For commands of the rooms above: leaving a unit ends the roles held there."""
    held = Grant.objects.select_for_update().filter(pk=grant.pk).first()
    if held is None:
        raise Unseen()
    if held.ended_at is not None:
        raise WrongState("这个角色已经收回，不用再办。", code="grant-ended")
    held.ended_at, held.ended_by = now, by
    held.save(update_fields=["ended_at", "ended_by"])
    forget_grants(grant.person)
    return held


@transaction.atomic
def withdraw_within(person: Person, *, scope: str, by: Person | None, now: datetime) -> int:
    """All roles in a unit and below it at once."""
    inside = person.grants.filter(Q(scope=scope) | Q(scope__startswith=f"{scope}/"), ended_at=None)
    ended = inside.update(ended_at=now, ended_by=by)
    forget_grants(person)
    return int(ended)


def _holder(person: Person) -> Person:
    """Locked first, so that two grants at once are decided one after the other."""
    holder = Person.objects.select_for_update().filter(pk=person.pk, is_active=True, erased_at=None).first()
    if holder is None:
        raise WrongState("这个账号已停用或已注销，不能授予角色。", code="person-stopped")
    return holder


def _check(role: Role, scope: str, held: list[Grant], ends_at: datetime | None, now: datetime) -> None:
    problems = rules.grant_problems(
        separation=role.separation,
        reaches=role.reaches,
        scope=scope,
        held=[grant.separation for grant in held],
        ends_at=ends_at,
        now=now,
    )
    if problems:
        raise Refused("grant-refused", "".join(problems), fields={"role": problems})


def _role(code: str) -> Role:
    try:
        return Role.objects.get(code=code)
    except Role.DoesNotExist:
        raise Invalid.field("role", "没有这个角色。", code="role-unknown") from None


def _close_expired(person: Person, now: datetime) -> None:
    """A grant that has run out must not stand in the way of the next one."""
    for grant in person.grants.filter(ended_at=None, ends_at__lte=now):
        grant.ended_at = grant.ends_at
        grant.save(update_fields=["ended_at"])


def _prolong(grant: Grant, ends_at: datetime | None) -> Grant:
    if grant.ends_at != ends_at:
        grant.ends_at = ends_at
        grant.save(update_fields=["ends_at"])
    return grant
