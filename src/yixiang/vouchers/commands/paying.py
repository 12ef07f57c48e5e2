"""By the finance people of the office whose money it is: pay, undo an approval, take back what was paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from yixiang.kernel.errors import Invalid, Refused
from yixiang.kernel.periods import local_date
from yixiang.ledger.commands import moving as ledger
from yixiang.people.models import Person
from yixiang.vouchers.commands.telling import tell_payee, tell_user
from yixiang.vouchers.commands.writing import begin, finish
from yixiang.vouchers.models import Redemption


@transaction.atomic
def pay(
    redemption: Redemption, *, actor: Person, now: datetime, paid_on: date | None = None, version: int | None = None
) -> Redemption:
    made, _move = begin(redemption, "pay", actor=actor, version=version)
    day = paid_on or local_date(now)
    if day > local_date(now):
        raise Invalid.field("paid_on", "拨付日期不能晚于今天。")
    if made.approved_at and day < local_date(made.approved_at):
        raise Invalid.field("paid_on", "拨付日期不能早于核定日期。")
    ledger.pay(made.hold, actor=actor, now=now, reason=f"{day} 拨付")
    made.paid_on = day
    finish(made, "pay", actor=actor, now=now, what=f"{day} 拨付 {made.amount:,} 元给{made.payee.name}")
    tell_payee(made, f"创新券已拨付：{made.amount:,} 元", f"{made.number} 已于 {day} 拨付，请核对到账。", now=now)
    return made


@dataclass(frozen=True, slots=True)
class Paid:
    redemption: Redemption
    refused: Refused | None = None


def pay_many(
    rows: Sequence[tuple[Redemption, int]], *, actor: Person, now: datetime, paid_on: date | None = None
) -> list[Paid]:
    """Each by itself: one that cannot be paid says why and stops nobody else's money."""
    done = []
    for made, version in rows:
        try:
            done.append(Paid(pay(made, actor=actor, now=now, paid_on=paid_on, version=version)))
        except Refused as refused:
            done.append(Paid(made, refused))
    return done


@transaction.atomic
def revoke(
    redemption: Redemption, *, actor: Person, now: datetime, note: str, version: int | None = None
) -> Redemption:
    """Approved by mistake, or the service was refunded: the money goes back before it is paid."""
    made, _move = begin(redemption, "revoke", actor=actor, note=note, version=version)
    ledger.release(made.hold, actor=actor, now=now, reason=note)
    made.state_note = note.strip()[:300]
    finish(made, "revoke", actor=actor, now=now, note=note)
    tell_user(made, f"创新券核定已撤销：{made.number}", f"原因：{note.strip()}", now=now)
    return made


@transaction.atomic
def recover(
    redemption: Redemption,
    amount: Decimal,
    *,
    actor: Person,
    now: datetime,
    note: str,
    version: int | None = None,
) -> Redemption:
    """Paid money came back; a part leaves the rest paid."""
    made, _move = begin(redemption, "recover", actor=actor, note=note, version=version)
    hold = ledger.recover(made.hold, amount, actor=actor, now=now, reason=note)
    made.state_note = note.strip()[:300]
    what = f"追回 {amount:,} 元，还剩 {hold.kept:,} 元"
    finish(made, "recover", actor=actor, now=now, what=what, note=note, state=hold.state)
    tell_payee(made, f"创新券资金已追回：{amount:,} 元", f"{made.number}：{note.strip()}", now=now)
    return made
