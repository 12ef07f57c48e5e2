"""Our own workbook: a column per fact, drop-downs from the code lists, one example row, room to type.

The export of what a unit has is the same workbook with its rows in it, so it can be changed and brought back.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter

from yixiang.catalogue.importing.judging import EXAMPLE
from yixiang.catalogue.importing.layouts import FACILITY_FIELDS, Kind, specs_of
from yixiang.catalogue.rules import readers
from yixiang.catalogue.rules.fields import STEPS, Spec
from yixiang.catalogue.rules.wording import as_typed
from yixiang.kernel import reference
from yixiang.kernel.typed import day, flag

TITLES: Mapping[Kind, str] = {"instrument": "仪器", "facility": "科研设施", "platform": "平台"}
LISTS = "选项"
HELP = "填写说明"
FIRST_ROW = 3  # below groups, header and example, counted from 0
ROOM = 5_000  # rows that have drop-downs
HEADER_ROWS = 2
_PLAIN = {readers.wan, readers.hours, readers.square_metres}
_WIDE = {"name", "english_name", "technical", "function", "service_content", "requirement", "region", "category"}
TEXTS = (
    "每台仪器一行，从示例行的下一行开始填写；示例行不会导入。",
    "带 * 的列在提交审核前必须填写；导入时可以先空着，导入后是草稿，可以逐台补充。",
    "“所在单位仪器编号”必填，本单位内不能重复。目录里已有这个编号时，导入是修改；没有时是新增。",
    "空着的单元格不改动原来的内容；要清除原来的内容，请填“清空”。",
    "原值的单位是万元，例如 128.50。",
    "日期写成 2024-03-01。",
    "多项（学科、经费来源）用逗号分隔，最多 4 项。",
    "图片一列填图片的文件名，例如 SEM-01.jpg；图片本身压缩成一个 ZIP 一起上传，也可以直接以编号命名。",
    "请不要合并单元格；可以增减行、调整列的顺序、删去不用的列，但不要改列名。",
)
_SAMPLES: Mapping[str, str] = {
    "name": f"{EXAMPLE}场发射扫描电子显微镜", "english_name": "Field Emission SEM", "model": "SU8010",
    "manufacturer": "日立高新", "country": "日本", "inner_number": "2024-0017", "asset_number": "TY2024000171",
    "worth": "328.50", "bought_on": "2024-03-01", "accepted_on": "2024-05-20", "booked_on": "2024-06-01",
    "street": "岳麓街道麓山南路 932 号", "room": "理学楼 B103", "department": "分析测试中心",
    "technical": "分辨率 1.0 nm（15 kV）；放大 20—800,000 倍",
    "function": "观察固体样品的表面形貌，配合能谱做微区成分分析。",
    "service_content": "形貌观察、能谱分析", "requirement": "样品须干燥、无磁性。", "contact_name": "王老师",
    "contact_phone": "0731-88880000", "contact_email": "lab@example.edu.cn", "postcode": "410082",
    "run_hours": "1200", "service_hours": "400", "picture": "2024-0017.jpg", "established_on": "2016-01-01",
    "introduction": "面向校内外开放的分析测试平台。",
}  # fmt: skip
Words = Sequence[str]


def columns_of(kind: Kind) -> list[Spec]:
    """In the order of the wizard; the facility's own facts behind."""
    order = list(STEPS)
    return sorted(specs_of(kind), key=lambda spec: (spec.name == "picture", order.index(spec.step)))


def words_of(spec: Spec, value: Any) -> str:
    """A value as the template writes it; reading it again gives the same value."""
    if value in (None, "", []):
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if spec.many:
        options = spec.choices or readers.discipline_options()
        return "；".join(_coded(code, options.get(code, ""), spec) for code in value)
    if spec.choices:
        return spec.choices.get(str(value), str(value))
    if spec.name == "region":
        return f"{value} {reference.region_name(str(value))}"
    if spec.name == "category":
        row = reference.instrument_class(str(value))
        return f"{value} {row.name}" if row else str(value)
    if isinstance(value, Decimal | date):
        return as_typed(spec, value)
    return str(value)


def _coded(code: str, name: str, spec: Spec) -> str:
    return name if spec.choices else f"{code} {name}"


def options_of(spec: Spec) -> list[str]:
    """What the drop-down of a column offers."""
    if spec.read is flag:
        return ["是", "否"]
    if spec.name == "category":
        return [f"{row.code} {row.name}" for row in reference.instrument_classes().values() if row.leaf]
    if spec.name == "region":
        return [
            f"{row.code} {reference.region_name(row.code)}"
            for row in reference.divisions().values()
            if not row.placeholder
        ]
    if spec.name == "country":
        return list(reference.country_names())
    if spec.name == "disciplines":
        return [f"{row.code} {row.name}" for row in reference.disciplines().values()]
    return list(spec.choices.values()) if spec.choices else []


