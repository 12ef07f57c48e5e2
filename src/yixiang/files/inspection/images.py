"""Images are drawn anew: position, camera, comments, hidden data behind the picture and broken parts stay behind."""

import warnings
from tempfile import SpooledTemporaryFile
from typing import IO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from yixiang.files.inspection.refusals import BadFile

MAX_PIXELS = 50_000_000
MAX_SIDE = 8000
_FORMATS = {"png": "PNG", "jpeg": "JPEG", "webp": "WEBP"}
_OPTIONS: dict[str, dict[str, object]] = {
    "png": {"compress_level": 6},
    "jpeg": {"quality": 90, "progressive": True},
    "webp": {"quality": 90, "method": 4},
}


def redraw(stream: IO[bytes], code: str) -> IO[bytes]:
    stream.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of Pillow about sizes; ours are judged before a pixel is read
            with Image.open(stream, formats=[_FORMATS[code]]) as image:
                _refuse_bomb(image)
                clean = _drawn(image, code)
    except Image.DecompressionBombError as bomb:
        raise _too_many_pixels() from bomb
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, MemoryError) as broken:
        raise BadFile("file-damaged", _("图片已损坏，打不开。请重新拍照或重新导出后再上传。")) from broken
    kept: IO[bytes] = SpooledTemporaryFile(max_size=1 << 20)  # noqa: SIM115 the caller closes it
    clean.save(kept, _FORMATS[code], **_OPTIONS[code])
    return kept


def _refuse_bomb(image: Image.Image) -> None:
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise _too_many_pixels()


def _too_many_pixels() -> BadFile:
    limit = MAX_PIXELS // 10_000
    return BadFile("file-pixels", _("图片超过 %(limit)d 万像素，不能接收。请缩小后再上传。") % {"limit": limit})


def _drawn(image: Image.Image, code: str) -> Image.Image:
    image.draft("RGB", (MAX_SIDE, MAX_SIDE))
    image.load()
    upright = ImageOps.exif_transpose(image)
    see_through = "A" in upright.getbands() or "transparency" in upright.info
    mode = "RGB" if code == "jpeg" or not see_through else "RGBA"
    if upright.mode in {"1", "L", "I;16"} and not see_through:
        mode = "L"
    clean = upright.convert(mode)
    clean.thumbnail((MAX_SIDE, MAX_SIDE))
    clean.info = {}  # colour profiles, comments and positions are otherwise written again
    return clean
