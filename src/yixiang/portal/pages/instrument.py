"""One instrument: its page, the same for machines, its pictures, the plate to hang on it."""

import json
from typing import Any
from uuid import UUID

from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET
from markupsafe import Markup

from yixiang.catalogue.commands import picturing
from yixiang.catalogue.models import Instrument
from yixiang.catalogue.queries import showing
from yixiang.files.serving import response as file_response
from yixiang.kernel.errors import Unseen
from yixiang.kernel.reference import class_path
from yixiang.orders.queries import ratings
from yixiang.portal import plates, shortlist, structured
from yixiang.portal.cards import cards_of
from yixiang.portal.sheet import sheet
from yixiang.portal.visitors import for_visitors


@for_visitors
@require_GET
def instrument(request: HttpRequest, code: str) -> HttpResponse:
    now = timezone.now()
    found = showing.public_instrument(code)
    if found is None:
        return _former(request, code)
    shown = sheet(found, now=now, known_person=request.user.is_authenticated)
    pictures = [request.build_absolute_uri(reverse("portal:picture", args=[p.file_id])) for p in shown.pictures]
    chinese, english = structured.citation(found)
    context: dict[str, Any] = {
        "sheet": shown,
        "instrument": found,
        "path": class_path(found.category),
        "chosen": shortlist.chosen(request, now),
        "canonical": structured.landing_page(found),
        "ld": as_script(structured.product(found, pictures)),
        "citations": [chinese, english],
        "ratings": ratings.summary(found),
        "author_of": ratings.author_of,
        "now": now,
    }
    return render(request, "portal/instrument.html", context)


def as_script(data: dict[str, Any]) -> Markup:
    """JSON that may stand inside a script element: no character in it can end the element."""
    text = json.dumps(data, ensure_ascii=False)
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704


def _former(request: HttpRequest, code: str) -> HttpResponse:
    """Somebody scanned an old plate or kept an old link: say what became of it, and what does the same."""
    found = showing.former_instrument(code)
    if found is None or found.state not in (*showing.GONE, *showing.AWAY):
        raise Unseen()
    status = 410 if found.state in showing.GONE else 404
    context = {"instrument": found, "alike": cards_of(showing.similar(found), now=timezone.now())}
    return render(request, "portal/former.html", context, status=status)


@require_GET
def metadata(request: HttpRequest, code: str) -> HttpResponse:
    """PIDINST: who made it, whose it is, what it measures; for repositories and citation managers."""
    response = JsonResponse(structured.pidinst(_public(code)), json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Link"] = f'<{structured.absolute("portal:instrument", code)}>; rel="describes"; type="text/html"'
    response["Cache-Control"] = "public, max-age=300"
    response["Access-Control-Allow-Origin"] = "*"
    return response


@require_GET
def plate(request: HttpRequest, code: str, size: str) -> HttpResponse:
    if size not in plates.SIZES:
        raise Unseen()
    response = HttpResponse(plates.plate(_public(code), size), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="yixiang-{code}-{size}.pdf"'
    return response


@require_GET
def picture(request: HttpRequest, file: UUID) -> HttpResponseBase:
    found = showing.public_picture(file)
    if found is None:
        raise Unseen()
    size = request.GET.get("size", "")
    if size in picturing.SIZES:
        drawn = default_storage.open(picturing.resized(found.file, size))
        answer: HttpResponseBase = FileResponse(drawn, content_type="image/webp")
    else:
        answer = file_response(found.file, inline=True, request=request)
    answer["Cache-Control"] = "public, max-age=86400"  # the address is that of these very bytes
    return answer


def _public(code: str) -> Instrument:
    found = showing.public_instrument(code)
    if found is None:
        raise Unseen()
    return found
