"""Who shares, and what stands beside single instruments: units, platforms and test services."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from yixiang.catalogue.models import Instrument
from yixiang.catalogue.queries import showing
from yixiang.catalogue.rules.words import LEVELS, PLATFORM_KINDS
from yixiang.files.serving import response as file_response
from yixiang.kernel.errors import Unseen
from yixiang.kernel.reference import children, class_path
from yixiang.portal import listings, shortlist
from yixiang.portal.cards import cards_of
from yixiang.portal.moments import local_day
from yixiang.portal.queries import units_wanted
from yixiang.portal.sheet import price_list
from yixiang.portal.visitors import for_visitors
from yixiang.units.queries import public_units
from yixiang.units.rules.words import KINDS

SHOWN = 8


def provinces() -> list[tuple[str, str]]:
    return [(row.code, row.name) for row in children()]


@for_visitors
@require_GET
def units(request: HttpRequest) -> HttpResponse:
    """Joined units anyone may see, by region, kind and words."""
    found = listings.with_counts(units_wanted(request.GET))
    page = Paginator(found, 24).get_page(request.GET.get("page"))
    kinds = [(code, _(words)) for code, words in KINDS.items()]
    return render(request, "portal/units.html", {"page": page, "kinds": kinds, "provinces": provinces()})


@for_visitors
@require_GET
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """Who it is, what it shares, by which rules."""
    found = public_units().filter(account_name=code).first()
    if found is None:
        raise Unseen()
    now = timezone.now()
    shared = Instrument.objects.public().filter(unit=found).select_related("unit")
    context = {
        "unit": found,
        "figures": listings.figures_of(found, now),
        "groups": listings.classes_of(shared),
        "cards_shown": cards_of(shared.order_by("-service_count", "pk")[:SHOWN], now=now),
        "platforms": showing.public_platforms().filter(unit=found)[:SHOWN],
        "services": showing.public_services().filter(unit=found)[:SHOWN],
        "regulations": found.regulations.filter(withdrawn_at=None),
        "chosen": shortlist.chosen(request, now),
    }
    return render(request, "portal/unit.html", context)


@require_GET
def regulation(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    found = listings.public_regulation(code, pk)
    if found is None:
        raise Unseen()
    return file_response(found.file, inline=True, request=request)  # type: ignore[return-value]


@for_visitors
@require_GET
def platforms(request: HttpRequest) -> HttpResponse:
    page = Paginator(listings.platforms_wanted(request.GET), 24).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "kinds": [(code, _(words)) for code, words in PLATFORM_KINDS.items()],
        "levels": [(code, _(words)) for code, words in LEVELS.items()],
        "provinces": provinces(),
    }
    return render(request, "portal/platforms.html", context)


@for_visitors
@require_GET
def platform(request: HttpRequest, code: str) -> HttpResponse:
    found = showing.public_platforms().filter(code=code).first()
    if found is None:
        raise Unseen()
    now = timezone.now()
    instruments = Instrument.objects.public().filter(platform=found).select_related("unit")
    context = {
        "platform": found,
        "pictures": list(found.pictures.select_related("file")),
        "cards_shown": cards_of(instruments.order_by("-service_count", "pk")[:24], now=now),
        "total": instruments.count(),
        "services": showing.public_services().filter(platform=found)[:24],
        "contact": listings.contact_of(found, whole=request.user.is_authenticated),
        "chosen": shortlist.chosen(request, now),
    }
    return render(request, "portal/platform.html", context)


@for_visitors
@require_GET
def services(request: HttpRequest) -> HttpResponse:
    page = Paginator(listings.services_wanted(request.GET), 24).get_page(request.GET.get("page"))
    context = {"page": page, "classes": listings.main_classes(), "provinces": provinces()}
    return render(request, "portal/services.html", context)


@for_visitors
@require_GET
def service(request: HttpRequest, code: str) -> HttpResponse:
    found = showing.public_services().filter(code=code).first()
    if found is None:
        raise Unseen()
    now = timezone.now()
    context = {
        "service": found,
        "path": class_path(found.category),
        "prices": price_list(found, on=local_day(now)),
        "cards_shown": cards_of(found.instruments.public().select_related("unit")[:12], now=now),
        "contact": listings.contact_of(found, whole=request.user.is_authenticated),
        "chosen": shortlist.chosen(request, now),
    }
    return render(request, "portal/service.html", context)
