"""What every act on a listing does alike: ask who may, lock in one order, write one line of the time line."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from yixiang.catalogue.models import Listing, ListingEvent
from yixiang.catalogue.permissions import CataloguePermission
from yixiang.catalogue.states import CLOSED
from yixiang.kernel.errors import Unseen, WrongState
from yixiang.people.access import may, require
from yixiang.people.models import Person
from yixiang.units.states import BELONGS

L = TypeVar("L", bound=Listing)

# Rows are locked in this order everywhere: the listing (several by rising key), then its tariffs, hours and holds, then
# the case. Two acts on one instrument therefore queue up instead of holding what the other waits for.


def lock(listing: L) -> L:
    """The same row, read again under lock."""
    model: Any = type(listing)
    found: L | None = (
        model.objects.select_for_update(of=("self",)).select_related("unit", "sub_unit").filter(pk=listing.pk).first()
    )
    if found is None:
        raise Unseen()
    return found


def may_edit(listing: Listing, person: Any) -> bool:
    return may(person, CataloguePermission.EDIT, listing.scopes)


def may_run(listing: Listing, person: Any) -> bool:
    """Whoever edits, runs, or is one of the instrument's keepers with an account."""
    if may(person, CataloguePermission.RUN, listing.scopes) or may_edit(listing, person):
        return True
    return _keeps(listing, person)


def _keeps(listing: Listing, person: Any) -> bool:
    """A keeper who has left the unit keeps nothing, and a token without this permission does not carry it."""
    keepers, within = getattr(listing, "keepers", None), getattr(person, "token_permissions", None)
    if keepers is None or (within is not None and CataloguePermission.RUN not in within):
        return False
    belongs = {"person__memberships__unit_id": listing.unit_id, "person__memberships__state__in": BELONGS}
    return bool(keepers.filter(person_id=person.pk, removed_at=None, **belongs).exists())


def require_edit(listing: Listing, actor: Any) -> None:
    require(actor, CataloguePermission.EDIT, listing.scopes)


def require_run(listing: Listing, actor: Any) -> None:
    if not may_run(listing, actor):
        require(actor, CataloguePermission.RUN, listing.scopes)


def refuse_closed(listing: Listing) -> None:
    """What has left or was scrapped is history and stays as it is."""
    if listing.state in CLOSED:
        raise WrongState("已报废、已退出或不予入网的资源不能再维护，历史记录保留。", code="listing-closed")


def record(
    listing: Listing,
    action: str,
    what: str,
    *,
    actor: Person | None,
    now: datetime,
    before: str = "",
    after: str = "",
    note: str = "",
    changes: Mapping[str, Any] | None = None,
) -> ListingEvent:
    return ListingEvent.objects.create(
        kind=listing.kind_code,
        subject_id=listing.pk,
        unit_id=listing.unit_id,
        at=now,
        by=actor,
        by_label=str(actor) if actor else "系统",
        action=action,
        before=before,
        after=after,
        what=what[:200],
        note=note,
        changes=dict(changes or {}),
    )
