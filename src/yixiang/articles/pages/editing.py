"""The editors' desk: their list, one article with its text beside what readers will see."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yixiang.articles import queries
from yixiang.articles.commands import publishing, writing
from yixiang.articles.forms import ArticleForm, PinForm
from yixiang.articles.models import Article
from yixiang.articles.queries.editing import STATES
from yixiang.articles.rendering import render as rendered
from yixiang.articles.rules.reading import LONGEST
from yixiang.articles.rules.words import KINDS
from yixiang.articles.states import ARTICLE
from yixiang.kernel.errors import Invalid, Refused
from yixiang.people.asking import me


@login_required
def articles(request: HttpRequest) -> HttpResponse:
    now, wanted = timezone.now(), queries.editing_from(request.GET.dict())
    rows = queries.editor_list(request.user, wanted, now=now)
    context = {
        "page": Paginator(rows, 30).get_page(request.GET.get("page")),
        "wanted": wanted,
        "kinds": list(KINDS.items()),
        "states": list(STATES.items()),
        "places": [(code or "platform", name) for code, name in queries.places_of(request.user)],
        "machine": ARTICLE,
        "now": now,
        "today": timezone.localdate(now),
    }
    return render(request, "articles/list.html", context)


@login_required
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    made = writing.start(me(request), kind=request.POST.get("kind", ""), now=timezone.now())
    return redirect("articles:edit", made.pk)


@login_required
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """What is typed is kept first, whatever was pressed; publishing then reads it."""
    article = queries.article_for_editor(request.user, pk)
    if request.method != "POST":
        return _page(request, article)
    try:
        article = _save(request, article)
        if "publish" not in request.POST:
            messages.success(request, _("已保存。读者看到的内容没有变。"))
            return redirect("articles:edit", pk)
        article = publishing.publish(article, actor=me(request), now=timezone.now())
    except Invalid as refused:
        return _page(request, article, refused.fields)
    except Refused as refused:
        if refused.code != "version-changed":
            raise
        return _page(request, article, {"": [refused.message]}, typed=request.POST.dict())
    scheduled = article.is_scheduled(timezone.now())
    messages.success(request, _("已定时，到时间自动显示。") if scheduled else _("已发布，读者现在可以看到。"))
    return redirect("articles:edit", pk)


def _save(request: HttpRequest, article: Article) -> Article:
    version = request.POST.get("version", "")
    wanted = int(version) if version.isdigit() and len(version) < 10 else None
    return writing.save(article, actor=me(request), typed=request.POST.dict(), version=wanted, now=timezone.now())


def _page(
    request: HttpRequest,
    article: Article,
    problems: dict[str, list[str]] | None = None,
    typed: dict[str, str] | None = None,
) -> HttpResponse:
    article.refresh_from_db()
    now, shown = timezone.now(), {**writing.typed_of(article), **(typed or {})}
    form = ArticleForm(shown, places=queries.places_of(request.user), version=article.version)
    form.explain(problems or {})
    context = {"article": article, "form": form, "now": now, "text": rendered(shown.get("body", ""))}
    context |= {
        "moves": {move.action: move for move in ARTICLE.allowed(article.state)},
        "machine": ARTICLE,
        "pin": PinForm(initial={"until": article.pinned_until}),
        "address": queries.address_of(article) if article.slug else "",
        "files": list(article.files.filter(removed_at=None).select_related("file")),
        "events": queries.time_line(article),
        "today": timezone.localdate(now),
    }
    return render(request, "articles/edit.html", context, status=422 if problems else 200)


@login_required
@require_POST
def autosave(request: HttpRequest, pk: int) -> HttpResponse:
    """The page learns the new version, so that its next save is not taken for an old one."""
    article = _save(request, queries.article_for_editor(request.user, pk))
    return HttpResponse(status=204, headers={"X-Version": str(article.version)})


@login_required
@require_POST
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The same renderer readers get, on what is being typed."""
    queries.article_for_editor(request.user, pk)
    body = request.POST.get("body", "")[: LONGEST["body"]]
    return render(request, "articles/_preview.html", {"text": rendered(body)})
