"""For programs that read the web: sitemap, robots, what is newly listed as Atom, the search box of a browser."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from yixiang.catalogue.models import Instrument
from yixiang.catalogue.queries import showing
from yixiang.kernel.errors import Unseen
from yixiang.kernel.reference import division, instrument_class
from yixiang.portal import sitemaps
from yixiang.portal.structured import absolute
from yixiang.units.queries import public_units
from yixiang.web.places import class_words, region_words

XML = "application/xml; charset=utf-8"
NEWEST = 50


@require_GET
def sitemap_index(request: HttpRequest) -> HttpResponse:
    return _kept(render(request, "portal/sitemap_index.xml", {"pages": sitemaps.pages()}, content_type=XML))


@require_GET
def sitemap(request: HttpRequest, part: str, number: int) -> HttpResponse:
    addresses = sitemaps.addresses(part, number, now=timezone.now())
    if addresses is None:
        raise Unseen()
    return _kept(render(request, "portal/sitemap.xml", {"addresses": addresses}, content_type=XML))


@require_GET
def robots(request: HttpRequest) -> HttpResponse:
    closed = (
        "/desk/",
        "/account/",
        "/api/",
        "/calendars/",
        "/q/",
        "/shortlist/",
        "/enquiry/",
        "/instruments/suggest/",
        "/search/",
    )
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), *(f"Disallow: /en{p}" for p in closed)]
    lines += ["", f"Sitemap: {absolute('portal:sitemap')}", ""]
    return _kept(HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8"))


@require_GET
def opensearch(request: HttpRequest) -> HttpResponse:
    base = settings.BASE_URL.rstrip("/")
    context = {"base": base, "search": reverse("portal:instruments"), "suggest": reverse("portal:suggest")}
    answer = render(request, "portal/opensearch.xml", context, content_type="application/opensearchdescription+xml")
    return _kept(answer)


@require_GET
def newest(request: HttpRequest) -> HttpResponse:
    """`?region=`, `?category=` or `?unit=` keeps what belongs there."""
    region, category, unit = (request.GET.get(name, "")[:40] for name in ("region", "category", "unit"))
    if (region and not division(region)) or (category and not instrument_class(category)):
        raise Unseen()
    owner = public_units().filter(account_name=unit).first() if unit else None
    if unit and owner is None:
        raise Unseen()
    where = [region_words(region), class_words(category), owner.name if owner else ""]
    feed = Atom1Feed(
        title=" · ".join(filter(None, [_("仪享 · 新入网仪器"), *where])),
        link=absolute("portal:instruments"),
        description=_("新近入网、可以预约的大型科研仪器"),
        feed_url=request.build_absolute_uri(),
        language="zh-CN",
    )
    for instrument in showing.newest(region, category, unit)[:NEWEST]:
        _put(feed, instrument)
    return _kept(HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8"))


def _put(feed: Atom1Feed, instrument: Instrument) -> None:
    url = absolute("portal:instrument", instrument.code)
    facts = [instrument.model, instrument.manufacturer, instrument.unit.name, region_words(instrument.region)]
    feed.add_item(
        title=instrument.name,
        link=url,
        unique_id=url,
        description=" · ".join(filter(None, facts)),
        pubdate=instrument.listed_at,
        updateddate=instrument.changed_at,
        categories=[class_words(instrument.category)],
    )


def _kept(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "public, max-age=300"
    return response
