"""Excel 97–2003 workbooks: told from other old Office files, without password and without macros."""

from typing import IO

from django.utils.translation import gettext as _

from yixiang.files.inspection.refusals import BadFile


def _name(word: str) -> bytes:
    """How the table of contents of such a file writes the name of a part."""
    return word.encode("utf-16-le") + b"\x00\x00"


_BOOKS = (_name("Workbook"), _name("Book"))
_LOCKED = _name("EncryptedPackage")
_MACROS = (_name("_VBA_PROJECT_CUR"), _name("_VBA_PROJECT"), _name("VBA"))
_OTHER = (_name("WordDocument"), _name("PowerPoint Document"))


def is_workbook(stream: IO[bytes]) -> bool:
    stream.seek(0)
    raw = stream.read()
    return (_LOCKED in raw or any(name in raw for name in _BOOKS)) and not any(name in raw for name in _OTHER)


def check(stream: IO[bytes]) -> None:
    stream.seek(0)
    raw = stream.read()
    if _LOCKED in raw:
        raise BadFile("file-encrypted", _("文件设了密码，无法检查内容。请去掉密码后再上传。"))
    if any(name in raw for name in _MACROS):
        raise BadFile("file-active", _("文件里含有宏，不能接收。请另存为不含宏的 xlsx 后再上传。"))
