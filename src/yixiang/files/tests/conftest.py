"""What the tests of this room share: a person, a store of their own, and honest files to spoil."""

import io
import zipfile
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from yixiang.files import commands
from yixiang.files.models import File
from yixiang.people.models import Person

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
Take = Callable[..., File]


@pytest.fixture(autouse=True)
def _store(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def person(db: None) -> Person:
    return Person.objects.create_user("wang", name="王工")


@pytest.fixture
def take(person: Person) -> Take:
    def do(content: bytes, name: str = "file.bin", **options: Any) -> File:
        options = {"uploader": person, "purpose": "", "now": NOW} | options
        return commands.take(SimpleUploadedFile(name, content), **options)

    return do


def pdf(body: bytes = b"", tail: bytes = b"") -> bytes:
    return b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n" + body + b"\ntrailer << /Root 1 0 R >>\n%%EOF\n" + tail


def packed_pdf(content: bytes, head: bytes = b"/Type /ObjStm /N 1 /First 4") -> bytes:
    body = zlib.compress(content)
    return pdf(b"9 0 obj\n<< " + head + b" /Filter /FlateDecode >>\nstream\n" + body + b"\nendstream\nendobj\n")


def picture(format_: str = "JPEG", size: tuple[int, int] = (60, 40), **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (10, 120, 110)).save(out, format_, **options)
    return out.getvalue()


def archive(extra: dict[str, bytes] | None = None, kind: str = "docx") -> bytes:
    first = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "ofd": "OFD.xml", "zip": "a.txt"}[kind]
    parts = {first: b"<x/>", **(extra or {})}
    if kind in {"docx", "xlsx"}:
        parts = {"[Content_Types].xml": b"<Types/>"} | parts
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()
