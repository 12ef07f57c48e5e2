"""Roles: the built-in ones to read, one's own to compose."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from yixiang.kernel.errors import Refused
from yixiang.people import queries
from yixiang.people.commands import roles as role_commands
from yixiang.people.forms import RoleForm, explain
from yixiang.people.pages import asking


@login_required
def roles(request: HttpRequest) -> HttpResponse:
    actor: Any = request.user
    return render(request, "people/roles.html", {"rows": queries.roles_for(actor, timezone.now())})


@login_required
def compose(request: HttpRequest) -> HttpResponse:
    actor: Any = request.user
    queries.roles_for(actor, timezone.now())
    form = RoleForm(request.POST or None, initial=queries.role_to_copy(request.GET.get("like", "")))
    if request.method == "POST" and form.is_valid():
        try:
            made = role_commands.compose(actor=actor, **form.cleaned_data)
            messages.success(request, _("角色“%(name)s”已建好，可以授予了。") % {"name": made.name})
            return redirect("people:roles")
        except Refused as refused:
            explain(form, refused)
    return render(request, "people/role.html", {"form": form, "rooms": form.rooms(), "role": None})


@login_required
def role(request: HttpRequest, pk: int) -> HttpResponse:
    actor: Any = request.user
    held = queries.role_for(actor, pk)
    if held.built_in:
        return render(request, "people/role_built_in.html", {"role": held, "rooms": queries.rooms_of(held)})
    form = RoleForm(request.POST or None, initial=queries.role_to_copy(held.code, whole=True))
    if request.method == "POST" and form.is_valid():
        try:
            role_commands.recompose(held, actor=actor, **form.cleaned_data)
            messages.success(request, _("角色已保存，担任它的人马上按新的权限办事。"))
            return redirect("people:roles")
        except Refused as refused:
            explain(form, refused)
    return render(request, "people/role.html", {"form": form, "rooms": form.rooms(), "role": held})


@login_required
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    actor: Any = request.user
    held = queries.role_for(actor, pk)
    if request.method != "POST":
        return render(request, "people/confirm.html", asking.drop_role(held))
    role_commands.drop(held, actor=actor)
    messages.success(request, _("角色“%(name)s”已删除。") % {"name": held.name})
    return redirect("people:roles")
