"""What may be uploaded, told by content and never by name."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """`inline`: we wrote these bytes ourselves or the browser shows them in a box of its own."""

    code: str
    label: str
    extension: str
    mime: str
    names: tuple[str, ...]  # endings a person's file of this kind may carry
    inline: bool = False


_OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS = {
    kind.code: kind
    for kind in (
        Kind("pdf", "PDF", "pdf", "application/pdf", ("pdf",), inline=True),
        Kind("png", "PNG 图片", "png", "image/png", ("png",), inline=True),
        Kind("jpeg", "JPG 图片", "jpg", "image/jpeg", ("jpg", "jpeg", "jpe", "jfif"), inline=True),
        Kind("webp", "WebP 图片", "webp", "image/webp", ("webp",), inline=True),
        Kind("docx", "Word 文档（docx）", "docx", f"{_OFFICE}.wordprocessingml.document", ("docx",)),
        Kind("xlsx", "Excel 表格（xlsx）", "xlsx", f"{_OFFICE}.spreadsheetml.sheet", ("xlsx",)),
        Kind("xls", "旧版 Excel 表格（xls）", "xls", "application/vnd.ms-excel", ("xls",)),
        Kind("ofd", "OFD 版式文件", "ofd", "application/ofd", ("ofd",)),
        Kind("csv", "CSV 表格", "csv", "text/csv; charset=utf-8", ("csv",)),
        Kind("zip", "ZIP 压缩包", "zip", "application/zip", ("zip",)),
        Kind("txt", "纯文本", "txt", "text/plain; charset=utf-8", ("txt", "text", "log", "md")),
    )
}
IMAGES = frozenset({"png", "jpeg", "webp"})
SCANS = frozenset({"pdf", "ofd"}) | IMAGES
SHEETS = frozenset({"xlsx", "csv"})
TEXTS = frozenset({"csv", "txt"})
BY_REQUEST = frozenset({"xls", "zip"})  # read by an import and never shown; only where a room asks for them by name
ALL = frozenset(KINDS) - BY_REQUEST


def labels(codes: Iterable[str]) -> str:
    """For the sentence that says what is accepted, in a fixed order."""
    wanted = set(codes)
    return "、".join(kind.label for kind in KINDS.values() if kind.code in wanted)
