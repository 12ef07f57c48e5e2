"""督办: complaints and late orders below one's office; what the address says is what is shown and what is exported."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from yixiang.audit.commands import note_event
from yixiang.kernel.workdays import working_days_between
from yixiang.kernel.workdays_table import load_calendar
from yixiang.orders.models import Complaint
from yixiang.orders.pages.lists import A_PAGE, XLSX
from yixiang.orders.queries import overseeing
from yixiang.orders.queries.overseeing import Filter
from yixiang.units import sheets

TONES = {"open": "warm", "answered": "waiting", "escalated": "bad", "closed": "good"}


@login_required
def oversight(request: HttpRequest) -> HttpResponse:
    wanted, here = overseeing.filter_from(request.GET.dict()), reverse("orders:oversight")
    page = Paginator(_rows(request, wanted), A_PAGE).get_page(request.GET.get("page"))
    counts = overseeing.counts(request.user)
    context = {
        "here": here,
        "wanted": wanted,
        "page": page,
        "states": list(Complaint.STATES.items()),
        "tones": TONES,
        "days": _days(page) if wanted.tab == "late" else {},
        "tabs": [
            {"label": _(label), "url": f"{here}?tab={code}", "active": wanted.tab == code, "count": counts[code]}
            for code, label in overseeing.TABS.items()
        ],
    }
    return render(request, "orders/oversight.html", context)


@login_required
def sheet(request: HttpRequest) -> HttpResponse:
    """The list as a workbook, with the filters of the address."""
    wanted = overseeing.filter_from(request.GET.dict())
    title = overseeing.TABS[wanted.tab]
    of: Any = overseeing.cells_of_late if wanted.tab == "late" else overseeing.cells_of_complaint
    rows = [of(one) for one in _rows(request, wanted)[:20_000]]
    note_event("exported", subject=title, detail={"rows": len(rows), "query": request.GET.urlencode()})
    content = sheets.workbook(title, overseeing.COLUMNS[wanted.tab], rows)
    headers = {"Content-Disposition": 'attachment; filename="oversight.xlsx"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=XLSX, headers=headers)


def _rows(request: HttpRequest, wanted: Filter) -> Any:
    find: Any = overseeing.late_of if wanted.tab == "late" else overseeing.complaints_of
    return find(request.user, wanted)


def _days(page: Any) -> dict[int, int]:
    """Working days left to answer; below zero where the last one is over."""
    today, calendar = timezone.localdate(), load_calendar()
    return {one.pk: working_days_between(today, one.answer_by, calendar) for one in page if one.answer_by}
