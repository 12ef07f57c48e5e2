"""Files one would rather not have: bombs, endless sheets, other encodings, other programs; and the layouts."""

import csv
import zipfile
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from yixiang.catalogue.importing import exporting, marking, template
from yixiang.catalogue.importing.headers import CENTRE
from yixiang.catalogue.importing.layouts import recognise
from yixiang.catalogue.models import Instrument, Platform
from yixiang.catalogue.tests.books import EQUIPMENT, book, only, place, read, row, upload, written
from yixiang.files.inspection.refusals import BadFile
from yixiang.kernel.errors import Invalid
from yixiang.people.models import Person
from yixiang.units.models import Unit

FACILITY = (
    "设施编号（不可修改、新增设施请空缺不填）",
    "所属单位科学装置编号",
    "装置名称（中文）",
    "英文名称",
    "英文简称",
    "装置网站网址",
    "建设经费（单位为万元，保留2位小数）",
    "验收通过日期（例：2016-01-01）",
    "科学技术中心（最多500字）",
    "主要功能（最多300字）",
    "主要学科领域",
    "安放地址-省",
    "安放地址-市",
    "主管部门",
    "依托单位",
    "批复部门",
    "建设情况（填数字1=》在建，2=》建成）",
    "设施类别(填数字1=》专用研究设施，2=》公共实验设施，3=》公益服务设施)",
    "首席科学家-姓名",
)
CENTRES = (
    "中心编号（不可修改、新增仪器请空缺不填）",
    "所在单位中心编号",
    "仪器中心名称（全称，不可简写）",
    "大型科研仪器数量",
    "仪器总原值（万元）",
    "成立日期（例：2016-01-01）",
    "主要学科领域",
    "是否取得实验室认证认可(是/否)",
    "科研用房面积（㎡）",
    "中心简介（最多200字）",
    "安放地址-省份",
    "安放地址-城市",
    "联系人",
    "电话",
)


def zipped(**parts: bytes) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


def with_part(content: bytes, name: str, change: Any) -> bytes:
    """The same workbook with one part rewritten."""
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            new.writestr(entry, change(old.read(entry)) if entry == name else old.read(entry))
    return stream.getvalue()


def test_a_bomb_of_200_megabytes_is_refused_without_unpacking(admin: Person) -> None:
    content = with_part(book([row()]), "xl/worksheets/sheet1.xml", lambda _old: b" " * (200 << 20))
    assert len(content) < 1 << 20
    with pytest.raises(BadFile) as refused:
        upload(content, admin)
    assert refused.value.code == "file-bomb"


def test_two_cells_far_apart_do_not_fill_the_memory(admin: Person, unit: Unit) -> None:
    far = b'<row r="900000"><c r="XFD900000"><v>1</v></c></row></sheetData>'
    content = with_part(book([row()]), "xl/worksheets/sheet1.xml", lambda old: old.replace(b"</sheetData>", far))
    batch = read(content, admin, unit)
    assert batch.state == "failed"
    assert "104 列" in batch.problem


def test_more_than_fifty_thousand_rows_are_refused_with_a_clear_word(admin: Person, unit: Unit) -> None:
    text = StringIO()
    lines = csv.writer(text)
    lines.writerow(EQUIPMENT[:9])
    lines.writerows(["", f"E-{n}", "电镜"] for n in range(50_300))
    batch = read(text.getvalue().encode(), admin, unit, name="多.csv")
    assert (batch.state, batch.rows.count()) == ("failed", 0)
    assert "50,000 行" in batch.problem


def test_three_thousand_rows_come_in_at_once(admin: Person, unit: Unit) -> None:
    batch = read(book([row(f"E-{n}") for n in range(3000)]), admin, unit)
    assert batch.rows_new == 3000
    assert written(batch, admin).rows_written == 3000
    codes = Instrument.objects.filter(unit=unit).values_list("code", flat=True)
    assert len(set(codes)) == 3000


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_csv_of_either_encoding_is_read(admin: Person, unit: Unit, encoding: str) -> None:
    text = StringIO()
    csv.writer(text).writerows([EQUIPMENT, [str(one) for one in row()]])
    batch = read(text.getvalue().encode(encoding), admin, unit, name="仪器.csv")
    assert (batch.state, batch.rows_new) == ("ready", 1)


