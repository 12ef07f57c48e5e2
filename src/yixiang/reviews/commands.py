"""Opening, deciding and closing a case. Called by the domain's command inside its own transaction."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal

from django.db import IntegrityError, transaction
from django.utils import timezone

from yixiang.kernel.errors import Invalid, NotPermitted, Unseen, WrongState
from yixiang.kernel.workdays import add_working_days
from yixiang.kernel.workdays_table import load_calendar
from yixiang.people.access import grants_of, may
from yixiang.people.models import Person
from yixiang.reviews.models import Authority, Case, Decision, scopes_of_round
from yixiang.reviews.states import CASE

Verb = Literal["approve", "return", "reject"]


@dataclass(frozen=True, slots=True)
class Round:
    """Who decides next and in how many working days; `scopes` are the grants that may."""

    level: str
    label: str
    scopes: Sequence[str]
    days: int


@dataclass(frozen=True, slots=True)
class Fact:
    """One line beside the case: what was checked, what was found, what the rule asks, where it stands."""

    label: str
    value: str
    passed: bool | None = None
    threshold: str = ""
    article: str = ""
    because: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    case: Case
    action: str
    final: bool


@dataclass(frozen=True, slots=True)
class Opening:
    """What a room says when it hands something over for review."""

    kind: str
    subject_id: int
    title: str
    permission: str
    region: str
    rounds: Sequence[Round]
    applicant_label: str = ""
    facts: Sequence[Fact] = field(default_factory=tuple)


def authority_round(level: str, region: str, days: int) -> Round:
    """The round of the office that answers for this region at this level."""
    (scope,) = scopes_of_round(level, region)
    office = Authority.objects.filter(region=scope.rsplit("/", 1)[1]).first()
    fallback = "市级主管部门" if level == "city" else "省级主管部门"
    return Round(level=level, label=office.name if office else fallback, scopes=[scope], days=days)


@transaction.atomic
def open_case(opening: Opening, *, applicant: Person, now: datetime) -> Case:
    case = Case(
        kind=opening.kind,
        subject_id=opening.subject_id,
        title=opening.title,
        permission=opening.permission,
        region=opening.region,
        applicant=applicant,
        applicant_label=opening.applicant_label or str(applicant),
        opened_at=now,
    )
    _begin(case, opening.rounds, opening.facts, now)
    try:
        with transaction.atomic():
            case.save()
    except IntegrityError as broken:
        raise WrongState("这件事已经在审核中，请勿重复提交。", code="already-under-review") from broken
    _write(case, "submit", applicant, now, label=case.applicant_label)
    return case


@transaction.atomic
def resubmit(
    case: Case,
    *,
    actor: Person,
    rounds: Sequence[Round],
    facts: Sequence[Fact],
    now: datetime,
    note: str = "",
) -> Case:
    """The returned case goes back to its first round, with what the pack says today."""
    case = _lock(case.pk)
    case.state = CASE.step(case.state, "resubmit")
    case.version += 1
    _begin(case, rounds, facts, now)
    case.save()
    _write(case, "resubmit", actor, now, note=note, label=case.applicant_label)
    return case


@transaction.atomic
def withdraw(case: Case, *, actor: Person, now: datetime, note: str = "") -> Case:
    case = _lock(case.pk)
    case.state = CASE.step(case.state, "withdraw")
    _close(case, now)
    _write(case, "withdraw", actor, now, note=note, label=case.applicant_label)
    return case


@transaction.atomic
def decide(
    case_id: int,
    *,
    actor: Person,
    action: Verb,
    now: datetime,
    note: str = "",
    reasons: Sequence[str] = (),
    version: int | None = None,
) -> Outcome:
    """Write the decision and move the case; the caller moves the subject in the same transaction."""
    case = _lock(case_id)
    label = _deciding_as(case, actor, version)
    verb = "pass_on" if action == "approve" and not case.is_last_round else action
    move = CASE.move(case.state, verb)
    if move.note and not (note.strip() or reasons):
        raise Invalid.field("note", f"请写明{move.label}的理由，申请方要据此修改。", code="reason-missing")
    _write(case, action, actor, now, note=note, reasons=reasons, label=label)
    case.state = move.target
    case.version += 1
    if verb == "pass_on":
        case.round += 1
        _enter_round(case, now)
        case.save()
    elif case.state == "returned":
        case.due_on, case.decided_in = None, []
        case.save()
    else:
        _close(case, now)
    return Outcome(case, verb, final=verb != "pass_on")


def _lock(case_id: int) -> Case:
    case: Case | None = Case.objects.select_for_update(of=("self",)).filter(pk=case_id).first()
    if case is None:
        raise Unseen()
    return case


def _deciding_as(case: Case, actor: Person, version: int | None) -> str:
    """The grant that carries this decision, worded for the time line; the applicant never decides on themselves."""
    if case.applicant_id == actor.pk:
        raise NotPermitted("不能审核自己提交的事项。")
    if not any(case.permission in g.role.permissions and g.scope in case.seen_in for g in grants_of(actor)):
        raise Unseen()
    if case.state != "open":
        raise WrongState(
            f"这件事已经处理过，现在是“{CASE.label(case.state)}”。您的意见没有写入。", code="decided-already"
        )
    if version not in {None, case.version}:
        raise WrongState(
            "另一位审核人刚刚处理过这件事，您的意见没有写入。请刷新后查看最新状态。", code="decided-already"
        )
    if actor.token_permissions is not None and case.permission not in actor.token_permissions:
        raise NotPermitted("这个令牌没有办理这类审核的权限，请换用范围更大的令牌。")
    if not may(actor, case.permission, case.decided_in):
        raise NotPermitted("这件事现在由其他部门办理，还没有轮到您，或者您已经办理过。")
    return f"{case.holder} · {actor.name}"


def _begin(case: Case, rounds: Sequence[Round], facts: Sequence[Fact], now: datetime) -> None:
    if not rounds:
        raise ValueError("a case without a round would wait for nobody")
    case.rounds = [asdict(r) | {"scopes": list(r.scopes)} for r in rounds]
    case.round = 0
    case.seen_in = sorted({scope for r in rounds for scope in r.scopes})
    case.facts = [asdict(fact) for fact in facts]
    _enter_round(case, now)


def _enter_round(case: Case, now: datetime) -> None:
    here: dict[str, Any] = case.rounds[case.round]
    case.decided_in = list(here["scopes"])
    case.due_on = add_working_days(timezone.localdate(now), int(here["days"]), load_calendar())


def _close(case: Case, now: datetime) -> None:
    case.closed_at, case.due_on, case.decided_in = now, None, []
    case.save()


def _write(
    case: Case,
    action: str,
    by: Person,
    now: datetime,
    *,
    label: str,
    note: str = "",
    reasons: Sequence[str] = (),
) -> None:
    Decision.objects.create(
        case=case,
        round=case.round,
        action=action,
        by=by,
        by_label=label,
        at=now,
        note=note,
        reasons=list(reasons),
    )
