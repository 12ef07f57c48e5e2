"""日历订阅: the page where addresses are made and switched off, and what calendar programs read."""

import hashlib
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from yixiang.catalogue.models import Instrument
from yixiang.kernel.errors import Invalid
from yixiang.orders.commands import feeding
from yixiang.orders.models import Feed
from yixiang.orders.queries import feeds as queries
from yixiang.orders.rules import icalendar
from yixiang.people.asking import me
from yixiang.units.models import Unit

MOST_CHOICES = 300


@never_cache
@login_required
def feeds(request: HttpRequest) -> HttpResponse:
    """The address is in the answer to the button and nowhere else; looking again does not show it again."""
    made, secret = None, ""
    if request.method == "POST":
        instrument, unit = _chosen(request)
        made, secret = feeding.open_feed(actor=me(request), instrument=instrument, unit=unit, now=timezone.now())
    context: dict[str, Any] = {
        "made": made,
        "address": _address(secret) if secret else "",
        "standing": list(queries.standing(request.user)),
        "instruments": list(queries.instruments_for(request.user)[:MOST_CHOICES]),
        "units": list(queries.units_for(request.user)),
        "wanted": request.GET.get("instrument", "")[:12],
    }
    context["has_own"] = any(one.kind == "person" for one in context["standing"])
    return render(request, "orders/feeds.html", context)


def _chosen(request: HttpRequest) -> tuple[Instrument | None, Unit | None]:
    """`person`, `instrument:<code>` or `unit:<key>`; the command asks whether it may be."""
    kind, _colon, key = request.POST.get("of", "")[:40].partition(":")
    by_code = kind == "instrument" and key.isascii() and key.isalnum()
    instrument = queries.instruments_for(request.user).filter(code=key).first() if by_code else None
    by_key = kind == "unit" and key.isascii() and key.isdigit() and len(key) < 18
    unit = queries.units_for(request.user).filter(pk=int(key)).first() if by_key else None
    if kind != "person" and instrument is None and unit is None:
        raise Invalid.field("of", _("请选择要订阅的仪器或单位。"))
    return instrument, unit


def _address(secret: str) -> str:
    return settings.BASE_URL.rstrip("/") + reverse("calendar-feed", args=[secret])


@login_required
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    feed: Feed = feeding.revoke_feed(pk, actor=me(request), now=timezone.now())
    messages.success(request, _("“%(name)s”的日历地址已停用，日历里不再更新。") % {"name": feed.title})
    return redirect("orders:feeds")


@require_safe
def calendar(request: HttpRequest, secret: str) -> HttpResponseBase:
    """What the address shows now; unchanged, it costs the program no second reading."""
    now = timezone.now()
    feed = feeding.feed_of(secret, now=now)
    content = icalendar.calendar(f"仪享 · {feed.title}", queries.events_of(feed, now=now))
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="yixiang.ics"'
    answer = get_conditional_response(request, etag=etag, response=response)
    assert answer is not None
    answer["ETag"] = etag
    answer["Cache-Control"] = "private, no-cache"
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex"
    return answer
