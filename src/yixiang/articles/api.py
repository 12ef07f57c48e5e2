"""JSON doors of this room: reading is open to everybody, writing to editors."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from ninja import Field, Path, Query, Router, Schema, Status
from pydantic import StringConstraints

from yixiang.articles import queries
from yixiang.articles.commands import attaching, publishing, writing
from yixiang.articles.models import Article, ArticleFile
from yixiang.articles.rendering import render
from yixiang.articles.states import ARTICLE
from yixiang.files.queries import waiting_file
from yixiang.web.cursor import Listing, Page, Paging, require_version, version_tag

router = Router(tags=["资讯"])
PLACE = "/api/v1/articles/"
Slug = Annotated[str, StringConstraints(max_length=60)]
Kind = Literal["news", "notice", "policy", "download", "help"]


class StateOut(Schema):
    code: str = Field(examples=["published"])
    label: str = Field(examples=["已发布"])


class AttachmentOut(Schema):
    id: int
    name: str = Field(alias="file.name")
    kind: str = Field(alias="file.kind")
    size: int = Field(alias="file.size", description="字节")
    url: str

    @staticmethod
    def resolve_url(own: ArticleFile) -> str:
        return reverse("articles:file", args=[own.pk, own.file.name])


class ArticleBrief(Schema):
    id: int
    slug: str = Field(description="固定网址；还没有发布过的草稿为空")
    kind: str = Field(examples=["notice"])
    topic: str = Field(description="帮助文章的主题")
    title: str
    summary: str
    region: str = Field(description="行政区划代码；空为全平台", examples=["430000"])
    region_name: str = Field(examples=["湖南省"])
    state: StateOut
    publish_at: datetime | None = None
    pinned_until: date | None = None
    changed_at: datetime
    url: str = Field(description="给人看的网页")
    href: str

    @staticmethod
    def resolve_state(article: Article) -> dict[str, str]:
        return {"code": article.state, "label": ARTICLE.label(article.state)}

    @staticmethod
    def resolve_url(article: Article) -> str:
        return queries.address_of(article) if article.slug else ""

    @staticmethod
    def resolve_href(article: Article) -> str:
        return f"{PLACE}{article.slug or article.pk}"


class ArticleOut(ArticleBrief):
    body: str = Field(description="Markdown")
    html: str = Field(description="已清洗的 HTML，可直接显示")
    attachments: list[AttachmentOut]
    version: int

    @staticmethod
    def resolve_html(article: Article) -> str:
        return str(render(article.body).html)

    @staticmethod
    def resolve_attachments(article: Article) -> list[ArticleFile]:
        return queries.attachments_of(article)


class DraftOut(ArticleOut):
    typed: dict[str, str] = Field(description="还没有发布的修改")


class ArticlesWanted(Paging):
    kind: Kind | None = Field(None, description="栏目")
    region: str = Field("", max_length=6, description="只要与这个地区有关的", examples=["430000"])
    q: str = Field("", max_length=80, description="标题、摘要或正文里的字")


class ArticleIn(Schema):
    kind: Kind | None = Field(None, description="栏目；新建时必填")
    topic: str | None = Field(None, max_length=12, description="帮助文章的主题")
    title: str | None = Field(None, max_length=120)
    summary: str | None = Field(None, max_length=300)
    body: str | None = Field(None, max_length=100_000, description="Markdown")
    region: str | None = Field(None, max_length=6, description="空为全平台")
    slug: str | None = Field(None, max_length=60)
    publish_at: datetime | None = Field(None, description="发布时间；将来的时间即定时发布")

    def typed(self) -> dict[str, str]:
        given = self.model_dump(exclude_unset=True)
        return {
            name: value.isoformat() if isinstance(value, datetime) else value or "" for name, value in given.items()
        }


class NewArticleIn(ArticleIn):
    kind: Kind = Field(description="栏目")


class WithdrawIn(Schema):
    note: str = Field(max_length=300, description="撤下的原因")


class PinIn(Schema):
    until: date | None = Field(None, description="置顶至；null 为不再置顶")


class AttachIn(Schema):
    file_id: UUID = Field(description="先用 POST /files 上传", examples=["8f1d3a52-0c1b-4e0f-9c54-1f2e3d4c5b6a"])


def _one(request: HttpRequest, key: str) -> Article:
    return queries.article_for_editor(request.user, key)


@router.get("/articles", response=Listing[ArticleBrief], auth=None, summary="资讯")
def articles(request: HttpRequest, wanted: Query[ArticlesWanted]) -> Page[Article]:
    """已发布的文章，新的在前。无需登录。"""
    rows = queries.public_list(wanted.kind, queries.wanted_from(wanted.model_dump()), now=timezone.now())
    return wanted.page(rows, by=("-publish_at", "-pk"))


@router.get("/articles/drafts", response=Listing[ArticleBrief], summary="我可以编辑的文章")
def drafts(request: HttpRequest, wanted: Query[Paging]) -> Page[Article]:
    """草稿、定时、已发布与已撤下的，最近修改的在前。"""
    rows = queries.editor_list(request.user, queries.Editing(), now=timezone.now())
    return wanted.page(rows, by=("-changed_at", "-pk"))


@router.get("/articles/{slug}", response=ArticleOut, auth=None, summary="一篇文章")
def article(request: HttpRequest, slug: Path[Slug], response: HttpResponse) -> Article:
    """带正文、清洗后的 HTML 和附件。无需登录。"""
    found = queries.public_article(slug, now=timezone.now())
    response["ETag"] = version_tag(found.version)
    return found


@router.get("/articles/{slug}/draft", response=DraftOut, summary="编辑中的文章")
def draft(request: HttpRequest, slug: str, response: HttpResponse) -> Article:
    """给编辑看的：包括没有发布的修改。草稿用编号代替网址。"""
    found = _one(request, slug)
    response["ETag"] = version_tag(found.version)
    return found


@router.post("/articles", response={201: DraftOut}, summary="新建文章")
def create(request: HttpRequest, payload: NewArticleIn, response: HttpResponse) -> Status[Article]:
    """得到草稿；发布是单独的一步。"""
    person: Any = request.user
    now = timezone.now()
    made = writing.start(person, kind=payload.kind, region=payload.region, now=now)
    made = writing.save(made, actor=person, typed=payload.typed(), now=now)
    response["Location"] = f"{PLACE}{made.pk}"
    return Status(201, made)


@router.patch("/articles/{slug}", response=DraftOut, summary="修改文章")
def change(request: HttpRequest, slug: str, payload: ArticleIn) -> Article:
    """只改给出的内容；读者看到的要等发布后才变。带 If-Match 时，只在读取过的版本上修改。"""
    person: Any = request.user
    found = _one(request, slug)
    require_version(request, found.version)
    return writing.save(found, actor=person, typed=payload.typed(), version=found.version, now=timezone.now())


@router.post("/articles/{slug}/publish", response=ArticleOut, summary="发布")
def publish(request: HttpRequest, slug: str) -> Article:
    """发布草稿、重新发布，或让已发布文章的修改生效。"""
    person: Any = request.user
    found = _one(request, slug)
    require_version(request, found.version)
    return publishing.publish(found, actor=person, version=found.version, now=timezone.now())


@router.post("/articles/{slug}/withdraw", response=ArticleOut, summary="撤下")
def withdraw(request: HttpRequest, slug: str, payload: WithdrawIn) -> Article:
    """读者不能再打开；网址保留，可以重新发布。"""
    person: Any = request.user
    return publishing.withdraw(_one(request, slug), actor=person, note=payload.note, now=timezone.now())


@router.post("/articles/{slug}/pin", response=ArticleOut, summary="置顶")
def pin(request: HttpRequest, slug: str, payload: PinIn) -> Article:
    """到期自动回到原来的位置。"""
    person: Any = request.user
    now = timezone.now()
    return publishing.pin(_one(request, slug), actor=person, until=payload.until, on=timezone.localdate(now), now=now)


@router.post("/articles/{slug}/attachments", response={201: AttachmentOut}, summary="添加附件")
def attach(request: HttpRequest, slug: str, payload: AttachIn) -> Status[ArticleFile]:
    """把已上传的文件放进文章。"""
    person: Any = request.user
    found, file = _one(request, slug), waiting_file(person, payload.file_id)
    return Status(201, attaching.attach(found, actor=person, file=file, now=timezone.now()))
