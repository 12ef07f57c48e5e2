"""What signing in leaves behind, counted in the database so that no restart and no second process forgets."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from yixiang.people import rules
from yixiang.people.models import Person


@transaction.atomic
def record_failure(person: Person, *, now: datetime) -> bool:
    """Count one wrong password; true when this one locked the account. Counting is left to the database, because two
    guesses at once must count as two."""
    Person.objects.filter(pk=person.pk).update(failed_sign_ins=F("failed_sign_ins") + 1)
    held = Person.objects.select_for_update().get(pk=person.pk)
    if held.is_locked(now) or not rules.locks(held.failed_sign_ins, settings.SIGN_IN_FAILURES):
        return False
    held.locked_until = now + timedelta(minutes=settings.SIGN_IN_LOCK_MINUTES)
    held.failed_sign_ins = 0
    held.save(update_fields=["failed_sign_ins", "locked_until"])
    return True


@transaction.atomic
def record_success(person: Person, *, now: datetime) -> None:
    """Ends the count and, when the proof was a code or a passkey, the lock."""
    changed = Person.objects.filter(pk=person.pk).exclude(failed_sign_ins=0, locked_until=None)
    changed.update(failed_sign_ins=0, locked_until=None)


@transaction.atomic
def record_verified(person: Person, *, phone: str = "") -> None:
    """A code came back: the phone (or the mail address) is theirs, and they may come in."""
    changed = ["must_verify"]
    person.must_verify = False
    if phone:
        Person.objects.filter(phone=phone, phone_verified=False).exclude(pk=person.pk).update(phone="")
        person.phone, person.phone_verified = phone, True
        changed += ["phone", "phone_verified"]
    person.save(update_fields=changed)
