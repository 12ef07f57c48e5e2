"""What waits for somebody, and how a case came to stand where it stands."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from yixiang.kernel.errors import Unseen
from yixiang.kernel.workdays import Calendar, working_days_between
from yixiang.kernel.workdays_table import load_calendar
from yixiang.reviews.models import Case

VERBS = {
    "submit": "提交",
    "resubmit": "重新提交",
    "approve": "通过",
    "return": "退回修改",
    "reject": "不予通过",
    "withdraw": "撤回",
}


@dataclass(frozen=True, slots=True)
class Moment:
    """One point of a time line, in the words of the time line component."""

    state: str  # done, now, next
    label: str
    who: str = ""
    at: datetime | None = None
    note: str = ""
    days: int | None = None
    tone: str = ""


TONES = {"return": "warm", "reject": "bad"}


def inbox(person: Any) -> QuerySet[Case]:
    """What waits for this person's decision, the nearest legal deadline first."""
    cases: QuerySet[Case] = Case.objects.decidable_by(person).order_by("due_on", "pk")
    return cases


def case_for(person: Any, case_id: int) -> Case:
    case: Case | None = Case.objects.visible_to(person).filter(pk=case_id).first()
    if case is None:
        raise Unseen()
    return case


def days_left(case: Case, *, on: date, calendar: Calendar | None = None) -> int | None:
    """Working days until the deadline; negative when it has passed. A list hands in the calendar it read once."""
    return None if case.due_on is None else working_days_between(on, case.due_on, calendar or load_calendar())


def timeline(case: Case, *, on: date) -> list[Moment]:
    """Done, now (who holds the ball, working days left), next."""
    line = [
        Moment(
            "done",
            VERBS[d.action],
            d.by_label,
            d.at,
            "\n".join([*d.reasons, d.note]).strip(),
            tone=TONES.get(d.action, ""),
        )
        for d in case.decisions.all()
    ]
    if case.state == "open":
        line.append(Moment("now", "等待审核", case.holder, days=days_left(case, on=on)))
        line += [Moment("next", "审核", str(r["label"])) for r in case.rounds[case.round + 1 :]]
    elif case.state == "returned":
        line.append(Moment("now", "等待修改后重新提交", case.holder))
    return line
