"""我的资源: the list with its filters, its sheet, and what is done to many at once."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yixiang.audit.commands import note_event
from yixiang.catalogue.commands import many
from yixiang.catalogue.forms import ReasonForm
from yixiang.catalogue.pages import tabs
from yixiang.catalogue.queries import desk, facts
from yixiang.catalogue.rules.words import KINDS
from yixiang.catalogue.states import LISTING
from yixiang.people.asking import me
from yixiang.units import sheets

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
A_PAGE = 30


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """Everything the address says is what is shown, and what is exported."""
    wanted, now = desk.filter_from(request.GET.dict()), timezone.now()
    rows = desk.manageable(request.user, wanted, now=now).prefetch_related(*facts.FOR_LOOKING)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    counts = desk.counts(request.user)
    context = {
        "page": page,
        "rows": tabs.rows(page.object_list, request.user, timezone.localdate()),
        "wanted": wanted,
        "counts": counts,
        "tabs": tabs.by_state(request, wanted, counts),
        "machine": LISTING,
        "kinds": list(KINDS.items()),
        "subs": desk.sub_units_of(request.user),
        "publishes": bool(desk.units_to_publish_for(request.user)),
    }
    return render(request, "catalogue/mine.html", context)


@login_required
def sheet(request: HttpRequest) -> HttpResponse:
    """The list as a workbook, with the filters of the address."""
    rows = desk.manageable(request.user, desk.filter_from(request.GET.dict()), now=timezone.now())
    cells = desk.sheet_of(rows)
    note_event("exported", subject="我的资源", detail={"rows": len(cells), "query": request.GET.urlencode()})
    content = sheets.workbook("我的资源", desk.COLUMNS, cells)
    headers = {"Content-Disposition": 'attachment; filename="resources.xlsx"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=XLSX, headers=headers)


@login_required
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Hand in or stop everything ticked; each by itself, so that one that is not ready keeps nobody back."""
    action = request.POST.get("action", "")
    chosen = desk.chosen(request.user, request.POST.getlist("chosen"))
    if not chosen or action not in many.ACTIONS:
        return redirect("catalogue:mine")
    asked = action == "stop"
    form = ReasonForm(request.POST if "note" in request.POST else None) if asked else None
    if form is not None and not form.is_valid():
        context = {"chosen": chosen, "form": form}
        return render(request, "catalogue/bulk_stop.html", context, status=422 if form.is_bound else 200)
    note = form.cleaned_data["note"] if form else ""
    done = many.act_on_many(chosen, action, actor=me(request), note=note, now=timezone.now())
    context = {"done": done, "title": _("批量停用") if asked else _("批量提交")}
    return render(request, "catalogue/bulk_done.html", context)
