"""Who hears of what happened to a listing, and in which words."""

from collections.abc import Iterable
from datetime import date, datetime

from django.urls import reverse

from yixiang.catalogue.models import Instrument, Listing
from yixiang.catalogue.permissions import CataloguePermission
from yixiang.kernel import scopes
from yixiang.notices.commands import tell
from yixiang.notices.kinds import NoticeKind, declare
from yixiang.people.models import Person
from yixiang.units.commands.telling import holders, tell_deciders

__all__ = ["editors", "keepers", "page_of", "tell_deciders", "tell_owner"]

declare(
    NoticeKind("resource", "资源动态"),
    NoticeKind("resource-deadline", "入网期限", clock=True),
    NoticeKind("resource-check", "资源信息核对"),
    NoticeKind("wish", "找仪器的需求"),
)


def editors(listing: Listing) -> list[Person]:
    """Whoever edits it from inside its unit or sub-unit; not the authority above."""
    inside = [scope for scope in listing.scopes if scopes.unit_pk(scope) or scopes.sub_unit_pk(scope)]
    return holders(CataloguePermission.EDIT, inside)


def keepers(listing: Listing) -> list[Person]:
    """The people with an account who run it."""
    if not isinstance(listing, Instrument):
        return []
    rows = listing.keepers.filter(removed_at=None, person__isnull=False).select_related("person")
    return [keeper.person for keeper in rows if keeper.person]


def page_of(listing: Listing) -> str:
    """Its page on the desk."""
    if isinstance(listing, Instrument):
        return reverse("catalogue:instrument", args=[listing.code])
    return reverse("catalogue:thing", args=[listing.kind_code, listing.code])


def tell_owner(
    listing: Listing,
    *,
    subject: str,
    body: str,
    key: str,
    now: datetime,
    kind: str = "resource",
    button: str = "查看",
    url: str = "",
    deadline: date | None = None,
    besides: Person | None = None,
    people: Iterable[Person] | None = None,
) -> None:
    """Editors and keepers, without whoever did it."""
    heard = [*editors(listing), *keepers(listing)] if people is None else list(people)
    tell(
        [person for person in heard if besides is None or person.pk != besides.pk],
        kind=kind,
        subject=subject,
        body=body,
        url=url or page_of(listing),
        button=button,
        deadline=deadline,
        key=key,
        now=now,
    )
