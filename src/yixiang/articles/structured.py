"""An article for machines that read the web: schema.org as JSON-LD."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from yixiang.articles.models import Article
from yixiang.articles.queries import address_of
from yixiang.articles.rendering import plain

TYPES = {"news": "NewsArticle"}


def article_data(article: Article, absolute: Callable[[str], str]) -> dict[str, Any]:
    """Only what is public; the author is the platform, never a person."""
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": TYPES.get(article.kind, "Article"),
        "headline": article.title,
        "description": article.summary or plain(article.body),
        "inLanguage": "zh-CN",
        "dateModified": article.changed_at.isoformat(),
        "mainEntityOfPage": absolute(address_of(article)) if article.slug else "",
        "author": {"@type": "Organization", "name": "仪享"},
        "publisher": {"@type": "Organization", "name": "仪享"},
    }
    if article.publish_at:
        data["datePublished"] = article.publish_at.isoformat()
    if article.region:
        data["contentLocation"] = {"@type": "AdministrativeArea", "name": article.region_name}
    if article.cover:
        data["image"] = absolute(reverse("articles:file", args=[article.cover.pk, article.cover.file.name]))
    return data
