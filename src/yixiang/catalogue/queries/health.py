"""How well listings serve whoever finds them: points, what each lost one asks for, and where to mend it."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import Avg, Count, Func, QuerySet
from django.urls import reverse

from yixiang.catalogue import law
from yixiang.catalogue.models import Instrument, Keeper, OpeningHours, Picture, Tariff
from yixiang.catalogue.queries.desk import own_instruments
from yixiang.catalogue.queries.free_time import BY_TIME
from yixiang.catalogue.rules import health
from yixiang.catalogue.rules.fields import BY_NAME
from yixiang.catalogue.rules.health import Facts, Judged, Loss, Price
from yixiang.catalogue.states import PUBLIC
from yixiang.kernel.periods import local_date
from yixiang.units.models import Unit

FIX_LABELS = {
    "keepers": "登记机组人员",
    "hours": "设置开放时间",
    "contact": "填写联系方式",
    "confirm": "核对并确认",
    "ask": "请联系人确认",
    "prices": "发布收费标准",
    "pictures": "上传图片",
    "edit": "补充信息",
    "use": "登记对外服务机时",
}
FIELDS = {"place": "street", "contact": "contact_phone", "no_use": "service_hours", "little_use": "service_hours"}


@dataclass(frozen=True, slots=True)
class Lost:
    """One lost point group: what is missing, how much it weighs, and the page that mends it."""

    code: str
    label: str
    points: int
    fix_label: str
    fix_url: str


@dataclass(frozen=True, slots=True)
class Health:
    score: int
    lost: list[Lost]


@dataclass(frozen=True, slots=True)
class Overview:
    """A unit's public instruments together."""

    count: int
    average: int
    whole: int  # how many lose nothing that can be mended today
    losses: list[tuple[str, str, int]]  # code, label, how many


def judge(instrument: Instrument, *, on: date) -> Health:
    judged = judge_many([instrument], on=on)[instrument.pk]
    return Health(judged.score, [lost_of(instrument, loss) for loss in judged.losses])


def lost_of(instrument: Instrument, loss: Loss) -> Lost:
    return Lost(loss.code, loss.label, loss.points, FIX_LABELS[loss.mend], fix_url(instrument, loss))


def fix_url(instrument: Instrument, loss: Loss) -> str:
    code = instrument.code
    if loss.mend in {"keepers", "hours"}:
        return reverse(f"catalogue:{loss.mend}", args=[code])
    if loss.mend in {"prices", "pictures"}:
        return reverse(f"catalogue:{loss.mend}", args=[instrument.kind_code, code])
    if loss.mend in {"confirm", "ask"}:
        return f"{reverse('catalogue:health')}?unit={instrument.unit_id}&lost={loss.code}"
    if instrument.state in PUBLIC:
        return f"{reverse('catalogue:edit', args=[code])}#id_{FIELDS.get(loss.code, loss.code)}"
    return reverse("catalogue:step", args=[code, BY_NAME[FIELDS.get(loss.code, loss.code)].step])


def judge_many(instruments: Collection[Instrument], *, on: date) -> dict[int, Judged]:
    """Five queries, however many there are. Instruments should be read with their unit."""
    keys = [one.pk for one in instruments]
    keepers = set(Keeper.objects.filter(instrument__in=keys, removed_at=None).values_list("instrument_id", flat=True))
    hours = set(OpeningHours.objects.filter(instrument__in=keys).values_list("instrument_id", flat=True))
    counted = Picture.objects.filter(instrument__in=keys).values("instrument").annotate(n=Count("pk"))
    pictures = {row["instrument"]: row["n"] for row in counted.order_by()}
    prices = _prices(keys, on)
    months = lru_cache(maxsize=None)(lambda unit: law.check_months(unit, on=on) or 1)
    found = {}
    for one in instruments:
        there = {name for name in _typed(one) if _typed(one)[name]}
        there |= {"keeper"} if one.pk in keepers else set()
        there |= {"hours"} if one.pk in hours else set()
        facts = Facts(
            there=frozenset(there),
            needs=_needs(one),
            confirmed_on=local_date(one.confirmed_at) if one.confirmed_at else None,
            check_months=months(one.unit),
            reached_on=local_date(one.reached_at) if one.reached_at else None,
            price=prices.get(one.pk, "none"),
            pictures=pictures.get(one.pk, 0),
            services=one.service_count,
            hours=float(one.service_hours or 0),
        )
        found[one.pk] = health.judge(facts, on=on)
    return found


