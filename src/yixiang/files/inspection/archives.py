"""docx, xlsx and OFD are ZIP archives: no bomb, no path trick, no macro, nothing hidden before, between or behind."""

import re
import zipfile
import zlib
from typing import IO

from django.utils.translation import gettext as _

from yixiang.files.inspection.refusals import BadFile

MAX_ENTRIES = 3000
MAX_UNPACKED = 300 * 1024 * 1024
MAX_RATIO = 150
FREE = 8 * 1024 * 1024  # small things may be as compressible as they like
PIECE = 1 << 18

_MACROS = re.compile(
    r"(^|/)(vbaproject|vbadata)[^/]*\.|(^|/)(macrosheets|activex)/|\.(exe|dll|js|vbs|ps1|bat|cmd|hta|lnk)$", re.I
)
_OLE = re.compile(r"(^|/)embeddings/[^/]*\.(bin|ole)$", re.I)
_FAR = re.compile(rb"<Relationship\b[^>]*(?:attachedTemplate|oleObject|/frame|subDocument)[^>]*>", re.I)
_EXTERNAL = re.compile(rb"TargetMode\s*=\s*[\"']External[\"']", re.I)
_LOOKED_INTO = re.compile(r"\.rels$|^\[Content_Types\]\.xml$|^xl/externalLinks/", re.I)


def check(stream: IO[bytes]) -> None:
    _refuse_tail(stream)
    try:
        with zipfile.ZipFile(stream) as archive:
            entries = archive.infolist()
            _refuse_bomb(entries)
            _refuse_overlap(entries)
            _refuse_tricks(entries)
            _refuse_active(archive, entries)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError, RuntimeError) as broken:
        raise BadFile("file-damaged", _("文件已损坏，打不开。请重新导出或重新下载后再上传。")) from broken


def check_bundle(stream: IO[bytes]) -> None:
    """A ZIP taken as such. Nothing is unpacked, and never to a path of its own; who reads it judges each entry."""
    _refuse_tail(stream)
    try:
        with zipfile.ZipFile(stream) as archive:
            entries = archive.infolist()
            _refuse_bomb(entries)
            _refuse_overlap(entries)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError, RuntimeError) as broken:
        raise BadFile("file-damaged", _("文件已损坏，打不开。请重新压缩后再上传。")) from broken


def _refuse_tail(stream: IO[bytes]) -> None:
    """The table of contents must be the very end: what hangs behind it is read by other programs as something else."""
    stream.seek(-22, 2)
    if stream.read(4) != b"PK\x05\x06":
        raise BadFile("file-polyglot", _("文件末尾附有多余内容，不能接收。请用 Office 或 WPS 打开后重新保存。"))


def _refuse_bomb(entries: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    too_dense = unpacked > FREE and unpacked > packed * MAX_RATIO
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or too_dense:
        raise BadFile("file-bomb", _("文件解开后过大，不能接收。请删去多余的空行、空列或大图后重新保存。"))


def _refuse_overlap(entries: list[zipfile.ZipInfo]) -> None:
    end = 0
    for entry in sorted(entries, key=lambda e: e.header_offset):
        if entry.header_offset < end or (end == 0 and entry.header_offset != 0):
            raise BadFile("file-polyglot", _("文件内部结构异常，不能接收。请用原来的程序打开后重新保存。"))
        end = entry.header_offset + 30 + entry.compress_size
        if entry.flag_bits & 1:
            raise BadFile("file-encrypted", _("文件设了密码，无法检查内容。请去掉密码后再上传。"))


def _refuse_tricks(entries: list[zipfile.ZipInfo]) -> None:
    for entry in entries:
        parts = entry.filename.replace("\\", "/").split("/")
        if ".." in parts or entry.filename.startswith(("/", "\\")) or ":" in parts[0]:
            raise BadFile("file-path", _("文件内部含有不安全的路径，不能接收。请用 Office 或 WPS 打开后重新保存。"))


def _refuse_active(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    for entry in entries:
        if _MACROS.search(entry.filename) or _OLE.search(entry.filename):
            raise BadFile("file-active", _("文件里含有宏、控件或嵌入的程序，不能接收。请另存为不含宏的文件后再上传。"))
        text = _unpacked(archive, entry)
        if entry.filename == "[Content_Types].xml" and re.search(rb"macroEnabled|vbaProject|activeX", text, re.I):
            raise BadFile("file-active", _("文件里含有宏，不能接收。请另存为不含宏的 docx 或 xlsx 后再上传。"))
        if b"<ddeLink" in text or any(_EXTERNAL.search(found) for found in _FAR.findall(text)):
            raise BadFile("file-active", _("文件会从别处加载模板或内容，不能接收。请断开链接后重新保存，再上传。"))


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Every part is unpacked once, so that a damaged one is found now; only the small ones that matter are kept."""
    wanted = _LOOKED_INTO.search(entry.filename)
    kept = []
    with archive.open(entry) as part:
        while piece := part.read(PIECE):
            if wanted:
                kept.append(piece)
    return b"".join(kept)
