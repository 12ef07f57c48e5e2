"""Acceptance, by a person of the provider or at once by the terms the provider has set."""

from datetime import datetime

from django.db import transaction

from yixiang.kernel.errors import WrongState
from yixiang.orders.commands.contracting import make_contract
from yixiang.orders.commands.telling import instruments_said, tell_customer
from yixiang.orders.commands.writing import begin, finish
from yixiang.orders.models import Line, Order, Terms
from yixiang.orders.states import ORDER
from yixiang.people.models import Person


@transaction.atomic
def accept(order: Order, *, actor: Person, now: datetime, version: int | None = None, note: str = "") -> Order:
    """At the published price. Without one there is nothing to agree to yet, so an offer comes first."""
    order, move = begin(order, "accept", actor=actor, version=version)
    if order.quoted_total is None:
        raise WrongState("有的仪器没有这种方式的公开收费标准，请先报价，使用方同意后就算受理。", code="quote-needed")
    order.accepted_at = now
    order = finish(order, move, actor=actor, now=now, note=note)
    make_contract(order, actor=actor, now=now)
    words = f"{order.provider}已受理您的预约。"
    tell_customer(order, f"已受理：{instruments_said(order)}", words + note, now=now)
    return order


def accepts_itself(order: Order, lines: list[Line]) -> bool:
    """Every line is time of an instrument whose terms say so, and the price is known."""
    if order.quoted_total is None or not all(line.by_time for line in lines):
        return False
    wanted = {line.instrument_id for line in lines}
    return Terms.objects.filter(instrument__in=wanted, auto_accept=True).count() == len(wanted)


def accept_by_terms(order: Order, *, now: datetime) -> Order:
    """Within the submitting; the keepers read of it instead of deciding."""
    move = ORDER.move(order.state, "accept")
    order.accepted_at = now
    order = finish(order, move, actor=None, now=now, what="符合预约条件，自动受理")
    make_contract(order, actor=None, now=now)
    words = f"符合{order.provider}设置的预约条件，已自动受理。"
    tell_customer(order, f"已受理：{instruments_said(order)}", words, now=now)
    return order
