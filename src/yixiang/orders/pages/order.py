"""One order: where it stands, what it costs, what comes next."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yixiang.catalogue.rules.words import COMPONENTS
from yixiang.files import serving
from yixiang.kernel.errors import Unseen
from yixiang.ledger.queries import explaining
from yixiang.orders.commands import answering, contracting, recording
from yixiang.orders.commands.writing import allowed, is_customer, sides_of
from yixiang.orders.models import Order
from yixiang.orders.pages.acting import ACTS
from yixiang.orders.queries import orders, shown
from yixiang.orders.queries.vouchers import offers_of
from yixiang.orders.rules.words import PAPERS, REFUSALS, STEPS
from yixiang.orders.states import ORDER, PLACE, SERVE
from yixiang.people.asking import me
from yixiang.vouchers.queries.offers import NONE
from yixiang.vouchers.queries.redemptions import redemption_of_order
from yixiang.vouchers.states import REDEMPTION


@login_required
def order(request: HttpRequest, number: str) -> HttpResponse:
    found = orders.order_for(request.user, number)
    if found.state == "draft" and found.submitted_at is None:
        return redirect("orders:edit", found.number)
    return render(request, "orders/order.html", {**_context(request, found), **_voucher(request, found)})


def _context(request: HttpRequest, found: Order) -> dict[str, Any]:
    sides = sides_of(found, request.user)
    moves = allowed(found, request.user)
    return {
        "order": found,
        "machine": ORDER,
        "steps": shown.steps_of(found),
        "ball": shown.ball_of(found, sides, on=timezone.localdate()),
        "lines": orders.lines_shown(found),
        "bill": orders.bill_of(found),
        "components": COMPONENTS,
        "events": shown.line_items(found, orders.time_line(found)),
        "contract": orders.contract_of(found),
        "quotes": list(found.quotes.select_related("by")),
        "papers": list(found.papers.filter(line=None).select_related("file")),  # those of a line stand at the line
        "invoices": list(found.invoices.select_related("file")),
        "complaints": list(found.complaints.all()),
        "rating": getattr(found, "rating", None),
        "moves": [move for move in moves if move.action in ACTS or move.action in {"accept", "submit"}],
        "customer": PLACE in sides,
        "provider": SERVE in sides,
        "refusals": REFUSALS,
        "paper_words": PAPERS,
        "rating_words": STEPS,
    }


def _voucher(request: HttpRequest, found: Order) -> dict[str, Any]:
    """The voucher that was used; for the customer, what one would pay while it can still be used."""
    asks = found.state == "accepted" and is_customer(found, request.user)
    return {
        "voucher": redemption_of_order(found.number),
        "voucher_machine": REDEMPTION,
        "explain": explaining.shown,
        "offers": offers_of(found, moment="agreement", today=timezone.localdate()) if asks else NONE,
    }


@login_required
@require_POST
def accept(request: HttpRequest, number: str) -> HttpResponse:
    """One click, from the page, the list or the inbox; an old page accepts nothing that has changed."""
    found = orders.order_for(request.user, number)
    typed = request.POST.get("version", "")
    version = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else None
    answering.accept(found, actor=me(request), now=timezone.now(), version=version)
    messages.success(request, _("已受理 %(number)s，已通知对方。") % {"number": found.number})
    if request.POST.get("back") == "inbox":
        return redirect("portal:desk")
    return redirect("orders:order", found.number)


@login_required
@require_POST
def confirm_contract(request: HttpRequest, number: str) -> HttpResponse:
    found = orders.order_for(request.user, number)
    contracting.confirm_contract(found, actor=me(request), now=timezone.now())
    messages.success(request, _("合同已确认。"))
    return redirect("orders:order", found.number)


@login_required
@require_POST
def use(request: HttpRequest, number: str, pk: int, action: str) -> HttpResponse:
    """Begin or end the use of one instrument."""
    line = orders.line_for(request.user, pk)
    if line.order.number != number or action not in {"check-in", "check-out"}:
        raise Unseen()
    act = recording.check_in if action == "check-in" else recording.check_out
    act(line, actor=me(request), now=timezone.now())
    messages.success(request, _("已登记开始使用。") if action == "check-in" else _("已登记结束使用。"))
    return redirect("orders:order", number)


@login_required
def paper(request: HttpRequest, number: str, pk: int) -> HttpResponseBase:
    """A report, a result or an invoice, for whoever sees the order."""
    found = orders.order_for(request.user, number)
    return serving.response(orders.paper_of(found, pk), inline=True, request=request)


@login_required
def invoice(request: HttpRequest, number: str, pk: int) -> HttpResponseBase:
    found = orders.order_for(request.user, number)
    row = found.invoices.select_related("file").filter(pk=pk).first()
    if row is None or row.file is None:
        raise Unseen()
    return serving.response(row.file, inline=True, request=request)
