"""An Excel sheet of plain text: whatever a cell begins with, Excel shows it and calculates nothing."""

from collections.abc import Iterable, Sequence
from io import BytesIO

import xlsxwriter

WIDEST = 48


def workbook(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet(title[:31])
        head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#E6F1F0"})
        widths = [_width(label) for label in columns]
        sheet.write_row(0, 0, columns, head)
        for at, row in enumerate(rows, start=1):
            for place, text in enumerate(row):
                sheet.write_string(at, place, text)  # never a formula, a link or a number: =cmd|… stays what it is
                widths[place] = max(widths[place], _width(text))
        for place, width in enumerate(widths):
            sheet.set_column(place, place, min(width, WIDEST) + 2)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, 0, len(columns) - 1)
    return stream.getvalue()


def _width(text: str) -> int:
    """Chinese characters take two places."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)
