"""Submitting: every rule asked again, the time taken, the price list frozen, the clock started."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from yixiang.catalogue.commands import timing
from yixiang.kernel.errors import Invalid, Refused
from yixiang.kernel.known import know
from yixiang.kernel.money import ZERO
from yixiang.kernel.periods import local_date
from yixiang.kernel.states import Move
from yixiang.orders import law
from yixiang.orders.commands.accepting import accept_by_terms, accepts_itself
from yixiang.orders.commands.drafting import WORDS, refuse_stale, written
from yixiang.orders.commands.telling import servers, tell_provider
from yixiang.orders.commands.writing import begin, finish, in_turn, lines_of
from yixiang.orders.models import Charge, Line, Order
from yixiang.orders.queries import checking
from yixiang.orders.queries.orders import with_provider
from yixiang.orders.rules import booking, pricing, saying, wishes
from yixiang.orders.rules.pricing import Amount
from yixiang.orders.rules.wishes import LineWish, SampleWish, Wish
from yixiang.orders.states import ORDER
from yixiang.people.models import Person
from yixiang.units.models import Unit


@transaction.atomic
def place(*, actor: Person, wish: Wish, now: datetime, provider: Unit | None = None, submit_it: bool = True) -> Order:
    """Begun and submitted in one breath, as programs do it: what cannot be submitted leaves nothing behind."""
    order, lines = written(actor=actor, wish=wish, now=now)
    _know(order, lines, actor)
    if provider is not None and provider.pk != order.provider_id:
        raise Invalid.field("provider", f"这些仪器属于“{order.provider}”。", code="other-provider")
    if not submit_it:
        return order
    move = ORDER.move(order.state, "submit")  # written in this transaction: nobody else knows it, nothing to lock
    return _submit(order, in_turn(lines), move, actor=actor, now=now)


def _know(order: Order, lines: Sequence[Line], actor: Person) -> None:
    """It is whole as it stands here, and nobody else has touched it: who asks for it next reads nothing again."""
    order.begun_by = actor.pk  # type: ignore[attr-defined]
    know(order, "lines", with_provider(order, list(lines)))
    for relation in ("papers", "invoices", "events"):
        know(order, relation, [])
    for line in lines:
        know(line, "papers", [])


@transaction.atomic
def submit(
    order: Order,
    *,
    actor: Person,
    now: datetime,
    version: int | None = None,
    seen_total: Decimal | None = None,
    promised: bool = False,
) -> Order:
    """From draft to 待受理. `seen_total` is the estimate somebody agreed to; a change since is told, not swallowed.
    A `promised` time was offered by the platform itself, so that the notice it should have had is forgiven."""
    order, move = begin(order, "submit", actor=actor, version=version)
    refuse_stale(order.customer, now=now)
    return _submit(order, lines_of(order), move, actor=actor, now=now, seen_total=seen_total, promised=promised)


def _submit(
    order: Order,
    lines: list[Line],
    move: Move,
    *,
    actor: Person,
    now: datetime,
    seen_total: Decimal | None = None,
    promised: bool = False,
) -> Order:
    _refuse_faults(order, lines)
    for line in lines:
        _refuse_closed(line, now)
        refuse_unfit(line, actor=actor, now=now, forgiven=("notice",) if promised else ())
    quote(order, lines, now=now)
    _refuse_other_price(order, seen_total)
    for line in lines:
        take_time(line, actor=actor, now=now)
    clock = law.answer_clock(order.provider, on=local_date(now))
    order.submitted_at, order.answer_by = now, clock.last_day if clock else None
    order.reason, order.state_note, order.escalated_at = "", "", None
    order = finish(order, move, actor=actor, now=now, what="提交预约单", data={"total": str(order.quoted_total)})
    if accepts_itself(order, lines):
        order = accept_by_terms(order, now=now)
    _tell_submitted(order, lines, now)
    return order


def _refuse_other_price(order: Order, seen_total: Decimal | None) -> None:
    if seen_total is not None and order.quoted_total != seen_total:
        raise Refused(
            "price-changed",
            f"收费标准刚刚更新，这次的估价是 {order.quoted_total} 元，和您看到的 {seen_total} 元不同。"
            "没有提交，请核对后再提交。",
            extra={"quote": str(order.quoted_total)},
        )


def _tell_submitted(order: Order, lines: Sequence[Line], now: datetime) -> None:
    ordered = sorted(lines, key=lambda line: line.position)
    said, names = f"{order.customer} {order.contact_name}", saying.names(line.instrument.name for line in ordered)
    people, subject = servers(lines), f"新预约：{names}"
    if order.state == "accepted":
        words = f"{said}的预约符合预约条件，已自动受理。"
        tell_provider(order, subject, words, people=people, now=now)
        return
    tell_provider(
        order, subject, f"{said}预约了{names}，等待受理。", people=people, kind="order-waiting", button="去受理",
        deadline=order.answer_by, now=now,
    )  # fmt: skip


def take_time(line: Line, *, actor: Person, now: datetime) -> None:
    """The constraint decides. Whoever was slower is told what can be had instead, and keeps the draft."""
    if not (line.by_time and line.starts and line.ends):
        return
    held = timing.book(line.instrument, starts=line.starts, ends=line.ends, actor=actor, reference=line.pk, now=now)
    if held is None:
        raise taken(line, now=now)


def taken(line: Line, *, now: datetime) -> Refused:
    assert line.starts
    assert line.ends
    near = checking.alternatives(line.instrument, line.starts, line.ends, now=now)
    said = "；".join(
        saying.span(one.start, one.end)
        + (f"（{one.instrument.name}）" if one.instrument.pk != line.instrument_id else "")
        for one in near
    )
    advice = f"可以改选：{said}。" if near else "近期没有空闲，可以加入候补或换一台仪器。"
    return Refused(
        "time-taken",
        f"“{line.instrument.name}”的这段时间刚刚被别人约走，没有提交，填写的内容都已保留。{advice}",
        extra={"instrument": line.instrument.code, "alternatives": [one.as_json for one in near]},
    )


def _refuse_faults(order: Order, lines: Sequence[Line]) -> None:
    words = {name: getattr(order, name) for name in WORDS}
    ordered = sorted(lines, key=lambda line: line.position)
    if found := wishes.faults([_wish(line) for line in ordered], words):
        first = next(iter(found.values()))[0]
        raise Invalid(f"还不能提交：{first}填写的内容已保留。", fields=found, code="order-incomplete")


def _wish(line: Line) -> LineWish:
    samples = tuple(
        SampleWish(one.name, one.count, one.form, one.hazard, one.hazard_note) for one in line.samples.all()
    )
    return LineWish(line.instrument.code, line.mode, line.way, line.starts, line.ends, tuple(line.items), samples)


def _refuse_closed(line: Line, now: datetime) -> None:
    """Stopped, or no longer booked this way, while somebody was choosing."""
    one = line.instrument
    accepts = one.booking_mode in {line.mode, "both"}
    if one.is_listed and accepts:
        return
    near = checking.alternatives(one, line.starts, line.ends, now=now) if line.starts and line.ends else []
    said = "已停止预约" if not one.is_listed else f"现在不接受{'按时间预约' if line.by_time else '送样'}"
    raise Refused(
        "instrument-stopped",
        f"“{one.name}”{said}{f'（{one.state_note}）' if one.state_note else ''}，没有提交，填写的内容都已保留。",
        extra={"instrument": one.code, "alternatives": [other.as_json for other in near]},
    )


def refuse_unfit(line: Line, *, actor: Person, now: datetime, forgiven: Sequence[str] = ()) -> None:
    """The rules of the instrument, as the page showed them before the click."""
    if not (line.by_time and line.starts and line.ends):
        return
    found = checking.answers(
        line.instrument, line.starts, line.ends, person=line.order.person, unit=line.order.customer,
        way=line.way, now=now, besides=line.pk,
    )  # fmt: skip
    if wrong := [one for one in booking.failed(found) if one.rule not in forgiven]:
        near = checking.alternatives(line.instrument, line.starts, line.ends, now=now)
        raise Refused(
            "time-not-possible",
            f"“{line.instrument.name}”：{wrong[0].message}没有提交，填写的内容都已保留。",
            status=422,
            fields={f"lines.{line.position}": [one.message for one in wrong]},
            extra={"instrument": line.instrument.code, "alternatives": [one.as_json for one in near]},
        )


def quote(order: Order, lines: Sequence[Line], *, now: datetime) -> None:
    """The list in force today is frozen on each line; a line without a price waits for an offer."""
    on, total, priced = local_date(now), ZERO, True
    if order.submitted_at is not None:
        Charge.objects.filter(line__order=order).delete()  # of the time before: an offer made then is void
    for line in lines:
        line.order = order
        line.tariff = checking.tariff_for(line.instrument, on=on)
        line.save(update_fields=["tariff"])
        found = checking.charges_of(line, line.tariff, internal=order.internal)
        add_charges(line, "quoted", found)
        priced = priced and (bool(found) or order.internal)  # own use without a price of its own costs nothing
        total += pricing.total(found)
    order.quoted_total = total if priced else None
    order.agreed_total = None


def write_charges(line: Line, stage: str, amounts: Sequence[Amount]) -> None:
    Charge.objects.filter(line=line, stage=stage).delete()
    add_charges(line, stage, amounts)


def add_charges(line: Line, stage: str, amounts: Sequence[Amount]) -> None:
    Charge.objects.bulk_create(
        Charge(
            line=line, stage=stage, position=position, component=one.component, basis=one.basis, name=one.name,
            price=one.price, quantity=one.quantity, amount=one.amount, why=one.why,
        )
        for position, one in enumerate(amounts)
    )  # fmt: skip
