"""Who hears of what happened to money, and in which words."""

from collections.abc import Iterable
from datetime import date, datetime

from yixiang.notices.commands import tell
from yixiang.notices.kinds import NoticeKind, declare
from yixiang.people.models import Person
from yixiang.subsidies.permissions import SubsidiesPermission
from yixiang.units.commands.telling import holders
from yixiang.units.models import Unit

declare(
    NoticeKind("subsidy", "补助进展", email="now"),
    NoticeKind("subsidy-clock", "补助的核对与公示期限", clock=True),
    NoticeKind("subsidy-flag", "待说明的疑点", email="now"),
)


def accountants(unit: Unit) -> list[Person]:
    return holders(SubsidiesPermission.ACCOUNT, [unit.scope])


def tell_unit(
    unit: Unit,
    subject: str,
    body: str,
    *,
    url: str,
    key: str,
    now: datetime,
    kind: str = "subsidy",
    button: str = "查看",
    deadline: date | None = None,
    people: Iterable[Person] | None = None,
) -> None:
    tell(
        list(accountants(unit) if people is None else people), kind=kind, subject=subject, body=body, url=url,
        button=button, deadline=deadline, key=key[:120], now=now,
    )  # fmt: skip
