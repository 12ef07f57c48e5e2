"""Using a voucher for an order: at settlement, or at the agreement and filed at settlement. Called by orders.

The order's own command has asked who may; here the law is asked again, in the same transaction in which money is set
aside, so that what the page showed and what happens are one thing.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from yixiang.kernel.errors import Invalid, Refused, WrongState
from yixiang.kernel.money import percent, spread
from yixiang.kernel.periods import local_date
from yixiang.ledger.commands import moving as ledger
from yixiang.ledger.commands.moving import Basis, Share
from yixiang.ledger.queries.explaining import several
from yixiang.people.models import Person
from yixiang.vouchers.commands.filing import file_case
from yixiang.vouchers.commands.telling import tell_payee, tell_user
from yixiang.vouchers.commands.writing import finish, lock, record
from yixiang.vouchers.facts import OrderFacts
from yixiang.vouchers.law import articles_of
from yixiang.vouchers.models import Paper, Redemption, new_number
from yixiang.vouchers.queries.offers import USED_BEFORE, Offer, offers_for


@transaction.atomic
def redeem(order: OrderFacts, level: str, *, actor: Person, now: datetime) -> Redemption:
    """At settlement: money is reserved and the redemption files itself with the papers of the order."""
    if order.state != "completed":
        raise WrongState("预约单还没有结算，或者已经取消，不能申请创新券。", code="order-not-settled")
    offer = _usable(order, level, "settlement", now)
    if missing := offer.missing_papers:
        raise papers_missing(list(missing.values()))
    made = _use(order, offer, "submitted", actor=actor, now=now)
    record(made, "use", f"结算时使用{offer.label} {made.amount:,.2f} 元", actor=actor, now=now)
    _keep_papers(made, order, actor=actor, now=now)
    return file_case(made, actor=actor, now=now)


@transaction.atomic
def pledge(order: OrderFacts, level: str, *, actor: Person, now: datetime) -> Redemption:
    """At the agreement: the voucher pays its part of the negotiated price, and waits for the settlement."""
    if order.state != "accepted":
        raise WrongState("约定价格之后、登记结果之前才能使用创新券。", code="order-not-agreed")
    offer = _usable(order, level, "agreement", now)
    made = _use(order, offer, "pledged", actor=actor, now=now)
    record(made, "use", f"约定价格时使用{offer.label} {made.amount:,.2f} 元", actor=actor, now=now)
    body = f"{made.unit.name}使用创新券 {made.amount:,} 元支付预约单 {made.order_number}，结算后兑付给贵单位。"
    tell_payee(made, f"收到创新券：{made.amount:,} 元", body, now=now)
    return made


@transaction.atomic
def file_pledged(order: OrderFacts, *, actor: Person, now: datetime) -> Redemption | None:
    """At settlement of an order that was partly paid by a voucher. A bill below the negotiated price takes less."""
    made = pledged_for(order.number)
    if made is None:
        return None
    made = lock(made)
    rate = Decimal(made.decision["verdicts"][1]["value"]["rate"])
    amount = min(made.amount, percent(order.price, rate))
    if not amount:
        give_back(order.number, actor=actor, now=now, reason="结算金额过小")
        return None
    if order.price < made.price:
        _fit(made, order.price, amount, actor=actor, now=now)
    made.invoices = list(order.invoices)
    finish(made, "file", actor=actor, now=now)
    _keep_papers(made, order, actor=actor, now=now)
    return file_case(made, actor=actor, now=now)


@transaction.atomic
def give_back(number: str, *, actor: Person | None, now: datetime, reason: str) -> None:
    """The order ended, or was agreed anew: exactly what was held is free again."""
    made = pledged_for(number)
    if made is None:
        return
    made = lock(made)
    ledger.release(made.hold, actor=actor, now=now, reason=reason)
    made.state_note = reason
    finish(made, "release", actor=actor, now=now, note=reason)
    tell_user(made, f"创新券已退回：{made.amount:,} 元", f"{reason}，创新券 {made.number} 已退回，可以再用。", now=now)


def pledged_for(number: str) -> Redemption | None:
    found: Redemption | None = Redemption.objects.filter(order_number=number, state="pledged").first()
    return found


def papers_missing(names: Sequence[str]) -> Invalid:
    said = "、".join(names)
    return Invalid.field(
        "voucher", f"使用创新券还缺：{said}。补齐后再结算，填写的内容都已保留。", code="papers-missing"
    )


# --- inside


def _usable(order: OrderFacts, level: str, moment: str, now: datetime) -> Offer:
    offers = offers_for(order, moment=moment, today=local_date(now))
    offer = offers.of(level)
    if offer is None:
        failed = offers.reasons.failed if offers.reasons else ()
        why = offers.note or "".join(step.because for step in failed[:3]) or "这里没有正在受理的创新券。"
        raise Refused("voucher-not-possible", f"不能使用创新券：{why}没有提交，填写的内容都已保留。", status=422,
                      fields={"voucher": [why]})  # fmt: skip
    if not offer.usable:
        raise Refused("voucher-not-possible", f"不能使用{offer.label}：{offer.why_not}没有提交，填写的内容都已保留。",
                      status=422, fields={"voucher": [offer.why_not]})  # fmt: skip
    return offer


def _use(order: OrderFacts, offer: Offer, state: str, *, actor: Person, now: datetime) -> Redemption:
    number = new_number(local_date(now))
    decision = several(能否使用=offer.eligibility, 支付多少=offer.reckoning)
    article = articles_of(offer.law, offer.eligibility, offer.reckoning)
    found = offer.reckoning.basis
    basis = Basis(order.number, order.invoices, found.pack, found.date, found.digest, article, decision)
    hold = ledger.reserve(
        offer.programme, shares_of(order, offer.amount), reference=("redemption", number), limits=[offer.limit],
        basis=basis, actor=actor, now=now, reason=f"{offer.label} {order.title}",
    )  # fmt: skip
    try:
        with transaction.atomic():
            return Redemption.objects.create(
                number=number, programme=offer.programme, unit_id=order.customer, provider_id=order.provider,
                payee_id=order.customer if offer.law.at_settlement else order.provider, person=actor,
                order_number=order.number, day=order.day, price=order.price, amount=offer.amount, state=state,
                hold=hold, snapshot=_snapshot(order, offer), decision=decision, article=article,
                invoices=list(order.invoices), used_at=now,
            )  # fmt: skip
    except IntegrityError:
        raise Refused("voucher-used", USED_BEFORE + "没有再次提交。", fields={"voucher": [USED_BEFORE]}) from None


def shares_of(order: OrderFacts, amount: Decimal) -> list[Share]:
    """Divided over the instruments by what each costs: face values are counted by instrument later."""
    weights = [line.amount for line in order.lines]
    parts = spread(amount, weights if any(weights) else [Decimal(1)] * len(weights))
    shares: dict[int, Decimal] = {}
    for line, part in zip(order.lines, parts, strict=True):
        if part:
            shares[line.instrument] = shares.get(line.instrument, Decimal(0)) + part
    return [Share(part, order.customer, order.provider, instrument) for instrument, part in shares.items()]


def _snapshot(order: OrderFacts, offer: Offer) -> dict[str, Any]:
    return {
        "title": order.title, "content": order.content,
        "customer": order.customer_name, "provider": order.provider_name,
        "standing": dict(order.standing), "purpose": order.purpose, "other_subsidy": order.other_subsidy,
        "level": offer.level, "programme": offer.programme.title,
        "lines": [[line.name, str(line.amount)] for line in order.lines],
    }  # fmt: skip


def _keep_papers(made: Redemption, order: OrderFacts, *, actor: Person, now: datetime) -> None:
    Paper.objects.bulk_create(
        Paper(
            redemption=made, kind=paper.kind, label=paper.label[:160], file_id=paper.file, digest=paper.digest,
            from_order=True, at=now, by=actor,
        )
        for paper in order.papers
    )  # fmt: skip


def _fit(made: Redemption, price: Decimal, amount: Decimal, *, actor: Person, now: datetime) -> None:
    """The same part of a smaller bill; what is not needed goes back to the budget and to the unit."""
    what = f"结算金额 {price:,} 元低于约定价 {made.price:,} 元，创新券由 {made.amount:,} 元减为 {amount:,} 元"
    made.hold = ledger.reduce(made.hold, amount, actor=actor, now=now, reason="结算金额低于约定价")
    made.price, made.amount = price, amount
    made.save(update_fields=["price", "amount"])
    record(made, "fit", what, actor=actor, now=now)
