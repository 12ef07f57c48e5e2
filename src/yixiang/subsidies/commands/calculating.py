"""A year of a programme: every settled order judged and summed, as often as wanted, always to the same result."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from yixiang.assessment.queries import grades_of_year
from yixiang.catalogue.models import Instrument
from yixiang.kernel.errors import Invalid, Refused, WrongState
from yixiang.kernel.later import later
from yixiang.kernel.money import ZERO
from yixiang.kernel.periods import local_date
from yixiang.kernel.reference import stem
from yixiang.ledger.models import Programme
from yixiang.people.access import require
from yixiang.people.models import Person
from yixiang.policy import Pack
from yixiang.subsidies import law
from yixiang.subsidies.commands import piling
from yixiang.subsidies.commands.moving import lock_run, record
from yixiang.subsidies.commands.piling import Combination, Earning
from yixiang.subsidies.laws import PROVIDER_SUBSIDY
from yixiang.subsidies.laws.kinds import PartOf
from yixiang.subsidies.laws.provider import Income, ProviderRules, quick_line
from yixiang.subsidies.laws.reckoning import reckon
from yixiang.subsidies.models import Award, Reason, Run
from yixiang.subsidies.permissions import SubsidiesPermission
from yixiang.units.models import Unit

CALCULATED = ("draft", "checking")


@transaction.atomic
def start(programme: Programme, *, actor: Person, now: datetime) -> Run:
    """The run of a programme; its first calculation begins soon."""
    require(actor, SubsidiesPermission.CALCULATE, programme.scopes)
    if programme.subject != PROVIDER_SUBSIDY.name:
        raise Invalid.field("programme", "这不是管理单位后补助的项目，没有年度核算。")
    law.provider_pack(programme.jurisdiction, programme.year)  # refuses where no law gives anything
    if programme.state == "draft":
        raise WrongState("补助项目还在编制，开放后才能核算。")
    if programme.year >= local_date(now).year:
        raise Refused("year-open", f"{programme.year} 年还没有结束，不能核算。年度结束后再办理。")
    try:
        with transaction.atomic():
            run = Run.objects.create(programme=programme, year=programme.year, started_at=now, started_by=actor)
    except IntegrityError:
        raise WrongState("这个项目已经有一次核算，请在其中继续。", code="run-exists") from None
    record(run, "start", f"开始 {run.year} 年度核算", actor=actor, now=now)
    return ask(run, actor=actor, now=now)


@transaction.atomic
def ask(run: Run, *, actor: Person, now: datetime, version: int | None = None) -> Run:
    """A calculation that takes a while; the job answers for it."""
    run = lock_run(run, actor=actor, version=version)
    _refuse_fixed(run)
    if run.waits_for:
        raise WrongState("正在办理，请稍候再试。", code="run-busy")
    run.asked_at, run.trouble = now, ""
    run.save(update_fields=["asked_at", "trouble"])
    later("subsidies.calculate", once=f"subsidies-run-{run.pk}", run_id=run.pk)
    return run


@transaction.atomic
def calculate(run: Run, *, actor: Person | None, now: datetime) -> Run:
    """Everything of an earlier calculation is replaced, in one transaction: nobody sees half of one."""
    run = lock_run(run, actor=actor)
    _refuse_fixed(run)
    pack = law.provider_pack(run.programme.jurisdiction, run.year)
    piling.clear(run)
    earnings = piling.judge(_judged(run, pack, piling.gather(run, stem(run.programme.region))))
    _reckon(run, pack, earnings)
    piling.keep_lines(run)
    sums = piling.sums_of(run)
    run.digest, run.lines_total, run.lines_counted = sums.digest, sums.total, sums.counted
    run.income, run.amount = sums.income, sums.earned
    basis = pack.basis(law.last_day(run.year))
    run.pack, run.pack_digest, run.decided_on = basis.pack, basis.digest, basis.date
    run.calculated_at = now
    run.version += 1
    run.save()
    what = f"核算：{sums.total} 行订单，计入 {sums.counted} 行，补助 {sums.earned:,} 元"
    record(run, "calculate", what, actor=actor, now=now, note=f"结果摘要 {sums.digest}")
    return run


@transaction.atomic
def give_up(run: Run, why: str) -> None:
    """What refused the calculation is shown instead of a wait without end."""
    Run.objects.filter(pk=run.pk).update(asked_at=None, trouble=why[:300])


def _refuse_fixed(run: Run) -> None:
    if run.state not in CALCULATED:
        raise WrongState("结果已经冻结，不能重新核算。确有错误，请先退回核对。", code="run-fixed")


# --- lines


def _judged(
    run: Run, pack: Pack[ProviderRules], found: Sequence[Combination]
) -> Iterator[tuple[Combination, int, bool]]:
    """Each combination once by the law; what an accepted contest speaks for counts, and says so."""
    judge, words = quick_line(pack.values), law.words_of(pack)
    reasons: dict[tuple[str, str], Reason] = {}
    chosen: list[tuple[Combination, tuple[str, str]]] = []
    for one in found:
        code = "" if one.contest else judge(one)
        key = code, str(one.coarse)
        if key not in reasons:
            reasons[key] = _reason(run, one, code, words)
        chosen.append((one, key))
    Reason.objects.bulk_create(reasons.values())
    for one, key in chosen:
        yield one, reasons[key].pk, reasons[key].counts


def _reason(run: Run, one: Combination, code: str, words: Any) -> Reason:
    said, article = words[code] if code else ("计入。", "")
    if one.contest:
        said = "核对异议已采纳，计入。"
    return Reason(
        run=run, code=code, facts=one.coarse, counts=not code, words=said[:300], article=article[:200],
        contest=one.contest,
    )  # fmt: skip


# --- awards


def _reckon(run: Run, pack: Pack[ProviderRules], earnings: Iterable[Earning]) -> None:
    """Unit by unit: the rate of its grade, then the ceilings in their order."""
    by_unit: dict[int, list[Earning]] = defaultdict(list)
    for one in earnings:
        by_unit[one.unit].append(one)
    grades, parts = grades_of_year(run.year), counted_apart()
    units, barred = Unit.objects.in_bulk(list(by_unit)), law.barred(list(by_unit))
    centres = law.with_centres(list(by_unit))
    settings, awards, shares = law.settings_of(run.programme), [], []
    for key, earned in by_unit.items():
        incomes = [Income(str(e.instrument), e.income, parts.get(e.instrument, "none")) for e in earned]
        facts = law.unit_facts(
            units[key], grades.get(key, ""), settings, incomes, barred=key in barred, has_centre=key in centres
        )
        verdict = law.explain_unit(run, law.without_instruments(facts))
        if verdict.decision in {"unset", "above_ceiling"}:
            raise Refused("setting-missing", f"不能核算：{verdict.steps[-1].because}请先在补助项目中设定。")
        rate = Decimal(verdict.value.get("rate", 0))
        made = _awards_of(run, units[key], grades.get(key, ""), rate)
        if not rate:
            made[0].income = sum((one.income for one in earned), ZERO)
            why = (verdict.failed or verdict.steps)[0].because
            made[0].words = (f"不符合：{why}" if verdict.decision == "not_entitled" else why)[:300]
            awards.append(made[0])
            continue
        for part in reckon(pack.values, rate, incomes).awards:
            award = made[part.separate]
            award.income += part.income
            award.before += part.earned
            award.amount += part.granted
            shares.append((key, int(part.instrument), award.apart, rate, part.income, part.earned, part.granted))
        awards += [award for award in made if award.before or not award.apart]
    Award.objects.bulk_create(awards)
    piling.keep_shares(run, shares)


def _awards_of(run: Run, unit: Unit, grade: str, rate: Decimal) -> tuple[Award, Award]:
    """What counts for the unit, and what is counted apart from it."""
    usual: dict[str, Any] = {"run": run, "unit": unit, "grade": grade, "rate": rate}
    nothing = {"income": ZERO, "before": ZERO, "amount": ZERO}
    return Award(**usual, **nothing), Award(**usual, **nothing, apart=f"unit/{unit.pk}/apart")


def counted_apart() -> dict[int, PartOf]:
    """Instruments of provincial laboratories, and provincial major facilities: they are counted apart."""
    rows = Instrument.objects.filter(platform__kind="provincial_laboratory")
    found: dict[int, PartOf] = dict.fromkeys(rows.values_list("pk", flat=True), "provincial_laboratory")
    found |= dict.fromkeys(Instrument.objects.filter(kind="facility").values_list("pk", flat=True), "major_facility")
    return found
