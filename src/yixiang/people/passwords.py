"""The password profile of this installation, as the one validator Django and allauth ask."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from yixiang.people import rules
from yixiang.people.models import Person


@lru_cache(maxsize=1)
def _common() -> CommonPasswordValidator:
    return CommonPasswordValidator()


def is_common(password: str) -> bool:
    return password.lower().strip() in _common().passwords


def used_before(person: Person, password: str) -> bool:
    """The present password and the ones before it; hashing is slow, so only the profile that asks pays for it."""
    if settings.PASSWORD_PROFILE != rules.GOV or person.pk is None:
        return False
    old = person.old_passwords.order_by("-replaced_at", "-pk").values_list("password", flat=True)
    return any(check_password(password, each) for each in [person.password, *old[: rules.HISTORY - 1]] if each)


def names_of(person: Person | None) -> list[str]:
    if person is None:
        return []
    return [name for name in (person.username, person.phone, person.email.partition("@")[0]) if name]


class ProfileValidator:
    """Reads the setting at each call, so that a test or a restart with another profile needs nothing else."""

    def validate(self, password: str, user: Any = None) -> None:
        person = user if isinstance(user, Person) else None
        problems = rules.password_problems(
            settings.PASSWORD_PROFILE,
            password,
            names=names_of(person),
            used_before=person is not None and used_before(person, password),
            common=is_common(password),
        )
        if problems:
            raise ValidationError([ValidationError(problem, code="password_refused") for problem in problems])

    def get_help_text(self) -> str:
        return rules.password_advice(settings.PASSWORD_PROFILE)
