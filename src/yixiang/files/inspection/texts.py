"""Plain text and CSV: readable in one of two encodings, and nothing a browser would run."""

import codecs
import re
from typing import IO

from django.utils.translation import gettext as _

from yixiang.files.inspection.refusals import BadFile

_MARKUP = re.compile(
    rb"\s*(?:<\?xml|<!doctype|<!--|<html|<head|<body|<svg|<script|<iframe|<img|<a\b|<table|<style|<meta)", re.I
)
_ACTIVE = re.compile(rb"<\s*(?:script|svg|iframe|object|embed)\b|javascript:", re.I)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
PIECE = 1 << 20


def looks_like_markup(head: bytes) -> bool:
    for bom in _BOMS:
        head = head.removeprefix(bom)
    return bool(_MARKUP.match(head.replace(b"\x00", b"")))


def encoding_of(stream: IO[bytes]) -> str:
    """`utf-8-sig`, `gb18030` or nothing."""
    return next((encoding for encoding in ("utf-8-sig", "gb18030") if _reads_as(stream, encoding)), "")


def _reads_as(stream: IO[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    stream.seek(0)
    try:
        while piece := stream.read(PIECE):
            if _CONTROL.search(decoder.decode(piece)):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def check(stream: IO[bytes]) -> None:
    stream.seek(0)
    tail = b""
    while piece := stream.read(PIECE):
        if _ACTIVE.search(tail + piece):
            raise BadFile("file-active", _("文本里含有网页脚本，不能接收。请删去其中的标签后再上传。"))
        tail = piece[-64:]
