"""The front door: what this is, what is here, how to start; and the public list of joined units."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yixiang.kernel.errors import Unseen
from yixiang.kernel.reference import children
from yixiang.portal.queries import figures, jurisdictions, units_wanted
from yixiang.units.queries import public_units
from yixiang.units.rules.words import KINDS


def home(request: HttpRequest) -> HttpResponse:
    context = {
        "figures": figures(),
        "jurisdictions": jurisdictions(),
        "newest": public_units().order_by("-joined_at")[:6],
    }
    return render(request, "portal/home.html", context)


def units(request: HttpRequest) -> HttpResponse:
    """Joined units anyone may see, by region, kind and words."""
    page = Paginator(units_wanted(request.GET).order_by("-joined_at", "-pk"), 24).get_page(request.GET.get("page"))
    provinces = [(row.code, row.name) for row in children()]
    return render(request, "portal/units.html", {"page": page, "kinds": list(KINDS.items()), "provinces": provinces})


def unit(request: HttpRequest, code: str) -> HttpResponse:
    found = public_units().filter(account_name=code).first()
    if found is None:
        raise Unseen()
    return render(request, "portal/unit.html", {"unit": found})
