"""What every act on a listing does alike: ask who may, lock in one order, write one line of the time line."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from yixiang.catalogue.models import Listing, ListingEvent
from yixiang.catalogue.permissions import CataloguePermission
from yixiang.kernel.errors import Unseen
from yixiang.people.access import may, require
from yixiang.people.models import Person

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
    keepers = getattr(listing, "keepers", None)
    return keepers is not None and keepers.filter(person_id=person.pk, removed_at=None).exists()


def require_edit(listing: Listing, actor: Any) -> None:
    require(actor, CataloguePermission.EDIT, listing.scopes)


def require_run(listing: Listing, actor: Any) -> None:
    if not may_run(listing, actor):
        require(actor, CataloguePermission.RUN, listing.scopes)


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
