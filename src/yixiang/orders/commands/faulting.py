"""故障: reported at the instrument, stops the listing, tells everybody booked what could be used instead."""

from datetime import date, datetime

from django.db import transaction
from django.urls import reverse

from yixiang.catalogue.commands.standing import act, halt
from yixiang.catalogue.commands.writing import lock as lock_listing
from yixiang.catalogue.commands.writing import may_run, require_run
from yixiang.catalogue.models import Instrument
from yixiang.kernel.errors import Invalid, NotPermitted, WrongState
from yixiang.kernel.periods import local_date
from yixiang.notices.commands import tell
from yixiang.orders.commands.telling import keepers_of, tell_customer
from yixiang.orders.models import Fault, Line, Order
from yixiang.orders.queries.substitutes import substitutes_of
from yixiang.orders.states import HOLDING
from yixiang.people.models import Person


def may_report(instrument: Instrument, person: Person) -> bool:
    """Whoever runs it, and whoever is using it right now."""
    return may_run(instrument, person) or using(instrument, person)


def using(instrument: Instrument, person: Person) -> bool:
    lines = Line.objects.filter(instrument=instrument, order__state="accepted", order__person_id=person.pk)
    return lines.filter(started_at__isnull=False, stopped_at=None).exists()


@transaction.atomic
def report(instrument: Instrument, *, actor: Person, words: str, now: datetime, expected: date | None = None) -> Fault:
    """One at a time. The bookings stay until somebody cancels or moves them, and cancelling is never held against
    anybody while the fault is open."""
    instrument = lock_listing(instrument)
    if not may_report(instrument, actor):
        raise NotPermitted("只有机组，以及正在使用这台仪器的人，可以报故障。请联系机组。")
    if Fault.objects.filter(instrument=instrument, mended_at=None).exists():
        raise WrongState("这台仪器已经报过故障，机组正在处理。", code="fault-known")
    if instrument.state not in {"listed", "stopped"}:
        raise WrongState("这台仪器没有在平台上开放。")
    if len(words.strip()) < 2:
        raise Invalid.field("words", "请写明出了什么问题。")
    if expected and expected < local_date(now):
        raise Invalid.field("expected", "预计恢复的日子已经过去。")
    made = Fault.objects.create(
        instrument=instrument, words=words.strip()[:500], at=now, by=actor, expected=expected,
        stopped=instrument.state == "listed",
    )  # fmt: skip
    halt(instrument, actor=actor, now=now, note=f"故障：{made.words}"[:300])
    made.told = _tell_booked(made, now)
    made.save(update_fields=["told"])
    _tell_keepers(made, actor, now)
    return made


@transaction.atomic
def mend(fault: Fault, *, actor: Person, outcome: str, now: datetime) -> Fault:
    """It runs again: open for bookings unless it was stopped for another reason; whoever kept theirs hears of it."""
    instrument = lock_listing(fault.instrument)
    require_run(instrument, actor)
    fault = Fault.objects.select_for_update(of=("self",)).select_related("instrument").get(pk=fault.pk)
    if fault.mended_at:
        raise WrongState("这次故障已经处理完。")
    if not outcome.strip():
        raise Invalid.field("outcome", "请写明怎么处理的，以后查得到。")
    fault.mended_at, fault.mended_by, fault.outcome = now, actor, outcome.strip()[:500]
    fault.save()
    if fault.stopped and instrument.state == "stopped":
        act(instrument, "restart", actor=actor, now=now)
    for order in booked(instrument, now=now):
        subject = f"仪器已恢复：{instrument.name}"
        tell_customer(order, subject, "您的预约照常进行。", now=now, key=f"mended-{fault.pk}", kind="booking-help")
    return fault


def booked(instrument: Instrument, *, now: datetime) -> list[Order]:
    """Everybody whose time is still to come, and whoever has sent samples for it."""
    lines = Line.objects.filter(instrument=instrument, order__state__in=HOLDING)
    to_come = lines.filter(ends__gt=now) | lines.filter(mode="samples")
    rows = Order.objects.filter(pk__in=to_come.values("order")).select_related("provider", "customer", "person")
    return list(rows.order_by("pk"))


def _tell_booked(fault: Fault, now: datetime) -> int:
    orders = booked(fault.instrument, now=now)
    until = f"预计 {fault.expected:%m月%d日} 恢复。" if fault.expected else "恢复时间待定。"
    others = substitutes_of([fault.instrument])[:3]
    instead = "可以改约：" + "；".join(f"{one.name}（{one.unit.name}）" for one in others) + "。" if others else ""
    words = f"“{fault.instrument.name}”出了故障，{until}现在取消不记入预约信用。{instead}"
    for order in orders:
        tell_customer(
            order, f"仪器故障：{fault.instrument.name}", words, now=now, button="看看怎么办", kind="booking-help",
            key=f"fault-{fault.pk}",
        )  # fmt: skip
    return len(orders)


def _tell_keepers(fault: Fault, actor: Person, now: datetime) -> None:
    people = [one for one in keepers_of(fault.instrument) if one.pk != actor.pk]
    words = f"{actor.name or actor}报告：{fault.words}。已停止预约，通知了 {fault.told} 张预约单的预约人。"
    tell(
        people,
        kind="order-waiting",
        subject=f"故障：{fault.instrument.name}",
        body=words,
        url=reverse("orders:faults", args=[fault.instrument.code]),
        button="去处理",
        key=f"fault-{fault.pk}",
        now=now,
    )
