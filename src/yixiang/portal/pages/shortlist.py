"""预选清单: put aside, look at by unit, take out, and ask one unit about everything chosen there."""

from collections.abc import Callable
from functools import wraps
from itertools import groupby
from typing import Any
from urllib.parse import quote, urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from yixiang.kernel.errors import NotPermitted, Unseen
from yixiang.portal import enquiries, shortlist
from yixiang.portal.cards import cards_of

Page = Callable[[HttpRequest], HttpResponse]


def from_here(page: Page) -> Page:
    """Instead of a token: pages kept for visitors hold none. Browsers say where a form was sent from.

    The session cookie is Lax: a form of another site would at most fill a list nobody sees. It is refused all the same.
    """

    @csrf_exempt
    @require_POST
    @wraps(page)
    def checked(request: HttpRequest) -> HttpResponse:
        site, origin = request.headers.get("Sec-Fetch-Site", ""), request.headers.get("Origin", "")
        foreign = bool(origin) and urlsplit(origin).netloc != request.get_host()
        if site not in {"", "same-origin", "none"} or foreign:
            raise NotPermitted(_("这个操作只能在本站页面上进行。"))
        return page(request)

    return checked


@from_here
def add(request: HttpRequest) -> HttpResponse:
    code = request.POST.get("code", "")
    shortlist.put(request, code, timezone.now())
    return _answer(request, code, on=True)


@from_here
def remove(request: HttpRequest) -> HttpResponse:
    codes = request.POST.getlist("code")
    shortlist.take(request, codes)
    if request.POST.get("back") == "list":
        messages.success(request, _("已移出 %(count)d 台仪器。") % {"count": len(codes)})
        return redirect("portal:shortlist")
    return _answer(request, codes[0] if codes else "", on=False)


@from_here
def clear(request: HttpRequest) -> HttpResponse:
    shortlist.clear_stopped(request)
    messages.success(request, _("已停用和退出的仪器都已移出清单。"))
    return redirect("portal:shortlist")


def _answer(request: HttpRequest, code: str, *, on: bool) -> HttpResponse:
    """The button with the other meaning and the new number in the top bar; without script back to the page."""
    if getattr(request, "htmx", False):
        context = {"code": code, "name": request.POST.get("name", "")[:100], "on": on, "look": request.POST.get("look")}
        return render(request, "portal/shortlist_changed.html", context | {"count": shortlist.count(request)})
    messages.success(request, _("已加入预选清单。") if on else _("已移出预选清单。"))
    back = request.POST.get("next") or request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back if safe else "portal:shortlist")


def listed(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    rows = shortlist.instruments(request, now)
    pairs = zip(rows, cards_of(rows, now=now), strict=True)
    groups = [(unit, list(members)) for unit, members in groupby(pairs, key=lambda pair: pair[0].unit)]
    stopped = sum(not row.is_listed for row in rows)
    return render(request, "portal/shortlist.html", {"groups": groups, "total": len(rows), "stopped": stopped})


def enquiry(request: HttpRequest) -> HttpResponse:
    """One sheet for one unit: what is asked, about which instruments, whom to send it to."""
    typed: Any = request.POST if request.method == "POST" else request.GET
    sheet = enquiries.sheet(typed.getlist("code"), known_person=request.user.is_authenticated, now=timezone.now())
    if sheet is None:
        raise Unseen(_("没有可以咨询的仪器：请先在预选清单里勾选同一家单位的仪器。"))
    words = {name: typed.get(name, "").strip()[:limit] for name, limit in enquiries.FIELDS.items()}
    if request.user.is_authenticated:
        words["sender"] = words["sender"] or str(request.user)
    written = request.method == "POST"
    mail = enquiries.mail(sheet, words) if written else None
    address = f"mailto:{quote(','.join(sheet.mails))}?subject={quote(mail[0])}&body={quote(mail[1])}" if mail else ""
    return render(request, "portal/enquiry.html", {"sheet": sheet, "words": words, "mail": address, "written": written})
