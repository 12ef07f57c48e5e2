"""An instrument that could exist, as somebody would type it."""

from datetime import date
from typing import Any

from yixiang.catalogue.models import Instrument, Keeper, OpeningHours, Tariff, TariffLine


def typed(**changes: str) -> dict[str, str]:
    return {
        "kind": "instrument",
        "name": "场发射扫描电子显微镜",
        "english_name": "Field Emission Scanning Electron Microscope",
        "model": "SU8010",
        "manufacturer": "日立高新技术公司",
        "country": "日本",
        "category": "010102",
        "inner_number": "20210034",
        "use": "general",
        "disciplines": "430,150",
        "worth": "320",
        "funds": "local",
        "origin": "bought",
        "bought_on": "2026-01-12",
        "accepted_on": "2026-02-10",
        "region": "430104",
        "street": "麓山南路 932 号",
        "room": "理科楼 A103",
        "technical": "二次电子分辨率 1.0 nm（15 kV）；放大倍数 20–800,000。",
        "function": "观察固体材料的微观形貌，配能谱可做微区成分分析。",
        "service_content": "形貌观察、能谱点扫和面扫。",
        "requirement": "样品干燥、不含磁性，提前一天预约。",
        "fee_note": "每小时 300 元，按实际机时收取。",
        "share_mode": "outside",
        "contact_name": "李老师",
        "contact_phone": "0731-88880000",
        "contact_email": "sem@example.edu.cn",
        "booking_mode": "both",
        **changes,
    }


def keeper(instrument: Instrument, now: Any, **facts: Any) -> Keeper:
    usual = {"name": "周工", "title": "实验师", "level": "middle", "since": date(2019, 7, 1), "main": True}
    return Keeper.objects.create(instrument=instrument, added_at=now, **{**usual, **facts})


def opened(instrument: Instrument) -> None:
    OpeningHours.objects.create(instrument=instrument, weekday=0, opens=540, closes=1020)


def priced(instrument: Instrument, now: Any, since: date = date(2026, 1, 1)) -> Tariff:
    tariff = Tariff.objects.create(instrument=instrument, valid_from=since, published_at=now)
    TariffLine.objects.create(tariff=tariff, component="running", basis="hour", price=300)
    return tariff
