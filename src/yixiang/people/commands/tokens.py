"""Keys for programs: made, used, revoked. Only a digest is ever kept."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from yixiang.kernel.errors import Invalid, Unseen
from yixiang.kernel.permissions import declared
from yixiang.people import rules
from yixiang.people.models import Person, Token

MARK = "yx"
USED_STEP = timedelta(hours=1)  # a busy program must not write a row at every call


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def make(person: Person, *, name: str, permissions: Sequence[str], days: int, now: datetime) -> tuple[Token, str]:
    """The token and its secret; the secret exists only in this answer."""
    problems = rules.token_problems(permissions, known=declared(), days=days, name=name)
    if problems:
        raise Invalid("令牌没有生成，请按提示修改。", code="token-invalid", fields=problems)
    prefix = secrets.token_hex(4)
    secret = f"{MARK}_{prefix}_{secrets.token_urlsafe(32)}"
    token = Token.objects.create(
        person=person,
        name=name.strip(),
        prefix=prefix,
        digest=digest(secret),
        scopes=sorted(set(permissions)),
        expires_at=now + timedelta(days=days),
    )
    return token, secret


@transaction.atomic
def revoke(person: Person, *, token_id: int, now: datetime) -> Token:
    """One's own only; revoking twice is fine, because what is wanted is already so."""
    token = Token.objects.select_for_update().filter(person=person, pk=token_id).first()
    if token is None:
        raise Unseen()
    if token.revoked_at is None:
        token.revoked_at = now
        token.save(update_fields=["revoked_at"])
    return token


def authenticate(secret: str, *, now: datetime) -> Person | None:
    """Whom this secret stands for, with what it may do in `token_permissions`; None for anything not right."""
    if not secret.startswith(f"{MARK}_") or len(secret) > 200:
        return None
    wanted = digest(secret)
    token = (
        Token.objects.select_related("person")
        .filter(digest=wanted, revoked_at=None, expires_at__gt=now, person__is_active=True, person__erased_at=None)
        .first()
    )
    if token is None or not hmac.compare_digest(token.digest, wanted):
        return None
    if token.last_used_at is None or now - token.last_used_at > USED_STEP:
        Token.objects.filter(pk=token.pk).update(last_used_at=now)
    person = token.person
    person.token = token
    person.token_permissions = rules.token_permissions(token.scopes, declared())
    return person
