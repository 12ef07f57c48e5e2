"""Withdrawing, pinning and throwing away, each from a page or a button of its own."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yixiang.articles import queries
from yixiang.articles.commands import publishing, writing
from yixiang.articles.forms import PinForm, WithdrawForm
from yixiang.articles.states import ARTICLE
from yixiang.kernel.errors import Invalid
from yixiang.people.asking import me


@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """A page that says what will happen; then it happens."""
    article = queries.article_for_editor(request.user, pk)
    move = ARTICLE.move(article.state, "withdraw")
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        publishing.withdraw(article, actor=me(request), note=form.cleaned_data["note"], now=timezone.now())
        messages.success(request, _("已撤下，读者不能再打开。"))
        return redirect("articles:edit", pk)
    context = {"article": article, "move": move, "form": form}
    return render(request, "articles/withdraw.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def pin(request: HttpRequest, pk: int) -> HttpResponse:
    article, form = queries.article_for_editor(request.user, pk), PinForm(request.POST)
    if not form.is_valid():
        raise Invalid.field("until", _("请按“2026-03-01”的格式填写日期。"))
    now, until = timezone.now(), form.cleaned_data["until"]
    publishing.pin(article, actor=me(request), until=until, on=timezone.localdate(now), now=now)
    messages.success(request, _("已置顶。") if until else _("已取消置顶。"))
    return redirect("articles:edit", pk)


@login_required
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    writing.discard(queries.article_for_editor(request.user, pk), actor=me(request))
    messages.success(request, _("草稿已删除。"))
    return redirect("articles:list")
