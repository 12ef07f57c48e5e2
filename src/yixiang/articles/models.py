"""Articles of the portal, the files that belong to them, and what happened to each."""

from datetime import date, datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from yixiang.articles.permissions import ArticlesPermission
from yixiang.articles.rules.words import KINDS, PLATFORM_WIDE, TOPICS
from yixiang.articles.states import ARTICLE
from yixiang.kernel import scopes
from yixiang.kernel.recording import Recorded, append_only
from yixiang.kernel.reference import region_name, region_path, stem
from yixiang.people.access import Reach, reach


def within(held: Reach) -> Q:
    """What an editor's grants cover; only the whole platform covers what is written for everybody."""
    if held.platform:
        return Q()
    wanted = Q(pk__in=[])
    for scope in held.scopes:
        if code := scopes.region_code(scope):
            wanted |= Q(region__startswith=stem(code))
    return wanted


class Articles(models.QuerySet["Article"]):
    def public(self, now: datetime) -> "Articles":
        """Published, and its moment has come."""
        return self.filter(state="published", publish_at__lte=now)

    def editable_by(self, person: Any) -> "Articles":
        return self.filter(within(reach(person, ArticlesPermission.EDIT)))

    def visible_to(self, person: Any, *, now: datetime) -> "Articles":
        """Everybody reads what is public; whoever edits sees the rest of their region too."""
        held = reach(person, ArticlesPermission.EDIT)
        return self.filter(Q(state="published", publish_at__lte=now) | within(held)) if held else self.public(now)

    def about(self, region: str) -> "Articles":
        """What concerns somebody in this place: the whole platform's, those above it, and those inside it."""
        return self.filter(Q(region__in=["", *region_path(region)]) | Q(region__startswith=stem(region)))


class Article(models.Model):
    """What is in force stands in the fields; what an editor is still typing lies in `typed`, seen by no reader."""

    kind = models.CharField("栏目", max_length=10, choices=list(KINDS.items()))
    topic = models.CharField("主题", max_length=12, choices=list(TOPICS.items()), blank=True)
    title = models.CharField("标题", max_length=120, blank=True)
    summary = models.CharField("摘要", max_length=300, blank=True)
    slug = models.CharField("网址", max_length=60, blank=True)
    body = models.TextField("正文", blank=True)
    region = models.CharField("适用地区", max_length=6, blank=True)
    cover = models.ForeignKey("ArticleFile", models.SET_NULL, null=True, blank=True, related_name="+")
    pinned_until = models.DateField("置顶至", null=True, blank=True)
    publish_at = models.DateTimeField("发布时间", null=True, blank=True)
    state = models.CharField("状态", max_length=10, choices=ARTICLE.choices, default=ARTICLE.initial)
    typed = models.JSONField(default=dict, blank=True)  # as typed, unread: a draft may hold what is not yet right
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    changed_at = models.DateTimeField("修改时间")

    objects: ClassVar[Any] = Articles.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "资讯"
        ordering = ["-publish_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ARTICLE.codes), name="article_state"),
            models.CheckConstraint(condition=Q(kind__in=list(KINDS)), name="article_kind"),
            models.CheckConstraint(
                condition=Q(state="draft") | (~Q(title="") & ~Q(slug="") & Q(publish_at__isnull=False)),
                name="article_published_is_whole",
            ),
            models.UniqueConstraint("slug", condition=~Q(slug=""), name="article_address_once"),
        ]
        indexes = [
            models.Index(fields=["kind", "-publish_at"], condition=Q(state="published"), name="article_by_moment"),
        ]
        triggers = [Recorded(without=["typed"])]

    def __str__(self) -> str:
        return self.title or str(self.typed.get("title") or "") or "未命名文章"

    @property
    def scopes(self) -> list[str]:
        """Every grant scope that covers this article."""
        return scopes.region_and_above(self.region) if self.region else [scopes.PLATFORM]

    @property
    def scope(self) -> str:
        return scopes.region(self.region) if self.region else scopes.PLATFORM

    @property
    def region_name(self) -> str:
        return region_name(self.region) if self.region else PLATFORM_WIDE

    def is_public(self, now: datetime) -> bool:
        return self.state == "published" and self.publish_at is not None and self.publish_at <= now

    def is_scheduled(self, now: datetime) -> bool:
        return self.state == "published" and not self.is_public(now)

    def is_pinned(self, on: date) -> bool:
        return self.pinned_until is not None and self.pinned_until >= on


class ArticleFile(models.Model):
    """A file of an article: to be downloaded, or shown in the text. What was taken away stays on file, unserved."""

    class Use(models.TextChoices):
        ATTACHMENT = "attachment", "附件"
        PICTURE = "picture", "图片"

    article = models.ForeignKey(Article, models.CASCADE, related_name="files")
    file = models.ForeignKey("files.File", models.PROTECT, related_name="+")
    use = models.CharField("用途", max_length=10, choices=Use.choices)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "资讯文件"
        ordering = ["pk"]
        indexes = [models.Index(fields=["article", "use"], condition=Q(removed_at=None), name="article_files")]
        triggers = [Recorded()]


class ArticleEvent(models.Model):
    """One row per thing that happened to an article. Written once."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="events")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_label = models.CharField(max_length=160, blank=True)
    action = models.CharField(max_length=16)
    before = models.CharField(max_length=10, blank=True)
    after = models.CharField(max_length=10, blank=True)
    what = models.CharField("事项", max_length=200)
    note = models.TextField("说明", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "资讯经过"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["article", "-id"], name="article_time_line")]
        triggers = [append_only()]
