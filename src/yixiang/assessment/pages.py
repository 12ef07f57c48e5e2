"""The desk page of grades: the list with its workbook, one form to record, the document behind each."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from yixiang.assessment import commands, queries
from yixiang.assessment.commands import Found
from yixiang.assessment.forms import GradeForm
from yixiang.assessment.models import GRADES, Grade
from yixiang.audit.commands import note_event
from yixiang.files import serving
from yixiang.files.commands import take
from yixiang.kernel.errors import Refused, Unseen
from yixiang.people.asking import me
from yixiang.people.forms import explain
from yixiang.units import sheets

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TONES = {"excellent": "good", "good": "good", "qualified": "neutral", "poor": "bad"}


@login_required
def grades(request: HttpRequest) -> HttpResponse:
    wanted = queries.wanted_from(request.GET.dict())
    page = Paginator(queries.grades_for(request.user, wanted), 50).get_page(request.GET.get("page"))
    context = {
        "wanted": wanted, "page": page, "tones": TONES, "grades": list(GRADES.items()),
        "years": [(year, str(year)) for year in queries.years_of(request.user)],
        "records": queries.units_to_grade(request.user).exists(),
    }  # fmt: skip
    return render(request, "assessment/grades.html", context)


@login_required
def sheet(request: HttpRequest) -> HttpResponse:
    """The list as a workbook, with the filters of the address."""
    rows = queries.sheet(queries.grades_for(request.user, queries.wanted_from(request.GET.dict()))[:20_000])
    note_event("exported", subject="考核等次", detail={"rows": len(rows), "query": request.GET.urlencode()})
    headers = {"Content-Disposition": 'attachment; filename="grades.xlsx"', "Cache-Control": "no-store"}
    return HttpResponse(sheets.workbook("考核等次", queries.COLUMNS, rows), content_type=XLSX, headers=headers)


@login_required
def record(request: HttpRequest) -> HttpResponse:
    units = queries.units_to_grade(request.user)
    if not units.exists():
        raise Unseen()
    start = {"year": timezone.localdate().year - 1, "unit": request.GET.get("unit", "")}
    form = GradeForm(request.POST or None, request.FILES or None, units=units, initial=start)
    if request.method == "POST" and (made := _made(request, form)):
        messages.success(request, _("已登记 %(grade)s，并通知单位。") % {"grade": made})
        return redirect("assessment:grades")
    return render(request, "assessment/record.html", {"form": form}, status=422 if form.errors else 200)


def _made(request: HttpRequest, form: GradeForm) -> Grade | None:
    if not form.is_valid():
        return None
    data: dict[str, Any] = form.cleaned_data
    now, who = timezone.now(), me(request)
    try:
        upload = data["upload"]
        file = take(upload, uploader=who, purpose="grade-document", now=now) if upload else None
        found = Found(data["grade"], data["decided_on"], data["document"], file)
        return commands.record(data["unit"], data["year"], found, actor=who, now=now, reason=data["reason"])
    except Refused as refused:
        if refused.status not in {409, 422}:
            raise
        explain(form, refused)
        return None


@login_required
def document(request: HttpRequest, pk: int) -> HttpResponseBase:
    found = queries.grade_for(request.user, pk)
    if found.file is None:
        raise Unseen()
    return serving.response(found.file, inline=True, request=request)
