"""Whole pages kept for visitors, who all see the same: until something changes in the database, or a minute has passed.

The key holds the version of the public data (`kernel.freshness`), which every process reads from the database, so a
change made anywhere is seen everywhere at once. Nothing is kept that sets a cookie or was asked for with a session.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import get_language

from yixiang.kernel import freshness

SECONDS, PAGES, LONGEST = 60, 512, 400
KEPT_ANSWERS = frozenset({"/api/v1/instruments", "/api/v1/categories", "/api/v1/regions"})  # finding, by a program
# People's own pages, and what machines ask: whether this process is alive is said without the database.
NEVER_KEPT = ("/api/", "/desk/", "/account/", "/files/", "/healthz", "/readyz", "/metrics")
Key = tuple[str, str, str, str | None, int]
Kept = tuple[float, bytes, dict[str, str]]


class Shelf:
    """The pages of one process, the longest unasked-for thrown out first."""

    def __init__(self) -> None:
        self._pages: OrderedDict[Key, Kept] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key, at: float) -> HttpResponse | None:
        with self._lock:
            kept = self._pages.get(key)
            if kept is None or kept[0] < at:
                return None
            self._pages.move_to_end(key)
        return HttpResponse(kept[1], headers=kept[2] | {"X-Kept": "1"})

    def put(self, key: Key, response: HttpResponse, at: float) -> None:
        with self._lock:
            headers = {name: value for name, value in response.items() if not name.startswith("RateLimit-")}
            self._pages[key] = (at + SECONDS, bytes(response.content), headers)
            while len(self._pages) > PAGES:
                self._pages.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._pages.clear()


shelf = Shelf()


def for_visitors(page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """This page is the same for every visitor without a session."""

    @wraps(page)
    def marked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = page(request, *args, **kwargs)
        response.same_for_visitors = True  # type: ignore[attr-defined]
        return response

    return marked


class VisitorPagesMiddleware:
    """Stands before the session: a kept page costs one look at the version."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not may_be_kept(request):
            return self.get_response(request)
        key = (*_address(request), get_language(), freshness.version())
        kept = shelf.get(key, time.monotonic())
        if kept is not None:
            return kept
        response = self.get_response(request)
        same = getattr(response, "same_for_visitors", False) or request.path in KEPT_ANSWERS
        keep = same and response.status_code == 200 and not response.cookies
        if keep and isinstance(response, HttpResponse):
            shelf.put(key, response, time.monotonic())
        return response


def may_be_kept(request: HttpRequest) -> bool:
    return (
        request.method == "GET"
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and "messages" not in request.COOKIES
        and "Authorization" not in request.headers
        and (request.path in KEPT_ANSWERS or not request.path.startswith(NEVER_KEPT))
        and not connection.in_atomic_block  # inside a transaction one sees what nobody else does
        and len(request.META.get("QUERY_STRING", "")) <= LONGEST
    )


def _address(request: HttpRequest) -> tuple[str, str, str]:
    """The host stands in absolute addresses of the page."""
    return request.get_host(), request.path, request.META.get("QUERY_STRING", "")
