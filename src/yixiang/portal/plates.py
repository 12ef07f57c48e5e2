"""The plate on the instrument: its name and a QR code that leads to its page, as PDF for the printer.

Typst sets it in a Chinese font of this machine. On a machine without one the plate would come out empty where Chinese
should stand; it is refused instead, with what to install.
"""

import io
from functools import lru_cache
from pathlib import Path

import segno
import typst
from django.utils.translation import gettext as _

from yixiang.catalogue.models import Instrument
from yixiang.kernel.errors import Refused
from yixiang.portal.structured import landing_page

FONTS = (
    "Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN", "Noto Sans SC", "PingFang SC", "Microsoft YaHei",
    "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "SimHei", "Droid Sans Fallback",
)  # fmt: skip
SIZES = ("a6", "label")
_SHEET = Path(__file__).parent / "typst" / "plate.typ"


@lru_cache(maxsize=1)
def chinese_font() -> str:
    """The first of the fonts we know that this machine has; empty when it has none."""
    have = {family.casefold(): family for family in typst.Fonts().families()}
    return next((have[name.casefold()] for name in FONTS if name.casefold() in have), "")


def plate(instrument: Instrument, size: str) -> bytes:
    font = chinese_font()
    if not font:
        raise Refused(
            "no-font",
            _("服务器上没有中文字体，暂时不能生成铭牌。请平台管理员安装思源黑体（Noto Sans CJK）后重试。"),
            status=503,
        )
    words = {
        "size": size,
        "font": font,
        "brand": "仪享",
        "claim": "大型科研仪器开放共享",
        "scan": "扫码查看价格、空闲时间和联系方式",
        "name": instrument.name,
        "english": instrument.english_name,
        "model": " · ".join(filter(None, [instrument.model, instrument.manufacturer])),
        "unit": instrument.unit.name,
        "place": instrument.place,
        "code": instrument.code,
        "l_model": "规格型号",
        "l_unit": "管理单位",
        "l_place": "安放地点",
        "qr": qr_code(landing_page(instrument)),
    }
    made: bytes = typst.compile(_SHEET, sys_inputs=words)
    return made


def qr_code(text: str) -> str:
    """Level M: still read with a scratch across it."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", border=0, scale=4)
    return out.getvalue().decode()
