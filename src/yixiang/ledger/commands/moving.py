"""Moves of money: reserve → commit → pay, and the ways back.

Nobody moves money here by hand: the commands of the rooms above ask `require` for their own thing and call these in the
same transaction. Locks: the programme's fund account first, which makes moves of one programme queue up, then the rest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Sum

from yixiang.kernel.errors import Invalid, Refused, WrongState
from yixiang.kernel.money import ZERO, NotMoney, spread, yuan
from yixiang.kernel.periods import local_date
from yixiang.ledger.models import Account, Cap, Entry, Hold, Posting, Programme
from yixiang.ledger.states import HOLD
from yixiang.people.models import Person
from yixiang.policy import Verdict


@dataclass(frozen=True, slots=True)
class Share:
    """A part of the money: how much, and for whom and what it counts. One reservation may have several."""

    amount: Decimal
    customer: int | None = None
    provider: int | None = None
    instrument: int | None = None
    apart: str = ""  # counted by itself and not for its unit, such as "platform/12"


@dataclass(frozen=True, slots=True)
class Limit:
    """A cap this reservation must keep. `dimension` is one of states.DIMENSIONS, `label` is said when it is reached."""

    dimension: str
    key: str
    ceiling: Decimal
    label: str


@dataclass(frozen=True, slots=True)
class Basis:
    """Why: the order and its invoices, the pack and article, the decision in full."""

    order_number: str = ""
    invoices: Sequence[str] = ()
    pack: str = ""
    decided_on: date | None = None
    digest: str = ""
    article: str = ""
    decision: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, verdict: Verdict, *, article: str, order_number: str = "", invoices: Sequence[str] = ()) -> "Basis":
        found = verdict.basis
        return cls(
            order_number, tuple(invoices), found.pack, found.date, found.digest, article, verdict.to_json()
        )  # fmt: skip

    @classmethod
    def of_posting(cls, one: Posting) -> "Basis":
        return cls(
            one.order_number, one.invoices, one.pack, one.decided_on, one.digest, one.article, one.decision
        )  # fmt: skip


SYSTEM = "系统"
Reference = tuple[str, str]  # what kind of thing, and its number: ("redemption", "R260301-AB2CD")


@transaction.atomic
def reserve(
    programme: Programme,
    shares: Sequence[Share],
    *,
    reference: Reference,
    basis: Basis,
    actor: Person | None,
    now: datetime,
    limits: Sequence[Limit] = (),
    reason: str = "",
) -> Hold:
    """Set money aside. The same reference again is the same reservation, and nothing moves."""
    shares = [replace(share, amount=_positive(share.amount)) for share in shares]
    total = sum((share.amount for share in shares), ZERO)
    accounts = lock_accounts(programme)
    kind, key = reference
    if known := Hold.objects.filter(reference_kind=kind, reference_key=key).first():
        return _same(known, programme, total)
    programme.refresh_from_db()
    if not programme.takes(local_date(now)):
        raise closed(programme)
    _refuse_beyond(accounts["fund"].balance, total, programme)
    _set_caps(programme, shares, limits)
    hold = Hold.objects.create(programme=programme, reference_kind=kind, reference_key=key, amount=total)
    post(hold, "reserve", ("fund", "reserved"), shares, basis=basis, actor=actor, now=now, reason=reason)
    return hold


@transaction.atomic
def commit(hold: Hold, *, actor: Person | None, now: datetime, reason: str = "", basis: Basis | None = None) -> Hold:
    """Approved: the money is promised."""
    return _move_all(hold, "commit", "committed", actor=actor, now=now, reason=reason, basis=basis)


@transaction.atomic
def release(hold: Hold, *, actor: Person | None, now: datetime, reason: str = "", basis: Basis | None = None) -> Hold:
    """Exactly what was held goes back, whether it was only reserved or already promised."""
    return _move_all(hold, "release", "fund", actor=actor, now=now, reason=reason, basis=basis)


@transaction.atomic
def reduce(hold: Hold, to: Decimal, *, actor: Person | None, now: datetime, reason: str) -> Hold:
    """Less is needed than was reserved: the difference goes back, from several shares in proportion."""
    to = _positive(to)
    hold, _accounts = _lock(hold)
    if hold.state != "held" or to > hold.amount:
        raise WrongState("只有还没有核定的预留可以减少。", code="hold-differs")
    if to == hold.amount:
        return hold
    shares = _parts(shares_in(hold, "reserved"), hold.amount - to)
    hold.amount = to
    hold.save(update_fields=["amount"])
    post(hold, "release", ("reserved", "fund"), shares, basis=None, actor=actor, now=now, reason=reason)
    return hold


@transaction.atomic
def pay(hold: Hold, *, actor: Person | None, now: datetime, reason: str = "", basis: Basis | None = None) -> Hold:
    return _move_all(hold, "pay", "paid", actor=actor, now=now, reason=reason, basis=basis)


@transaction.atomic
def recover(
    hold: Hold, amount: Decimal, *, actor: Person | None, now: datetime, reason: str, basis: Basis | None = None
) -> Hold:
    """Paid money came back, all of it or a part; from several shares in proportion to what is left of each."""
    amount = _positive(amount)
    hold, _known = _lock(hold)
    target = HOLD.step(hold.state, "recover")
    if amount > hold.kept:
        raise Invalid.field("amount", f"最多可以追回 {hold.kept:,} 元。", code="more-than-paid")
    shares = _parts(shares_in(hold, "paid"), amount)
    hold.recovered += amount
    hold.state = target if hold.kept == ZERO else hold.state
    hold.save(update_fields=["recovered", "state"])
    post(hold, "recover", ("paid", "recovered"), shares, basis=basis, actor=actor, now=now, reason=reason)
    return hold


STAGE_OF = {"held": "reserved", "committed": "committed", "paid": "paid"}


def _move_all(
    hold: Hold, action: str, to: str, *, actor: Person | None, now: datetime, reason: str, basis: Basis | None
) -> Hold:
    """Everything that is held, from where it stands. Asked for twice, it moves once."""
    hold, _accounts = _lock(hold)
    move = next(move for move in HOLD.moves if move.action == action)
    if hold.state == move.target:
        return hold
    target, stage = HOLD.step(hold.state, action), STAGE_OF[hold.state]
    shares = shares_in(hold, stage)
    hold.state = target
    hold.save(update_fields=["state"])
    post(hold, action, (stage, to), shares, basis=basis, actor=actor, now=now, reason=reason)
    return hold


def _parts(shares: Sequence[Share], amount: Decimal) -> list[Share]:
    """So much of them, each in proportion, none more than it has."""
    parts = spread(amount, [share.amount for share in shares])
    return [replace(share, amount=part) for share, part in zip(shares, parts, strict=True) if part]


# --- locking and writing


def lock_accounts(programme: Programme) -> dict[str, Account]:
    """The fund first: whoever holds it moves money of this programme alone."""
    fund = list(Account.objects.select_for_update().filter(programme=programme, stage="fund"))
    if not fund:
        raise closed(programme)  # no budget has been booked yet
    rest = Account.objects.select_for_update().filter(programme=programme).order_by("pk")
    return {account.stage: account for account in rest}


def _lock(hold: Hold) -> tuple[Hold, dict[str, Account]]:
    accounts = lock_accounts(hold.programme)
    return Hold.objects.select_related("programme").select_for_update(of=("self",)).get(pk=hold.pk), accounts


def _positive(amount: Decimal) -> Decimal:
    try:
        value = yuan(amount)
    except NotMoney:
        value = ZERO
    if value <= ZERO:
        raise Invalid.field("amount", "金额应大于 0，最多两位小数。", code="amount-invalid")
    return value


def _same(known: Hold, programme: Programme, total: Decimal) -> Hold:
    if (known.programme_id, known.amount) != (programme.pk, total):
        raise Refused("hold-differs", f"这一项已经预留过 {known.amount:,} 元，不能再按 {total:,} 元预留。")
    return known


def closed(programme: Programme) -> Refused:
    days = f"{programme.opens_on:%Y-%m-%d} 至 {programme.closes_on:%Y-%m-%d}"
    return Refused("programme-closed", f"“{programme.title}”现在不受理（受理时间 {days}）。没有动用资金，也没有提交。")


def _refuse_beyond(left: Decimal, wanted: Decimal, programme: Programme) -> None:
    if wanted > left:
        raise Refused(
            "budget-exhausted",
            f"“{programme.title}”的预算还剩 {left:,} 元，不够 {wanted:,} 元。没有动用资金，也没有提交。",
            extra={"left": str(left)},
        )


def _set_caps(programme: Programme, shares: Sequence[Share], limits: Sequence[Limit]) -> None:
    """The ceilings of today's law, and whether there is room below each. The constraint says the same to everybody."""
    for limit in sorted(limits, key=lambda one: (one.dimension, one.key)):
        wanted = sum((share.amount for share in shares if _counts(share, limit)), ZERO)
        cap = _cap(programme, limit)
        used = cap.used if cap else limit.ceiling
        if cap is None or used + wanted > limit.ceiling:
            left = max(ZERO, limit.ceiling - used)
            raise Refused(
                "cap-reached",
                f"{limit.label}上限 {limit.ceiling:,} 元，还剩 {left:,} 元，不够 {wanted:,} 元。"
                "没有动用资金，也没有提交。",
                extra={"dimension": limit.dimension, "left": str(left)},
            )
        if cap.ceiling != limit.ceiling:
            Cap.objects.filter(pk=cap.pk).update(ceiling=limit.ceiling)


