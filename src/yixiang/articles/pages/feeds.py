"""One Atom feed per kind, for programs and readers that collect."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.http import require_GET

from yixiang.articles import queries
from yixiang.articles.models import Article
from yixiang.articles.rendering import plain
from yixiang.articles.rules.words import KINDS, LISTED
from yixiang.kernel.errors import Unseen
from yixiang.kernel.reference import region_name


@require_GET
def feed(request: HttpRequest, kind: str) -> HttpResponse:
    """`?region=430000` keeps what concerns that place."""
    if kind not in LISTED:
        raise Unseen()
    region = queries.wanted_from(request.GET.dict()).region
    made = Atom1Feed(
        title=f"仪享 · {KINDS[kind]}" + (f" · {region_name(region)}" if region else ""),
        link=request.build_absolute_uri(reverse(f"articles:{kind}")),
        description=KINDS[kind],
        feed_url=request.build_absolute_uri(),
        language="zh-CN",
    )
    for article in queries.feed_of(kind, region, now=timezone.now()):
        _put(made, article, request)
    response = HttpResponse(made.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
    response["Cache-Control"] = "public, max-age=300"
    return response


def _put(made: Atom1Feed, article: Article, request: HttpRequest) -> None:
    url = request.build_absolute_uri(queries.address_of(article))
    made.add_item(
        title=article.title,
        link=url,
        unique_id=url,
        description=article.summary or plain(article.body),
        pubdate=article.publish_at,
        updateddate=article.changed_at,
        categories=[article.region_name],
    )
