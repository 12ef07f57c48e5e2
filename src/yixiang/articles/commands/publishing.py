"""What readers come to see: publishing now or at a moment, changing, withdrawing, pinning."""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.urls import reverse

from yixiang.articles.commands.writing import lock, record, refuse_old, scopes_of, typed_of
from yixiang.articles.models import Article
from yixiang.articles.permissions import ArticlesPermission
from yixiang.articles.rules import addresses, reading
from yixiang.articles.states import ARTICLE
from yixiang.kernel.errors import Invalid
from yixiang.kernel.periods import SHANGHAI
from yixiang.kernel.reference import division
from yixiang.kernel.typed import Reading
from yixiang.notices.commands import tell
from yixiang.notices.kinds import NoticeKind, declare
from yixiang.people.access import may
from yixiang.people.models import Person

declare(NoticeKind("article", "资讯发布"))
LONGEST_PIN = timedelta(days=366)
TRIES = 30


@transaction.atomic
def publish(article: Article, *, actor: Person, now: datetime, version: int | None = None) -> Article:
    """What was typed comes into force; with a moment in the future it is shown from then on."""
    article = lock(article.pk, actor)
    refuse_old(article, version)
    before = article.state
    state = ARTICLE.step(before, "update" if before == "published" else "publish")
    found = _look(article, actor)
    if found.problems:
        raise Invalid("还不能发布，请先补充或修改标出的内容。", fields=found.problems)
    _bring_into_force(article, found, now)
    article.state, article.typed = state, {}
    article.version, article.changed_at = article.version + 1, now
    _save_at_address(article, chosen=bool(found.values["slug"]))
    action = "update" if before == "published" else "publish"
    record(article, action, _what(article, action, now), actor=actor, before=before, now=now)
    _tell_author(article, actor, f"“{article.title}”已发布", "", now)
    return article


def _what(article: Article, action: str, now: datetime) -> str:
    if article.publish_at and article.is_scheduled(now):
        return f"定时发布：{article.publish_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    return "发布修改" if action == "update" else "发布"


def _look(article: Article, actor: Person) -> Reading:
    """What the rules say, and what only the database and the grants know."""
    typed = typed_of(article)
    found = reading.look(typed)
    region = typed.get("region", "")
    if region and not division(region):
        found.add("region", "请从列表中选择。")
    elif not may(actor, ArticlesPermission.EDIT, scopes_of(region)):
        found.add("region", "您不能替这个地区发布，请选择自己负责的地区。")
    if article.slug and found.values["slug"] not in {"", article.slug}:
        found.add("slug", "文章发布过，网址不再改变：别处的链接和收藏会失效。")
    if article.kind == "download" and not article.files.filter(use="attachment", removed_at=None).exists():
        found.add("body", "资料下载至少要有一个附件，请先上传。")
    found.values["region"] = region
    return found


def _bring_into_force(article: Article, found: Reading, now: datetime) -> None:
    for name in ("kind", "topic", "title", "summary", "body", "region"):
        setattr(article, name, found.values[name])
    article.publish_at = found.values["publish_at"] or article.publish_at or now
    article.slug = article.slug or found.values["slug"] or addresses.proposed(article.title)


def _save_at_address(article: Article, *, chosen: bool) -> None:
    """An address that is taken is numbered when we proposed it, and refused when somebody typed it."""
    wanted = article.slug
    for number in range(2, TRIES):
        try:
            with transaction.atomic():
                article.save()
            return
        except IntegrityError as clash:
            if chosen or "article_address_once" not in str(clash):
                raise Invalid.field("slug", "这个网址已被别的文章使用，请换一个。", code="address-taken") from clash
            article.slug = addresses.numbered(wanted, number)
    raise Invalid.field("slug", "请为这篇文章填写一个网址。", code="address-taken")


@transaction.atomic
def withdraw(article: Article, *, actor: Person, note: str, now: datetime, version: int | None = None) -> Article:
    """Readers find it no more; the address stays taken."""
    article = lock(article.pk, actor)
    refuse_old(article, version)
    before, article.state = article.state, ARTICLE.step(article.state, "withdraw")
    if not note.strip():
        raise Invalid.field("note", "请写明撤下的原因。")
    article.pinned_until = None
    article.version, article.changed_at = article.version + 1, now
    article.save(update_fields=["state", "pinned_until", "version", "changed_at"])
    record(article, "withdraw", "撤下", actor=actor, before=before, now=now, note=note.strip()[:300])
    _tell_author(article, actor, f"“{article.title}”已撤下", note.strip()[:300], now)
    return article


@transaction.atomic
def pin(article: Article, *, actor: Person, until: date | None, on: date, now: datetime) -> Article:
    """On top of its list until that day; without a day, no longer."""
    article = lock(article.pk, actor)
    if until and not on <= until <= on + LONGEST_PIN:
        raise Invalid.field("until", "置顶日期应在今天之后、一年以内。")
    article.pinned_until, article.version = until, article.version + 1
    article.save(update_fields=["pinned_until", "version"])
    what = f"置顶至 {until:%Y-%m-%d}" if until else "取消置顶"
    record(article, "pin", what, actor=actor, before=article.state, now=now)
    return article


def _tell_author(article: Article, actor: Person, subject: str, body: str, now: datetime) -> None:
    if article.author is None or article.author == actor:
        return
    tell(
        [article.author],
        kind="article",
        subject=subject,
        body=body or f"由 {actor} 办理。",
        url=reverse("articles:edit", args=[article.pk]),
        key=f"article-{article.pk}-{article.version}",
        now=now,
    )
