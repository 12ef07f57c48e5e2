"""HTML doors: the list behind the bell and how one wants to be told."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yixiang.notices import commands, queries
from yixiang.notices.commands.telling import is_local
from yixiang.notices.forms import PreferencesForm
from yixiang.notices.kinds import declared

PER_PAGE = 20


@login_required
@require_GET
def notice_list(request: HttpRequest) -> HttpResponse:
    filters = {name: request.GET.get(name, "").replace("\0", "").strip() for name in ("q", "kind", "state")}
    found = queries.notices_of(
        request.user, kind=filters["kind"], unread_only=filters["state"] == "unread", words=filters["q"]
    )
    context = {
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "filters": filters,
        "applied": sum(map(bool, filters.values())),
        "kinds": [(kind.code, kind.label) for kind in declared()],
        "unread": queries.unread_count(request.user),
    }
    return render(request, "notices/list.html", context)


@login_required
@require_GET
def open_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Reads it and goes where its button goes, which is always a page of this house."""
    notice = commands.read(notice_id, person=_person(request), now=timezone.now())
    return HttpResponseRedirect(notice.url) if is_local(notice.url) else redirect("notices:list")


@login_required
@require_POST
def read(request: HttpRequest, notice_id: int) -> HttpResponse:
    commands.read(notice_id, person=_person(request), now=timezone.now())
    back = request.POST.get("next", "")
    return HttpResponseRedirect(back) if is_local(back) else redirect("notices:list")


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    count = commands.read_all(_person(request), now=timezone.now())
    messages.success(request, _("已把 %(count)d 条通知标为已读。") % {"count": count})
    return redirect("notices:list")


@login_required
@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    form = PreferencesForm(queries.choices_of(request.user), request.POST or None)
    if request.method == "POST" and form.is_valid():
        commands.choose(_person(request), choices=form.changed())
        messages.success(request, _("接收方式已保存。"))
        return redirect("notices:preferences")
    status = 422 if form.errors else 200
    return render(request, "notices/preferences.html", {"form": form, "person": request.user}, status=status)


def _person(request: HttpRequest) -> Any:
    return request.user  # after login_required it is a Person
