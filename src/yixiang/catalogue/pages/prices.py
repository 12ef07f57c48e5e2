"""Price lists on the desk: the one in force, the next one, their history, and the small table that makes a new one."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yixiang.catalogue.commands import pricing
from yixiang.catalogue.commands.writing import may_edit
from yixiang.catalogue.models import Tariff
from yixiang.catalogue.pages.places import around, runnable
from yixiang.catalogue.queries import prices as queries
from yixiang.catalogue.rules import grid
from yixiang.catalogue.rules.pricing import table
from yixiang.catalogue.rules.words import AUDIENCES, COMPONENTS, PRICE_BASES
from yixiang.kernel.errors import Invalid, Unseen
from yixiang.kernel.periods import day_typed
from yixiang.people.asking import me

PRICED = ("instrument", "service")
MORE_ROWS = 3


@login_required
def prices(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """`more` adds rows, `look` shows what a visitor will see, `publish` makes it so."""
    if kind not in PRICED:
        raise Unseen()
    listing = runnable(request, kind, code)
    rows, said = _typed(request, listing), request.POST.get("do", "publish")
    faults: dict[str, list[str]] = {}
    preview: Any = None
    if request.method == "POST" and said == "more":
        rows += [grid.blank() for _n in range(MORE_ROWS)]
    elif request.method == "POST":
        lines, unreadable = grid.read(rows)
        preview = table(lines)
        faults = {"lines": unreadable} if unreadable else _publish(request, listing, lines) if said == "publish" else {}
        if said == "publish" and not faults:
            messages.success(request, _("收费标准已发布。"))
            return redirect("catalogue:prices", kind, code)
    context = _context(request, listing, rows) | {"faults": faults, "preview": preview}
    return render(request, "catalogue/prices.html", context, status=422 if faults else 200)


def _typed(request: HttpRequest, listing: Any) -> list[grid.Row]:
    """What was sent; else a copy of the newest version to begin with, and an empty row."""
    if request.method == "POST":
        return grid.typed_rows(request.POST)
    newest = queries.tariffs_of(listing).first()
    known = grid.written(queries.lines_of(newest.lines.all())) if newest else []
    return known + [grid.blank() for _n in range(1 if known else MORE_ROWS)]


def _publish(request: HttpRequest, listing: Any, lines: list[Any]) -> dict[str, list[str]]:
    begins, ends = (day_typed(request.POST.get(name, "")) for name in ("valid_from", "valid_until"))
    if begins is None:
        return {"valid_from": [_("请填写从哪一天开始执行。")]}
    if ends is None and request.POST.get("valid_until"):
        return {"valid_until": [_("日期要写成 2026-03-02 这样；一直执行就不填。")]}
    try:
        pricing.publish_tariff(
            listing,
            actor=me(request),
            valid_from=begins,
            valid_until=ends,
            lines=lines,
            now=timezone.now(),
            basis_document=request.POST.get("basis_document", ""),
            note=request.POST.get("note", ""),
        )
    except Invalid as refused:
        return refused.fields or {"lines": [refused.message]}
    return {}


def _context(request: HttpRequest, listing: Any, rows: list[grid.Row]) -> dict[str, Any]:
    today = timezone.localdate()
    versions = list(queries.tariffs_of(listing)[:30])
    current = next((one for one in versions if one.covers(today)), None)
    return around(request, listing, "prices") | {
        "rows": rows,
        "current": current,
        "table": queries.price_table(current),
        "versions": [(one, queries.price_table(one), _standing(one, today)) for one in versions],
        "sent": request.POST,
        "begins": request.POST.get("valid_from") or today.isoformat(),
        "edits": may_edit(listing, request.user),
        "words": {"audiences": AUDIENCES, "components": COMPONENTS, "bases": PRICE_BASES},
    }


def _standing(tariff: Tariff, today: date) -> str:
    if tariff.valid_from > today:
        return "next"
    return "now" if tariff.covers(today) else "past"


@login_required
@require_POST
def withdraw(request: HttpRequest, kind: str, code: str, pk: int) -> HttpResponse:
    listing = runnable(request, kind, code)
    found = queries.tariffs_of(listing).filter(pk=pk).first() if kind in PRICED else None
    if found is None:
        raise Unseen()
    pricing.withdraw_tariff(found, actor=me(request), now=timezone.now())
    messages.success(request, _("已撤销，原来的收费标准继续执行。"))
    return redirect("catalogue:prices", kind, code)
