"""A workbook as rows of raw cells: xlsx, xls and csv, with what is odd about the sheet found out beforehand."""

import csv
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import TextIOWrapper
from pathlib import Path
from typing import Any, cast

from django.core.files.storage import default_storage
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from yixiang.catalogue.importing import scanning
from yixiang.catalogue.importing.cells import Raw
from yixiang.catalogue.importing.layouts import HEADER_WITHIN, Recognised, recognise
from yixiang.catalogue.importing.refusing import Unusable
from yixiang.catalogue.importing.scanning import ROWS_MOST, Traits, too_long
from yixiang.files.inspection import texts
from yixiang.files.models import File

DAMAGED = "文件打不开，可能没有保存完整。请用 Excel 或 WPS 打开、另存为 xlsx 后再上传。"
NO_HEADER = (
    "没有认出表头。请用本页下载的模板，或国家网络管理平台 2021 版的导出表；"
    f"表头应在前 {HEADER_WITHIN} 行内，且不要改动列名。"
)
Say = Callable[[str, int], None]
Row = list[Raw]


@dataclass
class Sheet:
    """One sheet with a header we know. `rows` begins with the first row of the sheet and can be asked once more."""

    name: str
    recognised: Recognised
    rows: Callable[[], Iterator[Row]]
    traits: Traits = field(default_factory=Traits)
    others: list[str] = field(default_factory=list)  # other sheets with a header we know, not read

    @property
    def total(self) -> int:
        return max(0, self.traits.last_row - self.recognised.header_row)


@contextmanager
def local_copy(file: File) -> Iterator[Path]:
    """The stored bytes as a file of this machine, for readers that want one; gone afterwards."""
    with tempfile.NamedTemporaryFile(suffix=f".{file.kind}") as copy:
        with default_storage.open(file.path) as stored:
            shutil.copyfileobj(stored, copy)
        copy.flush()
        yield Path(copy.name)


def open_sheet(path: Path, kind: str, say: Say = lambda phase, rows: None) -> Sheet:
    """The first visible sheet whose header is known; `say` hears what is going on."""
    try:
        if kind == "csv":
            return _of_csv(path)
        return _of_workbook(path, kind, say)
    except PasswordError as locked:
        raise Unusable("文件设了密码，读不出来。请去掉密码后再上传。") from locked
    except (CalamineError, OSError, KeyError, ValueError, EOFError, SyntaxError) as broken:
        raise Unusable(DAMAGED) from broken


# --- xlsx and xls


def _of_workbook(path: Path, kind: str, say: Say) -> Sheet:
    chosen: Sheet | None = None
    traits = _Scanner(path, say) if kind == "xlsx" else None
    with CalamineWorkbook.from_path(str(path)) as book:
        for meta in book.sheets_metadata:
            if meta.visible is not SheetVisibleEnum.Visible:
                continue
            found = traits.of(meta.name) if traits else Traits()
            if found is None:
                continue
            say("打开工作簿", found.last_row)
            sheet = _known(book.get_sheet_by_name(meta.name), meta.name, found)
            if sheet and chosen:
                chosen.others.append(meta.name)
            chosen = chosen or sheet
    if chosen is None:
        raise Unusable(NO_HEADER)
    return chosen


class _Scanner:
    """What the XML of each sheet tells before the sheet is opened."""

    def __init__(self, path: Path, say: Say) -> None:
        self.path, self.say = path, say
        with path.open("rb") as stream:
            self.parts = scanning.sheet_parts(stream)

    def of(self, name: str) -> Traits | None:
        if name not in self.parts:
            return None
        with self.path.open("rb") as stream:
            return scanning.scan(stream, self.parts[name], lambda rows: self.say("检查工作簿", rows))


def _known(sheet: CalamineSheet, name: str, traits: Traits) -> Sheet | None:
    if sheet.total_height == 0:
        return None
    first = cast(Any, sheet.to_python(skip_empty_area=False, nrows=HEADER_WITHIN))
    recognised = recognise(first)
    if recognised is None:
        return None
    traits.last_row = sheet.total_height
    if traits.last_row > ROWS_MOST + scanning.SLACK:
        raise too_long()
    traits.merged = sheet.merged_cell_ranges or []
    return Sheet(name, recognised, sheet.iter_rows, traits)


# --- csv


def _of_csv(path: Path) -> Sheet:
    with path.open("rb") as stream:
        encoding = texts.encoding_of(stream)
    if not encoding:
        raise Unusable("文件的编码认不出来。请用 Excel 或 WPS 另存为 xlsx，或“CSV UTF-8”。")
    first = [row for row, _ in zip(_lines(path, encoding), range(HEADER_WITHIN), strict=False)]
    recognised = recognise(first)
    if recognised is None:
        raise Unusable(NO_HEADER)
    traits = Traits(last_row=sum(1 for _row in _lines(path, encoding)))
    if traits.last_row > ROWS_MOST + scanning.SLACK:
        raise too_long()
    return Sheet("CSV", recognised, lambda: _lines(path, encoding), traits)


def _lines(path: Path, encoding: str) -> Iterator[Row]:
    with path.open("rb") as stream, TextIOWrapper(stream, encoding, newline="") as text:
        head = text.read(4096)
        text.seek(0)
        delimiter = max(",;\t", key=head.split("\n", 1)[0].count)
        try:
            for row in csv.reader(text, delimiter=delimiter):
                yield cast(Row, row)
        except csv.Error as broken:
            raise Unusable(DAMAGED) from broken
