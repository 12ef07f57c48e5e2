"""Putting files into an article and taking them out; a picture pasted into the text comes in here too."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yixiang.articles import queries
from yixiang.articles.commands import attaching
from yixiang.articles.models import Article, ArticleFile
from yixiang.files.commands import take
from yixiang.files.kinds import ALL, IMAGES
from yixiang.kernel.errors import Invalid, Refused, Unseen
from yixiang.people.asking import me


@login_required
@require_POST
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    article = queries.article_for_editor(request.user, pk)
    try:
        own = _taken(request, article, picture=False)
        messages.success(request, _("已上传：%(name)s") % {"name": own.file.name})
    except Refused as refused:
        _say(request, refused)
    return redirect(reverse("articles:edit", args=[pk]) + "#files")


@login_required
@require_POST
def picture(request: HttpRequest, pk: int) -> HttpResponse:
    """For the editor's script (JSON) and for the form without script."""
    article = queries.article_for_editor(request.user, pk)
    as_json = not request.accepts("text/html")
    try:
        own = _taken(request, article, picture=True)
    except Refused as refused:
        if as_json:
            return JsonResponse({"code": refused.code, "message": refused.message}, status=refused.status)
        _say(request, refused)
    else:
        if as_json:
            return JsonResponse({"name": own.file.name, "url": _url(own)}, status=201)
        messages.success(request, _("图片已上传，把它下面的代码复制到正文里即可。"))
    return redirect(reverse("articles:edit", args=[pk]) + "#pictures")


@login_required
@require_POST
def file_act(request: HttpRequest, pk: int, file_pk: int, action: str) -> HttpResponse:
    own = queries.article_for_editor(request.user, pk).files.filter(pk=file_pk, removed_at=None).first()
    if own is None or action not in {"remove", "cover"}:
        raise Unseen()
    if action == "remove":
        attaching.detach(own, actor=me(request), now=timezone.now())
        messages.success(request, _("已去掉，读者不能再下载。"))
    else:
        attaching.choose_cover(own, actor=me(request))
        messages.success(request, _("已设为封面。"))
    return redirect(reverse("articles:edit", args=[pk]) + "#files")


def _taken(request: HttpRequest, article: Article, *, picture: bool) -> ArticleFile:
    upload, now = request.FILES.get("file"), timezone.now()
    if upload is None:
        raise Invalid.field("file", _("没有收到文件，请重新选择。"), code="file-missing")
    purpose, kinds = ("article-picture", IMAGES) if picture else ("article-file", ALL)
    limit = attaching.PICTURE_BYTES if picture else None
    file = take(upload, uploader=me(request), purpose=purpose, kinds=kinds, max_bytes=limit, now=now)
    if picture:
        return attaching.add_picture(article, actor=me(request), file=file, now=now)
    return attaching.attach(article, actor=me(request), file=file, now=now)


def _url(own: ArticleFile) -> str:
    return reverse("articles:file", args=[own.pk, f"{own.pk}.{own.file.what.extension}"])  # no brackets, no spaces


def _say(request: HttpRequest, refused: Refused) -> None:
    """A bad file is explained on the page it came from; what may not be done stays a refusal."""
    if refused.status in {403, 404}:
        raise refused
    messages.error(request, refused.message)
