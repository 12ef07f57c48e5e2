"""Pictures in a ZIP: matched to rows by name, each judged by itself, attached after the batch is written."""

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import PurePosixPath
from typing import IO, Any

from django.core.files.storage import default_storage
from django.db import transaction

from yixiang.catalogue.commands.picturing import LARGEST, MOST, add_picture
from yixiang.catalogue.importing.known import model_of
from yixiang.catalogue.importing.layouts import LAYOUTS
from yixiang.catalogue.importing.progress import at_work
from yixiang.catalogue.models import ImportBatch, Picture
from yixiang.files.commands import discard, take
from yixiang.files.kinds import IMAGES
from yixiang.kernel.errors import Refused

ENTRIES_MOST = 3_000
NOTED_MOST = 500
PURPOSE = "instrument-picture"
_ENDINGS = {".jpg", ".jpeg", ".jfif", ".png", ".webp"}
_ARCHIVES = {".zip", ".rar", ".7z", ".gz", ".tar", ".tgz", ".bz2", ".xz"}
_IGNORED = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$)", re.I)
_AGAIN = re.compile(r"[-_ ]?\(?\d{1,2}\)?$")
_MAGIC = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")


@dataclass(frozen=True, slots=True)
class Entry:
    """One picture of the archive and the row it belongs to; `problem` says why it is not taken."""

    name: str
    row: int = 0
    problem: str = ""

    @property
    def note(self) -> dict[str, Any]:
        said = self.problem or f"对应第 {self.row} 行"
        return {"entry": self.name[:200], "row": self.row, "message": said, "ok": not self.problem}


def look(batch: ImportBatch, named: Mapping[str, int]) -> list[str]:
    """Before anything is confirmed: which picture would go where, and which cannot be taken."""
    batch.picture_notes, batch.pictures_total = [], 0
    if batch.pictures is None:
        return []
    with default_storage.open(batch.pictures.path) as stored:
        entries = list(entries_of(stored, named))
    good = [entry for entry in entries if not entry.problem]
    batch.pictures_total = len(good)
    bad_first = sorted(entries, key=lambda entry: not entry.problem)
    batch.picture_notes = [entry.note for entry in bad_first[:NOTED_MOST]]
    bad = len(entries) - len(good)
    return [f"图片包里有 {len(good)} 张图片对应到表中的仪器" + (f"，{bad} 个文件不能使用，原因见下。" if bad else "。")]


def entries_of(stream: IO[bytes], named: Mapping[str, int]) -> Iterator[Entry]:
    with zipfile.ZipFile(stream) as archive:
        for place, info in enumerate(archive.infolist()):
            if info.is_dir() or _IGNORED.search(info.filename):
                continue
            if place >= ENTRIES_MOST:
                yield Entry(info.filename, problem=f"一个图片包最多 {ENTRIES_MOST} 个文件，其余没有读取。")
                return
            problem = _wrong(archive, info)
            row = 0 if problem else _row_of(info.filename, named)
            if not problem and not row:
                problem = "没有对应的行：文件名应与“图片”一列相同，或为“所在单位仪器编号.jpg”。"
            yield Entry(info.filename, row, problem)


def _wrong(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> str:
    """By name and size first, then by the first bytes; nothing is ever written to a path from the archive."""
    name = info.filename.replace("\\", "/")
    ending = PurePosixPath(name).suffix.lower()
    if ".." in name.split("/") or name.startswith("/") or ":" in name.split("/")[0]:
        return "文件名里有不安全的路径，没有读取。"
    if ending in _ARCHIVES:
        return "压缩包里还有压缩包，没有读取。请先解压，把图片直接放进来。"
    if ending not in _ENDINGS:
        return "不是图片。可以使用 JPG、PNG、WebP。"
    if info.file_size > LARGEST:
        return f"图片超过 {LARGEST >> 20} MB，请缩小后再放入。"
    if info.file_size > 1 << 20 and info.file_size > info.compress_size * 100:
        return "解开后异常地大，没有读取。"
    try:
        with archive.open(info) as picture:
            head = picture.read(16)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError):
        return "文件已损坏，解不开。"
    return "" if head.startswith(_MAGIC) else "扩展名是图片，内容却不是，没有读取。"


def _row_of(name: str, named: Mapping[str, int]) -> int:
    """`2021-017.jpg`, `2021-017-2.jpg` and `图/2021-017.JPG` all belong to number 2021-017."""
    base = PurePosixPath(name.replace("\\", "/")).name.lower()
    stem = PurePosixPath(base).stem
    return named.get(base) or named.get(stem) or named.get(_AGAIN.sub("", stem)) or 0


# --- after the batch was written


def attach_pictures(batch_id: int, *, now: datetime) -> None:
    """Runs in a job, picture by picture; one that is there already is not taken twice."""
    with at_work(batch_id, "pictures") as progress:
        found = ImportBatch.objects.select_related("unit", "asked_by", "pictures").filter(pk=batch_id).first()
        if progress is None or found is None or found.state != "done" or found.pictures is None:
            return
        notes = []
        with default_storage.open(found.pictures.path) as stored, zipfile.ZipFile(stored) as archive:
            for entry in entries_of(stored, _numbers(found)):
                if not entry.problem:
                    entry = _attached(found, archive, entry, now)
                    progress.done += not entry.problem
                notes.append(entry)
        progress.stop()
        found.pictures_done = progress.done
        found.picture_notes = [one.note for one in sorted(notes, key=lambda one: not one.problem)[:NOTED_MOST]]
        found.save(update_fields=["pictures_done", "picture_notes"])


def _numbers(batch: ImportBatch) -> dict[str, int]:
    named: dict[str, int] = {}
    rows = batch.rows.exclude(verdict="faulty").order_by("number")
    for number, picture, inner in rows.values_list("number", "picture", "own_number").iterator():
        for name in filter(None, (inner, picture)):
            named.setdefault(str(name).lower(), number)
    return named


def _attached(batch: ImportBatch, archive: zipfile.ZipFile, entry: Entry, now: datetime) -> Entry:
    listing = _listing(batch, entry.row)
    if listing is None or batch.asked_by is None:
        return Entry(entry.name, entry.row, "对应的仪器已经不在了。")
    upload = BytesIO(archive.read(entry.name))
    upload.name = PurePosixPath(entry.name).name
    try:
        with transaction.atomic():
            file = take(upload, uploader=batch.asked_by, purpose=PURPOSE, kinds=IMAGES, max_bytes=LARGEST, now=now)
            if Picture.objects.filter(**{listing.kind_code: listing}, file__sha256=file.sha256).exists():
                discard(file)
                return entry
            add_picture(listing, file, actor=batch.asked_by, now=now)
    except Refused as refused:
        return Entry(entry.name, entry.row, refused.message)
    return entry


def _listing(batch: ImportBatch, row: int) -> Any:
    model: Any = model_of(LAYOUTS[batch.layout].kind)
    inner = batch.rows.filter(number=row).values_list("own_number", flat=True).first()
    return model.objects.filter(unit=batch.unit_id, inner_number=inner or "").first()


__all__ = ["MOST", "attach_pictures", "look"]