def test_a_workbook_without_a_known_header_says_what_to_use(admin: Person, unit: Unit) -> None:
    batch = read(book([["甲", "乙"]], header=["姓名", "年龄"]), admin, unit)
    assert (batch.state, "没有认出表头" in batch.problem) == ("failed", True)


def test_the_sheet_with_the_header_is_chosen_and_named(admin: Person, unit: Unit) -> None:
    stream = BytesIO()
    with xlsxwriter.Workbook(stream) as made:
        made.add_worksheet("封面").write_string(0, 0, "2021 年度")
        for name in ("仪器一", "仪器二"):
            sheet = made.add_worksheet(name)
            sheet.write_row(0, 0, EQUIPMENT)
            sheet.write_row(1, 0, [str(one) for one in row(f"{name}-1")])
    batch = read(stream.getvalue(), admin, unit)
    assert (batch.sheet, batch.rows_new) == ("仪器一", 1)
    assert any("“仪器二”" in note and "没有读取" in note for note in batch.notes)


def test_other_files_are_refused_at_the_door(admin: Person) -> None:
    for content, name in ((b"%PDF-1.4\n%%EOF", "a.xlsx"), (zipped(a=b"1"), "b.zip"), (b"MZ" + b"\0" * 99, "c.xlsx")):
        with pytest.raises(Invalid):
            upload(content, admin, name)


def test_a_facility_comes_in_with_its_own_facts(admin: Person, unit: Unit) -> None:
    cells = ["", "F-1", "散裂中子源", "CSNS", "SNS", "", 230000, date(2018, 8, 23), "中子", "散射", "物理学", "湖南省",
             "长沙市", "科技部", "湘江大学", "发改委", 2, 2, "陈院士"]  # fmt: skip
    written(read(book([cells], header=FACILITY), admin, unit), admin)
    made = Instrument.objects.get(unit=unit)
    assert (made.kind, made.worth, made.accepted_on) == ("facility", Decimal(2_300_000_000), date(2018, 8, 23))
    assert (made.facility["host"], made.facility["construction"], made.facility["chief_name"]) == (
        "湘江大学",
        "2",
        "陈院士",
    )


def test_a_change_of_a_facility_keeps_its_other_facts(admin: Person, unit: Unit) -> None:
    header = (FACILITY[1], FACILITY[2], FACILITY[4], "主管部门", "依托单位")
    written(read(book([["F-1", "中子源", "SNS", "科技部", "甲"]], header=header), admin, unit), admin)
    written(read(book([["F-1", "中子源", "", "", "乙"]], header=header), admin, unit), admin)
    made = Instrument.objects.get(unit=unit)
    assert made.facility == {"short_name": "SNS", "competent_department": "科技部", "host": "乙"}


def test_a_centre_becomes_a_platform(admin: Person, unit: Unit) -> None:
    cells = [
        "",
        "C-1",
        "分析测试中心",
        42,
        12000,
        "2001-09-01",
        "化学,物理学",
        "是",
        "3,200㎡",
        "面向校内外",
        "湖南省",
        "长沙市",
        "王老师",
        "0731-88880000",
    ]
    batch = read(book([cells], header=CENTRES), admin, unit)
    assert (batch.layout, batch.state) == ("nrii-centre", "ready")
    written(batch, admin)
    made = Platform.objects.get(unit=unit)
    assert (made.kind, made.stated_count, made.area, made.accredited) == ("instrument_centre", 42, Decimal(3200), True)
    assert "成立日期" in CENTRE["established_on"]


def test_a_core_instrument_is_told_from_an_ordinary_one() -> None:
    mark = EQUIPMENT.index("所属单位内部门")
    header = [*EQUIPMENT[:4], "所属科研设施内部编号", *EQUIPMENT[mark : mark + 3]]
    found = recognise([["核心仪器基本信息"], header])
    assert found
    assert (found.layout.code, found.header_row, found.layout.fixed) == ("nrii-core", 2, {"carrier_type": "2"})


