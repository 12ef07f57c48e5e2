"""A sheet's own XML read once before it is opened: how large it is, what in it is a formula, an error or hidden.

The reader behind it holds a sheet as one rectangle, so two cells far apart would fill the memory; and it gives back
neither formulas nor the words of an error. Both are found here, in pieces, without building anything.
"""

import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import IO
from xml.etree import ElementTree

from yixiang.catalogue.importing.refusing import Unusable

ROWS_MOST = 50_000
COLUMNS_MOST = 104  # up to column CZ
SLACK = 200  # titles, notes and a few empty rows above and between
UNPACKED_MOST = 260 * 1024 * 1024
PIECE = 1 << 20
KEPT = 2_000
SHARED_MOST = 120 * 1024 * 1024
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?\br\s*=\s*[\"'](\d+)[\"'][^>]*>")
_FAR = re.compile(rb"r\s*=\s*[\"'](?:[D-Z][A-Z]|[A-Z]{3,})\d")
_HIDDEN_COLUMN = re.compile(rb"<(?:\w+:)?col\b[^>]*\bhidden\s*=\s*[\"'](?:1|true)[\"'][^>]*>")
_SPAN = re.compile(rb"\b(min|max)\s*=\s*[\"'](\d+)[\"']")
_FORMULA = re.compile(rb"<(?:\w+:)?c\b[^>]*?\br\s*=\s*[\"']([A-Z]+)(\d+)[\"'][^>]*>\s*<(?:\w+:)?f[\s>/]")
_ERROR = re.compile(
    rb"<(?:\w+:)?c\b[^>]*?\br\s*=\s*[\"']([A-Z]+\d+)[\"'][^>]*\bt\s*=\s*[\"']e[\"'][^>]*>"
    rb"(?:\s*<(?:\w+:)?f\b[^>]*(?:/>|>[^<]*</(?:\w+:)?f>))?\s*<(?:\w+:)?v>([^<]{1,20})"
)
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass
class Traits:
    """Row and column numbers as Excel counts them."""

    last_row: int = 0
    formulas: dict[str, set[int]] = field(default_factory=dict)  # column letter → rows
    errors: dict[str, str] = field(default_factory=dict)  # cell → #REF!
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    merged: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)  # counted from 0

    @property
    def formula_count(self) -> int:
        return sum(map(len, self.formulas.values()))


def sheet_parts(stream: IO[bytes]) -> dict[str, str]:
    """Sheet name → its part in the archive, in the order of the tabs; refuses what would unpack too large."""
    with zipfile.ZipFile(stream) as archive:
        sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
        if sum(sizes.values()) > UNPACKED_MOST or sizes.get("xl/sharedStrings.xml", 0) > SHARED_MOST:
            raise Unusable("文件解开后过大，没有读取。请删去多余的工作表、空行和大图，或分成几个文件导入。")
        book = ElementTree.fromstring(_small(archive, "xl/workbook.xml"))  # noqa: S314 parts are limited in size
        relations = ElementTree.fromstring(_small(archive, "xl/_rels/workbook.xml.rels"))  # noqa: S314
        targets = {one.get("Id"): _absolute(one.get("Target") or "") for one in relations}
        parts = {}
        for one in book.iter():
            if one.tag.endswith("}sheet") and targets.get(one.get(_RELATION)) in sizes:
                parts[one.get("name") or ""] = targets[one.get(_RELATION)]
        return parts


def _small(archive: zipfile.ZipFile, name: str) -> bytes:
    if archive.getinfo(name).file_size > 4 << 20:
        raise Unusable("工作簿的目录过大，没有读取。请用 Excel 或 WPS 打开后重新保存。")
    raw = archive.read(name)
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:
        raise Unusable("工作簿的内部结构异常，没有读取。请用 Excel 或 WPS 打开后重新保存。")
    return raw


def _absolute(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)


def scan(stream: IO[bytes], part: str, say: Callable[[int], None] = lambda rows: None) -> Traits:
    """`say` hears the last row seen after each piece."""
    found, tail = Traits(), b""
    with zipfile.ZipFile(stream) as archive, archive.open(part) as sheet:
        while piece := sheet.read(PIECE):
            text = tail + piece
            tail = _carried(text)
            _look(text, found)
            _refuse_large(found)
            say(found.last_row)
    return found


def _carried(text: bytes) -> bytes:
    """From the last cell on: it may go on in the next piece."""
    at = max(text.rfind(b"<c "), text.rfind(b"<row "), text.rfind(b"<col "))
    return text[at:] if at >= 0 and len(text) - at < 70_000 else b""


def _look(text: bytes, found: Traits) -> None:
    for row in _ROW.finditer(text):
        number = int(row[1])
        found.last_row = max(found.last_row, number)
        if b"hidden" in row[0] and re.search(rb"\bhidden\s*=\s*[\"'](?:1|true)", row[0]):
            _add(found.hidden_rows, number)
    if _FAR.search(text):
        raise Unusable(f"表格超过 {COLUMNS_MOST} 列，没有读取。请删去右侧多余的列（包括只设了格式的空列）后再上传。")
    for column in _HIDDEN_COLUMN.finditer(text):
        span = {name: int(value) for name, value in _SPAN.findall(column[0])}
        for number in range(span.get(b"min", 1), min(span.get(b"max", 0), COLUMNS_MOST) + 1):
            _add(found.hidden_columns, number)
    if b"<f" in text or b":f" in text:
        for cell in _FORMULA.finditer(text):
            found.formulas.setdefault(cell[1].decode(), set()).add(int(cell[2]))
    if b't="e"' in text or b"t='e'" in text:
        for cell in _ERROR.finditer(text):
            found.errors[cell[1].decode()] = cell[2].decode("ascii", "replace")


def _add(numbers: list[int], number: int) -> None:
    if len(numbers) < KEPT and (not numbers or numbers[-1] != number):
        numbers.append(number)


def _refuse_large(found: Traits) -> None:
    if found.last_row > ROWS_MOST + SLACK:
        raise too_long()


def too_long() -> Unusable:
    return Unusable(f"一次最多导入 {ROWS_MOST:,} 行。请分成几个文件，或删去表格下方多余的空行后再上传。")
