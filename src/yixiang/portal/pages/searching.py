"""The search box of both shells."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from yixiang.portal.queries import search as find


def search(request: HttpRequest) -> HttpResponse:
    q = request.GET.get("q", "").strip()
    return render(request, "portal/search.html", {"q": q, "groups": find(q, request.user, now=timezone.now())})
