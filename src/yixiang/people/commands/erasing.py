"""Deleting one's own account: what identifies the person goes, what the law wants kept stays without a name."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from yixiang.kernel.errors import Refused, WrongState
from yixiang.people.access import forget_grants
from yixiang.people.commands.closing import close_sessions, remove_proofs, revoke_tokens
from yixiang.people.models import Person


@transaction.atomic
def erase(person: Person, *, now: datetime, blockers: Sequence[str] = ()) -> Person:
    """`blockers` come from the rooms above: what would be left without anybody. Cannot be undone."""
    held = Person.objects.select_for_update().get(pk=person.pk)
    if held.erased_at is not None:
        raise WrongState("这个账号已经注销。", code="person-erased")
    standing = [*blockers, *_offices_left_empty(held)]
    if standing:
        message = "现在还不能注销，请先办完这些事：" + "；".join(standing) + "。"
        raise Refused("erase-blocked", message, fields={"blockers": standing})
    close_sessions(held)
    revoke_tokens(held, now=now)
    remove_proofs(held)
    held.old_passwords.all().delete()
    held.grants.filter(ended_at=None).update(ended_at=now, ended_by=None)
    held.username = f"erased-{held.pk}-{secrets.token_hex(4)}"
    held.name, held.email, held.phone = "已注销用户", "", ""
    held.phone_verified = held.must_verify = held.is_active = False
    held.set_unusable_password()
    held.failed_sign_ins, held.locked_until, held.last_login = 0, None, None
    held.erased_at = now
    held.save()
    forget_grants(person)
    return held


def _offices_left_empty(person: Person) -> list[str]:
    """One of the three administrators goes only when there is another."""
    found = []
    for grant in person.grants.standing().exclude(separation="").select_related("role"):
        others = type(grant).objects.standing().filter(separation=grant.separation, person__is_active=True)
        if not others.exclude(person=person).exists():
            found.append(f"您是唯一的{grant.role.name}，请先安排接替的人")
    return found