@pytest.mark.parametrize("kind", ["instrument", "facility", "platform"])
def test_the_template_is_known_again_and_its_example_is_not_imported(admin: Person, unit: Unit, kind: Any) -> None:
    content = template.blank(kind)
    batch = read(content, admin, unit)
    assert (batch.state, "没有数据" in batch.problem) == ("failed", True)
    sheet = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0)
    found = recognise(sheet.to_python(skip_empty_area=False))
    assert found
    assert {one.field for one in found.columns} == {spec.name for spec in template.columns_of(kind)}


def test_what_is_exported_changed_and_brought_back_gives_exactly_the_change(admin: Person, unit: Unit) -> None:
    written(read(book([row("E-1", 规格型号="=SUM(A1)"), row("E-2")]), admin, unit), admin)
    content = exporting.sheet_of("instrument", Instrument.objects.filter(unit=unit))
    assert read(content, admin, unit).rows_same == 2
    sheet = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0)
    header, *rows = [[str(cell) for cell in line] for line in sheet.iter_rows()][1:]
    rows[1][header.index("房间")] = "B103"
    batch = read(book(rows, header=header), admin, unit)
    assert (batch.rows_same, batch.rows_changed) == (1, 1)
    assert batch.rows.get(verdict="changed").changes == {"room": ["—", "B103"]}


def test_nothing_that_looks_like_a_formula_becomes_one(admin: Person, unit: Unit) -> None:
    from yixiang.catalogue.importing.reading import local_copy, open_sheet

    batch = read(book([row(规格型号="=cmd|' /C calc'!A0", 原值="x")]), admin, unit)
    with local_copy(batch.file) as path:
        content = marking.marked(open_sheet(path, "xlsx"), batch)
    sheet = zipfile.ZipFile(content).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert b"cmd|" in sheet


def test_the_marked_workbook_can_be_mended_and_brought_again(admin: Person, unit: Unit) -> None:
    batch = read(book([row(原值="三百万"), row("E-2")]), admin, unit)
    marking.mark_batch(batch.pk, now=batch.asked_at)
    batch.refresh_from_db()
    assert batch.marked
    lines = CalamineWorkbook.from_filelike(BytesIO(batch_bytes(batch))).get_sheet_by_index(0).to_python()
    assert "原值，请填写数字" in str(lines[2][-1])
    lines[2][place("原值")] = 328.5
    again = read(book(lines[2:], header=[str(one) for one in lines[1]]), admin, unit, replaces=batch)
    batch.refresh_from_db()
    assert (again.state, again.rows_new, batch.state) == ("ready", 2, "dropped")
    assert not any("核对结果" in note for note in again.notes)


def batch_bytes(batch: Any) -> bytes:
    from django.core.files.storage import default_storage

    with default_storage.open(batch.marked.path) as stored:
        return bytes(stored.read())


def test_an_empty_cell_changes_nothing_and_a_word_clears(admin: Person, unit: Unit) -> None:
    written(read(book([row()]), admin, unit), admin)
    assert read(book([row(规格型号="", 电话="")]), admin, unit).rows_same == 1
    batch = read(book([row(参考收费标准="清空")]), admin, unit)
    assert only(batch).changes == {"fee_note": ["200 元/小时", "—"]}
    written(batch, admin)
    assert Instrument.objects.get(unit=unit).fee_note == ""


def test_a_workbook_of_the_old_kind_is_read_like_any_other(admin: Person, unit: Unit) -> None:
    """BIFF8, as the national platform of 2021 and many asset systems still write it."""
    content = Path(__file__).with_name("national-2021.xls").read_bytes()
    batch = written(read(content, admin, unit, name="仪器.xls"), admin)
    assert (batch.state, batch.rows_new) == ("done", 2)
    one = Instrument.objects.get(inner_number="E-001")
    assert (one.worth, one.booked_on) == (Decimal("3285000.00"), date(2020, 3, 1))