class Book:
    """The workbook while it is written; rows are written straight to the file, never kept."""

    def __init__(self, stream: BytesIO, kind: Kind, *, room: int = ROOM) -> None:
        self.book = xlsxwriter.Workbook(stream, {"constant_memory": True, "strings_to_formulas": False})
        self.specs = columns_of(kind)
        self.formats = {name: self.book.add_format(look) for name, look in _LOOKS.items()}
        self.sheet = self.book.add_worksheet(TITLES[kind])
        self.lists = self._lists()
        self._head()
        self._choices(room)

    def _lists(self) -> dict[str, str]:
        """Each list in a column of the second sheet; gives field → the range it stands in."""
        sheet, found = self.book.add_worksheet(LISTS), {}
        offered = [(spec, options) for spec in self.specs if (options := options_of(spec))]
        sheet.write_row(0, 0, [spec.label for spec, _options in offered], self.formats["need"])
        for at in range(max(len(options) for _spec, options in offered)):
            for place, (_spec, options) in enumerate(offered):
                if at < len(options):
                    sheet.write_string(at + 1, place, options[at])
        for place, (spec, options) in enumerate(offered):
            letter = xlsxwriter.utility.xl_col_to_name(place, True)
            found[spec.name] = f"={LISTS}!{letter}$2:{letter}${len(options) + 1}"
        sheet.set_column(0, len(offered), 28)
        sheet.freeze_panes(1, 0)
        return found

    def _head(self) -> None:
        sheet = self.sheet
        for place, spec in enumerate(self.specs):
            wide = 36 if spec.name in _WIDE else 22 if spec.limit > 60 else 16
            number = spec.read in _PLAIN
            sheet.set_column(place, place, wide, self.formats["number" if number else "text"])
        sheet.freeze_panes(HEADER_ROWS, 2)
        sheet.set_row(1, 32)
        previous = ""
        for place, spec in enumerate(self.specs):
            group = STEPS[spec.step]
            sheet.write_string(0, place, group if group != previous else "", self.formats["group"])
            previous = group
        for place, spec in enumerate(self.specs):
            must = spec.required or spec.name == "inner_number"
            sheet.write_string(1, place, spec.label + (" *" if must else ""), self.formats["need" if must else "head"])

    def _choices(self, room: int) -> None:
        for place, spec in enumerate(self.specs):
            rule: dict[str, Any] = {
                "input_title": spec.label[:32],
                "input_message": _message(spec),
                "show_error": False,
            }
            rule |= (
                {"validate": "list", "source": self.lists[spec.name]}
                if spec.name in self.lists
                else {"validate": "any"}
            )
            if spec.name in self.lists and not spec.many and spec.name not in {"region", "country"}:
                rule |= {
                    "show_error": True,
                    "error_type": "warning",
                    "error_title": "不在列表中",
                    "error_message": "请从下拉列表中选择。",
                }
            self.sheet.data_validation(HEADER_ROWS, place, HEADER_ROWS + room, place, rule)

    def example(self) -> None:
        for place, spec in enumerate(self.specs):
            text = _SAMPLES.get(spec.name) or (options_of(spec)[0] if options_of(spec) else "")
            self.sheet.write_string(HEADER_ROWS, place, text, self.formats["example"])

    def rows(self, rows: Iterable[Words], first: int) -> int:
        number, write = first - 1, self.sheet.write_string
        for number, row in enumerate(rows, start=first):
            for place, text in enumerate(row):
                if text:
                    write(number, place, text)
        return number - first + 1

    def close(self) -> None:
        sheet = self.book.add_worksheet(HELP)
        sheet.set_column(0, 0, 100, self.formats["wrap"])
        for at, line in enumerate(TEXTS):
            sheet.write_string(at, 0, f"{at + 1}. {line}")
        self.book.close()


_LOOKS: Mapping[str, dict[str, Any]] = {
    "text": {"num_format": "@", "valign": "top"},
    "number": {"num_format": "0.00####", "valign": "top"},
    "wrap": {"text_wrap": True, "valign": "top"},
    "group": {"bold": True, "font_color": "#0B5D5B", "bg_color": "#F1F6F6"},
    "head": {"bold": True, "bottom": 1, "bg_color": "#E6F1F0", "text_wrap": True, "valign": "vcenter"},
    "need": {"bold": True, "bottom": 1, "bg_color": "#FBE9D3", "text_wrap": True, "valign": "vcenter"},
    "example": {"italic": True, "font_color": "#7A7A7A", "num_format": "@", "bg_color": "#FAFAFA"},
}


def _strictness(spec: Spec) -> dict[str, Any]:
    """Excel asks back where one entry must be chosen, and is silent where several or a shorter word will do."""
    if spec.many or spec.name in {"region", "country"}:
        return {"show_error": False}
    return {"error_type": "warning", "error_title": "不在列表中", "error_message": "请从下拉列表中选择。"}


def _message(spec: Spec) -> str:
    parts = [spec.hint]
    if spec.read is day:
        parts.append("格式 2024-03-01。")
    if spec.limit and not spec.choices:
        parts.append(f"最多 {spec.limit} 字。")
    parts.append("提交审核前必填。" if spec.required else "选填。")
    return "".join(parts)[:255]


def blank(kind: Kind) -> bytes:
    """For filling in by hand."""
    stream = BytesIO()
    book = Book(stream, kind)
    book.example()
    book.close()
    return stream.getvalue()


def filled(kind: Kind, rows: Iterable[Words], *, room: int) -> bytes:
    """With rows in it; formula-like text stays text."""
    stream = BytesIO()
    book = Book(stream, kind, room=room + 500)
    book.rows(rows, HEADER_ROWS)
    book.close()
    return stream.getvalue()


def writer_of(specs: Sequence[Spec]) -> Callable[[Mapping[str, Any]], list[str]]:
    """Values of one listing as cells; equal values are worded once."""
    remembered: dict[tuple[str, Any], str] = {}
    plain = {spec.name for spec in specs if not spec.choices and spec.name not in {"region", "category"}}

    def cells(values: Mapping[str, Any]) -> list[str]:
        found = []
        for spec in specs:
            value = values.get(spec.name)
            if value is None or (type(value) is str and spec.name in plain):
                found.append(value or "")
                continue
            key = (spec.name, tuple(value) if isinstance(value, list) else value)
            if (text := remembered.get(key)) is None:
                if len(remembered) > 50_000:
                    remembered.clear()
                text = remembered[key] = words_of(spec, value)
            found.append(text)
        return found

    return cells


def own_facts(kind: Kind) -> frozenset[str]:
    return FACILITY_FIELDS if kind == "facility" else frozenset()
