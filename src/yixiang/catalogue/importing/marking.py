"""The same workbook back with what is wrong in it: cells coloured, and a column that says it in words."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO
from typing import Any

import xlsxwriter
from django.db import transaction

from yixiang.catalogue.importing.judging import RESULT
from yixiang.catalogue.importing.layouts import letter_of
from yixiang.catalogue.importing.progress import at_work
from yixiang.catalogue.importing.reading import Row, Sheet, local_copy, open_sheet
from yixiang.catalogue.importing.refusing import Unusable
from yixiang.catalogue.models import ImportBatch
from yixiang.files.commands import attach, take
from yixiang.files.models import File
from yixiang.kernel.errors import Refused

VERDICTS = {"new": "新增", "changed": "修改", "same": "不变", "faulty": "有错误"}
_LOOKS: dict[str, dict[str, Any]] = {
    "bad": {"bg_color": "#F8D0CB"},
    "warm": {"bg_color": "#FCEBCB"},
    "bad-day": {"bg_color": "#F8D0CB", "num_format": "yyyy-mm-dd"},
    "warm-day": {"bg_color": "#FCEBCB", "num_format": "yyyy-mm-dd"},
    "day": {"num_format": "yyyy-mm-dd"},
    "head": {"bold": True, "bg_color": "#E6F1F0", "text_wrap": True},
    "said": {"text_wrap": True, "valign": "top"},
}
Marks = dict[int, dict[str, str]]  # row → cell letter → bad or warm


def mark_batch(batch_id: int, *, now: datetime) -> None:
    """Runs in a job after the verdicts; again after a kill, with the same outcome."""
    with at_work(batch_id, "marking") as progress:
        batch = ImportBatch.objects.select_related("file", "asked_by").filter(pk=batch_id).first()
        if progress is None or batch is None or batch.asked_by is None or batch.marked or not batch.rows.exists():
            return
        try:
            with local_copy(batch.file) as path:
                content = marked(open_sheet(path, batch.file.kind), batch)
            _keep(batch, content, now)
        except (Unusable, Refused):  # too large to be kept: the page says the same row by row
            return


@transaction.atomic
def _keep(batch: ImportBatch, content: BytesIO, now: datetime) -> None:
    by: Any = batch.asked_by
    content.name = f"{batch.file.name.rsplit('.', 1)[0]}-核对结果.xlsx"
    file: File = take(content, uploader=by, purpose="import", kinds={"xlsx"}, now=now)
    attach(file, by=by, holder_kind="import", holder_id=batch.pk, now=now)
    ImportBatch.objects.filter(pk=batch.pk).update(marked=file)


def marked(sheet: Sheet, batch: ImportBatch) -> BytesIO:
    """Written row by row from what is read again; nothing in it is a formula."""
    stream = BytesIO()
    said, marks = _said(batch)
    with xlsxwriter.Workbook(stream, {"constant_memory": True}) as book:
        looks = {name: book.add_format(look) for name, look in _LOOKS.items()}
        page = book.add_worksheet(_title(sheet.name))
        at = 1 + max((one.index for one in sheet.recognised.columns), default=0)
        page.set_column(0, at - 1, 18)
        page.set_column(at, at, 80, looks["said"])
        page.freeze_panes(sheet.recognised.header_row, 0)
        for number, row in enumerate(sheet.rows(), start=1):
            _row(page.write_string, page, looks, number, row[:at], marks.get(number, {}))
            if number == sheet.recognised.header_row:
                page.write_string(number - 1, at, f"{RESULT}（再次导入时不读取）", looks["head"])
            elif number in said:
                page.write_string(number - 1, at, said[number][:30_000], looks["said"])
    stream.seek(0)
    return stream


def _said(batch: ImportBatch) -> tuple[dict[int, str], Marks]:
    said: dict[int, str] = {}
    marks: Marks = defaultdict(dict)
    rows = batch.rows.order_by("number").values_list("number", "verdict", "problems", "warnings")
    for number, verdict, problems, warnings in rows.iterator(chunk_size=2000):
        lines = [f"✗ {one['message']}" for one in problems] + [f"! {one['message']}" for one in warnings]
        said[number] = "\n".join([VERDICTS.get(verdict, verdict), *lines])
        for look, messages in (("warm", warnings), ("bad", problems)):
            for one in messages:
                if one["cell"]:
                    marks[number][one["cell"].rstrip("0123456789")] = look
    return said, marks


def _row(
    text: Callable[..., Any], page: Any, looks: dict[str, Any], number: int, row: Row, marks: dict[str, str]
) -> None:
    for place, raw in enumerate(row):
        mark = marks.get(letter_of(place), "") if marks else ""
        if isinstance(raw, str):
            if raw or mark:
                text(number - 1, place, raw[:32_000], looks.get(mark))
        elif isinstance(raw, bool):
            page.write_boolean(number - 1, place, raw, looks.get(mark))
        elif isinstance(raw, datetime | date):
            page.write_datetime(number - 1, place, raw, looks[f"{mark}-day" if mark else "day"])
        elif isinstance(raw, float | int):
            page.write_number(number - 1, place, raw, looks.get(mark))
        else:
            text(number - 1, place, str(raw), looks.get(mark))


def _title(name: str) -> str:
    return "".join("_" if letter in "[]:*?/\\" else letter for letter in name)[:31] or "导入"


__all__ = ["mark_batch", "marked"]
