"""我的预约 and 我的被预约: one list, two sides; what the address says is what is shown and what is exported."""

import re
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yixiang.audit.commands import note_event
from yixiang.kernel.workdays import working_days_between
from yixiang.kernel.workdays_table import load_calendar
from yixiang.orders.commands import answering
from yixiang.orders.models import Order
from yixiang.orders.queries import orders
from yixiang.orders.states import ORDER
from yixiang.people.asking import me
from yixiang.units import sheets

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
A_PAGE = 30
TICKET = re.compile(r"[0-9]{1,18}:[0-9]{1,9}")
PLACES = {"customer": "orders:mine", "provider": "orders:serving"}


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    return _list(request, "customer")


@login_required
def serving(request: HttpRequest) -> HttpResponse:
    return _list(request, "provider")


def _list(request: HttpRequest, role: str) -> HttpResponse:
    now, here = timezone.now(), reverse(PLACES[role])
    wanted = orders.filter_from(request.GET.dict(), role=role)
    page = Paginator(orders.orders_of(request.user, wanted, now=now), A_PAGE).get_page(request.GET.get("page"))
    counts = orders.counts(request.user, role, now=now)
    tabs = [{"label": _("全部"), "url": here, "active": not wanted.queue}]
    tabs += [
        {"label": _(label), "url": f"{here}?queue={code}", "active": wanted.queue == code, "count": counts[code]}
        for code, label in orders.QUEUES.items()
    ]
    context = {
        "role": role,
        "here": here,
        "title": _(orders.ROLES[role]),
        "page": page,
        "days": _days(page),
        "instruments": orders.instruments_served(request.user) if role == "provider" else [],
        "tabs": tabs,
        "wanted": wanted,
        "machine": ORDER,
    }
    return render(request, "orders/list.html", context)


def _days(page: Any) -> dict[int, int]:
    """Working days left for those that wait for an answer."""
    today, calendar = timezone.localdate(), load_calendar()
    waiting = [one for one in page if one.state == "submitted" and one.answer_by]
    return {one.pk: working_days_between(today, one.answer_by, calendar) for one in waiting}


@login_required
def sheet(request: HttpRequest, role: str) -> HttpResponse:
    """The list as a workbook, with the filters of the address."""
    wanted = orders.filter_from(request.GET.dict(), role=role)
    rows = [orders.cells_of(one) for one in orders.orders_of(request.user, wanted, now=timezone.now())[:20_000]]
    note_event("exported", subject=orders.ROLES[wanted.role], detail={"rows": len(rows)})
    content = sheets.workbook(orders.ROLES[wanted.role], orders.COLUMNS, rows)
    headers = {"Content-Disposition": 'attachment; filename="orders.xlsx"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=XLSX, headers=headers)


def _tickets(typed: Iterable[str]) -> dict[int, int]:
    """`row:version` as the list showed it; what cannot be read was not chosen."""
    pairs = [one.split(":") for one in typed if TICKET.fullmatch(one)]
    return {int(pk): int(version) for pk, version in pairs}


@login_required
@require_POST
def accept_many(request: HttpRequest) -> HttpResponse:
    """Everything ticked; each by itself, and each that could not be says why."""
    chosen = _tickets(request.POST.getlist("chosen")[:200])
    rows = Order.objects.served_by(request.user).filter(pk__in=chosen).order_by("answer_by", "pk")
    done = answering.accept_many([(one, chosen[one.pk]) for one in rows], actor=me(request), now=timezone.now())
    accepted = sum(one.refused is None for one in done)
    if accepted:
        messages.success(request, _("已受理 %(count)d 张，并通知对方。") % {"count": accepted})
    for one in done:
        if one.refused:
            messages.warning(request, f"{one.order.number}：{one.refused.message}")
    if not done:
        messages.warning(request, _("没有选中任何预约单。"))
    return redirect(f"{reverse('orders:serving')}?queue=answer")
