"""The front door: what can be measured here, and how to start, in one screen."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from yixiang.portal import shortlist
from yixiang.portal.landing import landing
from yixiang.portal.visitors import for_visitors


@for_visitors
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    context = {"home": landing(now=now), "chosen": shortlist.chosen(request, now), "now": now}
    return render(request, "portal/home.html", context)
