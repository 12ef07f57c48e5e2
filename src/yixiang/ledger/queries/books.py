"""What stands in the books, and whether they are right."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection

from yixiang.kernel.money import ZERO
from yixiang.ledger.commands.moving import Limit
from yixiang.ledger.models import Account, Cap, Programme
from yixiang.ledger.states import COUNTED, STAGES
from yixiang.ledger.triggers import KEYS


def open_programme(subject: str, region: str, *, on: date, year: int | None = None) -> Programme | None:
    """The programme of exactly this province or city that takes something new on this day; of the year, if said."""
    rows = Programme.objects.filter(subject=subject, region=region, state="open", opens_on__lte=on, closes_on__gte=on)
    rows = rows if year is None else rows.filter(year=year)
    found: Programme | None = rows.order_by("-year").first()
    return found


def books(programme: Programme) -> dict[str, Decimal]:
    """Stage → balance, all stages named; what was appropriated as a positive number."""
    held = dict(Account.objects.filter(programme=programme).values_list("stage", "balance"))
    return {stage: abs(held.get(stage, ZERO)) for stage in STAGES}


def left_under(programme: Programme, limits: Sequence[Limit]) -> list[tuple[Limit, Decimal]]:
    """How much room is below each limit today."""
    used: Mapping[tuple[str, str], Decimal] = {
        (cap.dimension, cap.key): cap.used
        for cap in Cap.objects.filter(programme=programme, key__in=[limit.key for limit in limits])
    }
    return [
        (limit, max(ZERO, limit.ceiling - used.get((limit.dimension, limit.key), ZERO))) for limit in limits
    ]  # fmt: skip


# --- are they right?


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that does not add up."""

    what: str
    where: str
    said: Decimal
    found: Decimal

    def __str__(self) -> str:
        return f"{self.what} {self.where}：账上 {self.said} 元，按分录是 {self.found} 元"


_COUNTED = ", ".join(f"'{stage}'" for stage in COUNTED)

_CHECKS: Mapping[str, str] = {
    "账目不平": """
        SELECT p.id::text, 0.00, coalesce(sum(e.amount), 0) FROM ledger_posting p
        LEFT JOIN ledger_entry e ON e.posting_id = p.id GROUP BY p.id
        HAVING coalesce(sum(e.amount), 0) <> 0 OR count(e.id) = 0
            OR coalesce(sum(e.amount) FILTER (WHERE e.amount > 0), 0) <> p.amount""",
    "账户余额": """
        SELECT g.code || ' ' || a.stage, a.balance, coalesce(sum(e.amount), 0) FROM ledger_account a
        JOIN ledger_programme g ON g.id = a.programme_id LEFT JOIN ledger_entry e ON e.account_id = a.id
        GROUP BY a.id, g.code HAVING a.balance <> coalesce(sum(e.amount), 0)""",
    "预算": """
        SELECT g.code, g.budget, coalesce(-a.balance, 0) FROM ledger_programme g
        LEFT JOIN ledger_account a ON a.programme_id = g.id AND a.stage = 'appropriated'
        WHERE g.state <> 'draft' AND g.budget <> coalesce(-a.balance, 0)""",
    "限额": f"""
        WITH counted AS (
            SELECT a.programme_id, k.dimension, k.key, sum(e.amount) AS amount
            FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id CROSS JOIN LATERAL {KEYS}
            WHERE a.stage IN ({_COUNTED}) AND k.key IS NOT NULL GROUP BY 1, 2, 3)
        SELECT c.dimension || ' ' || c.key, c.used, coalesce(n.amount, 0) FROM ledger_cap c
        LEFT JOIN counted n USING (programme_id, dimension, key)
        WHERE c.used <> coalesce(n.amount, 0) OR c.used > c.ceiling""",  # noqa: S608 names of our own columns
    "预留": """
        SELECT h.reference_kind || ' ' || h.reference_key, h.amount, stands.amount FROM ledger_hold h
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(e.amount) FILTER (WHERE a.stage = CASE h.state WHEN 'held' THEN 'reserved'
                    WHEN 'released' THEN 'fund' ELSE h.state END), 0)
                + CASE h.state WHEN 'released' THEN h.amount WHEN 'paid' THEN h.recovered ELSE 0 END AS amount
            FROM ledger_posting p JOIN ledger_entry e ON e.posting_id = p.id
            JOIN ledger_account a ON a.id = e.account_id
            WHERE p.hold_id = h.id) AS stands
        WHERE h.amount <> stands.amount""",
}


def check_books() -> list[Fault]:
    """Everything that does not add up; empty when the books are right. Asks the entries, believes no sum."""
    return list(_faults())


def _faults() -> Iterator[Fault]:
    with connection.cursor() as cursor:
        for what, query in _CHECKS.items():
            cursor.execute(query)
            for where, said, found in cursor.fetchall():
                yield Fault(what, where, said, found)
