"""What is typed, corrected and attached in a statement, and what is printed of it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from yixiang.audit.commands import note_event
from yixiang.files import serving
from yixiang.files.commands import take
from yixiang.kernel.errors import Unseen
from yixiang.ledger.pages.exporting import MOST, TYPES, exported
from yixiang.people.asking import me
from yixiang.subsidies import printables
from yixiang.subsidies.commands import stating
from yixiang.subsidies.commands.stating import Correction
from yixiang.subsidies.forms.statements import CorrectionForm, FiguresForm, PaperForm
from yixiang.subsidies.models import Running, Statement, StatementPaper
from yixiang.subsidies.models.statement import TYPED
from yixiang.subsidies.pages.asking import A_PAGE, done
from yixiang.subsidies.queries import counted
from yixiang.subsidies.queries import statements as reading


@login_required
def figures(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit's own figures, and one field for each instrument that served others."""
    found = _open(request, pk)
    rows = [row for row in reading.rows_of(found) if row.open_minutes]
    start = {name: getattr(found, name) for name in (*TYPED, "runs_normally")}
    start |= {f"total_{row.pk}": row.total for row in rows}
    form = FiguresForm(request.POST or None, rows=rows, initial=start)
    version = request.POST.get("version", "")
    said: dict[str, Any] = {"actor": me(request), "now": timezone.now()}
    said["version"] = int(version) if version.isdecimal() and len(version) < 10 else None
    if request.method == "POST" and done(form, lambda _data: stating.type_figures(found, form.figures(), **said)):
        messages.success(request, _("已保存。"))
        return redirect("subsidies:statement", pk)
    context = {"statement": found, "form": form}
    return render(request, "subsidies/statement_figures.html", context, status=422 if form.errors else 200)


def _open(request: HttpRequest, pk: int) -> Statement:
    found = reading.statement_for(request.user, pk)
    if not reading.writes(found, request.user):
        raise Unseen(_("现在不能修改这张报表。提交以后需要修改，请先撤回。"))
    return found


@login_required
def instrument(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """The apportionment of one instrument: the law's steps, every order behind the count, its correction."""
    found = reading.statement_for(request.user, pk)
    one, writes = reading.row_for(found, row), reading.writes(found, request.user)
    start = {"open_minutes": one.open_minutes, "all_minutes": one.all_minutes, "reason": one.reason}
    typed = request.method == "POST" and "drop" not in request.POST
    form = CorrectionForm(request.POST if typed else None, request.FILES if typed else None, initial=start)
    if request.method == "POST" and not writes:
        raise Unseen(_("现在不能修改这张报表。提交以后需要修改，请先撤回。"))
    if request.method == "POST" and _corrected(request, one, form):
        return redirect("subsidies:statement-row", pk, row)
    verdict = next(said for each, said in reading.reckon(found).rows if each.pk == one.pk)
    context = {
        "statement": found, "row": one, "writes": writes, "form": form, "verdict": verdict, "counted": counted,
        "page": Paginator(reading.lines_of(found, one), A_PAGE).get_page(request.GET.get("page")),
    }  # fmt: skip
    return render(request, "subsidies/statement_row.html", context, status=422 if form.errors else 200)


def _corrected(request: HttpRequest, one: Running, form: CorrectionForm) -> bool:
    said: dict[str, Any] = {"actor": me(request), "now": timezone.now()}
    if "drop" in request.POST:
        stating.drop_correction(one, **said)
        messages.success(request, _("已取消更正，按平台统计。"))
        return True
    if not done(form, lambda data: stating.correct(one, _correction(request, data), **said)):
        return False
    messages.success(request, _("已更正。平台统计的数仍列在旁边。"))
    return True


def _correction(request: HttpRequest, data: dict[str, Any]) -> Correction:
    upload = data["upload"]
    file = take(upload, uploader=me(request), purpose="statement-paper", now=timezone.now()) if upload else None
    return Correction(data["open_minutes"], data["all_minutes"], data["reason"], file)


@login_required
def papers(request: HttpRequest, pk: int) -> HttpResponse:
    """Attaching one, or taking one away."""
    found = _open(request, pk)
    said: dict[str, Any] = {"actor": me(request), "now": timezone.now()}
    gone = request.POST.get("drop", "")
    form = PaperForm(request.POST or None, request.FILES or None, initial={"kind": request.GET.get("kind", "")})
    if gone.isdecimal() and len(gone) < 19:
        stating.remove_paper(found, int(gone), **said)
        messages.success(request, _("已删除。"))
        return redirect("subsidies:statement", pk)
    if request.method == "POST" and done(form, lambda data: _added(request, found, data)):
        messages.success(request, _("已附上。"))
        return redirect("subsidies:statement", pk)
    context = {"statement": found, "form": form}
    return render(request, "subsidies/statement_papers.html", context, status=422 if form.errors else 200)


def _added(request: HttpRequest, found: Statement, data: dict[str, Any]) -> StatementPaper:
    who, now = me(request), timezone.now()
    file = take(data["upload"], uploader=who, purpose="statement-paper", now=now)
    return stating.add_paper(found, file, kind=data["kind"], actor=who, now=now)


@login_required
def paper(request: HttpRequest, pk: int, paper: int) -> HttpResponseBase:
    found = get_object_or_404(reading.papers_of(reading.statement_for(request.user, pk)), pk=paper)
    return serving.response(found.file, inline=True, request=request)


# --- handed out


@login_required
def sheet(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """xlsx: the apportionment by instrument; pdf: the statement as it is filed."""
    found = reading.statement_for(request.user, pk)
    if kind != "pdf":
        cells, columns = [reading.cells_of_row(*one) for one in reading.reckon(found).rows], reading.ROW_COLUMNS
        return exported(request, kind, name="running-costs", title="运行费分摊", columns=columns, rows=cells)
    note_event("exported", subject=str(found), detail={"kind": kind})
    name = f"net-income-{found.year}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(printables.statement(found), content_type=TYPES[kind], headers=headers)


@login_required
def orders(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Every settled order the platform counted."""
    found = reading.statement_for(request.user, pk)
    cells = map(reading.cells_of_line, reading.lines_of(found)[:MOST])
    return exported(request, kind, name="counted-orders", title="计入的订单", columns=reading.LINE_COLUMNS, rows=cells)
