"""A text column whose content is unreadable in a stolen dump: bank accounts, second-factor secrets."""

from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models


@lru_cache(maxsize=4)
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key.encode()) for key in keys])


def cipher() -> MultiFernet:
    """The first key encrypts; older keys still decrypt, so that a key can be turned over."""
    return _cipher(tuple(settings.FIELD_KEYS))


class EncryptedText(models.TextField):  # type: ignore[type-arg]
    """Encrypted on the way in, plain on the way out; cannot be searched, and says so by refusing look-ups."""

    def get_prep_value(self, value: Any) -> Any:
        text = super().get_prep_value(value)
        return cipher().encrypt(text.encode()).decode() if text else text

    def from_db_value(self, value: str | None, _expression: object, _connection: object) -> str | None:
        return cipher().decrypt(value.encode()).decode() if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise TypeError(f"{self.name} is encrypted and cannot be searched by {lookup_name}")
        return super().get_lookup(lookup_name)
