"""Which sheet lies before us, told by its header row: our own template or an export of the national platform."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from yixiang.catalogue.importing import headers
from yixiang.catalogue.rules.fields import FACILITY_SPECS, PLATFORM_SPECS, Spec, specs_for
from yixiang.kernel.typed import text

Kind = Literal["instrument", "facility", "platform"]
HEADER_WITHIN = 15  # rows from the top in which the header is looked for
FEWEST = 4  # a row with fewer known words is not a header
NATIONAL = Spec("national_number", "国家平台仪器编号", "basic", text, 60, "instrNo")
PICTURE = Spec("picture", "图片", "ability", text, 200, "image")
PLACE = Spec("region", "安放地区", "place", text, 0, "province")  # read from up to three columns
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|<[^<>]*>")
_MARKS = re.compile(r"[\s*＊:：·\-—–_/\\、,，.。;；\"'“”()\[\]【】]+")
_YUAN = re.compile(r"[(（\[【][^)）\]】]*(?<!万)元")


@dataclass(frozen=True, slots=True)
class Layout:
    """`fixed` are values every row of it has without a column of its own."""

    code: str
    label: str
    kind: Kind
    words: Mapping[str, str]  # header without brackets → field
    fixed: Mapping[str, Any] = field(default_factory=dict)

    @property
    def national(self) -> bool:
        return self.code.startswith("nrii")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the sheet; `field` is empty when nobody knows what it is."""

    index: int
    header: str
    field: str
    in_yuan: bool = False

    @property
    def letter(self) -> str:
        return letter_of(self.index)


@dataclass(frozen=True)
class Recognised:
    layout: Layout
    header_row: int  # as Excel counts
    columns: tuple[Column, ...]
    twice: tuple[str, ...] = ()  # headers that stand there a second time and are not read

    @property
    def known(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.field)

    @property
    def letters(self) -> dict[str, str]:
        return {column.field: column.letter for column in reversed(self.known)}


def letter_of(index: int) -> str:
    """0 → A, 26 → AA."""
    letters = ""
    while index >= 0:
        letters, index = chr(65 + index % 26) + letters, index // 26 - 1
    return letters


def key_of(header: object) -> str:
    """`原值（单位万元、保留小数点后两位）*` and `原 值` are the same column."""
    plain = unicodedata.normalize("NFKC", str(header or ""))
    before = ""
    while before != plain:
        before, plain = plain, _BRACKETS.sub("", plain)
    cut = plain.split("(", 1)[0]
    return _MARKS.sub("", cut or plain).lower()


def _words(own: Iterable[Spec], more: Mapping[str, Sequence[str]]) -> dict[str, str]:
    found = {key_of(spec.label): spec.name for spec in own}
    for name, others in more.items():
        found |= {key_of(other): name for other in others}
    return found


def specs_of(kind: Kind) -> tuple[Spec, ...]:
    """Everything a sheet of this kind may carry; the kind itself follows from the sheet."""
    own = PLATFORM_SPECS if kind == "platform" else specs_for(kind)
    also = (PICTURE,) if kind == "platform" else (NATIONAL, PICTURE)
    return (*(spec for spec in own if kind == "platform" or spec.name != "kind"), *also)


def _layout(
    code: str, label: str, kind: Kind, more: Mapping[str, Sequence[str]], fixed: Mapping[str, Any] | None = None
) -> Layout:
    own = () if code.startswith("nrii") else specs_of(kind)
    return Layout(code, label, kind, _words(own, more), fixed or {})


LAYOUTS: Mapping[str, Layout] = {
    layout.code: layout
    for layout in (
        _layout("yixiang", "仪享仪器模板", "instrument", headers.EQUIPMENT),
        _layout("yixiang-facility", "仪享科研设施模板", "facility", headers.FACILITY),
        _layout("yixiang-platform", "仪享平台模板", "platform", headers.CENTRE),
        _layout("nrii-equipment", "国家平台仪器导出表", "instrument", headers.EQUIPMENT),
        _layout("nrii-core", "国家平台设施核心仪器导出表", "instrument", headers.CORE, {"carrier_type": "2"}),
        _layout("nrii-facility", "国家平台科研设施导出表", "facility", headers.FACILITY),
        _layout("nrii-centre", "国家平台仪器中心导出表", "platform", headers.CENTRE, {"kind": "instrument_centre"}),
    )
}
OWN: Mapping[Kind, str] = {"instrument": "yixiang", "facility": "yixiang-facility", "platform": "yixiang-platform"}
FACILITY_FIELDS = frozenset(spec.name for spec in FACILITY_SPECS)


def recognise(rows: Sequence[Sequence[object]]) -> Recognised | None:
    """The header among the first rows that most words are known of; a row of groups above it is passed by."""
    best: tuple[int, int, Layout] | None = None
    for at, row in enumerate(rows[:HEADER_WITHIN]):
        keys = [key_of(cell) for cell in row if cell not in (None, "")]
        for layout in LAYOUTS.values():
            score = _score(layout, keys)
            if score >= 2 * FEWEST and (best is None or score > best[0]):
                best = (score, at, layout)
    return _bound(best[2], best[1], rows[best[1]]) if best else None


def _score(layout: Layout, keys: Sequence[str]) -> int:
    """Known words count twice; a word that only the national exports use decides between two that know as many."""
    fields = {layout.words[key] for key in keys if key in layout.words}
    marks = headers.MARKS.get(layout.code, frozenset())
    return 2 * len(fields) + sum(key in marks for key in keys)


def _bound(layout: Layout, at: int, row: Sequence[object]) -> Recognised:
    columns, taken, twice = [], set(), []
    for index, cell in enumerate(row):
        header = re.sub(r"\s+", " ", str(cell or "")).strip()
        if not header:
            continue
        name = layout.words.get(key_of(header), "")
        if name in taken:
            twice.append(f"{letter_of(index)} 列“{header[:20]}”")
            name = ""
        taken |= {name} - {""}
        in_yuan = name in {"worth", "stated_worth"} and bool(_YUAN.search(header))
        columns.append(Column(index, header[:120], name, in_yuan))
    return Recognised(layout, at + 1, tuple(columns), tuple(twice))
