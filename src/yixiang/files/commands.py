"""Taking a file in, giving it to the object it belongs to, and letting go of what nobody used."""

import hashlib
import logging
from collections.abc import Collection
from datetime import datetime, timedelta
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Protocol

from django.conf import settings
from django.core.files.base import File as Content
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from yixiang.files import naming, scanning
from yixiang.files.inspection import inspect
from yixiang.files.inspection.refusals import BadFile
from yixiang.files.kinds import ALL, Kind
from yixiang.files.models import File, path_of
from yixiang.files.purposes import limit_of
from yixiang.kernel.errors import Refused, TooMany, Unseen, WrongState
from yixiang.people.models import Person

log = logging.getLogger(__name__)

WAITING_LIMIT = 60
WAITING_DAYS = 7
PIECE = 1 << 18


class Upload(Protocol):
    """What Django gives for an uploaded file, or any stream with a name."""

    name: str | None

    def read(self, size: int = -1, /) -> bytes: ...


def take(
    upload: Upload,
    *,
    uploader: Person,
    purpose: str,
    now: datetime,
    kinds: Collection[str] | None = None,
    max_bytes: int | None = None,
) -> File:
    """Look at it, clean it, keep it. Nothing is written before every question has been answered."""
    if File.objects.visible_to(uploader).count() >= WAITING_LIMIT:
        raise TooMany(
            _("您有 %(count)d 个已上传但还没有用到的文件。请先提交正在填写的表单，或明天再试。")
            % {"count": WAITING_LIMIT},
            retry_after=86400,
        )
    name = str(upload.name or "")
    with _received(upload, limit_of(max_bytes)) as received:
        kind, kept = inspect(received, name, ALL if kinds is None else kinds)
        with kept:
            _refuse_infected(received)
            return _keep(kept, kind, name, uploader=uploader, purpose=purpose, now=now)


def _received(upload: Upload, limit: int) -> IO[bytes]:
    """Into a file of our own, stopping at the limit and not after it."""
    ours: IO[bytes] = SpooledTemporaryFile(max_size=1 << 20)  # noqa: SIM115 closed by the caller
    if hasattr(upload, "seek"):
        upload.seek(0)
    size = 0
    while piece := upload.read(PIECE):
        size += len(piece)
        if size > limit:
            ours.close()
            raise BadFile("file-size", _("文件超过 %(limit)d MB，请压缩或拆分后再上传。") % {"limit": limit >> 20 or 1})
        ours.write(piece)
    if size == 0:
        ours.close()
        raise BadFile("file-empty", _("文件是空的，请检查后重新选择。"))
    return ours


def _refuse_infected(received: IO[bytes]) -> None:
    if not settings.CLAMD_SOCKET:
        return
    try:
        found = scanning.scan(received, settings.CLAMD_SOCKET)
    except scanning.ScannerDown as down:
        log.exception("the virus scanner does not answer")
        raise Refused(
            "scanner-down",
            _("病毒检查暂时不可用，文件没有保存。请几分钟后再上传；如果一直这样，请联系平台管理员。"),
            status=503,
        ) from down
    if found:
        log.warning("infected upload refused", extra={"found": found})
        raise BadFile("file-infected", _("文件里发现病毒，没有保存。请先用杀毒软件处理这台电脑上的文件。"))


@transaction.atomic
def _keep(stream: IO[bytes], kind: Kind, name: str, *, uploader: Person, purpose: str, now: datetime) -> File:
    stream.seek(0)
    digest = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]
    size = stream.tell()
    _lock_content(digest)
    path = path_of(digest)
    if not default_storage.exists(path) or default_storage.size(path) != size:
        default_storage.delete(path)  # a half-written one of an earlier crash
        stream.seek(0)
        default_storage.save(path, Content(stream))
    file: File = File.objects.create(
        uploader=uploader,
        name=naming.clean(name, kind.extension),
        kind=kind.code,
        size=size,
        sha256=digest,
        purpose=purpose,
        created_at=now,
    )
    return file


def _lock_content(digest: str) -> None:
    """Bytes are shared between rows: keeping them and deleting them must not cross."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"file {digest}"])


@transaction.atomic
def attach(
    file: File, *, by: Person, holder_kind: str, holder_id: int, now: datetime, scope: str = "", purpose: str = ""
) -> File:
    """Called inside the command of the room that owns the object; attaching the same again changes nothing."""
    held: File | None = File.objects.select_for_update().filter(pk=file.pk).first()
    if held is None or (held.holder_kind, held.holder_id) != (holder_kind, holder_id):
        if held is None or held.uploader_id != by.pk:
            raise Unseen(_("没有找到这个文件，它可能放置太久已被清理。请重新上传。"))
        if held.is_attached:
            raise WrongState(_("这个文件已经用在别处了。请重新上传一份。"))
    held.holder_kind, held.holder_id, held.attached_at = holder_kind, holder_id, held.attached_at or now
    held.scope, held.purpose = scope or held.scope, purpose or held.purpose
    held.save(update_fields=["holder_kind", "holder_id", "attached_at", "scope", "purpose"])
    for name in ("holder_kind", "holder_id", "attached_at", "scope", "purpose"):
        setattr(file, name, getattr(held, name))
    return held


@transaction.atomic
def discard(file: File) -> None:
    """The row goes now; the bytes go with the last row that points to them, once this is committed."""
    digest = file.sha256
    File.objects.filter(pk=file.pk).delete()
    transaction.on_commit(lambda: drop_content(digest))


@transaction.atomic
def drop_content(digest: str) -> None:
    _lock_content(digest)
    if not File.objects.filter(sha256=digest).exists():
        default_storage.delete(path_of(digest))


def discard_forgotten(*, now: datetime) -> int:
    """Uploads nobody made part of anything. One by one, so that one that is in use after all does not stop the rest."""
    before = now - timedelta(days=WAITING_DAYS)
    gone = 0
    waiting: Any = File.objects.waiting().filter(created_at__lt=before).order_by("created_at")
    for file in waiting.iterator():
        try:
            discard(file)
        except ProtectedError:
            log.warning("a file is in use but was never attached", extra={"file": str(file.pk)})
        else:
            gone += 1
    return gone
