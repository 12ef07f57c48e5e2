"""Switching hats: one account, several grants, one worn at a time or all at once."""

from typing import Any

from django.utils.translation import gettext as _

from yixiang.people.access import grants_of
from yixiang.people.models import Grant, Person

SESSION_KEY = "hat"
Hat = dict[str, Any]


def hats(person: Any) -> list[Hat]:
    """What the switcher shows: every standing grant, and all of them together (id 0) where there are several."""
    if not getattr(person, "is_authenticated", False):
        return []
    worn = getattr(person, "hat", None)
    held = standing(person)
    found: list[Hat] = [{"id": grant.pk, "label": str(grant), "current": grant.pk == worn} for grant in held]
    if len(found) == 1:
        found[0]["current"] = True
    elif found:
        found.insert(0, {"id": 0, "label": _("全部身份"), "current": worn is None})
    return found


def standing(person: Person) -> list[Grant]:
    """All grants, also the ones the present hat covers up."""
    worn, person.hat = person.hat, None
    try:
        return grants_of(person)
    finally:
        person.hat = worn


def wear(session: Any, person: Person, hat: int) -> bool:
    """Remember the choice; false when the person holds no such grant."""
    if hat == 0:
        session.pop(SESSION_KEY, None)
        return True
    if hat not in {grant.pk for grant in standing(person)}:
        return False
    session[SESSION_KEY] = hat
    return True