def _typed(one: Instrument) -> dict[str, Any]:
    plain = ("name", "model", "worth", "bought_on", "technical", "service_content")
    more = ("english_name", "function", "requirement", "manufacturer")
    return {name: getattr(one, name) for name in (*plain, *more)} | {
        "place": one.region and one.street,
        "contact": one.contact_name and (one.contact_phone or one.contact_email),
    }


def _needs(one: Instrument) -> frozenset[str]:
    """A facility has no model and maker; what takes no bookings by time needs no hours."""
    needs = {*health.LAW_FIELDS, *health.MORE_FIELDS}
    if one.is_facility:
        needs -= {"model", "manufacturer"}
    if one.booking_mode not in BY_TIME:
        needs -= {"hours"}
    return frozenset(needs)


def _prices(keys: Collection[int], on: date) -> dict[int, Price]:
    """Published, with a line for outside, in force today; `ending` when nothing follows soon."""
    rows = Tariff.objects.filter(instrument__in=keys, lines__audience="outside").distinct()
    spans: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
    for pk, since, until in rows.values_list("instrument_id", "valid_from", "valid_until"):
        spans[pk].append((since, until))
    found: dict[int, Price] = {}
    soon = on + timedelta(days=health.PRICE_ENDS_DAYS)
    for pk, known in spans.items():
        current = next((until for since, until in known if since <= on and (until is None or until >= on)), on)
        if current == on and not any(since <= on and until == on for since, until in known):
            continue
        followed = current is not None and any(since > current for since, _until in known)
        found[pk] = "clear" if current is None or current > soon or followed else "ending"
    return found


# --- a unit's screen


@dataclass(frozen=True, slots=True)
class Line:
    """One instrument on the screen: points lost by group, and the single things to mend, the heaviest first."""

    pk: int
    instrument: Instrument
    score: int
    by_group: dict[str, int]
    lost: list[Lost]


def line_of(instrument: Instrument, judged: Judged) -> Line:
    by_group: Counter[str] = Counter()
    for loss in judged.losses:
        by_group[loss.group] += loss.points
    lost = [lost_of(instrument, loss) for loss in judged.losses]
    return Line(instrument.pk, instrument, judged.score, dict(by_group), lost)


def units_of(person: Any) -> list[Unit]:
    """The units in which this person looks after something public."""
    rows = kept_by(person).order_by().values("unit")
    return list(Unit.objects.filter(pk__in=rows).order_by("pk"))


def kept_by(person: Any) -> QuerySet[Instrument]:
    """What this person looks after, also as one of its keepers; public, the worst first."""
    rows: QuerySet[Instrument] = own_instruments(person).filter(state__in=PUBLIC)
    return rows.select_related("unit", "sub_unit").order_by("health", "pk")


def of_unit(unit: Unit, person: Any) -> QuerySet[Instrument]:
    return kept_by(person).filter(unit=unit)


def losing(rows: QuerySet[Instrument], code: str) -> QuerySet[Instrument]:
    return rows.filter(losses__contains=[code]) if code else rows


def overview(rows: QuerySet[Instrument]) -> Overview:
    known = rows.order_by().aggregate(count=Count("pk"), average=Avg("health"))
    whole = rows.filter(losses=[]).count() + rows.filter(losses__len__gt=0, losses__contained_by=NOT_TODAY).count()
    unnested = rows.order_by().annotate(loss=Func("losses", function="unnest")).values_list("loss", flat=True)
    counted = Counter(unnested).most_common()
    return Overview(
        known["count"], round(known["average"] or 0), whole, [(code, label(code), n) for code, n in counted]
    )


NOT_TODAY = ["no_use", "little_use"]  # only time and customers mend these
LABELS = {
    **{name: f"没有{label}" for name, label in (health.LAW_FIELDS | health.MORE_FIELDS).items()},
    "unconfirmed": "信息从未确认",
    "stale": "信息长久未确认",
    "ageing": "信息该确认了",
    "unreached": "联系人没有确认过",
    "reached_long_ago": "联系人一年未确认",
    "no_price": "没有对外价格",
    "price_ends": "收费标准快到期",
    "no_picture": "没有图片",
    "no_use": "没有对外服务记录",
    "little_use": "对外服务较少",
}


def label(code: str) -> str:
    return LABELS.get(code, code)
