"""The one question every command asks: may this person do that to this thing?"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from yixiang.kernel import scopes
from yixiang.kernel.errors import NotPermitted
from yixiang.people.models import Grant, Person


@dataclass(frozen=True)
class Reach:
    """The scopes in which a person holds a permission; what `visible_to` filters by."""

    scopes: frozenset[str]

    def __bool__(self) -> bool:
        return bool(self.scopes)

    @property
    def platform(self) -> bool:
        return scopes.PLATFORM in self.scopes

    @cached_property
    def units(self) -> list[int]:
        return sorted(pk for s in self.scopes if (pk := scopes.unit_pk(s)) is not None)

    @cached_property
    def sub_units(self) -> list[int]:
        return sorted(pk for s in self.scopes if (pk := scopes.sub_unit_pk(s)) is not None)

    def covers(self, targets: Iterable[str]) -> bool:
        return not self.scopes.isdisjoint(targets)


def grants_of(person: Any) -> list[Grant]:
    """Read once per request; under a hat, only that hat counts."""
    if not getattr(person, "is_authenticated", False) or not person.is_active:
        return []
    held: list[Grant] | None = getattr(person, "_grants", None)
    if held is None:
        held = list(person.grants.standing().select_related("role").order_by("pk"))
        person._grants = held
    hat = getattr(person, "hat", None)
    return [grant for grant in held if hat in {None, grant.pk}]


def powers(person: Any) -> list[tuple[str, frozenset[str]]]:
    """Scope and permissions of each grant that counts now; a token may hold less than its owner."""
    within = getattr(person, "token_permissions", None)
    held = [(grant.scope, frozenset(grant.role.permissions)) for grant in grants_of(person)]
    return held if within is None else [(scope, names & frozenset(within)) for scope, names in held]


def reach(person: Any, permission: str) -> Reach:
    return Reach(frozenset(scope for scope, names in powers(person) if permission in names))


def may(person: Any, permission: str, targets: Iterable[str]) -> bool:
    return reach(person, permission).covers(targets)


def require(person: Any, permission: str, targets: Iterable[str]) -> None:
    if not may(person, permission, targets):
        raise NotPermitted()


def forget_grants(person: Person) -> None:
    """After a grant changed within the same request."""
    person.__dict__.pop("_grants", None)
