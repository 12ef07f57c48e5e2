"""Workbooks for tests: rows of the national equipment export, with whatever a test puts into single cells."""

from collections.abc import Callable, Sequence
from datetime import date
from io import BytesIO
from typing import Any

import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from yixiang.catalogue.importing import commands, committing, verdicts
from yixiang.catalogue.models import ImportBatch, ImportRow
from yixiang.catalogue.tests.conftest import NOW
from yixiang.files.commands import take
from yixiang.files.models import File
from yixiang.people.models import Person
from yixiang.units.models import Unit

EQUIPMENT = (
    "仪器编号（（必填，管理系统中的关联仪器编号））",
    "所在单位仪器编号",
    "仪器设备名称",
    "英文名称",
    "所属资源载体类型（选择附属于重大科研基础设施、附属于科学仪器中心等，没有请空缺不填）",
    "所属资源载体内部编号（没有请空缺不填）",
    "所属单位内部门",
    "仪器分类编码",
    "设备仪器来源（购置、研制、赠送、其他）",
    "是否在海关监管年限内（是/否）",
    "原值（单位万元、保留小数点后两位）",
    "产地国别",
    "生产制造商",
    "建账日期（例：2016-01-01）",
    "仪器设备类别（通用/专用）",
    "规格型号",
    "主要技术指标（最多500字）",
    "主要功能（最多300字）",
    "主要学科领域（如有多个，用逗号分隔，最多填写4个）",
    "主要购置经费来源（中央财政资金、地方财政资金、单位自有资金、其他资金，如有多个，用逗号分隔，最多填写4个）",
    "服务内容（分析测试项目等）（最多200字）",
    "图片（仪器图片的文件名称，jpg格式、1M以内大小）",
    "年运行机时（小时）",
    "用户须知（最多500字）",
    "参考收费标准（最多500字）",
    "预约服务网址",
    "安放地址-省",
    "安放地址-市",
    "安放地址-区县",
    "安放地址-街道（乡镇）",
    "年对外服务机时（小时）",
    "联系人",
    "电话",
    "电子邮箱",
    "通讯地址",
    "邮政编码",
    "进口报关单编号（18位）",
    "进口报关单项号（2位数字）",
    "海关放行日期（例：2016-01-01）",
    "仪器设备在进口报关单上的名称",
)
USUAL: tuple[Any, ...] = (
    "",
    "E-001",
    "场发射扫描电子显微镜",
    "FE-SEM",
    "",
    "",
    "分析测试中心",
    "010102",
    "购置",
    "否",
    328.5,
    "日本",
    "日立高新",
    date(2020, 3, 1),
    "通用",
    "SU8010",
    "分辨率 1.0 nm",
    "形貌观察",
    "材料科学",
    "中央财政资金,单位自有资金",
    "形貌观察",
    "",
    1200,
    "样品干燥",
    "200 元/小时",
    "",
    "湖南省",
    "长沙市",
    "岳麓区",
    "岳麓街道",
    400,
    "王老师",
    "0731-88880000",
    "lab@example.edu.cn",
    "长沙市岳麓区",
    "410082",
    "",
    "",
    "",
    "",
)
FIRST = 3  # the first row of data: groups and header stand above
Touch = Callable[[Any, Any], object]  # (sheet, book) → more written into it


def place(header: str) -> int:
    """The column whose header begins with these words."""
    return next(at for at, one in enumerate(EQUIPMENT) if one.startswith(header))


def letter(header: str) -> str:
    return str(xlsxwriter.utility.xl_col_to_name(place(header)))


def row(number: str = "E-001", **cells: Any) -> list[Any]:
    """The usual row; keyword arguments are headers: 原值="三百万"."""
    made = list(USUAL)
    made[1] = number
    for header, value in cells.items():
        made[place(header)] = value
    return made


def book(rows: Sequence[Sequence[Any]], *, header: Sequence[str] = EQUIPMENT, touch: Touch | None = None) -> bytes:
    """As the national platform exports it: a row of groups, the header, the rows."""
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"strings_to_formulas": False}) as made:
        sheet, day = made.add_worksheet("仪器"), made.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_string(0, 0, "仪器基本信息")
        sheet.write_row(1, 0, header)
        for at, cells in enumerate(rows, start=2):
            for place_, cell in enumerate(cells):
                if isinstance(cell, date):
                    sheet.write_datetime(at, place_, cell, day)
                elif cell != "":
                    sheet.write(at, place_, cell)
        if touch:
            touch(sheet, made)
    return stream.getvalue()


def upload(content: bytes, by: Person, name: str = "仪器.xlsx", kinds: frozenset[str] = commands.BOOKS) -> File:
    return take(SimpleUploadedFile(name, content), uploader=by, purpose="import", kinds=kinds, now=NOW)


def read(content: bytes, by: Person, unit: Unit, *, name: str = "仪器.xlsx", **more: Any) -> ImportBatch:
    """Brought and judged."""
    batch = commands.begin(unit, actor=by, file=upload(content, by, name), now=NOW, **more)
    verdicts.read_batch(batch.pk, now=NOW)
    batch.refresh_from_db()
    return batch


def written(batch: ImportBatch, by: Person) -> ImportBatch:
    """Confirmed and written."""
    commands.confirm(batch, actor=by, now=NOW)
    committing.write_batch(batch.pk, now=NOW)
    batch.refresh_from_db()
    return batch


def only(batch: ImportBatch) -> ImportRow:
    found: ImportRow = batch.rows.get()
    return found


def said(row_: ImportRow) -> str:
    return "\n".join(one["message"] for one in row_.problems + row_.warnings)
