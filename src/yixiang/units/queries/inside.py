"""What is inside a unit: members, the tree, its administrators, related units, experts."""

from typing import Any

from django.db.models import Q, QuerySet

from yixiang.kernel.errors import Unseen
from yixiang.people.models import Grant, Person
from yixiang.units.models import Expert, Membership, Relation, SubUnit, Unit


def members_of(person: Any, unit: Unit) -> QuerySet[Membership]:
    """Those this person decides on, or only themselves."""
    rows: QuerySet[Membership] = Membership.objects.visible_to(person).filter(unit=unit)
    return rows.select_related("person", "sub_unit", "case").order_by("-pk")


def membership_for(person: Any, pk: int) -> Membership:
    rows = Membership.objects.visible_to(person).select_related("unit", "sub_unit", "person", "case")
    member: Membership | None = rows.filter(pk=pk).first()
    if member is None:
        raise Unseen()
    return member


def tree_of(unit: Unit) -> QuerySet[SubUnit]:
    rows: QuerySet[SubUnit] = unit.sub_units.standing().select_related("unit").order_by("path")
    return rows


def sub_unit_for(person: Any, pk: int) -> SubUnit:
    found: SubUnit | None = SubUnit.objects.visible_to(person).select_related("unit", "parent").filter(pk=pk).first()
    if found is None:
        raise Unseen()
    return found


def sub_unit_admins(unit: Unit) -> dict[str, list[Person]]:
    """Scope → the people who administer that sub-unit."""
    grants = Grant.objects.standing().filter(scope__startswith=f"{unit.scope}/sub/", role__code="sub_unit_admin")
    found: dict[str, list[Person]] = {}
    for grant in grants.select_related("person").order_by("pk"):
        found.setdefault(grant.scope, []).append(grant.person)
    return found


def relations_of(unit: Unit) -> QuerySet[Relation]:
    """Declared by the unit itself or by the other side."""
    rows = Relation.objects.filter(Q(unit=unit) | Q(other=unit), ended_at=None)
    return rows.select_related("unit", "other").order_by("pk")


def are_related(one: Unit, other: Unit) -> bool:
    """For whoever must know whether money stays in the family."""
    if one.pk == other.pk:
        return True
    pairs = Q(unit=one, other=other) | Q(unit=other, other=one)
    if other.credit_code:
        pairs |= Q(unit=one, other_code=other.credit_code)
    if one.credit_code:
        pairs |= Q(unit=other, other_code=one.credit_code)
    return Relation.objects.filter(pairs, ended_at=None).exists()


def expert_for(person: Any, pk: int) -> Expert:
    rows = Expert.objects.visible_to(person).select_related("unit", "person", "case")
    found: Expert | None = rows.filter(pk=pk).first()
    if found is None:
        raise Unseen()
    return found
