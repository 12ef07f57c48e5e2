"""The rules the platform decides by, open to read: every pack, value by value, with its article."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from yixiang.kernel.errors import Unseen
from yixiang.policy.shelf import library


def policies(request: HttpRequest) -> HttpResponse:
    """By jurisdiction; a jurisdiction without a pack is not shown."""
    places = library().jurisdictions.values()
    groups = [(place, packs) for place in places if (packs := library().packs(place.code))]
    return render(request, "portal/policies.html", {"groups": groups, "today": timezone.localdate()})


def policy(request: HttpRequest, jurisdiction: str, subject: str) -> HttpResponse:
    """Newest first; the one in force today is marked."""
    packs = library().packs(jurisdiction, subject)
    if not packs:
        raise Unseen()
    shelf = [(pack, pack.in_force(timezone.localdate()), library().cases_of(pack)) for pack in reversed(packs)]
    context = {"shelf": shelf, "place": library().jurisdictions[jurisdiction], "title": packs[-1].title}
    return render(request, "portal/policy.html", context)
