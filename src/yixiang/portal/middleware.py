"""The edge: a refusal raised anywhere below becomes one page, in one place."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from yixiang.kernel.errors import Refused
from yixiang.portal import errors


class RefusedMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return errors.refusal(request, exception) if isinstance(exception, Refused) else None
