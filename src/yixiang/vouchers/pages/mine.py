"""我的创新券: what the unit may use this year, what it has used, and claiming."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from yixiang.catalogue.pages.places import attempt
from yixiang.kernel.errors import Unseen
from yixiang.ledger.models import Programme
from yixiang.ledger.pages.exporting import MOST, exported
from yixiang.people.asking import me
from yixiang.vouchers.commands import claiming
from yixiang.vouchers.forms import ClaimForm
from yixiang.vouchers.queries import account, redemptions
from yixiang.vouchers.queries.redemptions import QUEUES, Wanted
from yixiang.vouchers.states import REDEMPTION

A_PAGE = 30


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    wanted, today = Wanted.of(request.GET.dict()), timezone.localdate()
    rows = redemptions.of_units(request.user)
    page = Paginator(redemptions.filtered(rows, wanted), A_PAGE).get_page(request.GET.get("page"))
    units = [(unit, account.years_of(unit, today=today)) for unit in account.units_of(request.user)]
    context = {
        "page": page,
        "wanted": wanted,
        "machine": REDEMPTION,
        "tabs": queue_tabs(rows, wanted, reverse("vouchers:mine")),
        "programmes": redemptions.programmes_in(rows),
        "units": [(unit, years) for unit, years in units if years],
        "looks_after": bool(units),
        "today": today,
    }
    return render(request, "vouchers/mine.html", context)


def queue_tabs(rows: Any, wanted: Wanted, here: str) -> list[dict[str, Any]]:
    counts = redemptions.counts(rows)
    tabs: list[dict[str, Any]] = [{"label": _("全部"), "url": here, "active": not wanted.queue}]
    return tabs + [
        {"label": _(label), "url": f"{here}?queue={code}", "active": wanted.queue == code, "count": counts[code]}
        for code, (label, _states) in QUEUES.items()
    ]


@login_required
def mine_sheet(request: HttpRequest, kind: str) -> HttpResponse:
    rows = redemptions.filtered(redemptions.of_units(request.user), Wanted.of(request.GET.dict()))[:MOST]
    cells = (redemptions.cells_of(one) for one in rows)
    return exported(request, kind, name="vouchers", title="我的创新券", columns=redemptions.COLUMNS, rows=cells)


@login_required
def claim(request: HttpRequest, unit: int, code: str) -> HttpResponse:
    """Rule by rule what the unit may claim; then the click."""
    found = next((one for one in account.units_of(request.user) if one.pk == unit), None)
    years = account.years_of(found, today=timezone.localdate()) if found else []
    year = next((one for one in years if one.programme.code == code and one.claims), None)
    if found is None or year is None:
        raise Unseen()
    form = ClaimForm(request.POST or None) if request.method != "POST" else ClaimForm(request.POST)
    if request.method == "POST":
        made = attempt(form, lambda data: _claimed(request, found, year.programme, data))
        if made:
            messages.success(request, _("已领取 %(amount)s 元。") % {"amount": made.amount})
            return redirect("vouchers:mine")
    context = {"unit": found, "year": year, "form": form}
    return render(request, "vouchers/claim.html", context, status=422 if form.errors else 200)


def _claimed(request: HttpRequest, unit: Any, programme: Programme, data: dict[str, Any]) -> Any:
    return claiming.claim(unit, programme, actor=me(request), now=timezone.now(), wanted=data["amount"])
