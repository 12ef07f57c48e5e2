"""The calendar board of whoever serves instruments."""

from datetime import date, datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from yixiang.kernel.periods import SHANGHAI
from yixiang.orders.queries import board as queries
from yixiang.orders.rules.board import VIEWS

A_PAGE = 25


@login_required
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """A day by hours or a week by days; on a phone the same as a list by time."""
    now = timezone.now()
    wanted = queries.wanted_from(request.GET.dict(), now=now)
    page = Paginator(queries.instruments_of(request.user, wanted), A_PAGE).get_page(request.GET.get("page"))
    instruments = list(page)
    entries = queries.entries_of(instruments, wanted, now=now)
    opening = queries.opening_of(instruments, wanted)
    waiting, samples = queries.samples_of(request.user, wanted)
    named, subs = queries.choices_of(request.user)
    context: dict[str, Any] = {
        "wanted": wanted, "page": page, "views": VIEWS, "today": timezone.localdate(now), "now": now,
        "before": wanted.first - wanted.step, "after": wanted.first + wanted.step,
        "agenda": queries.agenda(entries, wanted), "waiting": waiting, "samples": samples,
        "instruments": named, "subs": subs,
    }  # fmt: skip
    if wanted.view == "day":
        hours, context["rows"] = queries.day_rows(instruments, entries, opening, wanted)
        context |= {"hours": hours, "at": _at(now, wanted.first, hours)}
    else:
        context["rows"] = queries.week_rows(instruments, entries, opening, wanted)
    return render(request, "orders/board.html", context)


def _at(now: datetime, day: date, hours: tuple[int, int]) -> float | None:
    """Where the line of now stands, in hundredths of the width; None on another day or outside the hours."""
    local = now.astimezone(SHANGHAI)
    part = (local.hour + local.minute / 60 - hours[0]) / (hours[1] - hours[0])
    return round(part * 100, 2) if local.date() == day and 0 <= part <= 1 else None
