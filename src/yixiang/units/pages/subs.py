"""The tree of sub-units and who administers each."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yixiang.kernel.errors import Unseen
from yixiang.people.access import may
from yixiang.people.models import Person
from yixiang.units import queries
from yixiang.units.commands import granting, sub_units
from yixiang.units.forms import MemberChoiceForm, SubUnitForm
from yixiang.units.pages.asking import attempt, chosen_unit, me
from yixiang.units.permissions import UnitsPermission


@login_required
def subs(request: HttpRequest) -> HttpResponse:
    unit = chosen_unit(request)
    admins = queries.sub_unit_admins(unit)
    rows = [(sub, admins.get(sub.scope, [])) for sub in queries.tree_of(unit)]
    manages = may(request.user, UnitsPermission.SUBS, unit.scopes) and unit.state == "joined"
    return render(request, "units/subs.html", {"unit": unit, "rows": rows, "manages": manages})


@login_required
def add(request: HttpRequest, pk: int) -> HttpResponse:
    unit = queries.unit_for(request.user, pk)
    form = SubUnitForm(request.POST or None, tree=queries.tree_of(unit), initial={"parent": request.GET.get("under")})
    if request.method == "POST":
        added = attempt(form, lambda data: sub_units.add(unit, actor=me(request), now=timezone.now(), **data))
        if added:
            messages.success(request, _("已新增“%(name)s”。") % {"name": added.name})
            return redirect(f"{reverse('units:subs')}?unit={unit.pk}")
    context = {"unit": unit, "form": form, "title": _("新增二级单位")}
    return render(request, "units/sub_form.html", context, status=422 if form.errors else 200)


@login_required
def sub(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename or move it, appoint its administrators, close it."""
    found = queries.sub_unit_for(request.user, pk)
    initial = {"name": found.name, "kind": found.kind, "parent": found.parent_id}
    tree = queries.tree_of(found.unit).exclude(path__startswith=found.path)
    form = SubUnitForm(request.POST or None, tree=tree, initial=initial)
    if request.method == "POST":
        saved = attempt(form, lambda data: sub_units.change(found, actor=me(request), now=timezone.now(), **data))
        if saved:
            messages.success(request, _("已保存。"))
            return redirect("units:sub", pk)
    standing = found.unit.memberships.belonging().select_related("person")
    context = {
        "sub": found,
        "unit": found.unit,
        "form": form,
        "admins": queries.sub_unit_admins(found.unit).get(found.scope, []),
        "appoint": MemberChoiceForm(members=standing),
        "manages": may(request.user, UnitsPermission.SUBS, found.unit.scopes),
    }
    return render(request, "units/sub.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def sub_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    found, now = queries.sub_unit_for(request.user, pk), timezone.now()
    if action == "close":
        sub_units.close(found, actor=me(request), now=now)
        return redirect(f"{reverse('units:subs')}?unit={found.unit_id}")
    if action == "appoint":
        wanted = request.POST.get("member", "")
        member = found.unit.memberships.belonging().filter(pk=int(wanted) if wanted.isdigit() else 0).first()
        if member is None:
            raise Unseen("没有找到这位成员，请从列表中选择。")
        granting.appoint_sub_admin(found, member, actor=me(request), now=now)
    elif action == "dismiss":
        person = Person.objects.filter(pk=request.POST.get("person") or 0).first()
        if person is None:
            raise Unseen()
        granting.dismiss_sub_admin(found, person, actor=me(request), now=now)
    else:
        raise Unseen()
    messages.success(request, _("已办理。"))
    return redirect("units:sub", pk)
