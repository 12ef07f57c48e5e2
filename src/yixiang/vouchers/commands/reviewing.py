"""Deciding a redemption, and answering a return with more papers."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from yixiang.files.commands import attach
from yixiang.files.models import File
from yixiang.kernel.errors import Invalid, NotPermitted, Unseen, WrongState
from yixiang.ledger.commands import moving as ledger
from yixiang.people.models import Person
from yixiang.reviews import commands as reviews
from yixiang.reviews.commands import Outcome, Verb
from yixiang.reviews.models import Case
from yixiang.units.commands.telling import tell_deciders
from yixiang.vouchers.commands.filing import facts_of, rounds_of
from yixiang.vouchers.commands.telling import tell_finance, tell_payee, tell_user
from yixiang.vouchers.commands.writing import begin, finish, lock, may_use, record
from yixiang.vouchers.facts import PAPERS
from yixiang.vouchers.models import Paper, Redemption

MOST_PAPERS = 30


@transaction.atomic
def decide_case(
    case: Case,
    *,
    actor: Person,
    action: Verb,
    now: datetime,
    note: str = "",
    reasons: Sequence[str] = (),
    version: int | None = None,
) -> Outcome:
    """The conversation decides; approval promises the money, refusal gives it back, in the same transaction."""
    made = Redemption.objects.filter(pk=case.subject_id).first()
    if made is None:
        raise Unseen()
    made = lock(made)
    outcome = reviews.decide(
        case.pk, actor=actor, action=action, note=note, reasons=reasons, version=version, now=now
    )  # fmt: skip
    said = "\n".join([*reasons, note]).strip()
    if not outcome.final:
        record(made, "pass_on", "通过本级审核，转下一级", actor=actor, now=now, note=said)
        tell_deciders(outcome.case, now=now)
        return outcome
    _CONSEQUENCES[outcome.action](made, actor, now, said)
    return outcome


def _approve(made: Redemption, actor: Person, now: datetime, said: str) -> None:
    ledger.commit(made.hold, actor=actor, now=now, reason=said or "审核通过")
    made.approved_at, made.state_note = now, ""
    finish(made, "approve", actor=actor, now=now, what=f"核定 {made.amount:,} 元", note=said)
    tell_user(made, f"创新券已核定：{made.amount:,} 元", f"{made.number} 已通过审核，等待拨付。", now=now)
    tell_finance(made, now=now)


def _return(made: Redemption, actor: Person, now: datetime, said: str) -> None:
    made.state_note = said[:300]
    finish(made, "return", actor=actor, now=now, note=said)
    body = f"{made.number} 须补充材料：{said}。补充后重新提交，预留的资金不变。"
    tell_user(made, f"创新券须补充材料：{made.number}", body, now=now, button="去补充")


def _reject(made: Redemption, actor: Person, now: datetime, said: str) -> None:
    ledger.release(made.hold, actor=actor, now=now, reason=said)
    made.state_note = said[:300]
    finish(made, "reject", actor=actor, now=now, note=said)
    tell_user(made, f"创新券不予兑付：{made.number}", f"原因：{said}", now=now)
    if made.payee_id != made.unit_id:
        tell_payee(made, f"创新券不予兑付：{made.number}", f"原因：{said}", now=now)


_CONSEQUENCES = {"approve": _approve, "return": _return, "reject": _reject}


# --- by the unit


@transaction.atomic
def add_paper(redemption: Redemption, file: File, *, kind: str, label: str = "", actor: Person, now: datetime) -> Paper:
    """While the office waits for more. What was there before stays beside it."""
    made = lock(redemption)
    if not Redemption.objects.visible_to(actor).filter(pk=made.pk).exists():
        raise Unseen()
    if not may_use(actor, made):
        raise NotPermitted("材料由使用单位补充。")
    if made.state != "returned":
        raise WrongState("现在不能补充材料；主管部门退回以后才可以。")
    if kind not in PAPERS:
        raise Invalid.field("kind", "请选择材料的种类。")
    if made.papers.count() >= MOST_PAPERS:
        raise Invalid(f"一张创新券最多 {MOST_PAPERS} 份材料，请合并后再传。")
    attach(file, by=actor, holder_kind="redemption", holder_id=made.pk, now=now)
    row = Paper.objects.create(
        redemption=made, kind=kind, label=(label.strip() or file.name)[:160], file=file, at=now, by=actor
    )
    record(made, "paper", f"补充{PAPERS[kind]}：{row.label}", actor=actor, now=now)
    return row


@transaction.atomic
def resubmit(
    redemption: Redemption, *, actor: Person, now: datetime, note: str = "", version: int | None = None
) -> Redemption:
    """Back to the first level, with what has been added."""
    made, _move = begin(redemption, "resubmit", actor=actor, note=note, version=version)
    assert made.case is not None
    reviews.resubmit(made.case, actor=actor, rounds=rounds_of(made), facts=list(facts_of(made)), now=now, note=note)
    made.filed_at, made.state_note = now, ""
    finish(made, "resubmit", actor=actor, now=now, note=note)
    made.case.refresh_from_db()
    tell_deciders(made.case, now=now)
    return made


@transaction.atomic
def withdraw(
    redemption: Redemption, *, actor: Person, now: datetime, note: str = "", version: int | None = None
) -> Redemption:
    """By the unit, before it is decided: everything held goes back."""
    made, _move = begin(redemption, "withdraw", actor=actor, note=note, version=version)
    assert made.case is not None
    reviews.withdraw(made.case, actor=actor, now=now, note=note)
    ledger.release(made.hold, actor=actor, now=now, reason=note or "申请单位撤回")
    made.state_note = note.strip()[:300]
    return finish(made, "withdraw", actor=actor, now=now, note=note)


@transaction.atomic
def unpledge(
    redemption: Redemption, *, actor: Person, now: datetime, note: str = "", version: int | None = None
) -> Redemption:
    """Before the settlement: the order is paid without a voucher after all."""
    made, _move = begin(redemption, "unpledge", actor=actor, note=note, version=version)
    ledger.release(made.hold, actor=actor, now=now, reason=note or "使用单位不用了")
    finish(made, "unpledge", actor=actor, now=now, note=note)
    tell_payee(made, f"创新券已退回：{made.number}", f"{made.unit.name}改为不用创新券支付这张预约单。", now=now)
    return made
