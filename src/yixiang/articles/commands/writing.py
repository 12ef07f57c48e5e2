"""Starting an article and keeping what is typed; readers see none of it before it is published."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from yixiang.articles.models import Article, ArticleEvent
from yixiang.articles.permissions import ArticlesPermission
from yixiang.articles.rules import reading
from yixiang.articles.rules.words import KINDS
from yixiang.files import commands as files
from yixiang.kernel import scopes
from yixiang.kernel.errors import Invalid, NotPermitted, Refused, Unseen, WrongState
from yixiang.kernel.freshness import public_data_changed
from yixiang.kernel.periods import SHANGHAI
from yixiang.people.access import reach, require
from yixiang.people.models import Person


def scopes_of(region: str) -> list[str]:
    return scopes.region_and_above(region) if region else [scopes.PLATFORM]


@transaction.atomic
def start(actor: Person, *, kind: str, now: datetime, region: str | None = None) -> Article:
    """An empty draft, so that pictures and autosave have a place; without a region, the editor's own."""
    place = home_of(actor) if region is None else region
    require(actor, ArticlesPermission.EDIT, scopes_of(place))
    if kind not in KINDS:
        raise Invalid.field("kind", "请选择栏目。")
    typed = {"kind": kind, "region": place}
    article: Article = Article.objects.create(kind=kind, region=place, typed=typed, author=actor, changed_at=now)
    return article


def home_of(actor: Person) -> str:
    """The widest place somebody edits for: the whole platform, else the shortest region."""
    held = reach(actor, ArticlesPermission.EDIT)
    codes = sorted((code for scope in held.scopes if (code := scopes.region_code(scope))), key=lambda c: (c[2:], c))
    if held.platform:
        return ""
    if not codes:
        raise NotPermitted()
    return codes[0]


@transaction.atomic
def save(
    article: Article, *, actor: Person, typed: Mapping[str, str], now: datetime, version: int | None = None
) -> Article:
    """Right or wrong, nothing typed is lost; a text somebody else changed meanwhile is not overwritten."""
    article = lock(article.pk, actor)
    refuse_old(article, version)
    article.typed = {**typed_of(article), **reading.kept(typed)}
    article.version, article.changed_at = article.version + 1, now
    article.save(update_fields=["typed", "version", "changed_at"])
    return article


def typed_of(article: Article) -> dict[str, str]:
    """What the editor's form shows: what is being typed, else what is in force."""
    force = {name: str(getattr(article, name) or "") for name in reading.NAMES if name != "publish_at"}
    if article.publish_at:
        force["publish_at"] = f"{article.publish_at.astimezone(SHANGHAI):%Y-%m-%dT%H:%M}"
    return {**force, **article.typed}


@transaction.atomic
def discard(article: Article, *, actor: Person) -> None:
    """A draft nobody ever read goes with its files; what was once published is only withdrawn."""
    article = lock(article.pk, actor)
    if article.state != "draft":
        raise WrongState("发布过的文章不能删除，可以撤下。")
    held = [own.file for own in article.files.select_related("file")]
    Article.objects.filter(pk=article.pk).update(cover=None)
    article.delete()
    for file in held:
        files.discard(file)


def lock(pk: int, actor: Person) -> Article:
    """Every act on an article begins here: it is there, and this person may edit it."""
    article: Article | None = Article.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if article is None:
        raise Unseen()
    require(actor, ArticlesPermission.EDIT, article.scopes)
    return article


def refuse_old(article: Article, version: int | None) -> None:
    if version is not None and version != article.version:
        message = "这篇文章在您打开之后被改过，没有覆盖对方的修改。您写的仍在本页，请复制后刷新，再合到一起。"
        raise Refused("version-changed", message, status=412, extra={"version": article.version})


def record(
    article: Article, action: str, what: str, *, actor: Person, before: str, now: datetime, note: str = ""
) -> None:
    ArticleEvent.objects.create(
        article=article,
        at=now,
        by=actor,
        by_label=str(actor),
        action=action,
        before=before,
        after=article.state,
        what=what[:200],
        note=note,
    )
    public_data_changed()
