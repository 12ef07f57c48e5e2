"""Who hears of what happened to a voucher, and in which words."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from yixiang.ledger.permissions import LedgerPermission
from yixiang.notices.commands import tell
from yixiang.notices.kinds import NoticeKind, declare
from yixiang.people.models import Person
from yixiang.units.commands.telling import holders
from yixiang.vouchers.models import Redemption
from yixiang.vouchers.permissions import VouchersPermission

declare(NoticeKind("voucher", "创新券", clock=True))


def tell_user(redemption: Redemption, subject: str, body: str, *, now: datetime, button: str = "查看创新券") -> None:
    """Whoever used it, and the unit's people who look after its vouchers."""
    people = [redemption.person] if redemption.person else []
    _tell(redemption, [*people, *_of(redemption.unit.scope)], subject, body, now=now, button=button)


def tell_payee(redemption: Redemption, subject: str, body: str, *, now: datetime) -> None:
    _tell(redemption, _of(redemption.payee.scope), subject, body, now=now)


def tell_finance(redemption: Redemption, *, now: datetime) -> None:
    people = holders(LedgerPermission.PAY, redemption.programme.scopes)
    body = f"{redemption.payee.name} {redemption.amount:,} 元已核定，等待拨付。"
    _tell(redemption, people, f"待拨付：{redemption.number}", body, now=now, button="去办理")


def _of(scope: str) -> list[Person]:
    return holders(VouchersPermission.USE, [scope])


def _tell(
    redemption: Redemption, people: Iterable[Person], subject: str, body: str, *, now: datetime, button: str = "查看"
) -> None:
    tell(
        people,
        kind="voucher",
        subject=subject,
        body=body,
        url=reverse("vouchers:redemption", args=[redemption.number]),
        button=button,
        key=f"voucher-{redemption.pk}-{redemption.version}-{subject[:12]}",
        now=now,
    )
