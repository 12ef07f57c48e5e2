"""PDF for what is printed: Typst sheets that take every word as data, in a Chinese font of this machine.

On a machine without such a font a sheet would come out empty where Chinese should stand; it is refused instead, with
what to install.
"""

import io
import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import segno
import typst
from django.utils.translation import gettext as _

from yixiang.kernel.errors import Refused

FONTS = (
    "Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN", "Noto Sans SC", "PingFang SC", "Microsoft YaHei",
    "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "SimHei", "Droid Sans Fallback",
)  # fmt: skip


@lru_cache(maxsize=1)
def chinese_font() -> str:
    """The first of the fonts we know that this machine has; empty when it has none."""
    have = {family.casefold(): family for family in typst.Fonts().families()}
    return next((have[name.casefold()] for name in FONTS if name.casefold() in have), "")


def typeset(sheet: Path, data: Mapping[str, Any]) -> bytes:
    """`data` reaches the sheet as JSON: what people typed is never markup."""
    font = chinese_font()
    if not font:
        raise Refused(
            "no-font",
            _("服务器上没有中文字体，暂时不能生成 PDF。请平台管理员安装思源黑体（Noto Sans CJK）后重试。"),
            status=503,
        )
    words = json.dumps({"font": font, **data}, ensure_ascii=False)
    made: bytes = typst.compile(sheet, sys_inputs={"data": words})
    return made


def qr_code(text: str) -> str:
    """Level M: still read with a scratch across it."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", border=0, scale=4)
    return out.getvalue().decode()
