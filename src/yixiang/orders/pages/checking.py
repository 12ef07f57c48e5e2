"""Looking a draft over before it is sent: what it is, what it costs, what happens next."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yixiang.catalogue.rules.words import COMPONENTS
from yixiang.kernel.errors import Invalid, Refused, Unseen
from yixiang.kernel.money import NotMoney, yuan
from yixiang.kernel.periods import local_date, moment_typed
from yixiang.orders import law
from yixiang.orders.commands import drafting, placing
from yixiang.orders.models import Order
from yixiang.orders.queries import asking, orders
from yixiang.orders.rules import wishes
from yixiang.people.asking import me


@login_required
def check(request: HttpRequest, number: str) -> HttpResponse:
    """GET looks it over; POST submits it, and what cannot be had comes back with what can."""
    order = orders.order_for(request.user, number)
    if order.state != "draft":
        return redirect("orders:order", order.number)
    refused: Refused | None = None
    if request.method == "POST":
        try:
            placing.submit(order, actor=me(request), now=timezone.now(), **_seen(request))
            messages.success(request, _("已提交，等待供给方受理。有进展会通知您。"))
            return redirect("orders:order", order.number)
        except Refused as problem:
            if problem.status not in {409, 422} or problem.code == "wrong-state":
                raise
            refused = problem
            order.refresh_from_db()
    return render(
        request, "orders/check.html", _context(request, order, refused), status=refused.status if refused else 200
    )


def _seen(request: HttpRequest) -> dict[str, Any]:
    """The version and the estimate the person had before their eyes."""
    version, total = request.POST.get("version", ""), request.POST.get("total", "")
    try:
        return {"version": int(version[:9]), "seen_total": yuan(total) if total else None}
    except (ValueError, NotMoney):
        raise Invalid(_("页面内容不完整，请刷新后重新提交。")) from None


def _context(request: HttpRequest, order: Order, refused: Refused | None) -> dict[str, Any]:
    now, wish = timezone.now(), asking.wish_of(order)
    instruments = {one.code: one for one in asking.bookable(request.user, [w.instrument for w in wish.lines])}
    looks = [
        asking.look(one, instruments[one.instrument], person=request.user, unit=order.customer, now=now)
        for one in wish.lines
        if one.instrument in instruments
    ]
    totals = [look.total for look in looks]
    words = {name: getattr(order, name) for name in drafting.WORDS}
    return {
        "order": order,
        "pairs": list(zip(looks, orders.lines_shown(order), strict=False)),
        "total": sum(totals) if totals and all(total is not None for total in totals) else None,
        "faults": wishes.faults(wish.lines, words),
        "refused": refused,
        "clock": law.answer_clock(order.provider, on=local_date(now)),
        "components": COMPONENTS,
    }


@login_required
@require_POST
def take(request: HttpRequest, number: str) -> HttpResponse:
    """One of the times that were offered instead: it replaces the wished one, and the draft is looked over again."""
    order = orders.order_for(request.user, number)
    starts, ends = (moment_typed(request.POST.get(name, "")) for name in ("start", "end"))
    line = request.POST.get("line", "")
    if not starts or not ends or not (line.isascii() and line.isdigit()) or len(line) > 18:
        raise Unseen()
    drafting.change_time(
        order, int(line), instrument=request.POST.get("instrument", ""), starts=starts, ends=ends, actor=me(request),
        now=timezone.now(),
    )  # fmt: skip
    return redirect("orders:check", order.number)


@login_required
@require_POST
def drop(request: HttpRequest, number: str) -> HttpResponse:
    drafting.drop(orders.order_for(request.user, number), actor=me(request))
    messages.success(request, _("草稿已删除。"))
    return redirect("orders:mine")