def _cap(programme: Programme, limit: Limit) -> Cap | None:
    """None where more was given before the cap was set than it allows."""
    named = {"programme": programme, "dimension": limit.dimension, "key": limit.key}
    try:
        with transaction.atomic():
            cap, _new = Cap.objects.get_or_create(**named, defaults={"ceiling": limit.ceiling})
    except IntegrityError:
        return None
    cap.refresh_from_db()  # the database has counted
    return cap


def _counts(share: Share, limit: Limit) -> bool:
    named = {
        "user": share.customer,
        "instrument": share.instrument,
        "unit": None if share.apart else share.provider,
        "unit_separate": share.apart or None,
    }
    return named[limit.dimension] is not None and str(named[limit.dimension]) == limit.key


def shares_in(hold: Hold, stage: str) -> list[Share]:
    """What of the hold stands there now, by whom and what it counts for."""
    rows = (
        Entry.objects.filter(posting__hold=hold, account__stage=stage)
        .values("customer", "provider", "instrument", "apart")
        .annotate(sum=Sum("amount"))
        .filter(sum__gt=0)
        .order_by("customer", "provider", "instrument", "apart")
    )
    return [
        Share(row["sum"], row["customer"], row["provider"], row["instrument"], row["apart"]) for row in rows
    ]  # fmt: skip


