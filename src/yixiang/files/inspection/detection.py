"""Which kind of file the bytes are, whatever the name says."""

import zipfile
from pathlib import PurePosixPath
from typing import IO

from django.utils.translation import gettext as _

from yixiang.files.inspection import compound, texts
from yixiang.files.inspection.refusals import BadFile
from yixiang.files.kinds import IMAGES, KINDS, TEXTS, Kind

HEAD = 4096
_KNOWN: list[tuple[bytes, str]] = [
    (b"%PDF-", "pdf"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"MZ", "程序文件"),
    (b"\x7fELF", "程序文件"),
    (b"\xca\xfe\xba\xbe", "程序文件"),
    (b"\xcf\xfa\xed\xfe", "程序文件"),
    (b"#!", "脚本文件"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧版 Office 文件"),
    (b"Rar!", "RAR 压缩包"),
    (b"7z\xbc\xaf\x27\x1c", "7z 压缩包"),
    (b"\x1f\x8b", "GZ 压缩包"),
    (b"GIF8", "GIF 图片"),
    (b"BM", "BMP 图片"),
    (b"II*\x00", "TIFF 图片"),
    (b"MM\x00*", "TIFF 图片"),
    (b"{\\rtf", "RTF 文档"),
    (b"\xff\xfe", "UTF-16 文本"),
    (b"\xfe\xff", "UTF-16 文本"),
]
_ADVICE = {
    "旧版 Office 文件": "请用 Word、Excel 或 WPS 打开后另存为 docx 或 xlsx。",
    "HEIC 图片": "请在手机上把它转存为 JPG，或截图后上传。",
    "xls": "请用 Excel 或 WPS 打开后另存为 xlsx。",
    "zip": "请先解压，再逐个上传里面的文件。",
    "RAR 压缩包": "请先解压，再逐个上传里面的文件。",
    "7z 压缩包": "请先解压，再逐个上传里面的文件。",
    "GZ 压缩包": "请先解压，再逐个上传里面的文件。",
    "网页或 SVG 文件": "请把页面打印（另存）为 PDF 后上传。",
    "GIF 图片": "请另存为 PNG 或 JPG。",
    "BMP 图片": "请另存为 PNG 或 JPG。",
    "TIFF 图片": "请另存为 PDF 或 JPG。",
    "UTF-16 文本": "请用记事本打开后另存为 UTF-8 编码。",
}


def advice(what: str) -> str:
    return _(_ADVICE[what]) if what in _ADVICE else ""


def not_accepted(what: str, accepted: str, then: str) -> BadFile:
    sentence = _("这里不能上传%(what)s。可以上传：%(accepted)s。") % {"what": _(what), "accepted": accepted}
    return BadFile("file-kind", f"{sentence}{then}")


def detect(stream: IO[bytes], name: str) -> str:
    """A code of `KINDS`, or in Chinese what it is instead."""
    stream.seek(0)
    head = stream.read(HEAD)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp" and head[8:12] in {b"heic", b"heix", b"mif1", b"msf1", b"heif"}:
        return "HEIC 图片"
    if head.startswith(b"PK\x03\x04"):
        return _archive(stream)
    for magic, code in _KNOWN:
        if head.startswith(magic):
            return "xls" if code == "旧版 Office 文件" and compound.is_workbook(stream) else code
    if b"%PDF-" in head:
        raise BadFile("file-disguised", _("这个 PDF 的前面混有别的内容，不能接收。请用阅读器打开后重新另存为 PDF。"))
    if texts.looks_like_markup(head):
        return "网页或 SVG 文件"
    if texts.encoding_of(stream):
        return "csv" if ending(name) == "csv" else "txt"
    return "不认识的文件"


def _archive(stream: IO[bytes]) -> str:
    try:
        names = set(zipfile.ZipFile(stream).namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as broken:
        raise BadFile("file-damaged", _("文件已损坏，打不开。请重新导出或重新下载后再上传。")) from broken
    if "OFD.xml" in names:
        return "ofd"
    if "[Content_Types].xml" in names:
        if "word/document.xml" in names:
            return "docx"
        if "xl/workbook.xml" in names:
            return "xlsx"
        return "其他 Office 文件"
    return "zip"


def ending(name: str) -> str:
    return PurePosixPath(name).suffix.lower().lstrip(".")


def refuse_disguise(kind: Kind, name: str) -> None:
    """A phone calls every picture .jpg, which harms nobody; a table called .pdf is a mistake or a trick."""
    claimed = next((other for other in KINDS.values() if ending(name) in other.names), None)
    if claimed is None or claimed is kind:
        return
    families = (IMAGES, TEXTS)
    if any({claimed.code, kind.code} <= family for family in families):
        return
    raise BadFile(
        "file-disguised",
        _("文件名写的是%(claimed)s，内容却是%(real)s。请用原来的程序重新另存，再上传。")
        % {"claimed": claimed.label, "real": kind.label},
    )
