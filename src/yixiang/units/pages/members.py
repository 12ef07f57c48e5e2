"""Binding to a unit from both sides: asking, and looking after who belongs."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yixiang.kernel.errors import Unseen
from yixiang.people.access import may
from yixiang.units import queries
from yixiang.units.commands import granting, members
from yixiang.units.forms import AskForm, NoteForm
from yixiang.units.models import SubUnit, Unit
from yixiang.units.pages.asking import attempt, chosen_unit, me
from yixiang.units.permissions import UnitsPermission
from yixiang.units.states import MEMBERSHIP


@login_required
def join(request: HttpRequest) -> HttpResponse:
    """Find the unit one works for."""
    words = request.GET.get("q", "") or request.GET.get("unit", "")
    context = {"q": words, "found": queries.joinable(words), "member": queries.current_membership(request.user)}
    return render(request, "units/join.html", context)


@login_required
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    unit = Unit.objects.joined().filter(pk=pk).first()
    if unit is None:
        raise Unseen()
    form = AskForm(request.POST or None, tree=queries.tree_of(unit))
    if request.method == "POST":
        asked = attempt(form, lambda data: members.ask_to_join(me(request), unit=unit, now=timezone.now(), **data))
        if asked:
            messages.success(request, _("申请已发送给单位管理员，批准后会通知您。"))
            return redirect("units:mine")
    return render(request, "units/ask.html", {"unit": unit, "form": form}, status=422 if form.errors else 200)


@login_required
@require_POST
def own(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """What one does with one's own membership."""
    member, now, said = queries.membership_for(request.user, pk), timezone.now(), request.POST.get("note", "")
    if action == "cancel":
        members.cancel(member, actor=me(request), now=now)
    elif action == "again":
        members.ask_again(member, actor=me(request), message=said, now=now)
    elif action == "leave":
        members.ask_release(member, actor=me(request), message=said, now=now)
    elif action == "stay":
        members.stay(member, actor=me(request), now=now)
    else:
        raise Unseen()
    messages.success(request, _("已办理。"))
    return redirect("units:mine")


@login_required
def members_page(request: HttpRequest) -> HttpResponse:
    """Who belongs, who asks, who has left."""
    unit = chosen_unit(request)
    state, words = request.GET.get("state", "now"), request.GET.get("q", "").strip()
    rows = queries.members_of(request.user, unit)
    shown = {
        "now": ["member", "leaving"],
        "asking": ["asked", "returned"],
        "past": ["released", "refused", "cancelled"],
    }
    rows = rows.filter(state__in=shown.get(state, shown["now"]))
    if words:
        rows = rows.filter(person__name__icontains=words)
    admins = {grant.person_id for grant in granting.admin_grants(unit)}
    context = {
        "unit": unit,
        "page": Paginator(rows, 30).get_page(request.GET.get("page")),
        "machine": MEMBERSHIP,
        "state": state if state in shown else "now",
        "q": words,
        "admins": admins,
        "is_admin": may(request.user, UnitsPermission.EDIT, unit.scopes),
    }
    return render(request, "units/members.html", context)


@login_required
def member(request: HttpRequest, pk: int) -> HttpResponse:
    found = queries.membership_for(request.user, pk)
    admins = {grant.person_id for grant in granting.admin_grants(found.unit)}
    context = {
        "member": found,
        "machine": MEMBERSHIP,
        "tree": queries.tree_of(found.unit),
        "is_admin": found.person_id in admins,
        "may_appoint": may(request.user, UnitsPermission.EDIT, found.unit.scopes),
        "may_decide": may(request.user, UnitsPermission.MEMBERS, found.scopes) and found.person_id != request.user.pk,
        "history": found.person.memberships.select_related("unit").order_by("-pk"),
        "note": NoteForm(),
    }
    return render(request, "units/member.html", context)


@login_required
@require_POST
def member_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    found, now, actor = queries.membership_for(request.user, pk), timezone.now(), me(request)
    if action == "remove":
        members.remove(found, actor=actor, note=request.POST.get("note", ""), now=now)
    elif action == "appoint":
        granting.appoint_admin(found, actor=actor, now=now)
    elif action == "dismiss":
        granting.dismiss_admin(found, actor=actor, now=now)
    elif action == "assign":
        members.move_to_sub_unit(found, actor=actor, sub_unit=_sub(request, found.unit), now=now)
    else:
        raise Unseen()
    messages.success(request, _("已办理。"))
    return redirect("units:member", pk)


def _sub(request: HttpRequest, unit: Unit) -> SubUnit | None:
    wanted = request.POST.get("sub_unit", "")
    return queries.tree_of(unit).filter(pk=int(wanted)).first() if wanted.isdigit() else None
