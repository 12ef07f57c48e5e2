"""Every public address, in parts of ten thousand, each with the day of its last change."""

from collections.abc import Iterator
from datetime import datetime
from math import ceil
from typing import Any

from django.conf import settings
from django.db.models import Max, QuerySet

from yixiang.articles import queries as articles
from yixiang.catalogue.models import Instrument, Platform, TestService
from yixiang.portal.guide import topics
from yixiang.portal.structured import absolute
from yixiang.units.queries import public_units

Address = tuple[str, datetime | None]
PER_PAGE = 10_000
SITE = ("home", "instruments", "platforms", "services", "units", "policies", "help")


def _rows() -> dict[str, tuple[QuerySet[Any], str, str]]:
    """Part → its rows, the field of the last change, the field that stands in the address."""
    return {
        "instrument": (Instrument.objects.public(), "changed_at", "code"),
        "platform": (Platform.objects.public(), "changed_at", "code"),
        "service": (TestService.objects.public(), "changed_at", "code"),
        "unit": (public_units(), "joined_at", "account_name"),
    }


def pages() -> list[Address]:
    """The parts with when each last changed."""
    found: list[Address] = [(absolute("portal:sitemap-part", "site", 1), None)]
    for part, (rows, changed, _key) in _rows().items():
        number, at = rows.count(), rows.aggregate(at=Max(changed))["at"]
        found += [(absolute("portal:sitemap-part", part, n + 1), at) for n in range(ceil(number / PER_PAGE))]
    return found


def addresses(part: str, number: int, *, now: datetime) -> list[Address] | None:
    if part == "site":
        return list(_site(now)) if number == 1 else None
    if part not in _rows() or number < 1:
        return None
    rows, changed, key = _rows()[part]
    low = (number - 1) * PER_PAGE
    found = rows.order_by("pk").values_list(key, changed)[low : low + PER_PAGE]
    return [(absolute(f"portal:{part}", word), at) for word, at in found] or None


def _site(now: datetime) -> Iterator[Address]:
    for name in SITE:
        yield absolute(f"portal:{name}"), None
    for topic in topics():
        yield absolute("portal:help-topic", topic.slug), None
    base = settings.BASE_URL.rstrip("/")
    for path, at in articles.public_addresses(now=now):
        yield base + path, at


def alternates(path: str) -> list[tuple[str, str]]:
    """The same page in each language, for search engines: (language, absolute address)."""
    base, plain = settings.BASE_URL.rstrip("/"), path.removeprefix("/en") or "/"
    return [("zh-CN", base + plain), ("en", f"{base}/en{plain}"), ("x-default", base + plain)]


def other_language(path: str) -> str:
    return path.removeprefix("/en") or "/" if path.startswith("/en/") else f"/en{path}"
