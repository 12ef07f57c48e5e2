"""What the provider says to a submitted order, and how both come to a price."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from yixiang.catalogue.models import Instrument
from yixiang.catalogue.rules.words import COMPONENTS
from yixiang.kernel.errors import Invalid, Refused, WrongState
from yixiang.kernel.money import NotMoney, spread, yuan
from yixiang.kernel.periods import local_date
from yixiang.orders import law
from yixiang.orders.commands.accepting import accept as accept
from yixiang.orders.commands.contracting import make_contract
from yixiang.orders.commands.freeing import free
from yixiang.orders.commands.placing import write_charges
from yixiang.orders.commands.telling import instruments_said, tell_customer, tell_provider
from yixiang.orders.commands.vouchering import use_at_agreement
from yixiang.orders.commands.writing import begin, finish, lines_of
from yixiang.orders.models import Line, Order, Quote
from yixiang.orders.rules import pricing
from yixiang.orders.rules.words import REFUSALS
from yixiang.people.models import Person

Amounts = Mapping[int, Mapping[str, Decimal]]  # line → component → yuan


@dataclass(frozen=True, slots=True)
class Accepted:
    """One of many: the order, or why not."""

    order: Order
    refused: Refused | None = None


def accept_many(orders: Iterable[tuple[Order, int]], *, actor: Person, now: datetime) -> list[Accepted]:
    """Each with the version that was seen, each by itself: one that cannot be accepted keeps no other waiting."""
    done = []
    for order, version in orders:
        try:
            done.append(Accepted(accept(order, actor=actor, now=now, version=version)))
        except Refused as refused:
            done.append(Accepted(order, refused))
    return done


@transaction.atomic
def refuse(
    order: Order,
    *,
    actor: Person,
    now: datetime,
    reason: str,
    note: str = "",
    substitute: Instrument | None = None,
    version: int | None = None,
) -> Order:
    """With a reason from the list, and something else where there is one. The time is free again at once."""
    if reason not in REFUSALS:
        raise Invalid.field("reason", "请选择不予受理的原因。", code="reason-missing")
    if reason == "other" and not note.strip():
        raise Invalid.field("note", "请写明不予受理的原因。", code="reason-missing")
    order, move = begin(order, "refuse", actor=actor, note=note or REFUSALS[reason], version=version)
    order.reason, order.state_note, order.substitute = reason, note.strip()[:300], substitute
    order.closed_at = now
    free(order, now=now)
    said = f"{REFUSALS[reason]}{'：' + note.strip() if note.strip() else ''}"
    order = finish(order, move, actor=actor, now=now, note=said, data={"reason": reason})
    instead = f"建议改用“{substitute.name}”（{substitute.unit}）。" if substitute else ""
    tell_customer(order, f"未受理：{instruments_said(order)}", f"{said}。{instead}", button="看看还能怎么办", now=now)
    return order


# --- offers


@transaction.atomic
def quote(
    order: Order,
    *,
    actor: Person,
    amounts: Amounts,
    now: datetime,
    note: str = "",
    valid_until: date | None = None,
    version: int | None = None,
) -> Order:
    """An offer of the provider, by line and component."""
    order, move = begin(order, "quote", actor=actor, version=version)
    lines = lines_of(order)
    _check_complete(lines, amounts)
    until = valid_until or law.quote_until(order.provider, on=local_date(now))
    if until and until < local_date(now):
        raise Invalid.field("valid_until", "报价的有效期已经过去。")
    made = _offer(order, "provider", lines, amounts, actor=actor, now=now, note=note, until=until)
    data = {"quote": made.pk, "total": str(made.total)}
    order = finish(order, move, actor=actor, now=now, what=f"报价 {made.total} 元", note=note, data=data)
    words = f"{order.provider}对您的预约报价 {made.total} 元。{note.strip()}"
    tell_customer(
        order, f"请确认报价：{made.total} 元", words, kind="order-money", button="看报价", deadline=until, now=now
    )
    return order


@transaction.atomic
def counter(
    order: Order, *, actor: Person, total: Decimal, now: datetime, note: str, version: int | None = None
) -> Order:
    """The customer's answer: another total. The offer before it is spread over the lines in the same proportions."""
    order, move = begin(order, "counter", actor=actor, note=note, version=version)
    last = order.quotes.filter(side="provider").last()
    assert last is not None
    wanted = read_money(total)
    parts = [(line, code, Decimal(amount)) for line, row in last.amounts.items() for code, amount in row.items()]
    shares = _shares(wanted, [amount for _line, _code, amount in parts])
    amounts: dict[int, dict[str, Decimal]] = {}
    for (line, code, _amount), share in zip(parts, shares, strict=True):
        amounts.setdefault(int(line), {})[code] = share
    made = _offer(order, "customer", lines_of(order), amounts, actor=actor, now=now, note=note, until=None)
    data = {"quote": made.pk, "total": str(made.total)}
    order = finish(order, move, actor=actor, now=now, what=f"还价 {made.total} 元", note=note, data=data)
    words = f"{order.customer}希望的价格是 {made.total} 元：{note.strip()}"
    tell_provider(
        order, f"还价：{made.total} 元", words, kind="order-money", button="去回复", deadline=order.answer_by, now=now
    )
    return order


