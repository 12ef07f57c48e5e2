"""What the security administrator does with accounts: stop, restore, unlock; and what everybody does with their own."""

from datetime import datetime

from django.db import transaction

from yixiang.kernel import scopes
from yixiang.kernel.errors import Invalid, NotPermitted, Unseen, WrongState
from yixiang.people.access import require
from yixiang.people.commands.closing import close_sessions, revoke_tokens
from yixiang.people.models import Person
from yixiang.people.permissions import PeoplePermission


@transaction.atomic
def stop(person: Person, *, actor: Person, now: datetime) -> Person:
    """They are signed out everywhere and cannot come back in; their roles wait until they are restored."""
    held = _theirs(person, actor)
    if not held.is_active:
        raise WrongState("这个账号已经停用。", code="person-stopped")
    held.is_active = False
    held.save(update_fields=["is_active"])
    close_sessions(held)
    revoke_tokens(held, now=now)
    return held


@transaction.atomic
def restore(person: Person, *, actor: Person) -> Person:
    held = _theirs(person, actor)
    if held.is_active:
        raise WrongState("这个账号没有停用。", code="person-active")
    held.is_active = True
    held.save(update_fields=["is_active"])
    return held


@transaction.atomic
def unlock(person: Person, *, actor: Person, now: datetime) -> Person:
    """After too many wrong passwords; unlocking an open account changes nothing."""
    held = _theirs(person, actor)
    if held.is_locked(now) or held.failed_sign_ins:
        held.failed_sign_ins, held.locked_until = 0, None
        held.save(update_fields=["failed_sign_ins", "locked_until"])
    return held


@transaction.atomic
def rename(person: Person, *, name: str) -> Person:
    """One's own name, as it is to be shown."""
    if not name.strip():
        raise Invalid.field("name", "请填写姓名。")
    held = Person.objects.select_for_update().get(pk=person.pk)
    held.name = name.strip()[:60]
    held.save(update_fields=["name"])
    return held


def _theirs(person: Person, actor: Person) -> Person:
    require(actor, PeoplePermission.MANAGE, [scopes.PLATFORM])
    if person.pk == actor.pk:
        raise NotPermitted("不能停用、恢复或解锁自己的账号，请由另一位安全管理员办理。")
    held = Person.objects.select_for_update().filter(pk=person.pk).first()
    if held is None:
        raise Unseen()
    if held.erased_at is not None:
        raise WrongState("这个账号已经注销。", code="person-erased")
    return held
