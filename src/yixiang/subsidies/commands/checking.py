"""Units look at every line, contest with evidence, and get an answer; then the result is frozen and money set aside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.urls import reverse

from yixiang.files.commands import attach
from yixiang.files.models import File
from yixiang.kernel.errors import Invalid, WrongState
from yixiang.kernel.periods import local_date
from yixiang.kernel.workdays import add_working_days
from yixiang.kernel.workdays_table import load_calendar
from yixiang.ledger.commands import moving as ledger
from yixiang.ledger.commands.moving import Basis, Limit
from yixiang.ledger.commands.moving import Share as Part
from yixiang.people.access import require
from yixiang.people.models import Person
from yixiang.subsidies import law
from yixiang.subsidies.commands.moving import lock_run, record, refuse_busy, step
from yixiang.subsidies.commands.telling import tell_unit
from yixiang.subsidies.laws.provider import Income, ProviderRules, UnitFacts
from yixiang.subsidies.models import Award, Contest, Line, Run, Share
from yixiang.subsidies.permissions import SubsidiesPermission
from yixiang.subsidies.states import AWARD, CONTEST
from yixiang.units.models import Unit

MOST_DAYS = 90


@transaction.atomic
def send(run: Run, *, actor: Person, days: int, now: datetime, version: int | None = None) -> Run:
    """To the units, for so many working days: no document says how many."""
    run = lock_run(run, actor=actor, version=version)
    refuse_busy(run)
    run.check_until = in_working_days(days, now)
    step(run, "send", actor=actor, now=now, what=f"送单位核对，截止 {run.check_until:%Y-%m-%d}")
    for unit in Unit.objects.filter(pk__in=run.awards.values("unit")):
        tell_unit(
            unit, f"请核对：{run}", "每一行订单计入与否都写有理由。有异议请在期限内附证据提出。",
            url=reverse("subsidies:unit", args=[run.pk, unit.pk]), key=f"run-{run.pk}-check-{run.version}", now=now,
            kind="subsidy-clock", button="去核对", deadline=run.check_until,
        )  # fmt: skip
    return run


def in_working_days(days: int, now: datetime) -> date:
    if not 1 <= days <= MOST_DAYS:
        raise Invalid.field("days", f"请填写 1 到 {MOST_DAYS} 个工作日。")
    return add_working_days(local_date(now), days, load_calendar())


# --- contests


@dataclass(frozen=True, slots=True)
class Evidence:
    words: str
    file: File | None = None


@transaction.atomic
def contest(line: Line, evidence: Evidence, *, actor: Person, now: datetime) -> Contest:
    """By the unit, against one line, until the last day of checking."""
    run = lock_run(line.run, actor=None)
    unit = Unit.objects.get(pk=line.unit_id)
    require(actor, SubsidiesPermission.ACCOUNT, [unit.scope])
    if run.state != "checking" or run.check_until is None or local_date(now) > run.check_until:
        raise WrongState("现在不在核对期内，不能提出异议。", code="not-checking")
    if len(evidence.words.strip()) < 5:
        raise Invalid.field("words", "请写明为什么应当计入，附上能证明的材料。")
    try:
        with transaction.atomic():
            made = Contest.objects.create(
                run=run, unit=unit, order_line=line.order_line, number=line.number, file=evidence.file,
                words=evidence.words.strip()[:1000], at=now, by=actor,
            )  # fmt: skip
    except IntegrityError:
        raise WrongState("这一行已经提出过异议。", code="contested-already") from None
    if evidence.file:
        attach(evidence.file, by=actor, holder_kind="contest", holder_id=made.pk, now=now)
    record(run, "contest", f"{unit.name}对预约单 {line.number} 提出异议", actor=actor, now=now, note=made.words)
    return made


@transaction.atomic
def answer(found: Contest, *, actor: Person, action: str, words: str, now: datetime) -> Contest:
    """`accept` or `decline`, with reasons. What is accepted counts when the run is calculated again."""
    run = lock_run(found.run, actor=actor)
    found = Contest.objects.select_for_update(of=("self",)).select_related("unit").get(pk=found.pk)
    state = CONTEST.step(found.state, action)
    if run.state != "checking":
        raise WrongState("现在不在核对期内，不能答复异议。", code="not-checking")
    if len(words.strip()) < 5:
        raise Invalid.field("words", "请写明理由。")
    found.state, found.answer, found.answered_at, found.answered_by = state, words.strip()[:1000], now, actor
    found.save()
    what = f"预约单 {found.number} 的异议：{CONTEST.label(state)}"
    record(run, "answer", what, actor=actor, now=now, note=found.answer)
    tell_unit(
        found.unit, what, found.answer, url=reverse("subsidies:unit", args=[run.pk, found.unit_id]),
        key=f"contest-{found.pk}", now=now,
    )  # fmt: skip
    return found


# --- freezing


@transaction.atomic
def freeze(run: Run, *, actor: Person, now: datetime, version: int | None = None) -> Run:
    """Nothing moves any more, and each award is reserved in the ledger within its caps."""
    run = lock_run(run, actor=actor, version=version)
    refuse_unchecked(run, now)
    step(run, "freeze", actor=actor, now=now, what=f"冻结，补助 {run.amount:,} 元")
    rules = law.provider_pack(run.programme.jurisdiction, run.year).values
    for award in run.awards.filter(amount__gt=0).select_related("unit").order_by("unit_id", "apart"):
        _hold(run, award, rules, actor=actor, now=now)
    return run


def refuse_unchecked(run: Run, now: datetime) -> None:
    """Every unit has had its time, every contest its answer, and what was accepted is calculated."""
    refuse_busy(run)
    if run.check_until and local_date(now) <= run.check_until:
        raise WrongState(f"核对期到 {run.check_until:%Y-%m-%d} 为止，期满后才能冻结。", code="still-checking")
    if open_ := run.contests.filter(state="open").count():
        raise WrongState(f"还有 {open_} 条异议没有答复，答复后才能冻结。", code="contests-open")
    if late := run.contests.filter(state="accepted", answered_at__gt=run.calculated_at).count():
        raise WrongState(f"采纳了 {late} 条异议，请先重新核算。", code="calculate-again")


def _hold(run: Run, award: Award, rules: ProviderRules, *, actor: Person, now: datetime) -> None:
    rows = list(run.shares.filter(unit=award.unit_id, apart=award.apart).order_by("instrument_id"))
    parts = [Part(r.final, provider=r.unit_id, instrument=r.instrument_id, apart=r.apart) for r in rows if r.final]
    verdict = law.explain_unit(run, facts_of(run, award.unit, award.grade))
    award.hold = ledger.reserve(
        run.programme, parts, reference=("award", f"{award.pk}-{run.version}"), limits=_limits(award, rows, rules),
        basis=Basis.of(verdict, article=rules.unit_ceiling.cited.article), actor=actor, now=now,
        reason=f"{award.name} {run.year} 年度后补助",
    )  # fmt: skip
    award.state = AWARD.step(award.state, "hold")
    award.save(update_fields=["hold", "state"])


def facts_of(run: Run, unit: Unit, grade: str) -> UnitFacts:
    """What the law is asked about a unit, from what was calculated."""
    incomes = [
        Income(str(row.instrument.name), row.income, "provincial_laboratory" if row.apart else "none")
        for row in run.shares.filter(unit=unit).select_related("instrument").order_by("instrument_id")
    ]
    centre = bool(law.with_centres([unit.pk]))
    return law.unit_facts(unit, grade, law.settings_of(run.programme), incomes, barred=False, has_centre=centre)


def _limits(award: Award, rows: Sequence[Share], rules: ProviderRules) -> list[Limit]:
    one = rules.instrument_ceiling.value
    found = [Limit("instrument", str(row.instrument_id), one, "单台套同一年度") for row in rows if row.final]
    if award.apart:
        return [*found, Limit("unit_separate", award.apart, rules.separate_ceiling.value, "单独计算的同一年度")]
    return [*found, Limit("unit", str(award.unit_id), rules.unit_ceiling.value, "同一单位同一年度")]


@transaction.atomic
def reopen(run: Run, *, actor: Person, note: str, now: datetime, version: int | None = None) -> Run:
    """Back to checking; every yuan that was set aside is free again."""
    run = lock_run(run, actor=actor, version=version)
    refuse_busy(run)
    step(run, "reopen", actor=actor, now=now, what="退回核对，公示撤下", note=note)
    for award in run.awards.filter(hold__isnull=False).select_related("hold__programme"):
        assert award.hold
        ledger.release(award.hold, actor=actor, now=now, reason=note)
        award.state, award.hold = AWARD.step(award.state, "release"), None
        award.save(update_fields=["state", "hold"])
    return run
