"""What both shells show on every page: menus, hats, counts. At most three look-ups, none for visitors."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from yixiang.notices.queries import unread_count
from yixiang.people.access import grants_of
from yixiang.people.hats import hats
from yixiang.portal.menus import DESK, FOOTER, PORTAL, Entry
from yixiang.reviews.queries import inbox


@dataclass(frozen=True, slots=True)
class Item:
    label: str
    url: str
    icon: str = ""
    active: bool = False
    count: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    label: str
    items: list[Item] = field(default_factory=list)


@lru_cache(maxsize=128)
def _url(name: str) -> str:
    return reverse(name)


def _item(entry: Entry, path: str, counts: dict[str, int]) -> Item:
    url = _url(entry.url)
    here = path == url if entry.exact else path.startswith(url)
    return Item(_(entry.label), url, entry.icon, here, counts.get(entry.url, 0))


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor of every page."""
    path = request.path
    context: dict[str, Any] = {
        "demo": settings.DEMO,
        "portal_menu": [_item(entry, path, {}) for entry in PORTAL],
        "session_ends": getattr(request, "session_ends", None),
        "session_ping": _url("portal:ping"),
        "footer_menu": [Item(_(label), reverse("portal:help-topic", args=[topic])) for label, topic in FOOTER],
    }
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return context
    waiting, unread = getattr(request, "waiting_cases", None), unread_count(person)
    if waiting is None:
        waiting = inbox(person).count()
    counts = {"portal:desk": waiting, "notices:list": unread}
    permissions = {name for grant in grants_of(person) for name in grant.role.permissions}
    menu = [
        Group(_(label), [_item(e, path, counts) for e in entries if not e.needs or permissions & set(e.needs)])
        for label, entries in DESK
    ]
    return context | {
        "desk_menu": [group for group in menu if group.items],
        "unread_notices": unread,
        "waiting_cases": waiting,
        "hats": hats(person),
    }
