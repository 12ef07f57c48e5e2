"""Face values a provider has collected: what its yearly reward is reckoned by."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from yixiang.ledger.models import Entry
from yixiang.vouchers.law import SUBJECT
from yixiang.vouchers.models import Redemption

COLLECTED = ("approved", "paid", "recovered")  # approved at least; what was taken back afterwards is taken off


@dataclass(frozen=True, slots=True)
class FaceValue:
    """What one order brought one instrument in vouchers."""

    provider: int
    instrument: int
    customer: int
    order_number: str
    day: date
    amount: Decimal


def face_values(jurisdiction: str, year: int) -> Iterator[FaceValue]:
    """Vouchers paid to the provider, of the programmes of that year, by order and instrument; from the books."""
    made = Redemption.objects.filter(
        programme__jurisdiction=jurisdiction, programme__subject=SUBJECT, programme__year=year, state__in=COLLECTED
    )
    received = {one.hold_id: one for one in made if one.payee_id == one.provider_id}
    rows = (
        Entry.objects.filter(posting__hold__in=received, account__stage__in=["committed", "paid"])
        .values("posting__hold", "instrument")
        .annotate(amount=Sum("amount"))
        .filter(amount__gt=0)
        .order_by("posting__hold", "instrument")
    )
    for row in rows:
        one = received[row["posting__hold"]]
        yield FaceValue(one.provider_id, row["instrument"], one.unit_id, one.order_number, one.day, row["amount"])
