"""The rules the platform decides by, open to read; and what they would give for a test."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from yixiang.kernel.errors import Unseen
from yixiang.policy.shelf import library
from yixiang.portal.answers import answers
from yixiang.portal.calculator import CalculatorForm


def policies(request: HttpRequest) -> HttpResponse:
    """By jurisdiction, in the order of a unit's way through the platform: joining, serving, money, reports."""
    today, subjects = timezone.localdate(), list(library().subjects)
    places = library().jurisdictions.values()
    groups = [
        (place, sorted(packs, key=lambda pack: subjects.index(pack.subject.name)))
        for place in places
        if (packs := library().packs(place.code))
    ]
    return render(request, "portal/policies.html", {"groups": groups, "today": today})


def policy(request: HttpRequest, jurisdiction: str, subject: str) -> HttpResponse:
    """One pack: the one that begins on the day asked for, else the one in force, else the newest; the others beside."""
    packs = library().packs(jurisdiction, subject)
    if not packs:
        raise Unseen()
    today = timezone.localdate()
    asked = request.GET.get("from", "")
    chosen = [pack for pack in packs if pack.start.isoformat() == asked]
    pack = next(iter([*chosen, *(pack for pack in packs if pack.in_force(today)), packs[-1]]))
    cases = library().cases_of(pack)
    asked_of = [(one.title, [case for case in cases if case.question == one]) for one in pack.subject.questions]
    context = {
        "pack": pack, "shelf": packs[::-1], "today": today, "place": library().jurisdictions[jurisdiction],
        "questions": asked_of, "end": pack.end and date.fromordinal(pack.end.toordinal() - 1),
    }  # fmt: skip
    return render(request, "portal/policy.html", context)


@never_cache
def calculator(request: HttpRequest) -> HttpResponse:
    """Asked by POST, so that what a firm tells about itself stands in no address and no log."""
    form = CalculatorForm(request.POST if request.method == "POST" else None, initial={"on": timezone.localdate()})
    found = answers(form.asked) if form.is_valid() else []
    status = 422 if form.is_bound and not found else 200
    return render(request, "portal/calculator.html", {"form": form, "found": found}, status=status)
