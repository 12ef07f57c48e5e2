"""What happens around every endpoint, in this order: count, recognise, negotiate, run once, tag, dress the answer."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from yixiang.api import authentication, conditional, idempotency, limits, problems
from yixiang.kernel.errors import Refused

View = Callable[..., HttpResponseBase]
_BODIES = {"application/json", "multipart/form-data"}


def guarded(view: View) -> View:
    """Nothing leaves an address of the API except its answer or a problem."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        headers: dict[str, str] = {}
        asked = request.method
        if asked == "HEAD":
            request.method = "GET"  # the same answer, sent without its body
        try:
            response = _answer(request, lambda: view(request, *args, **kwargs), headers)
        except Exception as error:
            response = problems.of_exception(request, error)
        response = problems.of_response(request, response)
        for name, value in headers.items():
            response[name] = value
        return _without_body(response) if asked == "HEAD" else response

    answer.csrf_exempt = True  # type: ignore[attr-defined] # authentication.check asks for it itself
    return answer


def _answer(request: HttpRequest, run: Callable[[], HttpResponseBase], headers: dict[str, str]) -> HttpResponseBase:
    now = timezone.now()
    caller, limit = limits.caller_of(request)
    budget = limits.use(caller, limit, now=now)
    headers.update(budget.headers)
    budget.require()
    authentication.check(request, now=now)
    if request.method not in authentication.SAFE:
        _require_readable(request)
        _require_acceptable(request, "application/json")
    if request.method == "OPTIONS":
        return _options(run())
    person: Any = request.user
    key = idempotency.key_of(request) if request.method in idempotency.METHODS else ""
    if key and person.is_authenticated:
        return idempotency.once(request, person, key, run)
    response = run()
    if request.method == "GET" and response.status_code < 400:
        _require_acceptable(request, response.get("Content-Type", "").split(";")[0])
    return conditional.answer(request, response)


def _require_readable(request: HttpRequest) -> None:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length != "0" and request.content_type not in _BODIES:
        message = _("请求正文的 Content-Type 应为 application/json（上传文件时为 multipart/form-data）。")
        raise Refused("unsupported-media-type", message, status=415)


def _require_acceptable(request: HttpRequest, kind: str) -> None:
    """A change is refused before it is made; what only reads, once it is known what would be sent."""
    if kind and not (request.accepts(kind) or request.accepts(problems.MEDIA_TYPE)):
        message = _("这里只以 %(kind)s 回答，请在 Accept 中包含它。") % {"kind": kind}
        raise Refused("not-acceptable", message, status=406)


def _without_body(response: HttpResponseBase) -> HttpResponseBase:
    if isinstance(response, HttpResponse):
        response["Content-Length"] = str(len(response.content))
        response.content = b""
        return response
    response.close()
    return HttpResponse(status=response.status_code, headers=dict(response.items()))


def _options(response: HttpResponseBase) -> HttpResponseBase:
    """No endpoint answers OPTIONS itself; its refusal names the methods there are."""
    if "Allow" not in response:
        return response
    allowed = {*response["Allow"].split(", "), "OPTIONS"}
    if "GET" in allowed:
        allowed.add("HEAD")
    return HttpResponse(status=204, headers={"Allow": ", ".join(sorted(allowed))})
