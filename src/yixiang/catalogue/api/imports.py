"""JSON doors of an import: bring a workbook, follow it, read its verdicts, confirm or drop it."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status, UploadedFile
from ninja.params.models import Body, BodyModel
from pydantic import WithJsonSchema

from yixiang.catalogue.importing import commands, queries
from yixiang.catalogue.models import ImportBatch, ImportRow
from yixiang.catalogue.states import IMPORT
from yixiang.files import serving
from yixiang.files.commands import take
from yixiang.files.purposes import Purpose
from yixiang.files.queries import waiting_file
from yixiang.kernel.errors import Unseen
from yixiang.people.models import Person
from yixiang.units.api.units import StateOut
from yixiang.units.queries import sub_unit_for, unit_by_code
from yixiang.web.cursor import Listing, Page, Paging

router = Router()
PLACE = "/api/v1/imports/"


class _Sent(BodyModel):
    """JSON, or the same names as a form whose files come along."""

    @classmethod
    def get_request_data(cls, request: HttpRequest, api: Any, path_params: Any) -> Any:
        if request.content_type != "multipart/form-data":
            return super().get_request_data(request, api, path_params)
        words = api.parser.parse_querydict(request.POST, [], request)
        given = {name: value for name, value in words.items() if value}  # an empty field says nothing
        return {cls.__read_from_single_attr__: given | request.FILES.dict()}


class Sent(Body):  # type: ignore[misc]
    _model = _Sent

    @classmethod
    def _param_source(cls) -> str:
        return "body"


Upload = Annotated[UUID | UploadedFile, WithJsonSchema({"type": "string", "format": "uuid"})]


class ImportIn(Schema):
    unit: str = Field(max_length=60, description="单位账号、统一社会信用代码或编号", examples=["hndx"])
    file: Upload = Field(description="已上传表格的编号（POST /files，purpose=import），或表格本身")
    pictures: Upload | None = Field(None, description="已上传图片包的编号（purpose=import-pictures），或图片包本身")
    sub_unit: int | None = Field(None, description="部门编号")
    replaces: int | None = Field(None, description="改好后重新上传时，填它代替的那次导入")


class ImportCountsOut(Schema):
    total: int
    read: int
    new: int
    changed: int
    same: int
    faulty: int
    warned: int
    written: int


class ImportOut(Schema):
    id: int
    unit: str
    file_name: str
    layout: str = Field(description="识别出的模板", examples=["nrii-equipment"])
    sheet: str
    state: StateOut
    phase: str
    problem: str
    notes: list[str] = Field(description="关于整张表的说明")
    rows: ImportCountsOut
    asked_at: datetime
    finished_at: datetime | None = None
    marked: str | None = Field(None, description="带标记的表格的下载地址")
    allowed: list[str] = Field(description="现在可以做的：confirm、drop")

    @staticmethod
    def resolve_unit(batch: ImportBatch) -> str:
        return batch.unit.account_name or str(batch.unit_id)

    @staticmethod
    def resolve_file_name(batch: ImportBatch) -> str:
        return str(batch.file.name)

    @staticmethod
    def resolve_state(batch: ImportBatch) -> dict[str, str]:
        return {"code": batch.state, "label": IMPORT.label(batch.state)}

    @staticmethod
    def resolve_rows(batch: ImportBatch) -> dict[str, int]:
        counted = queries.counts(batch)
        return {**counted, "total": batch.rows_total, "read": batch.rows_read, "written": batch.rows_written}

    @staticmethod
    def resolve_marked(batch: ImportBatch) -> str | None:
        return f"{PLACE}{batch.pk}/marked" if batch.marked_id else None

    @staticmethod
    def resolve_allowed(batch: ImportBatch) -> list[str]:
        return [move.action for move in IMPORT.allowed(batch.state) if move.who]


class ImportMessageOut(Schema):
    cell: str = Field(examples=["H17"])
    field: str = Field(examples=["worth"])
    message: str = Field(examples=["H17：原值（万元），请填写数字，单位为万元，例如 128.50。"])


class ImportRowOut(Schema):
    number: int = Field(description="表中的行号")
    verdict: Literal["new", "changed", "same", "faulty"]
    label: str
    inner_number: str
    changes: dict[str, list[str]] = Field(description="字段 → [改前, 改后]")
    problems: list[ImportMessageOut]
    warnings: list[ImportMessageOut]
    lacks: list[str] = Field(description="提交审核前还要补的字段", examples=[["accepted_on"]])

    @staticmethod
    def resolve_inner_number(row: ImportRow) -> str:
        return str(row.own_number)


class RowsWanted(Paging):
    verdict: Literal["", "new", "changed", "same", "faulty", "warned"] = ""


@router.get("/imports", response=Listing[ImportOut], summary="批量导入的记录")
def import_list(request: HttpRequest, wanted: Query[Paging]) -> Page[Any]:
    """新的在前。"""
    return wanted.page(queries.imports_of(request.user))


def _form() -> dict[str, Any]:
    words = ImportIn.json_schema()
    binary = {"type": "string", "format": "binary"}
    files = {
        "file": binary | {"description": "表格：xlsx、xls 或 csv"},
        "pictures": binary | {"description": "图片包：zip"},
    }
    return words | {"properties": words["properties"] | files}


_FORM = {"requestBody": {"content": {"multipart/form-data": {"schema": _form()}}}}


@router.post("/imports", response={202: ImportOut}, summary="批量导入", openapi_extra=_FORM)
@transaction.atomic  # a refused import keeps no file
def import_begin(
    request: HttpRequest, response: HttpResponse, body: Annotated[ImportIn, Sent(...)]
) -> Status[ImportBatch]:
    """表格随表单上传，或先 POST /files 上传再填编号。读取与核对在后台进行，用返回的地址查询进度；确认之前目录不变。"""
    person: Any = request.user
    unit = unit_by_code(person, body.unit)
    sub_unit = sub_unit_for(person, body.sub_unit) if body.sub_unit else None
    replaces = queries.import_for(person, body.replaces) if body.replaces else None
    commands.require_importing(unit, sub_unit, actor=person)  # before a file is looked at
    files = {"file": _file(person, body.file, commands.BOOK), "pictures": _file(person, body.pictures, commands.BUNDLE)}
    made = commands.begin(unit, actor=person, now=timezone.now(), sub_unit=sub_unit, replaces=replaces, **files)
    response["Location"] = f"{PLACE}{made.pk}"
    return Status(202, made)


def _file(person: Person, sent: UUID | UploadedFile | None, use: Purpose) -> Any:
    """By its number, or looked at as strictly as on its own."""
    if sent is None or isinstance(sent, UUID):
        return waiting_file(person, sent) if sent else None
    return take(sent, uploader=person, purpose=use.code, kinds=use.kinds, now=timezone.now())


@router.get("/imports/{int:number}", response=ImportOut, summary="一次批量导入的进度与结果")
def import_look(request: HttpRequest, number: int) -> ImportBatch:
    """rows.read 与 rows.total 表示进度。"""
    return queries.import_for(request.user, number)


@router.get("/imports/{int:number}/rows", response=Listing[ImportRowOut], summary="逐行核对结果")
def import_rows(request: HttpRequest, number: int, wanted: Query[RowsWanted]) -> Page[Any]:
    """按表中的顺序；verdict=warned 为有提醒的行。"""
    batch = queries.import_for(request.user, number)
    return wanted.page(queries.rows_of(batch, wanted.verdict), by=("number",))


@router.post("/imports/{int:number}/confirm", response={202: ImportOut}, summary="确认导入")
def import_confirm(request: HttpRequest, number: int) -> Status[ImportBatch]:
    """整批写入，要么全部成功，要么一行不写。只有没有错误的才能确认。"""
    person: Any = request.user
    batch = queries.import_for(person, number)
    commands.confirm(batch, actor=person, now=timezone.now())
    return Status(202, queries.import_for(person, number))


@router.post("/imports/{int:number}/drop", response=ImportOut, summary="放弃导入")
def import_drop(request: HttpRequest, number: int) -> ImportBatch:
    """目录没有任何变化。"""
    person: Any = request.user
    commands.drop(queries.import_for(person, number), actor=person)
    return queries.import_for(person, number)


_BYTES = {
    "description": "xlsx",
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}


@router.get("/imports/{int:number}/marked", summary="带标记的表格", openapi_extra={"responses": {200: _BYTES}})
def import_marked(request: HttpRequest, number: int) -> HttpResponseBase:
    """与上传的一样，有问题的单元格着色，最后一列写明原因。"""
    batch = queries.import_for(request.user, number)
    if batch.marked is None:
        raise Unseen("带标记的表格还没有生成好，或这张表没有问题。")
    return serving.response(batch.marked, request=request)
