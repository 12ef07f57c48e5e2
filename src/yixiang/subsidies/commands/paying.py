"""The payment batch, what was paid, and what is taken back from those who gave false data."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.urls import reverse

from yixiang.kernel.errors import Invalid, Unseen, WrongState
from yixiang.kernel.money import ZERO
from yixiang.kernel.periods import local_date
from yixiang.ledger.commands import moving as ledger
from yixiang.ledger.permissions import LedgerPermission
from yixiang.people.access import require
from yixiang.people.models import Person
from yixiang.subsidies.commands.moving import lock_run, record, refuse_busy, step
from yixiang.subsidies.commands.telling import tell_unit
from yixiang.subsidies.models import Award, Run
from yixiang.subsidies.states import AWARD
from yixiang.units.commands import flags
from yixiang.units.models import BankAccount, IntegrityFlag, Unit


@transaction.atomic
def pay(run: Run, *, actor: Person, paid_on: date, now: datetime, version: int | None = None) -> Run:
    """The bank has carried out the batch: every award is paid."""
    run = lock_run(run, actor=None, version=version)
    require(actor, LedgerPermission.PAY, run.programme.scopes)
    refuse_unpaid(run, paid_on, now)
    step(run, "pay", actor=actor, now=now, what=f"发放 {run.amount:,} 元，{paid_on:%Y-%m-%d}")
    for award in run.awards.filter(hold__isnull=False).select_related("hold__programme", "unit").order_by("pk"):
        assert award.hold
        ledger.pay(award.hold, actor=actor, now=now, reason=f"{paid_on:%Y-%m-%d} 发放")
        award.state, award.paid_on = AWARD.step(award.state, "pay"), paid_on
        award.save(update_fields=["state", "paid_on"])
        tell_unit(
            award.unit, f"后补助已发放：{award.amount:,} 元", f"{run}，{paid_on:%Y-%m-%d} 发放到单位账户，请查收。",
            url=reverse("subsidies:unit", args=[run.pk, award.unit_id]), key=f"award-{award.pk}-paid", now=now,
        )  # fmt: skip
    return run


def refuse_unpaid(run: Run, paid_on: date, now: datetime) -> None:
    """What the bank has not yet carried out."""
    refuse_busy(run)
    if paid_on > local_date(now):
        raise Invalid.field("paid_on", "发放日期不能晚于今天。")


def batch(run: Run, *, actor: Person) -> list[list[str]]:
    """What the bank is told: names and whole account numbers, amounts as the ledger holds them."""
    require(actor, LedgerPermission.PAY, run.programme.scopes)
    if run.state not in {"confirmed", "paid"}:
        raise WrongState("公示结束并核定以后才有发放清单。")
    rows = run.awards.filter(hold__isnull=False).select_related("unit", "hold").order_by("unit__name", "apart")
    accounts = {one.unit_id: one for one in BankAccount.objects.filter(unit__in=rows.values("unit"))}
    return [_bank_row(number, award, accounts.get(award.unit_id)) for number, award in enumerate(rows, 1)]


BATCH = ("序号", "收款单位", "统一社会信用代码", "开户银行", "账户名称", "账号", "金额（元）", "用途", "备注")


def _bank_row(number: int, award: Award, account: BankAccount | None) -> list[str]:
    assert award.hold
    bank = [account.bank_name, account.account_name, account.number] if account else ["", "", ""]
    note = "" if account else "单位没有登记银行账户"
    purpose = f"{award.run.year} 年度开放共享后补助{'（单独计算）' if award.apart else ''}"
    return [str(number), award.unit.name, award.unit.credit_code, *bank, f"{award.hold.amount:.2f}", purpose, note]


@transaction.atomic
def recover(award: Award, *, actor: Person, amount: Decimal, words: str, now: datetime) -> Award:
    """Paid money comes back and a record of dishonesty is kept, which later eligibility reads until it is lifted."""
    run = lock_run(award.run, actor=actor)
    found: Award | None = Award.objects.select_for_update(of=("self",)).filter(pk=award.pk, run=run).first()
    if found is None or found.hold is None:
        raise Unseen("这一项没有发放过。")
    target = AWARD.step(found.state, "recover")
    if len(words.strip()) < 5:
        raise Invalid.field("words", "请写明查实了什么，依据是什么。")
    hold = ledger.recover(found.hold, amount, actor=actor, now=now, reason=words.strip()[:300])
    found.recovered, found.recover_note = hold.recovered, words.strip()[:300]
    found.state = target if hold.kept == ZERO else found.state
    found.save(update_fields=["recovered", "recover_note", "state"])
    keep_record(found.unit, f"{run}追回：{words.strip()}", actor=actor, now=now)
    record(run, "recover", f"追回{found.name} {amount:,} 元", actor=actor, now=now, note=words)
    tell_unit(
        found.unit, f"追回后补助 {amount:,} 元", words.strip(), key=f"award-{found.pk}-back-{found.recovered}", now=now,
        url=reverse("subsidies:unit", args=[run.pk, found.unit_id]),
    )  # fmt: skip
    return found


def keep_record(unit: Unit, source: str, *, actor: Person, now: datetime) -> None:
    """One that stands already says enough."""
    if not IntegrityFlag.objects.standing().filter(unit=unit, kind="dishonest").exists():
        flags.put(unit, actor=actor, kind="dishonest", since=local_date(now), source=source[:200], now=now)