@transaction.atomic
def agree(order: Order, *, actor: Person, now: datetime, voucher: str = "", version: int | None = None) -> Order:
    """The offer becomes the price; the provider's offer is its acceptance. A voucher may pay its part at once."""
    order, move = begin(order, "agree", actor=actor, version=version)
    last = order.quotes.filter(side="provider").last()
    assert last is not None
    if last.valid_until and last.valid_until < local_date(now):
        raise WrongState("这份报价已过有效期，请还价或请对方重新报价。", code="quote-expired")
    for line in lines_of(order):
        row = last.amounts.get(str(line.pk), {})
        write_charges(line, "agreed", pricing.offered({code: Decimal(amount) for code, amount in row.items()}))
    order.agreed_total, order.accepted_at = last.total, now
    order = finish(order, move, actor=actor, now=now, what=f"同意报价 {last.total} 元", data={"quote": last.pk})
    make_contract(order, actor=last.by or actor, now=now, customer=actor)
    if voucher:
        use_at_agreement(order, voucher, actor=actor, now=now)
    tell_provider(order, f"报价已同意：{instruments_said(order)}", f"{order.customer}同意 {last.total} 元。", now=now)
    return order


def _shares(total: Decimal, weights: list[Decimal]) -> list[Decimal]:
    """Where the offer was nothing at all, the first part carries everything."""
    return spread(total, weights if any(weights) else [Decimal(not n) for n in range(len(weights))])


def _check_complete(lines: Iterable[Line], amounts: Amounts) -> None:
    known = {line.pk for line in lines}
    wrong = {}
    for line in lines:
        row = amounts.get(line.pk) or {}
        if not row or set(row) - set(COMPONENTS):
            wrong[f"lines.{line.position}"] = [
                f"请填写“{line.instrument.name}”的报价，按{'、'.join(COMPONENTS.values())}分列。"
            ]
    if set(amounts) - known:
        wrong["lines"] = ["报价里有不属于这张预约单的项目。"]
    if wrong:
        raise Invalid("报价没有发出，请检查标出的项目。", fields=wrong, code="quote-incomplete")


def _offer(
    order: Order,
    side: str,
    lines: Iterable[Line],
    amounts: Amounts,
    *,
    actor: Person,
    now: datetime,
    note: str,
    until: date | None,
) -> Quote:
    rows = {str(line.pk): {c: str(read_money(v)) for c, v in amounts[line.pk].items()} for line in lines}
    total = sum((Decimal(amount) for row in rows.values() for amount in row.values()), Decimal("0.00"))
    if total > MOST:
        raise Invalid.field("amounts", "报价超过 1000 万元，请检查小数点。")
    return Quote.objects.create(
        order=order, side=side, at=now, by=actor, amounts=rows, total=total, valid_until=until, note=note.strip()[:300]
    )


MOST = Decimal(10_000_000)


def read_money(value: Decimal) -> Decimal:
    """An amount somebody typed or sent."""
    try:
        amount = yuan(value)
    except NotMoney:
        raise Invalid.field("amounts", "金额请填写数字，最多两位小数。") from None
    if not 0 <= amount <= MOST:
        raise Invalid.field("amounts", "金额应在 0 至 1000 万元之间。")
    return amount
