"""What the tests of this room share: an audit administrator, and a recorded table to write to."""

from datetime import UTC, date, datetime

import pytest

from yixiang.audit.models import Change
from yixiang.audit.permissions import AuditPermission
from yixiang.kernel.acting import Acting
from yixiang.kernel.models import CalendarDay
from yixiang.people.models import Grant, Person, Role

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
ZHANG = Acting(actor=7, actor_name="张三", ip="10.0.0.7", door="page", request="req-0001")


@pytest.fixture
def watcher(db: None) -> Person:
    person = Person.objects.create_user("watcher", name="审计员")
    role = Role.objects.create(
        code="test-audit", name="审计", permissions=[AuditPermission.READ, AuditPermission.EXPORT]
    )
    Grant.objects.create(person=person, role=role, scope="platform")
    return person


def a_day(number: int = 1, **more: object) -> CalendarDay:
    return CalendarDay.objects.create(date=date(2030, 1, number), working=False, **more)


def recorded() -> list[Change]:
    return list(Change.objects.filter(table_name="kernel_calendarday").order_by("id"))
