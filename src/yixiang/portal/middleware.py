"""The edge: a refusal raised anywhere below becomes one page, in one place; the desk has one language."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
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


class ChineseDeskMiddleware:
    """Public pages exist below /en/ too. The desk, the account and the API do not: their one address is without it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(("/en/desk/", "/en/session/")):
            response = HttpResponseRedirect(request.get_full_path().removeprefix("/en"))
            response.status_code = 307  # a form keeps its method and what was typed
            return response
        return self.get_response(request)
