"""The trail as an Excel file: written row by row, and no cell is ever a formula."""

from collections.abc import Iterable
from typing import IO, Any

import xlsxwriter
from django.utils.translation import gettext as _

from yixiang.audit.labels import detail_text, door_label, lines, shanghai, table_label
from yixiang.audit.models import Change, Event

LIMIT = 50_000
_STARTS = ("=", "+", "-", "@", "\t", "\r", "|", "%")
_COMMON = [("时间", 20), ("操作人", 16), ("操作人编号", 12)]
_ORIGIN = [("来源地址", 18), ("入口", 10), ("请求编号", 36)]


class Sheet:
    """Texts that Excel could take for formulas keep a quote before them, also when saved again as CSV."""

    def __init__(self, out: IO[bytes], title: str, columns: list[tuple[str, int]]) -> None:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self.book: Any = xlsxwriter.Workbook(out, options)
        self.bold = self.book.add_format({"bold": True, "bg_color": "#E6F1F0", "bottom": 1})
        self.time = self.book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self.quoted = self.book.add_format({"quote_prefix": True})
        self.page: Any = self.book.add_worksheet(title)
        self.page.freeze_panes(1, 0)
        for number, (label, width) in enumerate(columns):
            self.page.set_column(number, number, width)
            self.page.write_string(0, number, _(label), self.bold)
        self.row = 0

    def add(self, at: Any, values: Iterable[Any]) -> None:
        self.row += 1
        self.page.write_datetime(self.row, 0, shanghai(at), self.time)
        for number, value in enumerate(values, start=1):
            text = "" if value is None else str(value)[:32000]
            risky = text.startswith(_STARTS)
            self.page.write_string(self.row, number, f"'{text}" if risky else text, self.quoted if risky else None)

    def close(self, about: list[tuple[str, str]]) -> None:
        """The last sheet says what this is, so that the file explains itself years later."""
        page = self.book.add_worksheet(_("说明"))
        page.set_column(0, 0, 16)
        page.set_column(1, 1, 60)
        for number, (label, value) in enumerate(about):
            page.write_string(number, 0, label, self.bold)
            page.write_string(number, 1, f"'{value}" if value.startswith(_STARTS) else value)
        self.book.close()


def write_changes(out: IO[bytes], rows: Iterable[Change], about: list[tuple[str, str]]) -> int:
    columns = [*_COMMON, ("动作", 8), ("数据表", 16), ("记录编号", 14), ("变更内容", 80), *_ORIGIN]
    sheet = Sheet(out, _("数据变更"), columns)
    for row in rows:
        content = "\n".join(f"{line.label}：{line.before} → {line.after}" for line in lines(row))
        what = [row.get_op_display(), table_label(row.table_name), row.row_id, content]
        sheet.add(row.at, [row.actor_name, row.actor, *what, row.ip, door_label(row.door), row.request])
    sheet.close(about)
    return sheet.row


def write_events(out: IO[bytes], rows: Iterable[Event], about: list[tuple[str, str]]) -> int:
    sheet = Sheet(out, _("安全事件"), [*_COMMON, ("类别", 14), ("对象", 30), ("详情", 60), *_ORIGIN])
    for row in rows:
        what = [row.get_kind_display(), row.subject, detail_text(row.detail)]
        sheet.add(row.at, [row.actor_name, row.actor, *what, row.ip, door_label(row.door), row.request])
    sheet.close(about)
    return sheet.row
