"""公示: the result before everybody, objections by anybody signed in, and what is confirmed afterwards."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from yixiang.kernel.errors import Invalid, WrongState
from yixiang.kernel.freshness import public_data_changed
from yixiang.kernel.periods import local_date
from yixiang.ledger.commands import moving as ledger
from yixiang.notices.commands import tell
from yixiang.people.models import Person
from yixiang.subsidies.commands.checking import in_working_days
from yixiang.subsidies.commands.moving import lock_run, record, refuse_busy, step
from yixiang.subsidies.models import Award, Objection, Run
from yixiang.subsidies.permissions import SubsidiesPermission
from yixiang.subsidies.states import AWARD, OBJECTION
from yixiang.units.commands.telling import holders

OPEN_AT_ONCE = 20  # objections of one person to one notice


@transaction.atomic
def publish(run: Run, *, actor: Person, days: int, now: datetime, version: int | None = None) -> Run:
    """On the public notice board for so many working days: no document says how many."""
    run = lock_run(run, actor=actor, version=version)
    refuse_busy(run)
    run.notice_from, run.notice_until = local_date(now), in_working_days(days, now)
    step(run, "publish", actor=actor, now=now, what=f"公示至 {run.notice_until:%Y-%m-%d}（{days} 个工作日）")
    public_data_changed()
    return run


@transaction.atomic
def object_to(
    run: Run, *, actor: Person, words: str, now: datetime, award: Award | None = None, contact: str = ""
) -> Objection:
    """Until the last day of the notice, that day included."""
    run = lock_run(run, actor=None)
    if run.state != "published" or run.notice_until is None or local_date(now) > run.notice_until:
        raise WrongState("公示期已过，不能再提出异议。如有情况，请直接联系主管部门。", code="notice-over")
    if len(words.strip()) < 10:
        raise Invalid.field("words", "请写明对哪一家、哪一项有异议，以及理由和线索。")
    if run.objections.filter(by=actor).count() >= OPEN_AT_ONCE:
        raise WrongState("您已提出很多条异议，请等待处理。", code="objections-many")
    made = Objection.objects.create(
        run=run, award=award, words=words.strip()[:1000], contact=contact.strip()[:80], at=now, by=actor
    )
    record(run, "object", "收到公示异议", actor=None, now=now)
    tell(
        holders(SubsidiesPermission.CALCULATE, run.programme.scopes), kind="subsidy-clock", subject=f"公示异议：{run}",
        body=made.words, url=reverse("subsidies:run", args=[run.pk]), button="去处理", deadline=run.notice_until,
        key=f"objection-{made.pk}", now=now,
    )  # fmt: skip
    return made


@transaction.atomic
def answer(found: Objection, *, actor: Person, words: str, now: datetime) -> Objection:
    """What was found out. Where the result was wrong the run is sent back, which is a step of its own."""
    run = lock_run(found.run, actor=actor)
    found = Objection.objects.select_for_update(of=("self",)).select_related("by").get(pk=found.pk)
    state = OBJECTION.step(found.state, "answer")
    if len(words.strip()) < 5:
        raise Invalid.field("words", "请写明处理结果。")
    found.state, found.answer, found.answered_at, found.answered_by = state, words.strip()[:1000], now, actor
    found.save()
    record(run, "answer_objection", "处理公示异议", actor=actor, now=now, note=found.answer)
    tell(
        [found.by], kind="subsidy", subject=f"您提出的公示异议已处理：{run}", body=found.answer,
        url=reverse("publicity:notice", args=[run.pk]), button="查看公示", key=f"objection-{found.pk}-done", now=now,
    )  # fmt: skip
    return found


@transaction.atomic
def confirm(run: Run, *, actor: Person, now: datetime, version: int | None = None) -> Run:
    """The notice is over and every objection answered: the money is promised."""
    run = lock_run(run, actor=actor, version=version)
    refuse_noticed(run, now)
    step(run, "confirm", actor=actor, now=now, what=f"公示结束，核定 {run.amount:,} 元")
    for award in run.awards.filter(hold__isnull=False).select_related("hold__programme").order_by("pk"):
        assert award.hold
        ledger.commit(award.hold, actor=actor, now=now, reason="公示期满")
        award.state = AWARD.step(award.state, "commit")
        award.save(update_fields=["state"])
    public_data_changed()
    return run


def refuse_noticed(run: Run, now: datetime) -> None:
    """While the notice stands, or an objection is open."""
    refuse_busy(run)
    if run.notice_until and local_date(now) <= run.notice_until:
        raise WrongState(f"公示到 {run.notice_until:%Y-%m-%d} 为止，期满后才能核定。", code="notice-stands")
    if open_ := run.objections.filter(state="open").count():
        raise WrongState(f"还有 {open_} 条公示异议没有处理，处理后才能核定。", code="objections-open")
