"""What every act on a unit does alike: ask who may, lock in one order, write one line of the time line."""

from datetime import datetime
from typing import Any

from yixiang.kernel.errors import NotPermitted, Unseen
from yixiang.kernel.freshness import public_data_changed
from yixiang.kernel.later import later
from yixiang.people.access import may, require
from yixiang.people.models import Person
from yixiang.units.models import Unit, UnitEvent
from yixiang.units.permissions import UnitsPermission

# Rows are locked in this order everywhere: unit, then its change, membership or expert, then the case. Two acts that
# touch the same unit therefore queue up instead of holding what the other waits for.


def lock_unit(pk: int) -> Unit:
    unit: Unit | None = Unit.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if unit is None:
        raise Unseen()
    return unit


def is_own_application(unit: Unit, actor: Any) -> bool:
    """Before a unit is joined there is no administrator yet: whoever began the registration acts for it."""
    return unit.created_by_id == actor.pk and unit.state in {"draft", "submitted", "returned", "rejected"}


def may_edit(unit: Unit, actor: Any) -> bool:
    return is_own_application(unit, actor) or may(actor, UnitsPermission.EDIT, unit.scopes)


def require_edit(unit: Unit, actor: Any) -> None:
    if not may_edit(unit, actor):
        raise NotPermitted()


def require_over(unit: Unit, actor: Any, permission: UnitsPermission) -> None:
    require(actor, permission, unit.scopes)


def seen_outside(unit: Unit) -> None:
    """Its name, place or standing changed: what is listed under it must show that too."""
    public_data_changed()
    later("catalogue.follow_unit", once=f"catalogue-unit-{unit.pk}", unit_id=unit.pk)


def record(
    unit: Unit,
    action: str,
    what: str,
    *,
    actor: Person | None,
    now: datetime,
    thing: str = "unit",
    thing_id: int | None = None,
    before: str = "",
    after: str = "",
    note: str = "",
) -> UnitEvent:
    return UnitEvent.objects.create(
        unit=unit,
        at=now,
        by=actor,
        by_label=str(actor) if actor else "系统",
        thing=thing,
        thing_id=thing_id,
        action=action,
        before=before,
        after=after,
        what=what[:200],
        note=note,
    )
