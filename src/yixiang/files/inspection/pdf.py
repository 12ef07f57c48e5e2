"""PDF without anything that acts: no script, no launched program, no attached file, not even in packed objects."""

import re
import zlib
from collections.abc import Iterator
from typing import IO

from django.utils.translation import gettext as _

from yixiang.files.inspection.refusals import BadFile

MAX_UNPACKED = 600 * 1024 * 1024
PIECE = 1 << 16
OVERLAP = 64
TAIL = 2048

_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_ACTING = re.compile(
    rb"/(?:(JavaScript)|(Launch)|(EmbeddedFiles?)|(RichMedia)|(ImportData|SubmitForm|GoToE))(?=[\s/<>\[\]()%{}]|$)"
    rb"|/(XFA)\s*(?:\[|\d+\s+\d+\s+R)"
)
_NAMES = ["JavaScript 脚本", "启动程序的动作", "附件", "多媒体程序", "提交或外联数据的动作", "动态表单"]
_STREAM = re.compile(rb"\bstream(?:\r\n|\n|\r)")
_OLD_FILTERS = re.compile(rb"/(?:ASCIIHexDecode|ASCII85Decode|LZWDecode|RunLengthDecode|Crypt)\b")


def check(stream: IO[bytes]) -> None:
    stream.seek(0)
    raw = stream.read()
    _refuse_tail(raw)
    plain = _unescaped(raw)
    if re.search(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)", plain):
        raise BadFile("file-encrypted", _("PDF 设了密码或权限限制，无法检查内容。请“打印”为新的 PDF 后再上传。"))
    if b"/ObjStm" in plain and _OLD_FILTERS.search(plain):
        raise BadFile("file-unreadable", _("PDF 的内部结构无法检查。请用阅读器“打印”为新的 PDF 后再上传。"))
    _refuse_acting(plain)
    for text in _packed(raw):
        _refuse_acting(text)


def _refuse_tail(raw: bytes) -> None:
    end = raw.rfind(b"%%EOF")
    if end < 0:
        raise BadFile("file-damaged", _("PDF 不完整，可能没有下载完。请重新导出或重新下载后再上传。"))
    behind = raw[end + 5 :].strip(b"\r\n\t \x00")
    if len(behind) > TAIL or b"PK\x03\x04" in behind or b"PK\x05\x06" in raw[-65557:] or b"<" in behind:
        raise BadFile("file-polyglot", _("PDF 末尾附有多余内容，不能接收。请用阅读器“打印”为新的 PDF 后再上传。"))


def _unescaped(text: bytes) -> bytes:
    """`/J#61vaScript` is `/JavaScript` to every reader."""
    return _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), text) if b"#" in text else text


def _refuse_acting(text: bytes) -> None:
    if found := _ACTING.search(text):
        what = next(name for name, group in zip(_NAMES, found.groups(), strict=True) if group)
        raise BadFile(
            "file-active",
            _("PDF 里含有%(what)s，不能接收。请用阅读器“打印”为新的 PDF 后再上传。") % {"what": _(what)},
        )


def _packed(raw: bytes) -> Iterator[bytes]:
    """Whatever is deflated, in pieces. What a stream says it holds is not believed: all of them are looked into."""
    total, view = 0, memoryview(raw)
    for found in _STREAM.finditer(raw):
        head = raw[found.end() : found.end() + 2]
        if len(head) < 2 or head[0] & 0x0F != 8 or (head[0] << 8 | head[1]) % 31:
            continue
        tail = b""
        for piece in _inflated(view[found.end() :]):
            total += len(piece)
            if total > MAX_UNPACKED:
                raise BadFile("file-bomb", _("PDF 解开后过大，不能接收。请用阅读器“打印”为新的 PDF 后再上传。"))
            yield _unescaped(tail + piece)
            tail = piece[-OVERLAP:]


def _inflated(body: memoryview) -> Iterator[bytes]:
    unpacker = zlib.decompressobj()
    for begin in range(0, len(body), PIECE):
        waiting: bytes | memoryview = body[begin : begin + PIECE]
        while waiting and not unpacker.eof:
            try:
                yield unpacker.decompress(waiting, 1 << 20)
            except zlib.error:
                return  # readers stop here as well
            waiting = unpacker.unconsumed_tail
        if unpacker.eof:
            return
