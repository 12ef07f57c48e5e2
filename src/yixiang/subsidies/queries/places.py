"""Which office speaks for which jurisdiction, and where a person holds an office."""

from typing import Any

from yixiang.kernel import scopes
from yixiang.kernel.errors import Unseen
from yixiang.kernel.reference import region_path
from yixiang.people.access import may
from yixiang.policy import Jurisdiction, library
from yixiang.subsidies.permissions import SubsidiesPermission
from yixiang.units.models import Unit


def place_of(unit: Unit) -> Jurisdiction | None:
    """The nearest jurisdiction a unit lies in."""
    return library().jurisdiction_of(region_path(unit.region)) if len(unit.region) == 6 else None


def place_scopes(place: Jurisdiction) -> list[str]:
    """The grants that speak for a jurisdiction; a city below a province is not among them."""
    return scopes.region_and_above(place.region)


def office_scopes(unit: Unit) -> list[str]:
    place = place_of(unit)
    return place_scopes(place) if place else [scopes.PLATFORM]


def places_of(person: Any, permission: SubsidiesPermission) -> list[Jurisdiction]:
    """The jurisdictions this person holds the permission over, whole."""
    return [one for one in library().jurisdictions.values() if may(person, permission, place_scopes(one))]


def place_for(person: Any, permission: SubsidiesPermission, code: str = "") -> Jurisdiction:
    """The one named, or the first; 404 where there is none."""
    found = [one for one in places_of(person, permission) if code in {"", one.code}]
    if not found:
        raise Unseen()
    return found[0]
