"""Everything that was said of one instrument, page by page."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from yixiang.catalogue.queries import showing
from yixiang.kernel.errors import Unseen
from yixiang.orders.queries import ratings
from yixiang.portal import structured
from yixiang.portal.visitors import for_visitors

A_PAGE = 20


@for_visitors
@require_GET
def ratings_page(request: HttpRequest, code: str) -> HttpResponse:
    found = showing.public_instrument(code)
    if found is None:
        raise Unseen()
    context = {
        "instrument": found,
        "ratings": ratings.summary(found),
        "page": Paginator(ratings.worded(found.pk), A_PAGE).get_page(request.GET.get("page")),
        "author_of": ratings.author_of,
        "canonical": structured.absolute("portal:ratings", found.code),
    }
    return render(request, "portal/ratings.html", context)
