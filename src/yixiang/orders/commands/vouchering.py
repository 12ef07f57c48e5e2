"""An order paid in part by a voucher: chosen with the agreement or the settlement, given back when the order ends."""

from datetime import datetime

from django.db import transaction

from yixiang.kernel.periods import local_date
from yixiang.orders.commands.writing import changed_meanwhile, lock, record, require_side
from yixiang.orders.models import Order
from yixiang.orders.queries.vouchers import facts_of
from yixiang.orders.states import PLACE
from yixiang.people.models import Person
from yixiang.vouchers.commands import using
from yixiang.vouchers.models import Redemption


def use_at_settlement(order: Order, level: str, *, actor: Person, now: datetime) -> Redemption | None:
    """What was pledged at the agreement is filed; where a level was chosen, it is redeemed."""
    facts = facts_of(order, today=local_date(now))
    if level:
        return using.redeem(facts, level, actor=actor, now=now)
    return using.file_pledged(facts, actor=actor, now=now)


def use_at_agreement(order: Order, level: str, *, actor: Person, now: datetime) -> Redemption:
    made = using.pledge(facts_of(order, today=local_date(now)), level, actor=actor, now=now)
    record(order, "voucher", f"使用创新券 {made.amount} 元（{made.number}）", actor=actor, now=now)
    return made


@transaction.atomic
def use_voucher(order: Order, level: str, *, actor: Person, now: datetime, version: int | None = None) -> Redemption:
    """By the customer, after the agreement and before the results are recorded."""
    order = lock(order)
    require_side(order, actor, PLACE)
    if version is not None and version != order.version:
        raise changed_meanwhile()
    return use_at_agreement(order, level, actor=actor, now=now)
