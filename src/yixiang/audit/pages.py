"""HTML doors of the audit administrator: what changed, what happened, the same as a file, and whether it is whole."""

from datetime import datetime
from tempfile import TemporaryFile
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from yixiang.audit import labels, queries, sheets
from yixiang.audit.commands import note_event
from yixiang.audit.forms import FilterForm
from yixiang.audit.models import Change, Event
from yixiang.audit.permissions import AuditPermission
from yixiang.kernel.scopes import PLATFORM
from yixiang.people.access import may, require

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
@require_GET
def changes(request: HttpRequest) -> HttpResponse:
    filters = FilterForm(request.GET).filters()
    page = queries.page_of(queries.changes_for(request.user, filters), request.GET.get("after", ""))
    names = labels.names_in(page.rows)
    context = _shared(request, filters) | {
        "page": page,
        "rows": [(row, labels.lines(row, names)) for row in page.rows],
        "tables": labels.recorded_tables(),
        "ops": Change.Op.choices,
    }
    return render(request, "audit/changes.html", context)


@login_required
@require_GET
def events(request: HttpRequest) -> HttpResponse:
    filters = FilterForm(request.GET).filters()
    page = queries.page_of(queries.events_for(request.user, filters), request.GET.get("after", ""))
    context = _shared(request, filters) | {"page": page, "kinds": Event.Kind.choices}
    return render(request, "audit/events.html", context)


def _shared(request: HttpRequest, filters: queries.Filters) -> dict[str, Any]:
    return {
        "filters": filters,
        "may_export": may(request.user, AuditPermission.EXPORT, [PLATFORM]),
        "table_label": labels.table_label,
        "door_label": labels.door_label,
        "detail_text": labels.detail_text,
    }


@login_required
@require_GET
def export(request: HttpRequest, what: str) -> HttpResponse:
    """What is shown, as a file; that it was taken out is part of the trail."""
    require(request.user, AuditPermission.EXPORT, [PLATFORM])
    filters, now = FilterForm(request.GET).filters(), timezone.now()
    with TemporaryFile() as out:
        if what == "changes":
            changed = queries.changes_for(request.user, filters)[: sheets.LIMIT]
            count = sheets.write_changes(out, changed.iterator(2000), _about(request, filters, now))
        else:
            happened = queries.events_for(request.user, filters)[: sheets.LIMIT]
            count = sheets.write_events(out, happened.iterator(2000), _about(request, filters, now))
        out.seek(0)
        response = HttpResponse(out.read(), content_type=XLSX)
    note_event("exported", subject=_("审计记录"), detail={"what": what, "rows": count, **filters.applied})
    name = f"审计-{what}-{labels.shanghai(now):%Y%m%d%H%M}.xlsx"
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response


def _about(request: HttpRequest, filters: queries.Filters, now: datetime) -> list[tuple[str, str]]:
    return [
        (_("导出人"), str(request.user)),
        (_("导出时间"), f"{labels.shanghai(now):%Y-%m-%d %H:%M:%S}"),
        (_("筛选条件"), labels.detail_text(dict(filters.applied)) or _("无")),
        (_("说明"), _("最多导出最近的 %(limit)d 条；个人信息已做遮挡。") % {"limit": sheets.LIMIT}),
    ]


@login_required
@require_GET
def integrity(request: HttpRequest) -> HttpResponse:
    checked = list(queries.check_seals(request.user))
    context = {"checked": checked, "broken": sum(not one.holds for one in checked)}
    return render(request, "audit/integrity.html", context)
