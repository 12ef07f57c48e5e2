"""A user asks for the subsidy of its settled orders; levels review it; the ledger keeps the cap of the year."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse

from yixiang.catalogue.models.listing import ALPHABET
from yixiang.files.models import File
from yixiang.kernel.errors import Invalid, Refused, Unseen, WrongState
from yixiang.kernel.money import ZERO
from yixiang.kernel.periods import local_date
from yixiang.ledger.commands import moving as ledger
from yixiang.ledger.commands.moving import Basis, Limit, Share
from yixiang.ledger.models import Programme
from yixiang.ledger.permissions import LedgerPermission
from yixiang.people.access import require
from yixiang.people.models import Person
from yixiang.policy import Verdict
from yixiang.reviews import commands as reviews
from yixiang.reviews.commands import Fact, Opening, Outcome, Verb
from yixiang.reviews.models import Case
from yixiang.subsidies import law
from yixiang.subsidies.commands.telling import tell_unit
from yixiang.subsidies.models import Application, ApplicationEvent, AppliedOrder
from yixiang.subsidies.permissions import SubsidiesPermission
from yixiang.subsidies.queries import applying
from yixiang.subsidies.queries.applying import Judged
from yixiang.subsidies.states import APPLICATION
from yixiang.units.commands.telling import tell_deciders
from yixiang.units.models import Unit

KIND = "user-subsidy"


@transaction.atomic
def apply(unit: Unit, *, actor: Person, now: datetime, numbers: Sequence[str] = ()) -> Application:
    """For the orders named, or for all that count. Money is set aside at once, within the cap of the year."""
    require(actor, SubsidiesPermission.APPLY, [unit.scope])
    unit = Unit.objects.select_for_update(of=("self",)).get(pk=unit.pk)
    programme = _programme(unit, now)
    rows = _chosen(unit, programme.year, numbers)
    verdict = applying.of_the_year(unit, programme, rows, on=local_date(now))
    if not verdict.amount:
        raise Refused("cap-reached", "本年度的用户补助已达到上限，没有提交申请。", extra={"left": "0.00"})
    made = Application(
        number=_number(now), programme=programme, unit=unit, person=actor, submitted_at=now,
        earned=sum(one.earned for one in rows), amount=verdict.amount, verdict=verdict.to_json(),
    )  # fmt: skip
    made.save()
    _keep_orders(made, rows, verdict)
    made.hold = _set_aside(made, verdict, actor=actor, now=now)
    made.case = _open_case(made, verdict, actor=actor, now=now)
    made.save(update_fields=["hold", "case"])
    return made


def _programme(unit: Unit, now: datetime) -> Programme:
    programme = applying.programme_for(unit, on=local_date(now))
    if programme is None:
        raise Refused("programme-closed", "现在没有受理中的用户补助项目。开放后可以为本年度已结算的订单申请。")
    return programme


def _chosen(unit: Unit, year: int, numbers: Sequence[str]) -> list[Judged]:
    orders = applying.orders_to_ask_for(unit, year)
    if numbers:
        orders = orders.filter(number__in=numbers)
        if missing := set(numbers) - set(orders.values_list("number", flat=True)):
            raise Invalid.field("orders", f"不能申请：{'、'.join(sorted(missing))}（没有结算，或者已经申请过）。")
    judged = applying.judged(unit, orders, year)
    rows = [one for one in judged if one.counts]
    if not rows:
        raise Invalid.field("orders", f"没有可以申请的订单。{_why_none(judged)}")
    return rows


def _why_none(judged: Sequence[Judged]) -> str:
    """The rules that fail, each once with its article."""
    failed = [step for one in judged for step in one.verdict.failed]
    if not failed:
        return "结算完成、符合条件且没有申请过的订单才能申请。"
    said = dict.fromkeys(f"{step.because.rstrip('。')}（{step.article}）" for step in failed)
    return f"不符合：{'；'.join(said)}。"


def _number(now: datetime) -> str:
    return f"U{local_date(now):%y%m%d}-{''.join(secrets.choice(ALPHABET) for _ in range(6)).upper()}"


def _keep_orders(made: Application, rows: Sequence[Judged], verdict: Verdict) -> None:
    granted = {one["number"]: Decimal(one["granted"]) for one in verdict.value["orders"]}
    try:
        with transaction.atomic():
            AppliedOrder.objects.bulk_create(
                AppliedOrder(
                    application=made, order=one.order, paid=one.order.final_total or ZERO, earned=one.earned,
                    granted=granted[one.order.number], verdict=one.verdict.to_json(),
                )
                for one in rows
            )  # fmt: skip
    except IntegrityError:
        raise WrongState("其中有订单刚刚被申请过，没有提交。请刷新后再试。", code="applied-already") from None


def _set_aside(made: Application, verdict: Verdict, *, actor: Person, now: datetime) -> Any:
    pack = law.user_pack(made.programme.jurisdiction, local_date(now))
    ceiling = pack.values.ceiling
    limit = Limit("user", str(made.unit_id), ceiling.value, "同一用户同一年度")
    parts = [
        Share(one.granted, customer=made.unit_id, provider=one.order.provider_id)
        for one in made.orders.select_related("order") if one.granted
    ]  # fmt: skip
    return ledger.reserve(
        made.programme, parts, reference=("application", f"{made.number}-{made.version}"), limits=[limit],
        basis=Basis.of(verdict, article=ceiling.cited.article), actor=actor, now=now, reason=str(made),
    )  # fmt: skip


def _open_case(made: Application, verdict: Verdict, *, actor: Person, now: datetime) -> Case:
    place = applying.place_that_pays(made.unit)
    opening = Opening(
        kind=KIND, subject_id=made.pk, title=f"用户补助 {made.amount:,} 元", region=made.unit.region,
        permission=SubsidiesPermission.DECIDE, rounds=law.user_rounds(place, made.unit, on=local_date(now)),
        applicant_label=made.unit.name, facts=_facts(verdict),
    )  # fmt: skip
    case = reviews.open_case(opening, applicant=actor, now=now)
    tell_deciders(case, now=now)
    return case


def _facts(verdict: Verdict) -> list[Fact]:
    return [Fact(step.label, str(step.found), True, str(step.threshold), step.article, step.because) for step in
            verdict.steps]  # fmt: skip


@transaction.atomic
def decide_case(
    case: Case, *, actor: Person, action: Verb, now: datetime, note: str = "", reasons: Sequence[str] = (),
    version: int | None = None,
) -> Outcome:  # fmt: skip
    """What the inbox calls. Returned or rejected, the money that was set aside is free again."""
    found = lock_application(case.subject_id)
    outcome = reviews.decide(
        case.pk, actor=actor, action=action, now=now, note=note, reasons=reasons, version=version
    )  # fmt: skip
    if not outcome.final:
        tell_deciders(outcome.case, now=now)
        return outcome
    assert found.hold
    found.state = APPLICATION.step(found.state, action)
    if action == "approve":
        ledger.commit(found.hold, actor=actor, now=now, reason=note)
    else:
        ledger.release(found.hold, actor=actor, now=now, reason=note)
        found.hold = None
        found.orders.update(holds=action == "return")
    found.save()
    _tell(found, f"用户补助：{APPLICATION.label(found.state)}", note or "请查看详情。", now)
    return outcome


@transaction.atomic
def resubmit(found: Application, *, actor: Person, now: datetime, note: str = "") -> Application:
    """The returned application again, judged anew by what holds today."""
    found = lock_application(found.pk)
    require(actor, SubsidiesPermission.APPLY, [found.unit.scope])
    found.state = APPLICATION.step(found.state, "resubmit")
    found.orders.update(holds=False)
    numbers = list(found.orders.values_list("order__number", flat=True))
    rows = _chosen(found.unit, found.programme.year, numbers)
    verdict = applying.of_the_year(found.unit, found.programme, rows, on=local_date(now))
    if not verdict.amount or found.case is None:
        raise Refused("cap-reached", "本年度的用户补助已达到上限，没有提交申请。", extra={"left": "0.00"})
    found.orders.all().delete()
    found.version += 1
    found.earned, found.amount = sum((one.earned for one in rows), Decimal(0)), verdict.amount
    found.verdict = verdict.to_json()
    found.save()
    _keep_orders(found, rows, verdict)
    found.hold = _set_aside(found, verdict, actor=actor, now=now)
    found.save(update_fields=["hold"])
    rounds = law.user_rounds(applying.place_that_pays(found.unit), found.unit, on=local_date(now))
    case = reviews.resubmit(found.case, actor=actor, rounds=rounds, facts=_facts(verdict), now=now, note=note)
    tell_deciders(case, now=now)
    return found


@transaction.atomic
def withdraw(found: Application, *, actor: Person, now: datetime) -> Application:
    found = lock_application(found.pk)
    require(actor, SubsidiesPermission.APPLY, [found.unit.scope])
    found.state = APPLICATION.step(found.state, "withdraw")
    if found.case:
        reviews.withdraw(found.case, actor=actor, now=now)
    if found.hold:
        ledger.release(found.hold, actor=actor, now=now, reason="申请撤回")
        found.hold = None
    found.orders.update(holds=False)
    found.save()
    return found


@transaction.atomic
def pay(found: Application, *, actor: Person, paid_on: date | None, now: datetime) -> Application:
    found = lock_application(found.pk)
    require(actor, LedgerPermission.PAY, found.programme.scopes)
    if paid_on is None:
        raise Invalid.field("paid_on", "请填写发放日期。")
    if paid_on > local_date(now):
        raise Invalid.field("paid_on", "发放日期不能晚于今天。")
    if found.state == "approved" and found.unit_id in law.barred([found.unit_id]):
        raise WrongState(
            f"“{found.unit.name}”已被取消补助资格，没有登记发放。请主管部门撤销核定，预留的金额会退回。",
            code="unit-barred",
        )
    before = found.state
    found.state, found.paid_on = APPLICATION.step(found.state, "pay"), paid_on
    assert found.hold
    ledger.pay(found.hold, actor=actor, now=now, reason=f"{paid_on:%Y-%m-%d} 发放")
    found.save()
    what = f"{paid_on:%Y-%m-%d} 发放 {found.amount:,} 元"
    record_event(found, "pay", what, actor=actor, now=now, before=before)
    _tell(found, f"用户补助已发放：{found.amount:,} 元", f"{paid_on:%Y-%m-%d} 发放到单位账户，请查收。", now)
    return found


@transaction.atomic
def revoke(found: Application, *, actor: Person, note: str, now: datetime) -> Application:
    """An approval taken back before anything was paid, such as of a unit that was barred meanwhile."""
    found = lock_application(found.pk)
    require(actor, SubsidiesPermission.DECIDE, found.programme.scopes)
    before, target = found.state, APPLICATION.step(found.state, "revoke")
    if not note.strip():
        raise Invalid.field("note", "请写明撤销的原因。", code="reason-missing")
    assert found.hold
    ledger.release(found.hold, actor=actor, now=now, reason=note.strip()[:300])
    found.state, found.hold, found.version = target, None, found.version + 1
    found.orders.update(holds=False)
    found.save()
    record_event(found, "revoke", f"撤销核定，退回 {found.amount:,} 元", actor=actor, now=now, before=before, note=note)
    _tell(found, "用户补助：撤销核定", note.strip(), now)
    return found


def lock_application(pk: int) -> Application:
    rows = Application.objects.select_for_update(of=("self",)).select_related("unit", "programme", "case", "hold")
    found: Application | None = rows.filter(pk=pk).first()
    if found is None:
        raise Unseen()
    return found


def record_event(
    found: Application, action: str, what: str, *, actor: Person, now: datetime, before: str, note: str = "",
    file: File | None = None,
) -> ApplicationEvent:  # fmt: skip
    return ApplicationEvent.objects.create(
        application=found, at=now, by=actor, by_label=str(actor), action=action, before=before, after=found.state,
        what=what[:300], note=note.strip(), file=file,
    )  # fmt: skip


def _tell(found: Application, subject: str, body: str, now: datetime) -> None:
    tell_unit(
        found.unit, subject, body, url=reverse("subsidies:application", args=[found.number]), now=now,
        key=f"application-{found.pk}-{found.state}-{found.version}", people=[found.person],
    )  # fmt: skip
