"""候补: waiting for a time that may come free, an offer that holds it for some hours, taking it with one click."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.urls import reverse

from yixiang.catalogue.commands import timing
from yixiang.catalogue.models import Instrument
from yixiang.catalogue.queries import free_time
from yixiang.kernel.errors import Invalid, Refused, Unseen, WrongState
from yixiang.kernel.later import later
from yixiang.notices.commands import tell
from yixiang.orders.commands.drafting import customer_unit, start
from yixiang.orders.commands.placing import submit
from yixiang.orders.models import Order, Waiting
from yixiang.orders.queries import checking, queues
from yixiang.orders.rules import saying
from yixiang.orders.rules.wishes import LineWish, Wish
from yixiang.orders.rules.words import WAYS
from yixiang.orders.states import WAITING
from yixiang.people.models import Person

OFFER = "offer"
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Place:
    """What somebody waits for."""

    earliest: datetime
    latest: datetime
    minutes: int
    content: str
    way: str = "entrusted"
    contact_phone: str = ""


@transaction.atomic
def join(instrument: Instrument, place: Place, *, actor: Person, now: datetime) -> Waiting:
    """Only where there is nothing to be had now; whoever can book books."""
    unit = customer_unit(actor, now=now)
    terms = checking.terms_of(instrument)
    if not free_time.can_be_booked(instrument) or not terms.queue:
        raise WrongState("这台仪器现在不接受候补。可以改送样，或看看同类仪器。", code="no-queue")
    phone = place.contact_phone.strip() or actor.phone or ""
    _check(instrument, place, phone, now)
    if open_now := queues.slots_for(instrument, place.earliest, place.latest, place.minutes, now=now)[:3]:
        raise _free_now(instrument, [one.start for one in open_now], timedelta(minutes=place.minutes))
    try:
        with transaction.atomic():
            return Waiting.objects.create(
                instrument=instrument, person=actor, customer=unit, earliest=place.earliest, latest=place.latest,
                minutes=place.minutes, way=place.way, content=place.content.strip()[:500], contact_phone=phone,
                joined_at=now,
            )  # fmt: skip
    except IntegrityError:
        raise WrongState("您已经在这台仪器的候补里；想换时段请先退出再加入。", code="waiting-already") from None


def _free_now(instrument: Instrument, starts: list[datetime], length: timedelta) -> Refused:
    times = [
        {"instrument": instrument.code, "start": one.isoformat(), "end": (one + length).isoformat()} for one in starts
    ]
    words = f"这段时间现在就有空闲（{saying.at(starts[0])} 起），直接预约就好，不用候补。"
    return Refused("free-now", words, extra={"alternatives": times})


def _check(instrument: Instrument, place: Place, phone: str, now: datetime) -> None:
    wrong: dict[str, list[str]] = {}
    if place.earliest >= place.latest:
        wrong["latest"] = ["最晚须晚于最早。"]
    elif place.latest <= now:
        wrong["latest"] = ["这段时间已经过去。"]
    elif place.latest > now + timedelta(days=instrument.horizon_days):
        wrong["latest"] = [f"这台仪器最多提前 {instrument.horizon_days} 天预约，请选近一些的日子。"]
    elif place.latest - place.earliest < timedelta(minutes=place.minutes):
        wrong["minutes"] = ["最早和最晚之间放不下这么长的时间。"]
    if not instrument.min_minutes <= place.minutes <= instrument.max_minutes:
        wrong["minutes"] = [f"单次预约须在 {instrument.min_minutes} 至 {instrument.max_minutes} 分钟之间。"]
    if place.way not in WAYS:
        wrong["way"] = ["请选择服务方式。"]
    if not place.content.strip():
        wrong["content"] = ["请填写测试目的与要求，有空位时直接生成预约单。"]
    if not phone:
        wrong["contact_phone"] = ["请填写联系电话。"]
    if wrong:
        raise Invalid("没有加入候补，请检查标出的项目。", fields=wrong)


# --- offers


@transaction.atomic
def offer_next(instrument_id: int, *, now: datetime) -> int:
    """To those in line, in their order, as long as something fits. Safe to run twice: what is held is not offered."""
    rows = Waiting.objects.select_for_update(of=("self",)).filter(instrument=instrument_id, state="waiting")
    made = 0
    for waiting in rows.select_related("instrument__unit", "person", "customer").order_by("joined_at", "pk"):
        made += _offer(waiting, now)
    return made


def _offer(waiting: Waiting, now: datetime) -> bool:
    hours = checking.terms_of(waiting.instrument).offer_hours
    for starts in queues.starts_for(waiting, now=now):
        ends = starts + timedelta(minutes=waiting.minutes)
        if not timing.book(
            waiting.instrument, starts=starts, ends=ends, actor=None, reference=waiting.pk, now=now, kind=OFFER
        ):
            continue
        waiting.state = WAITING.step(waiting.state, "offer")
        waiting.starts, waiting.ends, waiting.until = starts, ends, min(now + hours * HOUR, starts)
        waiting.save()
        later("orders.lapse", at=waiting.until, waiting_id=waiting.pk)
        words = f"已为您保留到 {saying.at(waiting.until)}，点一下就预约；不要的话会给下一位。"
        _tell(waiting, "候补有空位", words, now)
        return True
    return False


@transaction.atomic
def take(waiting: Waiting, *, actor: Person, now: datetime) -> Order:
    """The held time becomes an order, in one transaction: nobody can come between."""
    waiting = _locked(waiting, actor)
    state = WAITING.step(waiting.state, "take")
    assert waiting.starts
    assert waiting.ends
    assert waiting.until
    if waiting.until <= now:
        raise WrongState("这次邀约已经过期，时间给了下一位。可以重新加入候补。", code="offer-lapsed")
    timing.give_back([waiting.pk], now=now, kind=OFFER)
    line = LineWish(waiting.instrument.code, "time", waiting.way, waiting.starts, waiting.ends)
    words: dict[str, object] = {
        "content": waiting.content, "contact_phone": waiting.contact_phone, "contact_name": actor.name or str(actor),
    }  # fmt: skip
    order = start(actor=actor, wish=Wish((line,), words), now=now)
    order = submit(order, actor=actor, now=now, promised=True)
    waiting.state, waiting.order, waiting.ended_at = state, order, now
    waiting.save()
    return order


@transaction.atomic
def leave(waiting: Waiting, *, actor: Person, now: datetime) -> Waiting:
    """An offer that is not wanted goes to the next one at once."""
    waiting = _locked(waiting, actor)
    return _ended(waiting, "leave", now)


@transaction.atomic
def lapse(waiting_id: int, *, now: datetime) -> bool:
    """By the clock: nobody took the offer, or the whole stretch has passed. Twice changes nothing."""
    rows = Waiting.objects.select_for_update(of=("self",)).select_related("instrument", "person")
    waiting = rows.filter(pk=waiting_id).first()
    if waiting is None:
        return False
    if waiting.state == "offered" and waiting.until and waiting.until <= now:
        _ended(waiting, "lapse", now)
        _tell(waiting, "候补邀约已过期", "保留的时间已给下一位。还需要的话可以重新加入候补。", now)
        return True
    if waiting.state == "waiting" and waiting.latest <= now:
        _ended(waiting, "end", now)
        _tell(waiting, "候补结束", "您等候的时段已经过去，没有等到空位。可以换个时段或看看同类仪器。", now)
        return True
    return False


def _ended(waiting: Waiting, action: str, now: datetime) -> Waiting:
    held = waiting.state == "offered"
    waiting.state = WAITING.step(waiting.state, action)
    waiting.ended_at = now
    waiting.save()
    if held:
        timing.give_back([waiting.pk], now=now, kind=OFFER)
        later("orders.offer", once=f"orders.offer.{waiting.instrument_id}", instrument_id=waiting.instrument_id)
    return waiting


def _locked(waiting: Waiting, actor: Person) -> Waiting:
    rows = Waiting.objects.select_for_update(of=("self",)).select_related("instrument__unit", "person", "customer")
    found = rows.filter(pk=waiting.pk, person=actor).first()
    if found is None:
        raise Unseen()
    return found


def _tell(waiting: Waiting, subject: str, body: str, now: datetime) -> None:
    when = f"{saying.at(waiting.starts)} 起 {waiting.minutes} 分钟。" if waiting.starts else ""
    tell(
        [waiting.person],
        kind="booking-help",
        subject=f"{subject}：{waiting.instrument.name}",
        body=when + body,
        url=reverse("orders:access"),
        button="去看看",
        key=f"waiting-{waiting.pk}-{waiting.state}",
        now=now,
    )
