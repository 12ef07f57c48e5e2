"""JSON doors of the calendar of an instrument, and of what its rules say to a wish."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Path, Query, Router, Schema
from pydantic import AwareDatetime, model_validator

from yixiang.catalogue.queries import desk
from yixiang.kernel.errors import Invalid
from yixiang.kernel.periods import midnight
from yixiang.orders.api.schemas import Code
from yixiang.orders.queries import asking, calendar
from yixiang.orders.queries.asking import Look
from yixiang.orders.rules.wishes import LineWish
from yixiang.units.queries import current_membership

router = Router()


class CalendarWanted(Schema):
    start: date | None = Field(None, alias="from", description="默认今天")
    end: date | None = Field(None, alias="to", description="默认 30 天后；最长 92 天")

    def bounds(self, today: date) -> tuple[datetime, datetime]:
        first = self.start or today
        last = self.end or first + timedelta(days=30)
        if not timedelta() <= last - first <= calendar.LONGEST:
            raise Invalid.field("to", "from 不能晚于 to，最长 92 天。")
        return midnight(first), midnight(last + timedelta(days=1))


class TimeOut(Schema):
    start: datetime
    end: datetime


class TakenOut(TimeOut):
    kind: str = Field(description="booking 预约、downtime 维护、own 本单位使用、outside 其他平台占用")
    number: str = Field("", description="预约单号；只有能看到这张单子的人得到")


class CalendarOut(Schema):
    open: list[TimeOut]
    free: list[TimeOut]
    taken: list[TakenOut]


class CheckWanted(Schema):
    start: AwareDatetime
    end: AwareDatetime
    way: Literal["self", "guided", "entrusted"] = "entrusted"

    @model_validator(mode="after")
    def _sane(self) -> "CheckWanted":
        if not timedelta() < self.end - self.start <= timedelta(days=366):
            raise ValueError("end 须晚于 start，最长一年")
        return self


class AnswerOut(Schema):
    rule: str
    passed: bool
    label: str
    fact: str
    need: str
    message: str


class AlternativeOut(Schema):
    kind: str
    instrument: str
    start: datetime
    end: datetime


class CheckOut(Schema):
    fits: bool
    taken: bool
    answers: list[AnswerOut]
    total: Decimal | None = Field(None, description="估价，元")
    alternatives: list[AlternativeOut]

    @staticmethod
    def resolve_alternatives(look: Look) -> list[dict[str, Any]]:
        return [
            {"kind": one.kind, "instrument": one.instrument.code, "start": one.start, "end": one.end}
            for one in look.alternatives
        ]


def _pairs(stretches: list[tuple[datetime, datetime]]) -> list[dict[str, datetime]]:
    return [{"start": start, "end": end} for start, end in stretches]


@router.get("/instruments/{code}/calendar", response=CalendarOut, auth=None, summary="仪器的日历")
def instrument_calendar(request: HttpRequest, code: Path[Code], wanted: Query[CalendarWanted]) -> dict[str, Any]:
    """开放、空闲和已占用的时间。任何人可读；预约单号只给能看到那张单子的人。"""
    now = timezone.now()
    start, end = wanted.bounds(timezone.localdate(now))
    found = calendar.month_of(calendar.shown_to(request.user, code), start, end, person=request.user, now=now)
    return {"open": _pairs(found.open), "free": _pairs(found.free), "taken": found.taken}


@router.get("/instruments/{code}/check", response=CheckOut, summary="这段时间能不能约")
def check_time(request: HttpRequest, code: Path[Code], wanted: Query[CheckWanted]) -> Look:
    """每条规则怎么说、估价多少、不行时有哪些可选；什么也不占用。"""
    one = desk.instrument_for(request.user, code)
    member = current_membership(request.user)
    wish = LineWish(one.code, "time", wanted.way, wanted.start, wanted.end)
    return asking.look(wish, one, person=request.user, unit=member.unit if member else None, now=timezone.now())
