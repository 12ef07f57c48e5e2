"""Pictures of instruments and platforms: taken in redrawn, kept in order, shown in three sizes."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from PIL import Image

from yixiang.catalogue.commands.health import follow
from yixiang.catalogue.commands.writing import lock, record, refuse_closed, require_run
from yixiang.catalogue.models import Picture
from yixiang.files.commands import Upload, attach, discard, take
from yixiang.files.kinds import IMAGES
from yixiang.files.models import File
from yixiang.files.purposes import Purpose, declare
from yixiang.kernel.errors import Invalid, Unseen
from yixiang.kernel.periods import local_date
from yixiang.people.models import Person

MOST = 12
LARGEST = 5 << 20
SIZES = {"small": 320, "card": 640, "large": 1600}  # the longer side in pixels
PURPOSE = Purpose("instrument-picture", "仪器与平台图片", IMAGES, LARGEST)
CAPTION_LIMIT = 80

declare(PURPOSE)


@transaction.atomic
def take_picture(listing: Any, upload: Upload, *, actor: Person, now: datetime, caption: str = "") -> Picture:
    """From an upload; position, camera and whatever hides in the file stay behind while it is redrawn."""
    require_run(listing, actor)
    _require_room(listing)
    file = take(upload, uploader=actor, purpose=PURPOSE.code, kinds=IMAGES, max_bytes=LARGEST, now=now)
    return add_picture(listing, file, actor=actor, now=now, caption=caption)


@transaction.atomic
def add_picture(listing: Any, file: File, *, actor: Person, now: datetime, caption: str = "") -> Picture:
    """A file already taken in; the first picture is the cover."""
    listing = _locked(listing, actor)
    _require_room(listing)
    if file.kind not in IMAGES:
        raise Invalid.field("file", "请上传图片：PNG、JPG 或 WebP。", code="not-a-picture")
    last = listing.pictures.order_by("-position").values_list("position", flat=True).first()
    made: Picture = Picture.objects.create(
        **{listing.kind_code: listing},
        file=file,
        caption=_caption(caption),
        position=0 if last is None else last + 1,
        added_at=now,
    )
    attach(file, by=actor, holder_kind="picture", holder_id=made.pk, now=now, scope=listing.scopes[-1])
    for size in SIZES:
        resized(file, size)
    record(listing, "picture", "添加图片", actor=actor, now=now, note=made.caption)
    _follow(listing, now)
    return made


@transaction.atomic
def arrange(listing: Any, order: Sequence[int], *, actor: Person, now: datetime) -> None:
    """Pictures in the order of their keys; those not named follow as they stood."""
    listing = _locked(listing, actor)
    standing = list(listing.pictures.order_by("position", "pk"))
    wanted = {pk: number for number, pk in enumerate(order)}
    placed = sorted(standing, key=lambda one: wanted.get(one.pk, len(wanted)))
    if [one.pk for one in placed] == [one.pk for one in standing]:
        return
    for position, one in enumerate(placed):
        one.position = position
    Picture.objects.bulk_update(placed, ["position"])
    record(listing, "arrange_pictures", "调整图片顺序", actor=actor, now=now)
    _follow(listing, now)


@transaction.atomic
def move(picture: Picture, to: str, *, actor: Person, now: datetime) -> None:
    """One step `earlier` or `later`, or to the `front` as the cover."""
    listing = picture.instrument or picture.platform
    keys = list(type(picture).objects.filter(**_owner(picture)).values_list("pk", flat=True))
    if picture.pk not in keys:
        raise Unseen()
    at = keys.index(picture.pk)
    target = {"earlier": max(0, at - 1), "later": at + 1, "front": 0}.get(to)
    if target is None:
        raise Unseen()
    keys.insert(target, keys.pop(at))
    arrange(listing, keys, actor=actor, now=now)


@transaction.atomic
def describe(picture: Picture, caption: str, *, actor: Person, now: datetime) -> None:
    listing = _locked(picture.instrument or picture.platform, actor)
    caption = _caption(caption)
    if Picture.objects.filter(pk=picture.pk).exclude(caption=caption).update(caption=caption):
        record(listing, "caption", "修改图片说明", actor=actor, now=now, note=caption)


@transaction.atomic
def remove_picture(picture: Picture, *, actor: Person, now: datetime) -> None:
    listing = _locked(picture.instrument or picture.platform, actor)
    found = Picture.objects.filter(pk=picture.pk).select_related("file").first()
    if found is None:
        return
    file = found.file
    found.delete()
    discard(file)
    transaction.on_commit(lambda: _drop_sizes(file.sha256))
    record(listing, "remove_picture", "删除图片", actor=actor, now=now, note=found.caption)
    _follow(listing, now)


# --- sizes


def path_of(sha256: str, size: str) -> str:
    return f"resized/{sha256[:2]}/{sha256}-{size}.webp"


def resized(file: File, size: str) -> str:
    """Where the picture lies in this size; drawn when it is asked for the first time, for instance after a restore."""
    path = path_of(file.sha256, size)
    if not default_storage.exists(path):
        with default_storage.open(file.path) as stored, Image.open(stored) as image:
            drawn = image.convert("RGBA" if "A" in image.getbands() else "RGB")
            drawn.thumbnail((SIZES[size], SIZES[size]))
            out = BytesIO()
            drawn.save(out, "WEBP", quality=82, method=4)
        default_storage.save(path, ContentFile(out.getvalue()))
    return path


def _drop_sizes(sha256: str) -> None:
    """The same bytes may serve another picture."""
    if File.objects.filter(sha256=sha256).exists():
        return
    for size in SIZES:
        default_storage.delete(path_of(sha256, size))


# ---


def _locked(listing: Any, actor: Person) -> Any:
    locked = lock(listing)
    require_run(locked, actor)
    refuse_closed(locked)
    return locked


def _require_room(listing: Any) -> None:
    if listing.pictures.count() >= MOST:
        raise Invalid(f"最多 {MOST} 张图片，请先删除不用的再添加。", code="too-many-pictures")


def _caption(text: str) -> str:
    plain = " ".join(text.split())
    if len(plain) > CAPTION_LIMIT:
        raise Invalid.field("caption", f"图片说明最多 {CAPTION_LIMIT} 个字。")
    return plain


def _owner(picture: Picture) -> dict[str, int | None]:
    if picture.instrument_id:
        return {"instrument_id": picture.instrument_id}
    return {"platform_id": picture.platform_id}


def _follow(listing: Any, now: datetime) -> None:
    if listing.kind_code == "instrument":
        follow([listing.pk], on=local_date(now))
