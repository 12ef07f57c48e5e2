"""The public directory of instrument experts: public facts, answered questions, and the way to ask."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yixiang.kernel.reference import children, instrument_classes
from yixiang.units import queries
from yixiang.units.forms import disciplines_offered


def experts(request: HttpRequest) -> HttpResponse:
    wanted = queries.experts_wanted_from(request.GET.dict())
    context = {
        "page": Paginator(queries.experts_found(wanted), 18).get_page(request.GET.get("page")),
        "wanted": wanted,
        "categories": [(row.code, row.name) for row in instrument_classes().values() if row.level < 3],
        "disciplines": disciplines_offered(),
        "provinces": [(row.code, row.name) for row in children()],
    }
    return render(request, "portal/experts.html", context)


def expert(request: HttpRequest, pk: int) -> HttpResponse:
    found = queries.expert_public(pk)
    shared = Paginator(queries.shared_of(found), 20).get_page(request.GET.get("page"))
    return render(request, "portal/expert.html", {"expert": found, "shared": shared})
