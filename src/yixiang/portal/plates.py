"""The plate on the instrument: its name and a QR code that leads to its short page, as PDF for the printer."""

from pathlib import Path

from yixiang.catalogue.models import Instrument
from yixiang.portal.structured import absolute
from yixiang.web.typesetting import qr_code, typeset

SIZES = ("a6", "label")
_SHEET = Path(__file__).parent / "typst" / "plate.typ"


def plate(instrument: Instrument, size: str) -> bytes:
    return typeset(
        _SHEET,
        {
            "size": size,
            "brand": "仪享",
            "claim": "大型科研仪器开放共享",
            "scan": "扫码看空闲时间、预约、上机和下机",
            "name": instrument.name,
            "english": instrument.english_name,
            "model": " · ".join(filter(None, [instrument.model, instrument.manufacturer])),
            "unit": instrument.unit.name,
            "place": instrument.place,
            "code": instrument.code,
            "l_model": "规格型号",
            "l_unit": "管理单位",
            "l_place": "安放地点",
            "qr": qr_code(absolute("plate", instrument.code)),
        },
    )
