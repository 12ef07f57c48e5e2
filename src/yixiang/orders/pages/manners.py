"""预约信用 for the office of a unit: its rules, and the appeals that wait."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from yixiang.catalogue.pages.places import did
from yixiang.kernel.errors import Unseen
from yixiang.orders.commands import marking, setting
from yixiang.orders.forms import access as forms
from yixiang.orders.models import Manners
from yixiang.orders.queries import access as queries
from yixiang.orders.rules.words import APPEALS, MARKS
from yixiang.people.access import reach
from yixiang.people.asking import me
from yixiang.units.models import Unit
from yixiang.units.permissions import UnitsPermission


def _units(request: HttpRequest) -> list[Unit]:
    """Those whose office this person is, which provide instruments; an office of others finds an empty page."""
    keys = reach(request.user, UnitsPermission.EDIT).units
    if not keys:
        raise Unseen()
    return list(Unit.objects.filter(pk__in=keys, provides=True).order_by("name"))


@login_required
def appeals(request: HttpRequest) -> HttpResponse:
    units = _units(request)
    if not units:
        return render(request, "orders/manners.html", {"units": units})
    typed = request.GET.get("unit", "")
    unit = next((one for one in units if str(one.pk) == typed), units[0])
    row = Manners.objects.filter(unit=unit).first()
    names = list(forms.MannersForm.base_fields)
    initial = {name: getattr(row, name) for name in names} if row else {}
    form = forms.MannersForm(request.POST or None, initial=initial)
    if request.method == "POST" and did(form, lambda data: setting.set_manners(unit, **data, actor=me(request))):
        messages.success(request, _("规则已保存。"))
        return redirect(f"{request.path}?unit={unit.pk}")
    context = {
        "units": units, "unit": unit, "form": form, "rules": row, "kinds": MARKS, "appeals": APPEALS,
        "marks": queries.marks_to_decide(request.user)[:100],
    }  # fmt: skip
    return render(request, "orders/manners.html", context, status=422 if form.errors else 200)


@login_required
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    mark = queries.mark_to_decide(request.user, pk)
    form = forms.DecideForm(request.POST or None)
    said: dict[str, Any] = {"actor": me(request), "now": timezone.now(), "upheld": request.POST.get("do") == "uphold"}
    if request.method == "POST" and did(form, lambda data: marking.decide_appeal(mark, **data, **said)):
        messages.success(request, _("已处理，并通知本人。"))
        return redirect("orders:appeals")
    context = {"mark": mark, "form": form, "kinds": MARKS, "appeals": APPEALS}
    return render(request, "orders/decide_appeal.html", context, status=422 if form.errors else 200)
