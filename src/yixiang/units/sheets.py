"""A list as an Excel sheet or on paper. Text stays text: whatever a cell begins with, Excel calculates nothing."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import xlsxwriter

from yixiang.web.typesetting import typeset

WIDEST = 48
MOST_ON_PAPER = 3000
Cell = str | Decimal  # amounts are numbers, so that a sheet can be added up

_LIST = Path(__file__).parent / "typst" / "list.typ"


def workbook(title: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet(title[:31])
        head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#E6F1F0"})
        money = book.add_format({"num_format": "#,##0.00"})
        widths = [_width(label) for label in columns]
        sheet.write_row(0, 0, columns, head)
        for at, row in enumerate(rows, start=1):
            for place, cell in enumerate(row):
                if isinstance(cell, Decimal):
                    sheet.write_number(at, place, cell, money)
                else:
                    sheet.write_string(at, place, cell)  # never a formula or a link: =cmd|… stays what it is
                widths[place] = max(widths[place], _width(_said(cell)))
        for place, width in enumerate(widths):
            sheet.set_column(place, place, min(width, WIDEST) + 2)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, 0, len(columns) - 1)
    return stream.getvalue()


def paper(title: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]], *, foot: str) -> bytes:
    """The same list as a PDF in landscape, its head on each page."""
    kept = [[_said(cell) for cell in row] for _number, row in zip(range(MOST_ON_PAPER), rows, strict=False)]
    amounts = [bool(kept) and all(_is_amount(row[place]) for row in kept) for place in range(len(columns))]
    return typeset(_LIST, {"title": title, "columns": list(columns), "rows": kept, "amounts": amounts, "foot": foot})


def _said(cell: Cell) -> str:
    return f"{cell:,.2f}" if isinstance(cell, Decimal) else cell


def _is_amount(text: str) -> bool:
    return text.replace(",", "").replace(".", "", 1).lstrip("-").isdigit() and "." in text


def _width(text: str) -> int:
    """Chinese characters take two places."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)
