"""Shutting every door a person has open: sessions, tokens, second factors."""

from collections.abc import Sequence
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from yixiang.people.models import Person


@transaction.atomic
def close_sessions(person: Person, *, but: str = "") -> int:
    """Sign out everywhere, except from the session that is kept."""
    rows = UserSession.objects.filter(user=person).exclude(session_key=but)
    keys: Sequence[str] = list(rows.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    rows.delete()
    return len(keys)


@transaction.atomic
def revoke_tokens(person: Person, *, now: datetime) -> int:
    return int(person.tokens.filter(revoked_at=None).update(revoked_at=now))


@transaction.atomic
def remove_proofs(person: Person) -> None:
    """Second factors, linked identities and mail addresses."""
    Authenticator.objects.filter(user=person).delete()
    SocialAccount.objects.filter(user=person).delete()
    EmailAddress.objects.filter(user=person).delete()
