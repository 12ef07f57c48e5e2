"""Error pages: what happened, what was kept, what to do next."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from yixiang.audit.commands import note_event
from yixiang.kernel.errors import Refused

PAGES = {400, 403, 404, 409, 422, 429, 500, 503}


def page(
    request: HttpRequest, status: int, message: str = "", fields: dict[str, list[str]] | None = None
) -> HttpResponse:
    template = f"web/errors/{status if status in PAGES else 400}.html"
    details = [words for group in (fields or {}).values() for words in group if words != message]
    error = {
        "message": " ".join([message, *details]).strip(),
        "request_id": getattr(request, "request_id", ""),
    }
    response = render(request, template, {"error": error}, status=status)
    if getattr(request, "htmx", False):  # the fragment in place would swallow the words; show them whole
        response.headers["HX-Retarget"] = "body"
        response.headers["HX-Reswap"] = "outerHTML"
    return response


def refusal(request: HttpRequest, refused: Refused) -> HttpResponse:
    if refused.status == 403:
        note_event("refused", subject=request.path, detail={"code": refused.code})
    message = _(refused.message) if refused.message else ""
    response = page(request, refused.status, message, refused.fields if message == refused.message else None)
    if "retry_after" in refused.extra:
        response.headers["Retry-After"] = str(refused.extra["retry_after"])
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(request, 404)


def broken(request: HttpRequest) -> HttpResponse:
    return page(request, 500)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Most often an old tab: the session behind the form is gone, the typed text is still in the browser."""
    return page(request, 403, _("这个页面打开太久，安全校验已过期。您填写的内容还保存在浏览器里，刷新后会自动恢复。"))
