"""The last resort under /api/: what fails before an endpoint is reached is a problem too, and not a page."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from yixiang.api import problems


class ProblemsMiddleware:
    """Stands as far out as it can: a foreign host name, a database that is away, a failing middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        return problems.of_response(request, response) if request.path.startswith("/api/") else response
