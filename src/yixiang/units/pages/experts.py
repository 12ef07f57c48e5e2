"""The directory of experts, and being in it."""

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
from yixiang.units.commands import experts
from yixiang.units.forms import ExpertForm, KnowledgeForm, regions
from yixiang.units.models import Expert
from yixiang.units.pages.asking import attempt, chosen_unit, me
from yixiang.units.permissions import UnitsPermission
from yixiang.units.queries.lists import experts_listed, wanted_from
from yixiang.units.states import EXPERT


@login_required
def experts_page(request: HttpRequest) -> HttpResponse:
    wanted = wanted_from(request.GET.dict())
    rows = experts_listed(request.user, wanted)
    context = {
        "page": Paginator(rows, 30).get_page(request.GET.get("page")),
        "wanted": wanted,
        "machine": EXPERT,
        "regions": [pair for _name, pairs in regions()[1:] for pair in pairs],
        "own": Expert.objects.filter(person=me(request)).exclude(state="retired").first(),
    }
    return render(request, "units/experts.html", context)


@login_required
def expert(request: HttpRequest, pk: int) -> HttpResponse:
    found = queries.expert_for(request.user, pk)
    own = found.person_id == request.user.pk
    context = {
        "expert": found,
        "machine": EXPERT,
        "own": own,
        "may_retire": (own or may(request.user, UnitsPermission.EXPERTS, found.unit.scopes))
        and any(move.action == "retire" for move in EXPERT.allowed(found.state)),
    }
    return render(request, "units/expert.html", context)


@login_required
def apply(request: HttpRequest) -> HttpResponse:
    """A first application, or a returned one again."""
    unit = chosen_unit(request)
    former = Expert.objects.filter(person=me(request), state="returned").first()
    shown = ("title", "field", "disciplines", "classes", "instruments", "introduction")
    form = ExpertForm(request.POST or None, initial={name: getattr(former, name) for name in shown} if former else None)
    if request.method == "POST":
        made = attempt(form, lambda data: experts.apply(me(request), unit=unit, now=timezone.now(), **data))
        if made:
            messages.success(request, _("已提交，认证结果会通知您。"))
            return redirect("units:expert", made.pk)
    context = {"unit": unit, "form": form, "former": former}
    return render(request, "units/expert_form.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    found = queries.expert_for(request.user, pk)
    experts.retire(found, actor=me(request), now=timezone.now())
    messages.success(request, _("已退出专家库。"))
    return redirect("units:experts")


@login_required
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """What an expert knows changes with practice; no new review."""
    found = queries.expert_for(request.user, pk)
    if found.person_id != request.user.pk:
        raise Unseen()
    shown = ("disciplines", "classes", "instruments", "introduction")
    form = KnowledgeForm(request.POST or None, initial={name: getattr(found, name) for name in shown})
    if request.method == "POST":
        done = attempt(form, lambda data: experts.update(found, actor=me(request), now=timezone.now(), **data))
        if done:
            messages.success(request, _("已保存，公开名录随之更新。"))
            return redirect("units:expert", pk)
    context = {"expert": found, "form": form}
    return render(request, "units/expert_edit.html", context, status=422 if form.errors else 200)
