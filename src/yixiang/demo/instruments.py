"""What the demo's units share: some two hundred instruments with prices, hours and people, and a few under way."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from yixiang.catalogue.commands import timing
from yixiang.catalogue.commands.health import refresh_health
from yixiang.catalogue.models import (
    Instrument,
    Keeper,
    ListingEvent,
    OpeningHours,
    Platform,
    Tariff,
    TariffLine,
    TestService,
)
from yixiang.catalogue.search import indexing
from yixiang.demo import stock
from yixiang.demo.cast import Place
from yixiang.kernel.reference import children, disciplines
from yixiang.units.models import SubUnit, Unit

AREA_CODES = {"hn": "0731", "sd": "0531", "gd": "020", "xc": "0374"}


@dataclass(frozen=True, slots=True)
class Shelf:
    """What kind of instruments a unit has, and how many."""

    key: str
    count: int
    groups: tuple[str, ...]
    fiscal: bool
    fields: tuple[str, ...]
    first: tuple[str, ...] = ()


STAPLES = ("010102", "010101", "010301", "010601", "010202", "010501", "010502", "010803", "010409", "010410", "010902")
SHELVES = (
    Shelf(
        "univ",
        26,
        ("0101", "0102", "0103", "0104", "0105", "0106", "0108", "0110", "14"),
        True,
        ("430", "150"),
        STAPLES,
    ),
    Shelf(
        "institute", 14, ("0101", "0103", "0104", "0107", "0112"), True, ("430", "140"), ("010102", "010301", "010903")
    ),
    Shelf("testing", 14, ("03", "04", "0105", "0111", "11"), True, ("460", "150"), ("010201", "010202", "010102")),
    Shelf("medical", 8, ("09", "0110"), True, ("180", "310"), ("011012", "010802")),
    Shelf("high", 4, ("02", "04", "12"), False, ("460",)),
    Shelf("large", 4, ("02", "12", "13"), False, ("460",)),
)
LOCAL = {"hn": ("06", "10"), "sd": ("05", "07"), "gd": ("05", "13"), "xc": ("07", "08")}  # what the place is known for


@dataclass
class Hall:
    """One unit being furnished."""

    place: Place
    unit: Unit
    shelf: Shelf
    now: datetime
    dice: random.Random
    subs: Sequence[SubUnit]

    @property
    def today(self) -> date:
        return timezone.localdate(self.now)


def write(place: Place, units: dict[str, Unit], now: datetime) -> list[int]:
    """Furnish the units of one place; gives the keys of the instruments. What is computed is computed, not made up."""
    made: list[int] = []
    for shelf in SHELVES:
        unit = units[f"{place.prefix}.{shelf.key}"]
        subs = list(SubUnit.objects.filter(unit=unit).select_related("unit").order_by("path"))
        hall = Hall(place, unit, shelf, now, random.Random(f"{place.prefix}.{shelf.key}"), subs)  # noqa: S311
        made += [instrument.pk for instrument in _furnish(hall)]
    refresh_health(made, on=timezone.localdate(now))
    timing.roll(made, now=now)
    indexing.refresh(made)
    return made


def _furnish(hall: Hall) -> list[Instrument]:
    local = LOCAL[hall.place.prefix] if hall.shelf.key in {"univ", "institute"} else ()
    groups = (*hall.shelf.groups, *local)
    chosen = list(stock.picked(hall.dice, groups, hall.shelf.count, hall.shelf.first))
    rows = [_instrument(hall, kind, number) for number, kind in enumerate(chosen, 1)]
    made: list[Instrument] = Instrument.objects.bulk_create(rows)
    _people(hall, made)
    _hours(hall, made)
    _prices(hall, made, chosen)
    _history(hall, made)
    _group(hall, made, chosen)
    return made


def _instrument(hall: Hall, kind: stock.Kind, number: int) -> Instrument:
    stopped = number % 11 == 0
    return Instrument(
        unit=hall.unit,
        sub_unit=hall.dice.choice(hall.subs) if hall.subs and hall.dice.random() < 0.7 else None,
        code=f"{hall.place.prefix}{hall.shelf.key[:3]}{number:03d}",
        kind="instrument",
        inner_number=f"{hall.shelf.key.upper()}-{2016 + number % 9}-{number:04d}",
        asset_number=f"ZC{hall.unit.pk:04d}{number:05d}",
        state="stopped" if stopped else "listed",
        state_note="探测器送修，预计两周后恢复。" if stopped else "",
        created_by=hall.unit.created_by,
        demo=True,
        disciplines=list(hall.shelf.fields),
        funds=[hall.dice.choice(("central", "local"))] if hall.shelf.fiscal else ["own"],
        **_dates(hall, number),
        **_place(hall, number),
        **_booking(hall.dice),
        **stock.facts(hall.dice, kind, hall.today),
    )


def _dates(hall: Hall, number: int) -> dict[str, Any]:
    """Most have been there for long; a few are new."""
    listed = hall.now - timedelta(
        days=hall.dice.randrange(20, 130) if number % 7 == 0 else hall.dice.randrange(250, 314)
    )
    return {
        "listed_at": listed,
        "submitted_at": listed - timedelta(days=4),
        "changed_at": listed + timedelta(days=2),
        "confirmed_at": hall.now - timedelta(days=hall.dice.choice((6, 20, 25, 70))),
        "reached_at": hall.now - timedelta(days=30) if hall.dice.random() < 0.6 else None,
    }


def _place(hall: Hall, number: int) -> dict[str, Any]:
    """Where it stands and whom to call."""
    dice, unit = hall.dice, hall.unit
    counties = [row for row in children(f"{unit.region[:4]}00") if not row.placeholder]
    return {
        "region": dice.choice(counties).code if counties else unit.region,
        "street": f"演示路 {dice.randrange(1, 200)} 号",
        "room": f"{dice.choice('ABCD')}{dice.randrange(101, 620)}",
        "contact_name": stock.person_name(dice),
        "contact_phone": f"{AREA_CODES[hall.place.prefix]}-8{dice.randrange(1000000, 9999999)}",
        "contact_email": f"lab{number}@demo.yixiang.invalid",
        "device_number": f"IOT{unit.pk:03d}{number:04d}" if dice.random() < 0.5 else "",
    }


def _booking(dice: random.Random) -> dict[str, Any]:
    return {
        "booking_mode": dice.choice(("both", "both", "time", "samples")),
        "slot_minutes": dice.choice((30, 60)),
        "min_minutes": 60,
        "max_minutes": dice.choice((240, 480)),
        "notice_hours": dice.choice((12, 24, 48)),
        "buffer_after": dice.choice((0, 15, 30)),
    }


def _people(hall: Hall, made: Sequence[Instrument]) -> None:
    rows = []
    for instrument in made:
        for place in range(hall.dice.choice((1, 1, 2))):
            title, level = hall.dice.choice((("实验师", "middle"), ("高级实验师", "associate"), ("工程师", "middle")))
            since = hall.today - timedelta(days=365 * hall.dice.randrange(3, 18))
            name = stock.person_name(hall.dice)
            row = Keeper(instrument=instrument, name=name, title=title, level=level, since=since)
            row.main, row.public, row.added_at = place == 0, place == 0, instrument.listed_at or hall.now
            rows.append(row)
    Keeper.objects.bulk_create(rows)


def _hours(hall: Hall, made: Sequence[Instrument]) -> None:
    rows = []
    for instrument in made:
        if instrument.booking_mode == "samples":
            continue
        evening = hall.dice.random() < 0.25
        for weekday in range(7 if evening else 5):
            rows += [
                OpeningHours(instrument=instrument, weekday=weekday, opens=510, closes=720),
                OpeningHours(instrument=instrument, weekday=weekday, opens=840, closes=1260 if evening else 1050),
            ]
    OpeningHours.objects.bulk_create(rows)


def _prices(hall: Hall, made: Sequence[Instrument], chosen: Sequence[stock.Kind]) -> None:
    """One tariff each; every ninth has none yet, so that the fix list has something to fix."""
    lines: list[TariffLine] = []
    for number, (instrument, kind) in enumerate(zip(made, chosen, strict=True), 1):
        if number % 9 == 0:
            continue
        start = max(date(2026, 1, 1), hall.today - timedelta(days=300))
        published = timezone.make_aware(datetime.combine(start, time(9)))
        tariff = Tariff.objects.create(
            instrument=instrument, valid_from=start, published_at=published, basis_document="校内收费文件（演示）"
        )
        wanted = [
            line
            for line in stock.price_lines(hall.dice, kind)
            if instrument.booking_mode == "both"
            or (line["basis"] == "sample") == (instrument.booking_mode == "samples")
        ]
        lines += [TariffLine(tariff=tariff, position=place, **line) for place, line in enumerate(wanted)]
        _lead_price(instrument, wanted)
    TariffLine.objects.bulk_create(lines)
    Instrument.objects.bulk_update(made, ["price_from", "price_basis"])


def _lead_price(instrument: Instrument, lines: Sequence[dict[str, Any]]) -> None:
    sums: dict[str, Decimal] = {}
    for line in lines:
        sums[line["basis"]] = sums.get(line["basis"], Decimal(0)) + line["price"]
    instrument.price_basis, instrument.price_from = min(sums.items(), key=lambda pair: pair[1])


def _history(hall: Hall, made: Sequence[Instrument]) -> None:
    ListingEvent.objects.bulk_create(
        ListingEvent(
            kind="instrument",
            subject_id=instrument.pk,
            unit=hall.unit,
            at=instrument.listed_at or hall.now,
            by_label="主管部门",
            action="approve",
            before="submitted",
            after="listed",
            what="通过审核，开放共享",
        )
        for instrument in made
    )


PLATFORMS = {
    "univ": ("key_laboratory", "分析测试中心"),
    "testing": ("testing_institution", "检验检测部"),
    "medical": ("clinical_centre", "公共实验平台"),
}


def _group(hall: Hall, made: Sequence[Instrument], chosen: Sequence[stock.Kind]) -> None:
    """A platform over most of the unit's instruments, and the tests it offers."""
    if hall.shelf.key not in PLATFORMS:
        return
    platform = _platform(hall)
    Instrument.objects.filter(pk__in=[one.pk for one in made[: len(made) * 2 // 3]]).update(platform=platform)
    for number, (instrument, what) in enumerate(list(zip(made, chosen, strict=True))[:6], 1):
        _service(hall, platform, instrument, what, number)


def _common(hall: Hall) -> dict[str, Any]:
    return {
        "unit": hall.unit,
        "state": "listed",
        "listed_at": hall.now - timedelta(days=312),
        "confirmed_at": hall.now,
        "created_by": hall.unit.created_by,
        "demo": True,
        "contact_name": stock.person_name(hall.dice),
        "contact_phone": f"{AREA_CODES[hall.place.prefix]}-88880000",
        "contact_email": "centre@demo.yixiang.invalid",
    }


def _platform(hall: Hall) -> Platform:
    kind, title = PLATFORMS[hall.shelf.key]
    return Platform.objects.create(
        **_common(hall),
        code=f"{hall.place.prefix}{hall.shelf.key[:3]}p01",
        name=f"{hall.unit.name.removesuffix('（演示）')}{title}",
        kind=kind,
        level="2",
        established_on=date(2009, 5, 20),
        area=Decimal(2600),
        accredited=True,
        accreditations="CMA、CNAS（演示）",
        disciplines=[code for code in hall.shelf.fields if code in disciplines()],
        introduction="集中管理大型仪器，面向高校、企业和学生团队开放，承接分析测试与方法开发。",
        region=hall.unit.region,
    )


def _service(hall: Hall, platform: Platform, instrument: Instrument, what: stock.Kind, number: int) -> None:
    service = TestService.objects.create(
        **_common(hall),
        code=f"{hall.place.prefix}{hall.shelf.key[:3]}s{number:02d}",
        name=what.services[0][:100],
        category=what.code,
        platform=platform,
        description=what.functions[0],
        sample_note="固体不少于 1 g，液体不少于 5 mL；易燃、有毒样品请提前说明。",
        turnaround_days=hall.dice.choice((3, 5, 7)),
        accredited=hall.shelf.key == "testing",
        price_from=Decimal(hall.dice.randrange(8, 60) * 10),
        price_basis="sample",
    )
    service.instruments.add(instrument)
    _service_price(service, hall.today)


def _service_price(service: TestService, today: date) -> None:
    assert service.price_from is not None
    start = max(date(2026, 1, 1), today - timedelta(days=300))
    tariff = Tariff.objects.create(
        service=service, valid_from=start, published_at=service.listed_at or service.created_at
    )
    TariffLine.objects.create(
        tariff=tariff, component="labour", basis="sample", price=service.price_from, name="检测费"
    )
