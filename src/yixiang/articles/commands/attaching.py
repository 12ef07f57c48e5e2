"""Files of an article: what readers download, what the text shows, what stands on its card."""

from datetime import datetime

from django.db import transaction

from yixiang.articles.commands.writing import lock
from yixiang.articles.models import Article, ArticleFile
from yixiang.files import commands as files
from yixiang.files.kinds import ALL, IMAGES
from yixiang.files.models import File
from yixiang.files.purposes import Purpose, declare
from yixiang.kernel.errors import Invalid, Unseen
from yixiang.people.models import Person

PICTURE_BYTES = 8 * 1024 * 1024
declare(
    Purpose("article-file", "资讯附件", ALL),
    Purpose("article-picture", "资讯图片", IMAGES, PICTURE_BYTES),
)
MOST_FILES = 30
MOST_PICTURES = 100


@transaction.atomic
def attach(article: Article, *, actor: Person, file: File, now: datetime) -> ArticleFile:
    """Something to download; it is there at once, also on a published article."""
    return _add(article, actor, file, ArticleFile.Use.ATTACHMENT, MOST_FILES, now)


@transaction.atomic
def add_picture(article: Article, *, actor: Person, file: File, now: datetime, as_cover: bool = False) -> ArticleFile:
    """Something to show; the text refers to it by its address."""
    if file.kind not in IMAGES:
        raise Invalid.field("file", "这里只能放图片（PNG、JPG、WebP）。")
    picture = _add(article, actor, file, ArticleFile.Use.PICTURE, MOST_PICTURES, now)
    if as_cover:
        Article.objects.filter(pk=article.pk).update(cover=picture)
    return picture


def _add(article: Article, actor: Person, file: File, use: str, most: int, now: datetime) -> ArticleFile:
    article = lock(article.pk, actor)
    if article.files.filter(use=use, removed_at=None).count() >= most:
        raise Invalid.field("file", f"一篇文章最多放 {most} 个，请先去掉不用的。", code="too-many-files")
    files.attach(file, by=actor, holder_kind="article", holder_id=article.pk, scope=article.scope, now=now)
    made: ArticleFile = article.files.create(file=file, use=use, added_by=actor, added_at=now)
    return made


@transaction.atomic
def detach(own: ArticleFile, *, actor: Person, now: datetime) -> None:
    """Served no more, not even at an address somebody noted down."""
    article = lock(own.article_id, actor)
    if not article.files.filter(pk=own.pk, removed_at=None).update(removed_at=now):
        raise Unseen()
    Article.objects.filter(pk=article.pk, cover=own).update(cover=None)


@transaction.atomic
def choose_cover(own: ArticleFile, *, actor: Person) -> None:
    article = lock(own.article_id, actor)
    if own.use != ArticleFile.Use.PICTURE or own.removed_at:
        raise Unseen()
    Article.objects.filter(pk=article.pk).update(cover=own)
