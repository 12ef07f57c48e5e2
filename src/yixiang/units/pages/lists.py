"""The certification lists and their sheets."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yixiang.audit.commands import note_event
from yixiang.units import sheets
from yixiang.units.forms import regions
from yixiang.units.queries import lists
from yixiang.units.rules.words import KINDS
from yixiang.units.states import JOINING

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
def units(request: HttpRequest) -> HttpResponse:
    """Everything the address says is what is shown, and what is exported."""
    wanted = lists.wanted_from(request.GET.dict())
    rows = lists.units_listed(request.user, wanted)
    context = {
        "page": Paginator(rows, 30).get_page(request.GET.get("page")),
        "wanted": wanted,
        "machine": JOINING,
        "kinds": list(KINDS.items()),
        "regions": [pair for _name, pairs in regions()[1:] for pair in pairs],
    }
    return render(request, "units/list.html", context)


@login_required
def units_sheet(request: HttpRequest) -> HttpResponse:
    rows = lists.units_listed(request.user, lists.wanted_from(request.GET.dict()))
    cells = lists.unit_sheet(request.user, rows)
    note_event("exported", subject="单位名录", detail={"rows": len(cells), "query": request.GET.urlencode()})
    return _sheet("units", sheets.workbook("单位名录", lists.UNIT_COLUMNS, cells))


@login_required
def experts_sheet(request: HttpRequest) -> HttpResponse:
    rows = lists.experts_listed(request.user, lists.wanted_from(request.GET.dict()))
    cells = lists.expert_sheet(rows)
    note_event("exported", subject="专家名录", detail={"rows": len(cells), "query": request.GET.urlencode()})
    return _sheet("experts", sheets.workbook("专家名录", lists.EXPERT_COLUMNS, cells))


def _sheet(name: str, content: bytes) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}.xlsx"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=XLSX, headers=headers)
