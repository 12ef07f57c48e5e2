"""A list handed out as a file, with a line in the trail."""

from collections.abc import Iterable, Sequence

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from yixiang.audit.commands import note_event
from yixiang.kernel.errors import Unseen
from yixiang.people.asking import me
from yixiang.units import sheets

MOST = 20_000
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


def exported(
    request: HttpRequest,
    kind: str,
    *,
    name: str,
    title: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[sheets.Cell]],
) -> HttpResponse:
    """`kind` is xlsx or pdf; what is shown is what is handed out."""
    if kind not in TYPES:
        raise Unseen()
    cells = list(rows)
    note_event("exported", subject=title, detail={"rows": len(cells), "query": request.GET.urlencode(), "kind": kind})
    if kind == "xlsx":
        content = sheets.workbook(title, columns, cells)
    else:
        foot = f"{me(request).name} 于 {timezone.localtime():%Y-%m-%d %H:%M} 打印，共 {len(cells)} 条"
        content = sheets.paper(title, columns, cells, foot=foot)
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=TYPES[kind], headers=headers)
