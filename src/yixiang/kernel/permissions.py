"""Names of what one may do. A room declares its own; roles are data that hold them."""

from enum import StrEnum


class Permission(StrEnum):
    """`room:thing:act`; the members of a subclass give the Chinese label beside the name."""

    label: str

    def __new__(cls, value: str, label: str) -> "Permission":
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member


def declared() -> dict[str, str]:
    """Every permission of every room, name → label, in the order the rooms were imported."""
    return {str(member.value): member.label for room in Permission.__subclasses__() for member in room}
