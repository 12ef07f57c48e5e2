"""What every answer carries: the request's number, the security headers, and a place in the statistics."""

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from prometheus_client import Counter, Histogram

from yixiang.config import logs

log = logging.getLogger("yixiang.requests")

REQUESTS = Counter("yixiang_requests_total", "Answered requests.", ["method", "route", "status"])
SECONDS = Histogram(
    "yixiang_request_seconds",
    "Time to the answer.",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)

Answer = Callable[[HttpRequest], HttpResponse]

_SANE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_NOT_LOGGED = ("/healthz", "/readyz", "/metrics", "/static/")
_SECRET = ("/calendars/", "/confirm-contact/")  # whoever knows the rest of the address is let in


class RequestIdMiddleware:
    """Numbers the request (a proxy's number is kept when it is sane), times it and logs one line for it."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        number = given if _SANE_ID.fullmatch(given) else uuid.uuid4().hex
        token = logs.request_id.set(number)
        request.request_id = number  # type: ignore[attr-defined]
        began = time.perf_counter()
        try:
            response = self.get_response(request)
            self._count(request, response, time.perf_counter() - began)
        finally:
            logs.request_id.reset(token)
        response["X-Request-ID"] = number
        return response

    def _count(self, request: HttpRequest, response: HttpResponse, took: float) -> None:
        route = _route(request)
        method = request.method if request.method in _METHODS else "other"
        REQUESTS.labels(method, route, str(response.status_code)).inc()
        SECONDS.labels(route).observe(took)
        if not request.path.startswith(_NOT_LOGGED):
            seen = {
                "method": method,
                "path": next(
                    (open_part + "…" for open_part in _SECRET if request.path.startswith(open_part)), request.path
                ),
                "status": response.status_code,
                "ms": round(took * 1000, 1),
            }
            log.info("request", extra=seen)


def _route(request: HttpRequest) -> str:
    """The pattern, not the path: paths are endless and may carry what should not be counted."""
    match = request.resolver_match
    return "/" + match.route if match is not None else "unrouted"


CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'self'",
        "img-src 'self' data:",  # Tabler draws its check marks and arrows with data: images in the style sheet
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    ]
)
_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
}


class SecurityHeadersMiddleware:
    """A strict policy on every answer, static files included; a page may set its own, for instance a download.

    Pages are deliberately not compressed here: they carry secrets and people's input side by side, which
    compression under TLS lets an attacker guess by length (BREACH). Django masks its CSRF token anew in each
    answer, yet addresses and account numbers are not masked. Static files carry no secrets and are sent
    compressed by WhiteNoise; a proxy must not compress text/html of signed-in people either (see deploy/).
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in _HEADERS.items():
            response.setdefault(name, value)
        if request.is_secure() and settings.SECURE_HSTS_SECONDS:
            response.setdefault("Strict-Transport-Security", f"max-age={settings.SECURE_HSTS_SECONDS}")
        return response
