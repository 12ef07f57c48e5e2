"""Steps that move the money of every unit: refused at once where they cannot be done, and done by a job.

No page waits for five hundred units. The step and the end of its waiting are one transaction: a worker that is killed
leaves everything as it was, and the next one does the whole step; done once, it is not waited for any more.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from yixiang.kernel.errors import Invalid
from yixiang.kernel.later import later
from yixiang.ledger.permissions import LedgerPermission
from yixiang.people.access import require
from yixiang.people.models import Person
from yixiang.subsidies.commands import calculating, checking, paying, publishing
from yixiang.subsidies.commands.moving import lock_run, refuse_busy
from yixiang.subsidies.models import Run
from yixiang.subsidies.permissions import SubsidiesPermission
from yixiang.subsidies.states import RUN

STEPS: Mapping[str, Callable[..., Run]] = {
    "send": checking.send, "freeze": checking.freeze, "confirm": publishing.confirm, "reopen": checking.reopen,
    "pay": paying.pay,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Typed:
    """What a step needs besides itself; each takes its own and leaves the rest."""

    days: int | None = None
    note: str = ""
    paid_on: date | None = None


def act(run: Run, action: str, typed: Typed, *, actor: Person, now: datetime, version: int | None = None) -> Run:
    """Whatever somebody asks for on a run: done at once, or left to the job and `busy` until then."""
    if action == "calculate":
        return calculating.ask(run, actor=actor, now=now, version=version)
    if action == "publish":
        return publishing.publish(run, actor=actor, days=typed.days or 0, now=now, version=version)
    return ask(run, action, typed, actor=actor, now=now, version=version)


@transaction.atomic
def ask(
    run: Run, action: str, typed: Typed = Typed(), *, actor: Person, now: datetime, version: int | None = None
) -> Run:
    run = lock_run(run, actor=None, version=version)
    permission = LedgerPermission.PAY if action == "pay" else SubsidiesPermission.CALCULATE
    require(actor, permission, run.programme.scopes)
    move = RUN.move(run.state, action)
    if move.note and not typed.note.strip():
        raise Invalid.field("note", "请写明原因。", code="reason-missing")
    _refuse(run, action, typed, now)
    run.waits_for, run.waits_by, run.trouble = action, actor, ""
    run.waits_with = _kept(action, typed)
    run.save(update_fields=["waits_for", "waits_by", "waits_with", "trouble"])
    later("subsidies.step", once=f"subsidies-step-{run.pk}", run_id=run.pk)
    return run


def _kept(action: str, typed: Typed) -> dict[str, Any]:
    if action == "send":
        return {"days": typed.days}
    if action == "pay" and typed.paid_on:
        return {"paid_on": typed.paid_on.isoformat()}
    return {"note": typed.note} if action == "reopen" else {}


def _refuse(run: Run, action: str, typed: Typed, now: datetime) -> None:
    """What the step itself will ask again."""
    refuse_busy(run)
    if action == "send":
        checking.in_working_days(typed.days or 0, now)
    elif action == "freeze":
        checking.refuse_unchecked(run, now)
    elif action == "confirm":
        publishing.refuse_noticed(run, now)
    elif action == "pay" and typed.paid_on is None:
        raise Invalid.field("paid_on", "请填写发放日期。")
    elif action == "pay" and typed.paid_on:
        paying.refuse_unpaid(run, typed.paid_on, now)


@transaction.atomic
def take(run: Run, *, now: datetime) -> Run:
    """What was asked for, by whoever asked and as far as they still may; nothing where nothing waits."""
    run = lock_run(run, actor=None)
    action, actor, typed = run.waits_for, run.waits_by, dict(run.waits_with)
    if not action:
        return run
    run.waits_for, run.waits_by, run.waits_with = "", None, {}
    run.save(update_fields=["waits_for", "waits_by", "waits_with"])
    if "paid_on" in typed:
        typed["paid_on"] = date.fromisoformat(typed["paid_on"])
    said: dict[str, Any] = {"actor": actor, "now": now, **typed}
    return STEPS[action](run, **said)


def give_up(run: Run, why: str) -> None:
    """What refused the step is shown, and everything is as it was."""
    Run.objects.filter(pk=run.pk).update(waits_for="", waits_by=None, waits_with={}, trouble=why[:300])
