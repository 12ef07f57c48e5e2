"""What both shells show on every page: menus, hats, counts. At most four look-ups, none for visitors."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yixiang.kernel import scopes
from yixiang.notices.queries import unread_count
from yixiang.people.access import grants_of
from yixiang.people.hats import hats
from yixiang.policy import library
from yixiang.portal import shortlist, sitemaps
from yixiang.portal.menus import DESK, FOOTER, PORTAL, Entry
from yixiang.reviews.queries import inbox
from yixiang.vouchers.queries.account import meets_vouchers

ONE_LANGUAGE = ("/desk/", "/account/", "/api/", "/gallery/")  # everything else exists in Chinese and English


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


def _url(name: str, *words: str) -> str:
    return _in_language(get_language(), name, *words)


@lru_cache(maxsize=256)
def _in_language(language: str | None, name: str, *words: str) -> str:
    return reverse(name, args=words)


def _permissions(person: Any, *, whole: bool) -> set[str]:
    """Held anywhere, or over a whole jurisdiction."""
    over = {one for place in library().jurisdictions.values() for one in scopes.region_and_above(place.region)}
    grants = [grant for grant in grants_of(person) if not whole or grant.scope in over]
    return {name for grant in grants for name in grant.role.permissions}


def _item(entry: Entry, path: str, counts: dict[str, int]) -> Item:
    url = _url(entry.url)
    plain = url.removeprefix("/en") if url.startswith("/en/") else url
    here = path == plain if entry.exact else path.startswith((plain, *entry.under))
    return Item(_(entry.label), url, entry.icon, here, counts.get(entry.url, 0))


def _desk_menu(person: Any, path: str, counts: dict[str, int]) -> list[Group]:
    held = {whole: _permissions(person, whole=whole) for whole in (False, True)}
    vouchers = meets_vouchers(person)
    menu = [
        Group(
            _(label),
            [
                _item(entry, path, counts)
                for entry in entries
                if (not entry.needs or held[entry.whole] & set(entry.needs)) and (vouchers or not entry.vouchers)
            ],
        )
        for label, entries in DESK
    ]
    return [group for group in menu if group.items]


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor of every page."""
    path = request.path.removeprefix("/en") if request.path.startswith("/en/") else request.path
    context: dict[str, Any] = {
        "demo": settings.DEMO,
        "portal_menu": [_item(entry, path, {}) for entry in PORTAL],
        "session_ends": getattr(request, "session_ends", None),
        "session_ping": _url("portal:ping"),
        "footer_menu": [Item(_(label), _url(name, *filter(None, [word]))) for label, name, word in FOOTER],
        "shortlist_count": shortlist.count(request),
        "shortlist_url": _url("portal:shortlist"),
        "opensearch": _url("portal:opensearch"),
        "search_url": _url("portal:instruments"),
        "suggest_url": _url("portal:suggest"),
    }
    if not request.path.startswith(ONE_LANGUAGE):
        context["languages"] = sitemaps.alternates(request.path)
        context["other_language"] = sitemaps.other_language(request.get_full_path())
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return context
    waiting, unread = getattr(request, "waiting_cases", None), unread_count(person)
    if waiting is None:
        waiting = inbox(person).count()
    counts = {"portal:desk": waiting, "notices:list": unread}
    return context | {
        "desk_menu": _desk_menu(person, path, counts),
        "unread_notices": unread,
        "waiting_cases": waiting,
        "hats": hats(person),
    }
