"""Uploads: put a file in, then name its id where a form or an endpoint asks for one."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, File, Form, Router, Schema, Status, UploadedFile

from yixiang.files import commands, queries, serving
from yixiang.files import models as kept
from yixiang.files.purposes import Purpose, purpose_of
from yixiang.kernel.errors import Invalid

router = Router(tags=["文件"])
PLACE = "/api/v1/files/"


class FileOut(Schema):
    id: UUID
    name: str = Field(examples=["承诺书.pdf"])
    kind: str = Field(description="按内容识别的类型", examples=["pdf"])
    size: int = Field(description="字节")
    sha256: str
    purpose: str
    created_at: datetime
    content: str = Field(description="下载地址")

    @staticmethod
    def resolve_content(file: kept.File) -> str:
        return f"{PLACE}{file.pk}/content"


class UploadWanted(Schema):
    purpose: str = Field("", max_length=40, description="用途，由使用它的表单规定；可留空")


def _purpose(code: str) -> Purpose:
    found = purpose_of(code)
    if found is None:
        raise Invalid.field("purpose", _("没有这种用途。"))
    return found


_BYTES = {
    "description": "文件内容",
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}


@router.post("/files", response={201: FileOut}, summary="上传文件")
def upload(
    request: HttpRequest,
    response: HttpResponse,
    file: File[UploadedFile],
    wanted: Form[UploadWanted],
) -> Status[kept.File]:
    """上传后得到编号，在提交表单或其他接口时引用。七天内没有用到的文件会被清理。"""
    person: Any = request.user
    use = _purpose(wanted.purpose)
    taken = commands.take(
        file, uploader=person, purpose=use.code, now=timezone.now(), kinds=use.kinds, max_bytes=use.max_bytes
    )
    response["Location"] = f"{PLACE}{taken.pk}"
    return Status(201, taken)


@router.get("/files/{uuid:file_id}", response=FileOut, summary="一个已上传、尚未使用的文件")
def file(request: HttpRequest, file_id: UUID) -> kept.File:
    """只能查看本人上传的。已经用于某项业务的文件，由该业务的接口提供。"""
    return queries.waiting_file(request.user, file_id)


@router.get("/files/{uuid:file_id}/content", summary="下载文件内容", openapi_extra={"responses": {200: _BYTES}})
def content(request: HttpRequest, file_id: UUID) -> HttpResponseBase:
    """以附件形式下载。"""
    found = queries.waiting_file(request.user, file_id)
    return serving.response(found, inline=False, request=request)
