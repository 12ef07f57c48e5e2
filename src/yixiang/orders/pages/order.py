"""One order: where it stands, what it costs, what comes next."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yixiang.orders.commands.writing import allowed
from yixiang.orders.queries import orders
from yixiang.orders.states import ORDER


@login_required
def order(request: HttpRequest, number: str) -> HttpResponse:
    found = orders.order_for(request.user, number)
    context = {
        "order": found,
        "machine": ORDER,
        "lines": orders.lines_shown(found),
        "bill": orders.bill_of(found),
        "events": orders.time_line(found),
        "contract": orders.contract_of(found),
        "moves": allowed(found, request.user),
    }
    return render(request, "orders/order.html", context)
