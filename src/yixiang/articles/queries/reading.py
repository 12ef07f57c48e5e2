"""What readers see: lists, one article, feeds, the home page's block, the help centre, search and the sitemap."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, Case, Count, Prefetch, Q, QuerySet, Value, When
from django.urls import reverse

from yixiang.articles.models import Article, ArticleFile
from yixiang.articles.rules.words import LISTED, TOPICS
from yixiang.kernel.errors import Unseen
from yixiang.kernel.periods import local_date
from yixiang.kernel.reference import division


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filters of a list, as its address carries them; what cannot be read counts as not asked for."""

    q: str = ""
    region: str = ""

    @property
    def applied(self) -> int:
        return int(bool(self.region))


def wanted_from(data: Mapping[str, str]) -> Wanted:
    region = str(data.get("region", "")).strip()
    return Wanted(q=str(data.get("q", "")).strip().replace("\0", "")[:80], region=region if division(region) else "")


def listed(kind: str, wanted: Wanted, *, now: datetime, first: str = "") -> QuerySet[Article]:
    """Pinned ones on top, then those of the reader's own place (`first`), then the newest."""
    rows = _matching(Article.objects.public(now).filter(kind=kind), wanted)
    on_top = _flag(Q(pinned_until__gte=local_date(now)))
    near = _flag(Q(region=first)) if first and not wanted.region else Value(False, output_field=BooleanField())
    rows = rows.annotate(on_top=on_top, near=near).select_related("cover__file")
    if kind == "download":
        rows = rows.prefetch_related(_standing_files())
    return rows.order_by("-on_top", "-near", "-publish_at", "-pk")


def public_list(kind: str | None, wanted: Wanted, *, now: datetime) -> QuerySet[Article]:
    """For programs: every kind unless one is named, in no other order than time."""
    rows = Article.objects.public(now)
    return _matching(rows.filter(kind=kind) if kind else rows, wanted)


def public_article(slug: str, *, now: datetime) -> Article:
    found: Article | None = Article.objects.public(now).filter(slug=slug).prefetch_related(_standing_files()).first()
    if found is None:
        raise Unseen()
    return found


def _flag(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def _matching(rows: QuerySet[Article], wanted: Wanted) -> QuerySet[Article]:
    if wanted.region:
        rows = rows.about(wanted.region)  # type: ignore[attr-defined]
    for word in wanted.q.split()[:5]:
        rows = rows.filter(Q(title__icontains=word) | Q(summary__icontains=word) | Q(body__icontains=word))
    return rows


def _standing_files() -> Any:
    files = ArticleFile.objects.filter(use="attachment", removed_at=None).select_related("file")
    return Prefetch("files", files, to_attr="downloads")


def readable(person: Any, kind: str, slug: str, *, now: datetime) -> Article:
    """One article at its address; editors may look at what is not public yet."""
    rows = Article.objects.visible_to(person, now=now).filter(kind=kind, slug=slug).exclude(slug="")
    found: Article | None = rows.select_related("cover__file").prefetch_related(_standing_files()).first()
    if found is None:
        raise Unseen("没有找到这篇文章，它可能已经撤下。可以回到列表查看其他内容。")
    return found


def attachments_of(article: Article) -> list[ArticleFile]:
    rows: list[ArticleFile] | None = getattr(article, "downloads", None)
    if rows is None:
        rows = list(article.files.filter(use="attachment", removed_at=None).select_related("file"))
    return rows


def neighbours(article: Article, *, now: datetime) -> tuple[Article | None, Article | None]:
    """The one published before and the one after, in the same list."""
    if article.publish_at is None:
        return None, None
    rows = Article.objects.public(now).filter(kind=article.kind).exclude(pk=article.pk).only("title", "kind", "slug")
    older = rows.filter(Q(publish_at__lt=article.publish_at) | Q(publish_at=article.publish_at, pk__lt=article.pk))
    newer = rows.filter(Q(publish_at__gt=article.publish_at) | Q(publish_at=article.publish_at, pk__gt=article.pk))
    return older.order_by("-publish_at", "-pk").first(), newer.order_by("publish_at", "pk").first()


def latest(kinds: Iterable[str], region: str | None = None, limit: int = 5, *, now: datetime) -> list[Article]:
    """For the home page: pinned first, then the newest; in a region, what concerns it."""
    rows = Article.objects.public(now).filter(kind__in=list(kinds))
    if region:
        rows = rows.about(region)
    rows = rows.annotate(on_top=_flag(Q(pinned_until__gte=local_date(now)))).order_by("-on_top", "-publish_at", "-pk")
    return list(rows.defer("body", "typed")[:limit])


def feed_of(kind: str, region: str = "", *, now: datetime, limit: int = 30) -> list[Article]:
    rows = Article.objects.public(now).filter(kind=kind)
    return list((rows.about(region) if region else rows).order_by("-publish_at", "-pk")[:limit])


def found_for(q: str, *, now: datetime, limit: int = 8) -> list[Article]:
    """For the search box of the portal: words in the title first."""
    wanted = wanted_from({"q": q})
    rows = _matching(Article.objects.public(now), wanted)
    in_title = _flag(Q(title__icontains=wanted.q))
    return list(rows.annotate(in_title=in_title).order_by("-in_title", "-publish_at")[:limit])


def help_groups(*, now: datetime, q: str = "") -> list[tuple[str, list[Article]]]:
    """Help articles under their topic, in the order of the topics."""
    rows = _matching(Article.objects.public(now).filter(kind="help"), Wanted(q=q))
    by_topic: dict[str, list[Article]] = {}
    for article in rows.order_by("-publish_at").defer("typed"):
        by_topic.setdefault(article.topic, []).append(article)
    return [(label, by_topic[code]) for code, label in TOPICS.items() if code in by_topic]


def public_addresses(*, now: datetime) -> Iterator[tuple[str, datetime]]:
    """Every address readers may open, for the sitemap: the lists, then each article with its last change."""
    rows = Article.objects.public(now)
    counted = dict(rows.values_list("kind").annotate(n=Count("pk")).values_list("kind", "n"))
    for kind in LISTED:
        if counted.get(kind):
            yield reverse(f"articles:{kind}"), rows.filter(kind=kind).latest("changed_at").changed_at
    for article in rows.only("kind", "slug", "changed_at").order_by("pk").iterator():
        yield address_of(article), article.changed_at


def address_of(article: Article) -> str:
    """Where readers find it."""
    return reverse(f"articles:{article.kind}-article", args=[article.slug])


def served_file(person: Any, pk: int, *, now: datetime) -> ArticleFile:
    """A file of an article this person may read, still belonging to it."""
    seen = Article.objects.visible_to(person, now=now)
    rows = ArticleFile.objects.filter(pk=pk, removed_at=None, article__in=seen).select_related("file", "article")
    found: ArticleFile | None = rows.first()
    if found is None:
        raise Unseen("没有找到这个文件，它可能已从文章中撤下。")
    return found
