"""Lists, articles and their files, for everybody."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from yixiang.articles import queries
from yixiang.articles.pages import place
from yixiang.articles.permissions import ArticlesPermission
from yixiang.articles.rendering import plain
from yixiang.articles.rendering import render as rendered
from yixiang.articles.rules.words import KINDS, LISTED
from yixiang.articles.structured import article_data
from yixiang.files import serving
from yixiang.people.access import may


@require_GET
def listing(request: HttpRequest, kind: str) -> HttpResponse:
    now, wanted = timezone.now(), queries.wanted_from(request.GET.dict())
    rows = queries.listed(kind, wanted, now=now, first=place.chosen(request))
    context = {
        "kind": kind,
        "label": KINDS[kind],
        "kinds": [(code, KINDS[code]) for code in LISTED],
        "page": Paginator(rows, 12).get_page(request.GET.get("page")),
        "wanted": wanted,
        "places": place.offered(),
        "today": timezone.localdate(now),
        "plain": plain,
    }
    response = render(request, "articles/listing.html", context)
    return place.remember(request, response, wanted.region)


@require_GET
def article(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    now = timezone.now()
    found = queries.readable(request.user, kind, slug, now=now)
    older, newer = queries.neighbours(found, now=now)
    context = {
        "article": found,
        "label": KINDS[kind],
        "text": rendered(found.body),
        "files": queries.attachments_of(found),
        "older": older,
        "newer": newer,
        "public": found.is_public(now),
        "edits": may(request.user, ArticlesPermission.EDIT, found.scopes),
        "data": article_data(found, request.build_absolute_uri),
        "plain": plain,
    }
    return render(request, "articles/article.html", context)


@require_GET
def file(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """The name in the address is only for people; the number and the article decide."""
    own = queries.served_file(request.user, pk, now=timezone.now())
    return serving.response(own.file, inline=own.use == "picture" or "show" in request.GET, request=request)
