"""What every step of a run does alike: lock, ask who may, move, write one event."""

from datetime import datetime

from yixiang.kernel.errors import Invalid, Unseen, WrongState
from yixiang.people.access import require
from yixiang.people.models import Person
from yixiang.subsidies.models import Run, RunEvent
from yixiang.subsidies.permissions import SubsidiesPermission
from yixiang.subsidies.states import RUN

# Rows are locked in this order everywhere: run, then award, contest or objection, then the accounts of the ledger.


def lock_run(run: Run, *, actor: Person | None, version: int | None = None) -> Run:
    """`actor` None is the system continuing what somebody asked for."""
    rows = Run.objects.select_for_update(of=("self",)).select_related("programme").filter(pk=run.pk)
    found: Run | None = rows.first()
    if found is None:
        raise Unseen()
    if actor:
        require(actor, SubsidiesPermission.CALCULATE, found.programme.scopes)
    if version not in {None, found.version}:
        raise WrongState("核算刚刚有了变化，您的操作没有执行。请刷新后再办理。", code="run-changed")
    return found


def refuse_busy(run: Run) -> None:
    if run.calculated_at is None or run.busy:
        raise WrongState("正在核算或办理，请稍候再试。", code="run-busy")


def step(run: Run, action: str, *, actor: Person | None, now: datetime, what: str, note: str = "") -> None:
    """Moves and saves the run."""
    move = RUN.move(run.state, action)
    if move.note and not note.strip():
        raise Invalid.field("note", "请写明原因。", code="reason-missing")
    before, run.state = run.state, move.target
    run.version += 1
    run.save()
    record(run, action, what, actor=actor, now=now, before=before, note=note)


def record(
    run: Run, action: str, what: str, *, actor: Person | None, now: datetime, before: str = "", note: str = ""
) -> None:
    RunEvent.objects.create(
        run=run, at=now, by=actor, by_label=str(actor) if actor else "系统", action=action,
        before=before or run.state, after=run.state, what=what[:300], note=note.strip(),
    )  # fmt: skip
