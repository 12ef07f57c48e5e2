"""What the pages of this room do alike: act on a form, hand out a workbook or a PDF."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from django import forms
from django.http import HttpRequest, HttpResponse

from yixiang.audit.commands import note_event
from yixiang.kernel.errors import Refused
from yixiang.people.forms import explain
from yixiang.units import sheets

A_PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
T = TypeVar("T")


def attempt(form: forms.Form, act: Callable[[dict[str, Any]], T]) -> T | None:
    """Act on a valid form; what the command refuses goes back to where it was typed."""
    if not form.is_valid():
        return None
    try:
        return act(form.cleaned_data)
    except Refused as refused:
        if refused.status not in {409, 422}:
            raise
        explain(form, refused)
        return None


def sheet_of(
    request: HttpRequest, title: str, name: str, columns: Sequence[str], rows: Iterable[Sequence[str]]
) -> HttpResponse:
    """The list as a workbook; the export is noted."""
    made = list(rows)
    note_event("exported", subject=title, detail={"rows": len(made), "query": request.GET.urlencode()})
    headers = {"Content-Disposition": f'attachment; filename="{name}.xlsx"', "Cache-Control": "no-store"}
    return HttpResponse(sheets.workbook(title, columns, made), content_type=XLSX, headers=headers)


def pdf_of(name: str, content: bytes) -> HttpResponse:
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"', "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
