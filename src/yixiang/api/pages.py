"""The document itself, the list of codes, and the page that explains both to people."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from yixiang.api import codes, problems, reading


@require_safe
def openapi(_request: HttpRequest, api: Any) -> HttpResponse:
    return JsonResponse(reading.document_of(api), json_dumps_params={"ensure_ascii": False})


@require_safe
def docs(request: HttpRequest, api: Any) -> HttpResponse:
    """Drawn by ourselves from the document; nothing is fetched from elsewhere."""
    context = {
        "document": reading.document_of(api),
        "groups": reading.groups(api, request.build_absolute_uri("/").rstrip("/")),
        "codes": reading.codes_by_group(),
        "base": request.build_absolute_uri("/api/v1"),
    }
    return render(request, "api/docs.html", context)


@require_safe
def problem_list(_request: HttpRequest) -> HttpResponse:
    return JsonResponse({"items": [_kind(kind) for kind in codes.KINDS.values()]})


@require_safe
def problem_kind(request: HttpRequest, code: str) -> HttpResponse:
    """The address in `type`: JSON for programs, the place on the page for people."""
    if code not in codes.KINDS:
        raise Http404
    if request.accepts("text/html") and "text/html" in request.headers.get("Accept", ""):
        return redirect(f"/api/v1/docs#problem-{code}")
    return JsonResponse(_kind(codes.KINDS[code]))


def _kind(kind: codes.Kind) -> dict[str, Any]:
    return {
        "type": f"{problems.PLACE}{kind.code}",
        "code": kind.code,
        "status": kind.status,
        "title": str(kind.title),
        "group": kind.group,
    }
