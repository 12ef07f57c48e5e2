"""How well a listing serves whoever finds it: a score out of a hundred, and what each lost point asks for."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

# The weights of the score are the house's own; the fields that the law lists weigh most, for they must be public.
LAW_FIELDS = {
    "name": "名称",
    "model": "型号",
    "worth": "原值",
    "bought_on": "购置时间",
    "technical": "主要技术指标",
    "place": "安置地点",
    "keeper": "责任人",
    "contact": "有效联系方式",
    "service_content": "服务范围",
}
MORE_FIELDS = {
    "english_name": "英文名称",
    "function": "主要功能",
    "requirement": "用户须知",
    "hours": "开放时间",
    "manufacturer": "生产制造商",
}
LAW_POINTS, MORE_POINTS = 3, 2
FRESH_POINTS, REACH_POINTS, PRICE_POINTS, PICTURE_POINTS, USE_POINTS = 15, 15, 15, 8, 10
REACHED_DAYS = 365  # a contact who answered within a year counts as reachable
PRICE_ENDS_DAYS = 30
BUSY_SERVICES, BUSY_HOURS = 12, 100
DAYS_OF_MONTH = 31
Price = Literal["clear", "ending", "none"]
Group = Literal["fields", "fresh", "reach", "price", "picture", "use"]
GROUPS: dict[Group, str] = {
    "fields": "信息完整",
    "fresh": "信息新鲜",
    "reach": "联系得上",
    "price": "价格清楚",
    "picture": "有图片",
    "use": "真实使用",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one listing on one day."""

    there: frozenset[str]  # of LAW_FIELDS and MORE_FIELDS
    needs: frozenset[str] = frozenset((*LAW_FIELDS, *MORE_FIELDS))  # those that apply to this kind of thing
    confirmed_on: date | None = None
    check_months: int = 1
    reached_on: date | None = None
    price: Price = "none"
    pictures: int = 0
    services: int = 0
    hours: float = 0


@dataclass(frozen=True, slots=True)
class Loss:
    """Points not given, why, and the page that mends it (`mend` is its short name)."""

    group: Group
    code: str
    label: str
    points: int
    mend: str


@dataclass(frozen=True, slots=True)
class Judged:
    score: int
    losses: tuple[Loss, ...] = field(default=())


def judge(facts: Facts, *, on: date) -> Judged:
    losses = [*_fields(facts), *_fresh(facts, on), *_reach(facts, on), *_price(facts), *_picture(facts), *_use(facts)]
    losses.sort(key=lambda loss: -loss.points)
    return Judged(max(0, 100 - sum(loss.points for loss in losses)), tuple(losses))


MENDS = {"keeper": "keepers", "hours": "hours", "contact": "contact"}


def _fields(facts: Facts) -> Iterable[Loss]:
    for fields, points in ((LAW_FIELDS, LAW_POINTS), (MORE_FIELDS, MORE_POINTS)):
        for name, label in fields.items():
            if name in facts.needs and name not in facts.there:
                yield Loss("fields", name, f"没有{label}", points, MENDS.get(name, "edit"))


def _fresh(facts: Facts, on: date) -> Iterable[Loss]:
    """Looked at within the span the law sets for checking, or within three of them, or longer ago."""
    if facts.confirmed_on is None:
        yield Loss("fresh", "unconfirmed", "信息从未确认", FRESH_POINTS, "confirm")
        return
    span = facts.check_months * DAYS_OF_MONTH
    age = (on - facts.confirmed_on).days
    if age > 3 * span:
        yield Loss("fresh", "stale", f"信息 {age} 天没有确认", FRESH_POINTS, "confirm")
    elif age > span:
        yield Loss("fresh", "ageing", f"信息 {age} 天没有确认", FRESH_POINTS // 2, "confirm")


def _reach(facts: Facts, on: date) -> Iterable[Loss]:
    if facts.reached_on is None:
        yield Loss("reach", "unreached", "联系人没有确认过", REACH_POINTS, "ask")
    elif (on - facts.reached_on).days > REACHED_DAYS:
        yield Loss("reach", "reached_long_ago", "联系人一年没有确认", REACH_POINTS // 2, "ask")


def _price(facts: Facts) -> Iterable[Loss]:
    if facts.price == "none":
        yield Loss("price", "no_price", "没有公布对外价格", PRICE_POINTS, "prices")
    elif facts.price == "ending":
        yield Loss("price", "price_ends", f"收费标准 {PRICE_ENDS_DAYS} 天内到期", 5, "prices")


def _picture(facts: Facts) -> Iterable[Loss]:
    if not facts.pictures:
        yield Loss("picture", "no_picture", "没有图片", PICTURE_POINTS, "pictures")


def _use(facts: Facts) -> Iterable[Loss]:
    if facts.services >= BUSY_SERVICES or facts.hours >= BUSY_HOURS:
        return
    if facts.services or facts.hours:
        yield Loss("use", "little_use", "对外服务较少", USE_POINTS // 2, "use")
    else:
        yield Loss("use", "no_use", "还没有对外服务记录", USE_POINTS, "use")
