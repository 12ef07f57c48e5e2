"""What editors see: their lists, one article with everything about it, the places they may write for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from yixiang.articles.models import Article, ArticleEvent
from yixiang.articles.permissions import ArticlesPermission
from yixiang.articles.rules.words import KINDS, PLATFORM_WIDE
from yixiang.kernel import scopes
from yixiang.kernel.errors import NotPermitted, Unseen
from yixiang.kernel.reference import children, division, in_region, region_name
from yixiang.people.access import reach
from yixiang.policy.shelf import library

STATES = {"draft": "草稿", "scheduled": "定时发布", "published": "已发布", "withdrawn": "已撤下"}


@dataclass(frozen=True, slots=True)
class Editing:
    """The filters of the editors' list; what cannot be read counts as not asked for."""

    q: str = ""
    kind: str = ""
    region: str = ""
    state: str = ""

    @property
    def applied(self) -> int:
        return sum(bool(value) for value in (self.kind, self.region, self.state))


def editing_from(data: Mapping[str, str]) -> Editing:
    def one_of(name: str, known: Any) -> str:
        value = str(data.get(name, ""))
        return value if value in known else ""

    region = str(data.get("region", ""))
    return Editing(
        q=str(data.get("q", "")).strip().replace("\0", "")[:80],
        kind=one_of("kind", KINDS),
        region=region if region == scopes.PLATFORM or division(region) else "",
        state=one_of("state", STATES),
    )


def editor_list(person: Any, wanted: Editing, *, now: datetime) -> QuerySet[Article]:
    """Unfinished first, then the latest change."""
    if not reach(person, ArticlesPermission.EDIT):
        raise NotPermitted("您的账号没有编辑资讯的权限。如需开通，请联系平台管理员。")
    rows: QuerySet[Article] = Article.objects.editable_by(person).select_related("author")
    if wanted.q:
        rows = rows.filter(Q(title__icontains=wanted.q) | Q(typed__title__icontains=wanted.q))
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.region:
        rows = rows.filter(region="" if wanted.region == scopes.PLATFORM else wanted.region)
    if wanted.state == "scheduled":
        rows = rows.filter(state="published", publish_at__gt=now)
    elif wanted.state == "published":
        rows = rows.filter(state="published", publish_at__lte=now)
    elif wanted.state:
        rows = rows.filter(state=wanted.state)
    return rows.order_by("-changed_at", "-pk")


def article_for_editor(person: Any, key: int | str) -> Article:
    """By number, or by address for programs."""
    rows = Article.objects.editable_by(person).select_related("author", "cover__file")
    wanted = Q(pk=int(key)) if str(key).isdigit() and len(str(key)) < 12 else Q(slug=key) & ~Q(slug="")
    found: Article | None = rows.filter(wanted).first()
    if found is None:
        raise Unseen()
    return found


def time_line(article: Article) -> QuerySet[ArticleEvent]:
    return article.events.select_related("by").order_by("pk")


def places_of(person: Any) -> list[tuple[str, str]]:
    """Where this editor may publish: the whole platform, the jurisdictions, their cities."""
    held = reach(person, ArticlesPermission.EDIT)
    served = [library().jurisdictions[code].region for code in settings.JURISDICTIONS]
    if held.platform:
        return [("", PLATFORM_WIDE), *((code, region_name(code)) for code in served)]
    own = sorted(code for scope in held.scopes if (code := scopes.region_code(scope)))
    found = dict.fromkeys(own)
    for code in own:
        if code.endswith("0000"):
            found |= dict.fromkeys(row.code for row in children(code) if not row.placeholder)
        found |= dict.fromkeys(region for region in served if in_region(region, code))
    return [(code, region_name(code)) for code in found]
