"""Changing a password, and remembering what was used before."""

from datetime import datetime

from django.db import transaction

from yixiang.people import rules
from yixiang.people.models import OldPassword, Person


@transaction.atomic
def change_password(person: Person, password: str, *, now: datetime) -> None:
    """The new one counts from now; a correct new password also ends a lock, for its owner has proven themselves."""
    locked = Person.objects.select_for_update().get(pk=person.pk)
    if locked.has_usable_password():
        OldPassword.objects.create(person=locked, password=locked.password, replaced_at=now)
        keep = locked.old_passwords.order_by("-replaced_at", "-pk").values_list("pk", flat=True)[: rules.HISTORY]
        locked.old_passwords.exclude(pk__in=list(keep)).delete()
    person.set_password(password)
    person.password_changed_at = now
    person.failed_sign_ins, person.locked_until = 0, None
    person.save(update_fields=["password", "password_changed_at", "failed_sign_ins", "locked_until"])
