"""Scans for the demo: a page with a red seal, drawn for each purpose, so that the real upload path is walked."""

import io
from datetime import datetime

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from yixiang.files.commands import take
from yixiang.files.models import File
from yixiang.people.models import Person


def scan(owner: Person, purpose: str, now: datetime) -> File:
    upload = SimpleUploadedFile(f"{purpose}.png", _page(len(purpose)), "image/png")
    return take(upload, uploader=owner, purpose=purpose, now=now)


def _page(lines: int) -> bytes:
    page = Image.new("RGB", (496, 702), "white")
    pen = ImageDraw.Draw(page)
    pen.rectangle((150, 50, 346, 64), fill="#333333")
    for row in range(12 + lines % 5):
        pen.line((60, 110 + row * 30, 430 - (row * 37) % 90, 110 + row * 30), fill="#999999", width=2)
    pen.ellipse((300, 520, 430, 650), outline="#c0392b", width=5)
    pen.regular_polygon((365, 585, 26), 5, fill="#c0392b", rotation=0)
    out = io.BytesIO()
    page.save(out, "PNG")
    return out.getvalue()