def post(
    hold: Hold,
    move: str,
    way: tuple[str, str],
    shares: Sequence[Share],
    *,
    basis: Basis | None,
    actor: Person | None,
    now: datetime,
    reason: str,
) -> Posting:
    """One posting with two entries for each share. Without a basis of its own it rests on that of the reservation."""
    why = basis or Basis.of_posting(hold.postings.earliest("pk"))
    posting = Posting.objects.create(
        programme=hold.programme, hold=hold, move=move, amount=sum((share.amount for share in shares), ZERO),
        at=now, by=actor, by_label=str(actor) if actor else SYSTEM, reason=reason.strip()[:300],
        order_number=why.order_number, invoices=list(why.invoices), pack=why.pack, decided_on=why.decided_on,
        digest=why.digest, article=why.article, decision=dict(why.decision),
    )  # fmt: skip
    enter(posting, way, shares)
    return posting


def enter(posting: Posting, way: tuple[str, str], shares: Sequence[Share]) -> None:
    accounts = dict(Account.objects.filter(programme=posting.programme_id).values_list("stage", "pk"))
    Entry.objects.bulk_create(
        [
            Entry(
                posting=posting, account_id=accounts[stage], amount=sign * share.amount, customer_id=share.customer,
                provider_id=share.provider, instrument_id=share.instrument, apart=share.apart,
            )
            for share in shares
            for stage, sign in ((way[0], -1), (way[1], 1))
        ],
        batch_size=5000,
    )  # fmt: skip
