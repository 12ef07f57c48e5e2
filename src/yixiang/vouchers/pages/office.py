"""创新券审核 and payment: for the offices of city and province and their finance people."""

import re

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yixiang.kernel.workdays_table import load_calendar
from yixiang.ledger.pages.exporting import MOST, exported
from yixiang.people.asking import me
from yixiang.reviews.queries import days_left
from yixiang.vouchers.commands import paying
from yixiang.vouchers.pages.mine import A_PAGE, queue_tabs
from yixiang.vouchers.queries import redemptions
from yixiang.vouchers.queries.redemptions import Wanted
from yixiang.vouchers.states import REDEMPTION

TICKET = re.compile(r"[0-9]{1,18}:[0-9]{1,9}")


@login_required
def office(request: HttpRequest) -> HttpResponse:
    wanted, today, calendar = Wanted.of(request.GET.dict()), timezone.localdate(), load_calendar()
    rows = redemptions.of_offices(request.user)
    found = redemptions.filtered(rows, wanted)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    cases = [(one.pk, one.case) for one in page if one.case and one.state == "submitted"]
    context = {
        "page": page,
        "wanted": wanted,
        "machine": REDEMPTION,
        "tabs": queue_tabs(rows, wanted, reverse("vouchers:office")),
        "programmes": redemptions.programmes_in(rows),
        "total": redemptions.totals(found),
        "pays": redemptions.pays(request.user),
        "days": {pk: days_left(case, on=today, calendar=calendar) for pk, case in cases},
    }
    return render(request, "vouchers/office.html", context)


@login_required
def office_sheet(request: HttpRequest, kind: str) -> HttpResponse:
    rows = redemptions.filtered(redemptions.of_offices(request.user), Wanted.of(request.GET.dict()))[:MOST]
    cells = (redemptions.cells_of(one) for one in rows)
    return exported(request, kind, name="redemptions", title="创新券兑付", columns=redemptions.COLUMNS, rows=cells)


@login_required
@require_POST
def pay_many(request: HttpRequest) -> HttpResponse:
    """Everything ticked; each by itself, and each that could not be says why."""
    pairs = (one.split(":") for one in request.POST.getlist("chosen")[:200] if TICKET.fullmatch(one))
    chosen = {int(pk): int(version) for pk, version in pairs}
    rows = redemptions.of_offices(request.user).filter(pk__in=chosen).order_by("pk")
    done = paying.pay_many([(one, chosen[one.pk]) for one in rows], actor=me(request), now=timezone.now())
    paid = [one for one in done if one.refused is None]
    if paid:
        messages.success(request, _("已登记拨付 %(count)d 笔，并通知收款单位。") % {"count": len(paid)})
    for one in done:
        if one.refused:
            messages.warning(request, f"{one.redemption.number}：{one.refused.message}")
    if not done:
        messages.warning(request, _("没有选中任何创新券。"))
    return redirect(f"{reverse('vouchers:office')}?queue=pay")
