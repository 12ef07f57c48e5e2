"""Find an instrument: results, suggestions while typing, and the wish that found nothing."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from yixiang.catalogue.commands.wishing import wish
from yixiang.catalogue.search.finding import suggest
from yixiang.kernel.errors import Refused
from yixiang.people.asking import me
from yixiang.portal import shortlist
from yixiang.portal.results import results
from yixiang.portal.visitors import for_visitors

OFFERED = {"class": "分类", "instrument": "仪器", "unit": "单位", "model": "型号", "word": ""}
KEPT_OF_A_SEARCH = ("category", "discipline", "region", "mode", "price_max", "free_from", "free_to")


@for_visitors
@require_GET
def results_page(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    found = results(request, now=now)
    context = {
        "r": found,
        "chosen": shortlist.chosen(request, now),
        "today": timezone.localdate(),
    }
    return render(request, "portal/results.html", context)


@require_GET
def suggestions(request: HttpRequest) -> HttpResponse:
    """What may be meant, while somebody types; with `as=list` in the form browsers ask for."""
    q = request.GET.get("q", "").strip()[:100]
    offers: list[Any] = list(suggest(q, limit=8)) if q else []
    if request.GET.get("as") == "list":
        data: Any = [q, [offer.text for offer in offers]]
    else:
        data = [{"text": o.text, "kind": _(OFFERED[o.kind]), "note": o.note, "url": _address(o)} for o in offers]
    answer = JsonResponse(data, safe=False, json_dumps_params={"ensure_ascii": False})
    answer["Cache-Control"] = "public, max-age=60"
    return answer


def _address(offer: Any) -> str:
    words = QueryDict(mutable=True)
    words.update(offer.query)
    return f"{reverse('portal:instruments')}?{words.urlencode()}"


@login_required
def leave_wish(request: HttpRequest) -> HttpResponse:
    """One click on the empty page; who has to sign in first comes back to this very question."""
    data = request.POST if request.method == "POST" else request.GET
    words = data.get("q", "").strip()
    filters = {name: data.get(name, "") for name in KEPT_OF_A_SEARCH if data.get(name)}
    context = {"words": words, "filters": filters, "note": data.get("note", ""), "refused": ""}
    if request.method != "POST":
        return render(request, "portal/wish.html", context)
    try:
        wish(words, actor=me(request), now=timezone.now(), filters=filters, note=data.get("note", ""))
    except Refused as refused:
        return render(request, "portal/wish.html", context | {"refused": refused.message}, status=refused.status)
    messages.success(request, _("需求已登记。有合适的仪器入网时会通知您。"))
    return redirect("portal:instruments")
