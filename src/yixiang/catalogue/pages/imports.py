"""Bringing a workbook: upload, progress that can be left, verdicts, confirm, what came of it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yixiang.audit.commands import note_event
from yixiang.catalogue.importing import commands, exporting, queries, template
from yixiang.catalogue.importing.forms import AgainForm, UploadForm
from yixiang.catalogue.importing.layouts import LAYOUTS, OWN, Kind
from yixiang.catalogue.models import ImportBatch
from yixiang.catalogue.pages import stages
from yixiang.catalogue.states import IMPORT, LISTING
from yixiang.files import serving
from yixiang.files.commands import take
from yixiang.files.models import File
from yixiang.files.purposes import Purpose
from yixiang.kernel.errors import NotPermitted, Unseen
from yixiang.people.asking import me
from yixiang.units.pages.asking import attempt

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
A_PAGE, ROWS_A_PAGE = 20, 50


@login_required
def imports(request: HttpRequest) -> HttpResponse:
    """The way in, with everything brought before."""
    places = queries.places_for(request.user)
    if not places:
        raise NotPermitted(_("批量导入由已入网单位的管理员办理。请先绑定单位，或联系本单位管理员。"))
    form = UploadForm(request.POST or None, request.FILES or None, places=places)
    made = attempt(form, lambda data: _begin(request, data)) if request.method == "POST" else None
    if made:
        return redirect("catalogue:import", made.pk)
    page = Paginator(queries.imports_of(request.user), A_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "machine": IMPORT, "layouts": LAYOUTS, "titles": template.TITLES}
    return render(request, "catalogue/imports.html", context, status=422 if form.is_bound else 200)


def _begin(request: HttpRequest, data: dict[str, Any], replaces: ImportBatch | None = None) -> ImportBatch:
    if replaces:
        unit, sub_unit = replaces.unit, replaces.sub_unit
    else:
        unit, sub_unit = queries.place_for(request.user, data["place"])
    book = _taken(request, data["book"], commands.BOOK, "book")
    bundle = _taken(request, data["bundle"], commands.BUNDLE, "bundle") if data.get("bundle") else None
    return commands.begin(
        unit,
        actor=me(request),
        file=book,
        pictures=bundle,
        sub_unit=sub_unit,
        replaces=replaces,
        now=timezone.now(),
    )


def _taken(request: HttpRequest, upload: Any, purpose: Purpose, field: str) -> File:
    with stages.about(field):
        return take(upload, uploader=me(request), purpose=purpose.code, kinds=purpose.kinds, now=timezone.now())


@login_required
@require_safe
def import_(request: HttpRequest, pk: int) -> HttpResponse:
    """Whatever the batch waits for: the job, a correction, a decision, or nothing more."""
    batch = queries.import_for(request.user, pk)
    wanted, q = request.GET.get("verdict", ""), request.GET.get("q", "").strip()[:60]
    if not wanted and batch.rows_faulty and batch.state == "faulty":
        wanted = "faulty"
    page = Paginator(queries.rows_of(batch, wanted, q), ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = stages.of(request, batch, wanted, q) | {"page": page, "again": AgainForm()}
    return render(request, "catalogue/import.html", context)


@login_required
@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Asked every second while a job is at it; when it is done the whole page is fetched anew."""
    batch = queries.import_for(request.user, pk)
    answer = render(request, "catalogue/_import_progress.html", {"batch": batch})
    if batch.state not in stages.RUNNING:
        answer["HX-Refresh"] = "true"
    return answer


@login_required
@require_safe
def marked(request: HttpRequest, pk: int) -> HttpResponseBase:
    batch = queries.import_for(request.user, pk)
    if batch.marked is None:
        raise Unseen(_("带标记的表格还没有生成好，请稍后再试；错误在页面上也可以逐行查看。"))
    return serving.response(batch.marked, request=request)


@login_required
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Mended, and brought in place of the one before."""
    batch = queries.import_for(request.user, pk)
    form = AgainForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        made = attempt(form, lambda data: _begin(request, data, batch))
        if made:
            return redirect("catalogue:import", made.pk)
    context = {"batch": batch, "form": form}
    return render(request, "catalogue/import_again.html", context, status=422 if form.errors else 200)


@login_required
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """A page that says what will happen; then it happens as a whole."""
    batch = queries.import_for(request.user, pk)
    if request.method == "POST":
        commands.confirm(batch, actor=me(request), now=timezone.now())
        return redirect("catalogue:import", batch.pk)
    IMPORT.move(batch.state, "confirm")
    context = {"batch": batch, "consequences": stages.consequences(batch)}
    return render(request, "catalogue/import_confirm.html", context)


@login_required
@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    batch = queries.import_for(request.user, pk)
    commands.drop(batch, actor=me(request))
    messages.success(request, _("已放弃这次导入，目录没有任何变化。"))
    return redirect("catalogue:imports")


@login_required
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """All new drafts of this batch at once; those that are not whole stay drafts."""
    batch = queries.import_for(request.user, pk)
    drafts = commands.drafts_of(batch).count()
    if request.method == "POST":
        count = commands.submit_all(batch, actor=me(request))
        messages.success(request, _("正在逐台提交 %(count)d 台，稍后刷新可看到结果。") % {"count": count})
        return redirect("catalogue:import", batch.pk)
    return render(request, "catalogue/import_submit.html", {"batch": batch, "drafts": drafts, "machine": LISTING})


@login_required
@require_safe
def blank(request: HttpRequest, kind: str) -> HttpResponse:
    known = _known(kind)
    return _sheet(template.blank(known), f"{template.TITLES[known]}导入模板.xlsx")


@login_required
@require_safe
def sheet(request: HttpRequest, kind: str) -> HttpResponse:
    """What one edits, in the layout of the template: change it and bring it back."""
    known = _known(kind)
    rows = queries.own_listings(request.user, known)
    note_event("exported", subject=f"{template.TITLES[known]}（导入模板格式）", detail={"rows": rows.count()})
    return _sheet(exporting.sheet_of(known, rows), f"{template.TITLES[known]}.xlsx")


def _known(kind: str) -> Kind:
    for known in OWN:
        if kind == known:
            return known
    raise Unseen()


def _sheet(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=XLSX, headers={"Cache-Control": "no-store"})
    answer["Content-Disposition"] = str(content_disposition_header(True, name))
    return answer
