"""Face values a provider has collected: what its yearly reward is reckoned by."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection

# From the books, by order and instrument: promised or paid to the provider, less what was taken back. What was taken
# back whole stays as a row of nothing, so that somebody who looks for it finds it.
FACE_VALUES = """
    SELECT r.id AS voucher_id, r.provider_id, e.instrument_id, r.unit_id AS customer_id, r.order_number, r.day,
           coalesce(sum(e.amount) FILTER (WHERE a.stage IN ('committed', 'paid')), 0) AS amount
    FROM vouchers_redemption r JOIN ledger_programme g ON g.id = r.programme_id
    JOIN ledger_posting p ON p.hold_id = r.hold_id JOIN ledger_entry e ON e.posting_id = p.id
    JOIN ledger_account a ON a.id = e.account_id
    WHERE g.jurisdiction = %(jurisdiction)s AND r.state IN ('approved', 'paid', 'recovered')
      AND r.payee_id = r.provider_id
    GROUP BY r.id, r.provider_id, e.instrument_id, r.unit_id, r.order_number, r.day
"""


@dataclass(frozen=True, slots=True)
class FaceValue:
    """What one order brought one instrument in vouchers."""

    voucher: int
    provider: int
    instrument: int
    customer: int
    order_number: str
    day: date
    amount: Decimal


def face_values(jurisdiction: str) -> Iterator[FaceValue]:
    with connection.cursor() as cursor:
        cursor.execute(f"{FACE_VALUES} ORDER BY r.id, e.instrument_id", {"jurisdiction": jurisdiction})
        yield from (FaceValue(*row) for row in cursor.fetchall())
