"""Complaints: written by the customer, answered by the provider, decided by the authority."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from yixiang.kernel.errors import Refused, Unseen
from yixiang.orders.commands import rating
from yixiang.orders.commands.writing import sides_of
from yixiang.orders.forms.acting import ComplaintForm
from yixiang.orders.models import Complaint, Order
from yixiang.orders.permissions import OrdersPermission
from yixiang.orders.queries import orders
from yixiang.orders.states import PLACE, SERVE
from yixiang.people.access import may
from yixiang.people.asking import me
from yixiang.people.forms import explain

WORDLESS = {"close": rating.close_complaint, "escalate": rating.escalate_complaint}


@login_required
def complaint(request: HttpRequest, number: str) -> HttpResponse:
    order = orders.order_for(request.user, number)
    latest: Complaint | None = order.complaints.first()
    under_way = latest if latest and latest.state != "closed" else None
    acts = _acts(order, under_way, request.user)
    form = ComplaintForm(request.POST if "words" in request.POST else None)
    if request.method == "POST":
        action = request.POST.get("do", "")
        if action not in acts:
            raise Unseen(_("现在不能办理这一步，请刷新后查看。"))
        if _done(request, order, under_way, action, form):
            messages.success(request, _("已记下，并通知对方。"))
            return redirect("orders:complaint", number)
    context = {"order": order, "all": list(order.complaints.all()), "acts": acts, "form": form}
    return render(request, "orders/complaint.html", context, status=422 if form.is_bound and form.errors else 200)


def _acts(order: Order, under_way: Complaint | None, person: Any) -> list[str]:
    sides = sides_of(order, person)
    found = []
    if PLACE in sides:
        found += ["complain"] if under_way is None else []
        found += ["close", "escalate"] if under_way and under_way.state in {"open", "answered"} else []
    if SERVE in sides and under_way and under_way.state == "open":
        found.append("answer")
    if under_way and under_way.state == "escalated" and may(person, OrdersPermission.JUDGE, order.provider.scopes):
        found.append("rule")
    return found


def _done(request: HttpRequest, order: Order, under_way: Complaint | None, action: str, form: forms.Form) -> bool:
    said: dict[str, Any] = {"actor": me(request), "now": timezone.now()}
    if action in WORDLESS and under_way:
        WORDLESS[action](under_way, **said)
        return True
    if not form.is_valid():
        return False
    words = form.cleaned_data["words"]
    try:
        if action == "complain":
            rating.complain(order, words=words, **said)
        elif under_way:
            act = rating.answer_complaint if action == "answer" else rating.rule_on_complaint
            act(under_way, words=words, **said)
    except Refused as refused:
        if refused.status not in {409, 422}:
            raise
        explain(form, refused)
        return False
    return True
