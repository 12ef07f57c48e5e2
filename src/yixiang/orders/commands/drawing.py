"""抽签: a stretch of time is kept back, requests are collected, the lot decides, the rest is free for everybody."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.urls import reverse

from yixiang.catalogue.commands import timing
from yixiang.catalogue.commands.writing import lock as lock_listing
from yixiang.catalogue.commands.writing import may_run, refuse_closed, require_run
from yixiang.catalogue.commands.writing import record as note_down
from yixiang.catalogue.models import Instrument
from yixiang.catalogue.models.listing import ALPHABET
from yixiang.catalogue.queries import free_time
from yixiang.kernel.errors import Invalid, Refused, Unseen, WrongState
from yixiang.kernel.later import later
from yixiang.notices.commands import tell
from yixiang.orders.commands.drafting import customer_unit, start
from yixiang.orders.commands.freeing import wake
from yixiang.orders.commands.placing import submit
from yixiang.orders.models import Draw, Lot, Order
from yixiang.orders.rules import lots, saying
from yixiang.orders.rules.lots import Request
from yixiang.orders.rules.wishes import LineWish, Wish
from yixiang.orders.rules.words import OUTCOMES, WAYS
from yixiang.orders.states import DRAW
from yixiang.people.models import Person

KIND = "draw"
LONGEST = timedelta(days=31)
MOST_LOTS = 500


@transaction.atomic
def open_draw(
    instrument: Instrument,
    *,
    starts: datetime,
    ends: datetime,
    closes_at: datetime,
    most_minutes: int,
    actor: Person,
    now: datetime,
    note: str = "",
) -> Draw:
    """The whole stretch is held at once, so that nobody can be faster; the digest of the seed is public from now on."""
    instrument = lock_listing(instrument)
    require_run(instrument, actor)
    refuse_closed(instrument)
    _check(instrument, starts, ends, closes_at, most_minutes, now)
    seed = secrets.token_hex(32)
    made = Draw.objects.create(
        code="".join(secrets.choice(ALPHABET) for _ in range(8)).upper(), instrument=instrument, starts=starts,
        ends=ends, closes_at=closes_at, most_minutes=most_minutes, seed=seed, commitment=lots.digest(seed),
        note=note.strip()[:300], opened_at=now, opened_by=actor,
    )  # fmt: skip
    held = timing.book(instrument, starts=starts, ends=ends, actor=actor, reference=made.pk, now=now, kind=KIND)
    if held is None:
        taken = len(free_time.busy(instrument, starts, ends))
        raise Refused("time-taken", f"这段时间里已有 {taken} 处占用或预约。请避开它们，或先与预约人商量改期。")
    note_down(instrument, "draw", f"开放抽签：{_span(made)}", actor=actor, now=now, note=made.note)
    later("orders.draw", at=closes_at, draw_id=made.pk)
    return made


def _check(
    instrument: Instrument, starts: datetime, ends: datetime, closes_at: datetime, most: int, now: datetime
) -> None:
    wrong: dict[str, list[str]] = {}
    if not free_time.can_be_booked(instrument):
        raise WrongState("这台仪器现在不接受按时间预约，不能抽签。")
    if not timedelta() < ends - starts <= LONGEST:
        wrong["ends"] = ["结束须晚于开始，一次最多一个月。"]
    if not now < closes_at < starts:
        wrong["closes_at"] = ["报名截止须在现在以后、时段开始以前。"]
    if not instrument.min_minutes <= most <= instrument.max_minutes:
        wrong["most_minutes"] = [f"须在单次预约的 {instrument.min_minutes} 至 {instrument.max_minutes} 分钟之间。"]
    if wrong:
        raise Invalid("抽签没有开放，请检查标出的项目。", fields=wrong)


@dataclass(frozen=True, slots=True)
class Asked:
    starts: datetime
    ends: datetime
    content: str
    second: tuple[datetime, datetime] | None = None
    way: str = "entrusted"
    contact_phone: str = ""


@transaction.atomic
def ask_for(draw: Draw, asked: Asked, *, actor: Person, now: datetime) -> Lot:
    """One lot for each person; asking again before the end changes the wishes, not the number."""
    draw = _locked(draw)
    unit = customer_unit(actor, now=now)
    if draw.state != "open" or draw.closes_at <= now:
        raise WrongState("报名已经截止。结果在抽签页面公布。", code="draw-closed")
    phone = asked.contact_phone.strip() or actor.phone or ""
    _check_lot(draw, asked, phone)
    values = {
        "customer": unit, "starts": asked.starts, "ends": asked.ends, "way": asked.way,
        "second_starts": asked.second[0] if asked.second else None,
        "second_ends": asked.second[1] if asked.second else None,
        "content": asked.content.strip()[:500], "contact_phone": phone, "asked_at": now,
    }  # fmt: skip
    number = (draw.lots.aggregate(last=Max("number"))["last"] or 0) + 1
    if draw.lots.exclude(person=actor).count() >= MOST_LOTS:
        raise WrongState("报名人数已满。")
    made: Lot
    made, _new = Lot.objects.update_or_create(
        draw=draw, person=actor, defaults=values, create_defaults={**values, "number": number}
    )
    return made


@transaction.atomic
def leave(draw: Draw, *, actor: Person, now: datetime) -> None:
    """Before the end of asking."""
    draw = _locked(draw)
    if draw.state != "open" or draw.closes_at <= now:
        raise WrongState("报名已经截止，不能再退出。中签后不需要的话请取消预约单。", code="draw-closed")
    draw.lots.filter(person=actor).delete()


def _check_lot(draw: Draw, asked: Asked, phone: str) -> None:
    wrong: dict[str, list[str]] = {}
    for name, wish in (("finishes", (asked.starts, asked.ends)), ("second_finishes", asked.second)):
        if wish and (said := _wrong_with(draw, wish)):
            wrong[name] = [said]
    if asked.way not in WAYS:
        wrong["way"] = ["请选择服务方式。"]
    if not asked.content.strip():
        wrong["content"] = ["请填写测试目的与要求，中签后直接生成预约单。"]
    if not phone:
        wrong["contact_phone"] = ["请填写联系电话。"]
    if wrong:
        raise Invalid("没有报名，请检查标出的项目。", fields=wrong)


def _wrong_with(draw: Draw, wish: tuple[datetime, datetime]) -> str:
    starts, ends = wish
    if starts >= ends:
        return "结束时间须晚于开始时间。"
    if starts < draw.starts or ends > draw.ends:
        return f"请选 {_span(draw)} 之内的时间。"
    if ends - starts > timedelta(minutes=draw.most_minutes):
        return f"每人最多 {draw.most_minutes} 分钟。"
    return ""


# --- the draw itself


@transaction.atomic
def draw_lots(draw_id: int, *, now: datetime) -> bool:
    """Once, after the end of asking: down the ranking each first wish that can still be had, else the second."""
    draw = Draw.objects.select_for_update(of=("self",)).select_related("instrument__unit").filter(pk=draw_id).first()
    if draw is None or draw.state != "open" or draw.closes_at > now:
        return False
    by_number = {lot.number: lot for lot in draw.lots.select_related("person", "customer")}
    requests = [Request(lot.number, _wishes(lot)) for lot in by_number.values()]
    draw.state, draw.closed_at = DRAW.step(draw.state, "draw"), now
    draw.entries = lots.entries_digest(requests)
    draw.save()
    timing.give_back([draw.pk], now=now, kind=KIND)
    for rank, one in enumerate(lots.ranking(requests, seed=draw.seed), start=1):
        lot = by_number[one.number]
        lot.rank = rank
        _grant(draw, lot, now)
        lot.save()
        _tell(draw, lot, now)
    won = sum(lot.order_id is not None for lot in by_number.values())
    note_down(draw.instrument, "drawn", f"抽签：{len(by_number)} 人报名，{won} 人中签", actor=None, now=now)
    wake([draw.instrument_id])
    return True


def _wishes(lot: Lot) -> list[tuple[datetime, datetime]]:
    found = [(lot.starts, lot.ends)]
    return [*found, (lot.second_starts, lot.second_ends)] if lot.second_starts and lot.second_ends else found


def _grant(draw: Draw, lot: Lot, now: datetime) -> None:
    """The constraint says what is still free; a rule that refuses says why, beside the lot."""
    lot.outcome = "lost"
    for outcome, (starts, ends) in zip(("won", "second"), _wishes(lot), strict=False):
        try:
            with transaction.atomic():
                lot.order, lot.outcome, lot.why = _order(draw, lot, starts, ends, now), outcome, ""
            return
        except Refused as refused:
            if refused.code != "time-taken":
                lot.outcome, lot.why = "refused", refused.message[:200]


def _order(draw: Draw, lot: Lot, starts: datetime, ends: datetime, now: datetime) -> Order:
    line = LineWish(draw.instrument.code, "time", lot.way, starts, ends)
    words: dict[str, object] = {
        "content": lot.content, "contact_phone": lot.contact_phone,
        "contact_name": lot.person.name or str(lot.person),
    }  # fmt: skip
    order = start(actor=lot.person, wish=Wish((line,), words), now=now)
    return submit(order, actor=lot.person, now=now, promised=True)


@transaction.atomic
def call_off(draw: Draw, *, actor: Person, now: datetime, note: str) -> Draw:
    """Before the lot has decided; the time is free for everybody."""
    draw = _locked(draw)
    if not may_run(draw.instrument, actor):
        raise Unseen()
    state = DRAW.step(draw.state, "call_off")
    if not note.strip():
        raise Invalid.field("note", "请写明取消的原因。", code="reason-missing")
    draw.state, draw.closed_at, draw.note = state, now, note.strip()[:300]
    draw.save()
    timing.give_back([draw.pk], now=now, kind=KIND)
    note_down(draw.instrument, "draw_off", f"取消抽签：{_span(draw)}", actor=actor, now=now, note=draw.note)
    for lot in draw.lots.select_related("person"):
        _send(draw, lot, "抽签已取消", f"{draw.note}。这段时间已开放，可以直接预约。", now)
    wake([draw.instrument_id])
    return draw


def _locked(draw: Draw) -> Draw:
    rows = Draw.objects.select_for_update(of=("self",)).select_related("instrument__unit", "instrument__sub_unit")
    found = rows.filter(pk=draw.pk).first()
    if found is None:
        raise Unseen()
    return found


def _tell(draw: Draw, lot: Lot, now: datetime) -> None:
    said = lot.why or ("已为您生成预约单。" if lot.order_id else "剩下的时间已开放，可以直接预约或加入候补。")
    _send(draw, lot, OUTCOMES[lot.outcome], said, now)


def _send(draw: Draw, lot: Lot, subject: str, body: str, now: datetime) -> None:
    tell(
        [lot.person],
        kind="booking-help",
        subject=f"{subject}：{draw.instrument.name}",
        body=f"{_span(draw)}，{body}",
        url=reverse("orders:draw", args=[draw.code]),
        button="看结果",
        key=f"draw-{draw.pk}-{lot.number}-{draw.state}",
        now=now,
    )


def _span(draw: Draw) -> str:
    return saying.span(draw.starts, draw.ends)
