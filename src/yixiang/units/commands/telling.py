"""Who hears of what happened to a unit, and in which words."""

from collections.abc import Iterable
from datetime import date, datetime

from django.urls import reverse

from yixiang.notices.commands import tell
from yixiang.notices.kinds import NoticeKind, declare
from yixiang.people.models import Grant, Person
from yixiang.reviews.models import Case
from yixiang.units.models import Unit
from yixiang.units.permissions import UnitsPermission

declare(
    NoticeKind("unit", "单位动态"),
    NoticeKind("unit-confirmation", "单位信息确认", clock=True),
    NoticeKind("consultation", "专家咨询", email="now"),
)


def holders(permission: str, scopes: Iterable[str]) -> list[Person]:
    """Everybody whose standing grants carry this permission over one of these scopes."""
    grants = Grant.objects.standing().filter(role__permissions__contains=[permission], scope__in=list(scopes))
    return list(Person.objects.filter(is_active=True, pk__in=grants.values("person_id")).order_by("pk"))


def admins(unit: Unit) -> list[Person]:
    """Who edits the unit from inside; before it is joined, whoever registers it."""
    inside = holders(UnitsPermission.EDIT, [unit.scope])
    if inside or unit.created_by is None:
        return inside
    return [unit.created_by]


def tell_deciders(case: Case, *, now: datetime) -> None:
    """Those whose inbox the case has just entered."""
    people = [p for p in holders(case.permission, case.decided_in) if p.pk != case.applicant_id]
    tell(
        people,
        kind="review-waiting",
        subject=f"待审核：{case.title}",
        body=f"{case.applicant_label}提交了“{case.title}”，等待您审核。",
        url=reverse("portal:desk"),
        button="去审核",
        deadline=case.due_on,
        key=f"case-{case.pk}-{case.version}",
        now=now,
    )


def tell_unit(
    unit: Unit,
    *,
    now: datetime,
    subject: str,
    body: str,
    key: str,
    button: str = "查看",
    people: Iterable[Person] | None = None,
    deadline: date | None = None,
    kind: str = "unit",
    url: str = "",
) -> None:
    tell(
        list(admins(unit) if people is None else people),
        kind=kind,
        subject=subject,
        body=body,
        url=url or reverse("units:unit", args=[unit.pk]),
        button=button,
        deadline=deadline,
        key=key,
        now=now,
    )
