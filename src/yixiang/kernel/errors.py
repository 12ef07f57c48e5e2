"""Refusals: what a rule, a state or a permission says no with; the edge turns each into a page or problem+json once."""

from collections.abc import Mapping, Sequence
from typing import Any

FieldMessages = Mapping[str, Sequence[str]]


class Refused(Exception):
    """The command did nothing. `code` is stable for programs, `message` is for the person."""

    status = 409

    def __init__(
        self,
        code: str,
        message: str,
        *,
        status: int | None = None,
        fields: FieldMessages | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = str(message)
        self.status = status or self.status
        self.fields = {name: list(messages) for name, messages in (fields or {}).items()}
        self.extra = dict(extra or {})


class Unseen(Refused):
    """It does not exist, or not for this person: both look the same from outside."""

    status = 404

    def __init__(self, message: str = "没有找到这项内容，它可能已被删除，或者不在您的权限范围内。") -> None:
        super().__init__("not-found", message)


class NotPermitted(Refused):
    """The thing may be seen, but not this done to it."""

    status = 403

    def __init__(self, message: str = "您的账号没有这项权限。如需办理，请联系本单位管理员。") -> None:
        super().__init__("not-permitted", message)


class WrongState(Refused):
    """Somebody was faster, or the page is old."""

    status = 409

    def __init__(self, message: str, *, code: str = "wrong-state") -> None:
        super().__init__(code, message)


class Invalid(Refused):
    """What was typed cannot be accepted; `fields` says where and why."""

    status = 422

    def __init__(self, message: str, *, code: str = "invalid", fields: FieldMessages | None = None) -> None:
        super().__init__(code, message, fields=fields)

    @classmethod
    def field(cls, name: str, message: str, *, code: str = "invalid") -> "Invalid":
        return cls(message, code=code, fields={name: [message]})


class TooMany(Refused):
    """Too often in too short a time."""

    status = 429

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__("too-many-requests", message, extra={"retry_after": retry_after})
        self.retry_after = retry_after
