"""The security administrator's desk: people and what they were given."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yixiang.kernel.errors import Refused
from yixiang.people import queries
from yixiang.people.commands import grants as grant_commands
from yixiang.people.commands import people as people_commands
from yixiang.people.commands.looking import record_look
from yixiang.people.forms import GrantForm, LookForm, explain
from yixiang.people.pages import asking

PER_PAGE = 30


@login_required
def people(request: HttpRequest) -> HttpResponse:
    actor: Any = request.user
    now, wanted = timezone.now(), request.GET
    filters = {name: wanted.get(name, "") for name in ("q", "role", "state", "sort")}
    rows = queries.people_for(
        actor, now=now, text=filters["q"], role=filters["role"], state=filters["state"], sort=filters["sort"]
    )
    page = Paginator(rows, PER_PAGE).get_page(wanted.get("page"))
    context = {
        "page": page,
        "rows": queries.people_rows(list(page.object_list), now),
        "filters": filters,
        "roles": queries.role_choices(),
        "states": list(queries.STATES.items()),
    }
    return render(request, "people/people.html", context)


@login_required
def person(request: HttpRequest, pk: int) -> HttpResponse:
    actor: Any = request.user
    subject = queries.person_for(actor, pk)
    form = GrantForm(request.POST or None, places=queries.places(request.GET.get("unit", "")))
    if request.method == "POST" and form.is_valid():
        try:
            grant = grant_commands.give(subject, actor=actor, now=timezone.now(), **form.grant())
            messages.success(request, _("已授予“%(grant)s”。") % {"grant": grant})
            return redirect("people:person", pk)
        except Refused as refused:
            explain(form, refused)
    return render(request, "people/person.html", queries.person_page(actor, subject, timezone.now()) | {"form": form})


@login_required
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """The contacts in full, after saying what for; the person sees this look on their own page."""
    actor: Any = request.user
    subject = queries.person_for(actor, pk)
    form = LookForm(request.POST or None)
    shown = request.method == "POST" and form.is_valid()
    if shown:
        record_look(actor, subject, _("手机号与邮箱"), form.cleaned_data["purpose"], timezone.now())
    return render(request, "people/look.html", {"subject": subject, "form": form, "shown": shown})


@login_required
@require_POST
def take_back(request: HttpRequest, pk: int, grant: int) -> HttpResponse:
    actor: Any = request.user
    held = queries.grant_for(actor, pk, grant)
    grant_commands.take_back(held, actor=actor, now=timezone.now())
    messages.success(request, _("已收回“%(grant)s”。") % {"grant": held})
    return redirect("people:person", pk)


@login_required
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    actor: Any = request.user
    subject = queries.person_for(actor, pk)
    if request.method != "POST":
        return render(request, "people/confirm.html", asking.stop(subject))
    people_commands.stop(subject, actor=actor, now=timezone.now())
    messages.success(request, _("账号已停用，所有设备和令牌立即失效。"))
    return redirect("people:person", pk)


@login_required
@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    actor: Any = request.user
    people_commands.restore(queries.person_for(actor, pk), actor=actor)
    messages.success(request, _("账号已恢复。"))
    return redirect("people:person", pk)


@login_required
@require_POST
def unlock(request: HttpRequest, pk: int) -> HttpResponse:
    actor: Any = request.user
    people_commands.unlock(queries.person_for(actor, pk), actor=actor, now=timezone.now())
    messages.success(request, _("锁定已解除，可以马上登录。"))
    return redirect("people:person", pk)
