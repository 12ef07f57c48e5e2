"""JSON doors of time and prices: free stretches, opening hours, taken time, price lists."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal, cast

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Path, Query, Router, Schema, Status

from yixiang.catalogue.api.addresses import Code
from yixiang.catalogue.commands import pricing, timing
from yixiang.catalogue.models import Hold, Instrument, OpeningException, Tariff
from yixiang.catalogue.queries import desk, free_time, prices
from yixiang.catalogue.rules.hours import clock
from yixiang.catalogue.rules.pricing import Line
from yixiang.kernel.errors import Invalid

router = Router()
MOST_DAYS = 62
CLOCK = r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$"


class FreeWanted(Schema):
    first: date | None = Field(None, alias="from", description="从哪一天；不填为今天", examples=["2026-03-02"])
    last: date | None = Field(None, alias="to", description="到哪一天（含）；不填为两周后", examples=["2026-03-15"])

    def days(self) -> tuple[date, date]:
        """Both ends, or a word on what is wrong with them."""
        first = self.first or timezone.localdate()
        last = self.last or (first + timedelta(days=13) if first <= date(9000, 1, 1) else first)
        if last < first:
            raise Invalid.field("to", _("截止日期早于起始日期。"))
        if (last - first).days >= MOST_DAYS:
            raise Invalid.field("to", _("一次最多查 %(days)d 天，请分几次。") % {"days": MOST_DAYS})
        if not date(2000, 1, 1) <= first <= date(2100, 1, 1):
            raise Invalid.field("from", _("请填写 2000 年至 2100 年之间的日期。"))
        return first, last


class SlotOut(Schema):
    start: datetime
    end: datetime
    certain: bool = Field(description="false：当天的法定节假日还没有公布，可能变化")


class FreeOut(Schema):
    bookable: bool = Field(description="false：已停用，或只接受送样")
    slot_minutes: int = Field(description="起止须在这个步长上，从开门时刻算起")
    min_minutes: int
    max_minutes: int
    items: list[SlotOut]


class StretchOut(Schema):
    weekday: int = Field(description="1 为周一，7 为周日")
    opens: str = Field(examples=["08:30"])
    closes: str = Field(description="可以是 24:00", examples=["17:30"])


class StretchIn(Schema):
    weekday: int = Field(ge=1, le=7, description="1 为周一，7 为周日", examples=[1])
    opens: str = Field(pattern=CLOCK, examples=["08:30"])
    closes: str = Field(pattern=CLOCK, description="可以是 24:00；跨零点的分成两天写", examples=["17:30"])

    def weekly(self) -> tuple[int, int, int]:
        return self.weekday - 1, _minute(self.opens), _minute(self.closes)


class ExceptionOut(Schema):
    first_day: date
    last_day: date
    opens: str
    closes: str
    is_open: bool = Field(description="true：加开；false：不开放")
    note: str

    @staticmethod
    def resolve_opens(row: OpeningException) -> str:
        return clock(row.opens).zfill(5)

    @staticmethod
    def resolve_closes(row: OpeningException) -> str:
        return clock(row.closes).zfill(5)


class HoursOut(Schema):
    weekly: list[StretchOut]
    exceptions: list[ExceptionOut]
    keeps_holidays: bool = Field(description="true：法定节假日不开放")


class HoursIn(Schema):
    weekly: list[StretchIn] = Field(max_length=42, description="整周一起换掉；空列表为不开放")


class HoldIn(Schema):
    kind: Literal["downtime", "own", "outside"] = Field(description="维护停机、本单位使用、其他平台占用")
    starts: datetime
    ends: datetime
    note: str = Field("", max_length=200)


class HoldOut(Schema):
    id: int
    kind: str
    starts: datetime
    ends: datetime
    note: str


class LineOut(Schema):
    component: str = Field(description="构成", examples=["labour"])
    basis: str = Field(description="计价方式", examples=["hour"])
    price: Decimal = Field(description="元")
    audience: str = Field(description="outside 对外，inside 本单位", examples=["outside"])
    name: str = Field(description="收费项目")
    note: str


class LineIn(Schema):
    component: Literal["material", "running", "labour"] = Field(description="材料消耗、水电运行、人力成本服务")
    basis: Literal["hour", "sample", "test", "day"] = Field(description="每小时、每样品、每次、每天")
    price: Decimal = Field(ge=0, le=10_000_000, decimal_places=2, description="元")
    audience: Literal["outside", "inside"] = Field("outside", description="对外，或本单位")
    name: str = Field("", max_length=60, description="收费项目")
    note: str = Field("", max_length=200)


class TariffOut(Schema):
    number: int
    valid_from: date
    valid_until: date | None = None
    basis_document: str
    note: str
    lines: list[LineOut]

    @staticmethod
    def resolve_lines(tariff: Tariff) -> list[Any]:
        return list(tariff.lines.all())


class TariffIn(Schema):
    valid_from: date
    valid_until: date | None = None
    basis_document: str = Field("", max_length=120)
    note: str = Field("", max_length=300)
    lines: list[LineIn] = Field(min_length=1, max_length=60)


class TariffsOut(Schema):
    items: list[TariffOut]


def _minute(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


@router.get("/instruments/{code}/free", response=FreeOut, auth=None, summary="空闲时间")
def free_time_of(request: HttpRequest, code: Path[Code], wanted: Query[FreeWanted]) -> dict[str, Any]:
    """按时间可以预约的空闲段，已扣除停开、节假日、占用和前后缓冲，只列够一次最短预约的。无需登录。"""
    found, now = desk.instrument_for(request.user, code), timezone.now()
    start, end = free_time.day_bounds(*wanted.days())
    return {
        "bookable": free_time.can_be_booked(found),
        "items": free_time.free(found, start, end, now=now),
        **{name: getattr(found, name) for name in ("slot_minutes", "min_minutes", "max_minutes")},
    }


@router.get("/instruments/{code}/hours", response=HoursOut, auth=None, summary="开放时间")
def opening_hours(request: HttpRequest, code: Path[Code]) -> dict[str, Any]:
    """每周的开放时间和还没过去的例外。无需登录。"""
    return _hours(desk.instrument_for(request.user, code))


def _hours(found: Instrument) -> dict[str, Any]:
    weekly = [
        {"weekday": row.weekday + 1, "opens": clock(row.opens).zfill(5), "closes": clock(row.closes).zfill(5)}
        for row in found.opening_hours.all()
    ]
    exceptions = found.opening_exceptions.filter(last_day__gte=timezone.localdate())
    return {"weekly": weekly, "exceptions": list(exceptions), "keeps_holidays": found.keeps_holidays}


@router.put("/instruments/{code}/hours", response=HoursOut, summary="设置开放时间")
def set_opening_hours(request: HttpRequest, code: Path[Code], payload: HoursIn) -> dict[str, Any]:
    """整周一起换掉，已有的预约不受影响。由仪器的管理员和机组人员办理。"""
    found, stretches = desk.instrument_for(request.user, code), [one.weekly() for one in payload.weekly]
    person: Any = request.user
    return _hours(timing.set_hours(found, actor=person, stretches=stretches, now=timezone.now()))


@router.post("/instruments/{code}/holds", response={201: HoldOut}, summary="占用时间")
def take_time(request: HttpRequest, code: Path[Code], payload: HoldIn) -> Status[Hold]:
    """维护停机、本单位使用或其他平台已约出的时间；与已有占用重叠时答 409 和三个最近的空闲时间。"""
    found, person = desk.instrument_for(request.user, code), cast(Any, request.user)
    data = payload.model_dump()
    for name in ("starts", "ends"):
        if data[name].utcoffset() is None:
            raise Invalid.field(name, _("请写明时区，例如 2026-03-02T09:00:00+08:00。"))
    return Status(201, timing.hold(found, actor=person, now=timezone.now(), **data))


@router.delete("/instruments/{code}/holds/{pk}", response={204: None}, summary="取消占用")
def give_time_back(request: HttpRequest, code: Path[Code], pk: int) -> Status[None]:
    """只能取消不是预约的占用；预约在它自己的地方取消。"""
    found, person = desk.instrument_for(request.user, code), cast(Any, request.user)
    timing.release(timing.hold_of(found, pk, actor=person), actor=person, now=timezone.now())
    return Status(204, None)


@router.get("/instruments/{code}/tariffs", response=TariffsOut, auth=None, summary="收费标准")
def tariffs_of_instrument(request: HttpRequest, code: Path[Code]) -> dict[str, Any]:
    """全部版本，新的在前；执行中的是覆盖今天的那一版。无需登录。"""
    return {"items": list(prices.tariffs_of(desk.instrument_for(request.user, code)))}


@router.post("/instruments/{code}/tariffs", response={201: TariffOut}, summary="发布收费标准")
def publish_tariff(request: HttpRequest, code: Path[Code], payload: TariffIn) -> Status[Tariff]:
    """现行版本自动到前一天为止；日期有空档或重叠的不受理。"""
    return Status(201, publish_for(request, desk.instrument_for(request.user, code), payload))


def publish_for(request: HttpRequest, listing: Any, payload: TariffIn) -> Tariff:
    person: Any = request.user
    data = payload.model_dump(exclude={"lines"})
    lines = [Line(**line.model_dump()) for line in payload.lines]
    return pricing.publish_tariff(listing, actor=person, lines=lines, now=timezone.now(), **data)
