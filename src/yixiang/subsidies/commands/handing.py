"""A statement is handed in and decided by the law; the office of the jurisdiction accepts or returns it."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from yixiang.kernel.errors import Invalid
from yixiang.people.access import require
from yixiang.people.models import Person
from yixiang.policy import Step, Verdict
from yixiang.subsidies.commands.stating import lock, record, save
from yixiang.subsidies.commands.telling import tell_unit
from yixiang.subsidies.models import Running, Statement
from yixiang.subsidies.permissions import SubsidiesPermission
from yixiang.subsidies.queries import statements as reading
from yixiang.subsidies.queries.places import office_scopes
from yixiang.subsidies.states import STATEMENT
from yixiang.units.commands.telling import holders

# Rows are locked in this order everywhere: the statement, then what belongs to it.


@transaction.atomic
def submit(statement: Statement, *, actor: Person, now: datetime, version: int | None = None) -> Statement:
    """Nothing is handed in that lacks something or that the law does not allow; what was typed stays."""
    found = lock(statement, version=version)
    require(actor, SubsidiesPermission.STATE, [found.unit.scope])
    target = STATEMENT.step(found.state, "submit")
    if missing := reading.missing(found):
        words = f"还不能提交，缺少：{'；'.join(missing)}。填写的内容都保留。"
        raise Invalid(words, code="statement-incomplete", fields={"missing": missing})
    reckoned = reading.reckon(found)
    assert reckoned.net
    _refuse(found, reckoned.net)
    for row, verdict in reckoned.rows:
        row.cost, row.verdict = (verdict.amount, verdict.to_json()) if verdict else (None, {})
    Running.objects.bulk_update([row for row, _verdict in reckoned.rows], ["cost", "verdict"])
    found.running, found.net, found.pay_ceiling = reckoned.running, reckoned.net.amount, reckoned.ceiling
    found.verdict, found.submitted_at, found.note = reckoned.net.to_json(), now, ""
    _move(found, "submit", target, f"提交，净收入 {found.net:,} 元", actor=actor, now=now)
    people = holders(SubsidiesPermission.ACCEPT, office_scopes(found.unit))
    _tell(found, f"净收入报表待审核：{found.unit.name}", f"{found.year} 年度净收入 {found.net:,} 元。", now, people)
    return found


def _refuse(statement: Statement, verdict: Verdict) -> None:
    """By the name of the rule that does not hold, with its article."""
    failed = list(_failed(verdict.steps))
    if verdict.decision == "wages_not_allowed":
        step = next(one for one in failed if one.fact == "fiscal_wages")
        words = f"人力成本服务费中有财政工资 {statement.fiscal_wages:,} 元，没有提交。{step.because}（{step.article}）"
        raise Invalid.field("fiscal_wages", words, code="wages-not-allowed")
    if verdict.decision == "over_ceiling":
        last = next(one for one in failed if one.fact == "planned")
        why = "".join(f"不符合：{one.because}" for one in failed if one is not last)
        words = (
            f"拟作为绩效工资来源 {statement.planned:,} 元，超过上限 {reading.ceiling_of(verdict):,} 元，没有提交。"
            f"{why}{last.because}（{last.article}）请调低后再提交，填写的内容都保留。"
        )
        raise Invalid.field("planned", words, code="over-ceiling")


def _failed(steps: Iterable[Step]) -> Iterator[Step]:
    for step in steps:
        if step.passed is False and not step.parts:
            yield step
        yield from _failed(step.parts)


@transaction.atomic
def withdraw(statement: Statement, *, actor: Person, now: datetime, version: int | None = None) -> Statement:
    """It is the unit's alone again."""
    found = lock(statement, version=version)
    require(actor, SubsidiesPermission.STATE, [found.unit.scope])
    target = STATEMENT.step(found.state, "withdraw")
    _forget_decision(found)
    found.submitted_at = None
    _move(found, "withdraw", target, "撤回修改", actor=actor, now=now)
    return found


@transaction.atomic
def accept(statement: Statement, *, actor: Person, now: datetime, version: int | None = None) -> Statement:
    found = lock(statement, version=version)
    require(actor, SubsidiesPermission.ACCEPT, office_scopes(found.unit))
    target = STATEMENT.step(found.state, "accept")
    _move(found, "accept", target, "审核通过", actor=actor, now=now)
    words = f"净收入 {found.net:,} 元，其中拟作为绩效工资来源 {found.planned:,} 元。"
    _tell(found, f"{found.year} 年度净收入报表审核通过", words, now)
    return found


@transaction.atomic
def give_back(
    statement: Statement, *, actor: Person, note: str, now: datetime, version: int | None = None
) -> Statement:
    """With the reason; also what was accepted, when it turns out to be wrong."""
    found = lock(statement, version=version)
    require(actor, SubsidiesPermission.ACCEPT, office_scopes(found.unit))
    target = STATEMENT.step(found.state, "return")
    if len(note.strip()) < 5:
        raise Invalid.field("note", "请写明为什么退回、要改哪里。", code="reason-missing")
    _forget_decision(found)
    found.note = note.strip()[:300]
    _move(found, "return", target, "退回修改", actor=actor, now=now, note=found.note)
    _tell(found, f"{found.year} 年度净收入报表已退回", found.note, now, button="去修改")
    return found


def _forget_decision(statement: Statement) -> None:
    """The next submission is decided anew; what was decided before stays in the records of changes."""
    statement.rows.update(cost=None, verdict={})
    statement.running = statement.net = statement.pay_ceiling = None
    statement.verdict = {}


def _move(
    statement: Statement, action: str, target: str, what: str, *, actor: Person, now: datetime, note: str = ""
) -> None:
    before, statement.state = statement.state, target
    save(statement)
    record(statement, action, what, actor=actor, now=now, before=before, note=note)


def _tell(
    statement: Statement, subject: str, body: str, now: datetime, people: Iterable[Person] | None = None, *,
    button: str = "查看",
) -> None:  # fmt: skip
    """The unit's own people, or those given."""
    tell_unit(
        statement.unit, subject, body, url=reverse("subsidies:statement", args=[statement.pk]), now=now, button=button,
        key=f"statement-{statement.pk}-{statement.version}",
        people=holders(SubsidiesPermission.STATE, [statement.unit.scope]) if people is None else people,
    )  # fmt: skip
