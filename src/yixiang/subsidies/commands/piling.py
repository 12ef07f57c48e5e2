"""A year of settled orders as one heap of facts, judged combination by combination, kept line by line.

A year may hold a million lines. So the facts are gathered by the database, each combination of facts that occurs is
judged once by the law's own function, and the lines are written by one INSERT … SELECT.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from django.db import connection

from yixiang.subsidies import law
from yixiang.subsidies.laws.provider import COUNTING, Base, ProviderRules
from yixiang.subsidies.models import Run
from yixiang.vouchers.queries.collected import FACE_VALUES

# What a line is, by what the pack reckons by: a line of the bill with its fees, or the face value one voucher brought
# one instrument, which stands at the first line of the order on that instrument.
_LINES: dict[Base, str] = {
    "fees": """
        SELECT l.id AS order_line, l.order_id, l.instrument_id, coalesce(m.fees, 0)::numeric(12, 2) AS income,
               NULL::numeric(12, 2) AS fees, 0::numeric(12, 2) AS vouchers, NULL::bigint AS voucher_id
        FROM orders_line l
        LEFT JOIN (SELECT line_id, sum(amount) AS fees FROM orders_charge WHERE stage = 'final' GROUP BY 1) m
               ON m.line_id = l.id
    """,
    "vouchers": f"""
        SELECT bill.order_line, t.id AS order_id, v.instrument_id, v.amount::numeric(12, 2) AS income,
               bill.fees, v.amount::numeric(12, 2) AS vouchers, v.voucher_id
        FROM ({FACE_VALUES}) v JOIN orders_order t ON t.number = v.order_number AND t.provider_id = v.provider_id
        JOIN LATERAL (
            SELECT min(l.id) AS order_line, coalesce(sum(c.amount), 0)::numeric(12, 2) AS fees
            FROM orders_line l LEFT JOIN orders_charge c ON c.line_id = l.id AND c.stage = 'final'
            WHERE l.order_id = t.id AND l.instrument_id = v.instrument_id
        ) bill ON bill.order_line IS NOT NULL
    """,  # noqa: S608 our own words
}
# The class of a customer and its relations are those of the day it paid. What was changed later is undone from the
# records of changes (a form filled for the first time is none); relations carry their own days.
_CLEARED = "DROP TABLE IF EXISTS subsidies_heap, subsidies_judged"
_HEAP = "CREATE TEMP TABLE subsidies_heap ON COMMIT DROP AS"
_YEAR = """
    SELECT l.order_line, o.number, o.provider_id AS unit_id, l.instrument_id, o.customer_id,
           (o.closed_at AT TIME ZONE 'Asia/Shanghai')::date AS settled_on, l.income, l.fees, l.vouchers, l.voucher_id,
           CASE WHEN c.kind = 'team' THEN 'student_team' WHEN c.kind <> 'enterprise' THEN 'other'
                WHEN c.student_startup THEN 'student_startup' ELSE 'enterprise' END AS "user",
           false AS related, o.internal OR o.provider_id = o.customer_id AS own_use, o.purpose,
           i.listed_at IS NOT NULL AS listed, i.funds && ARRAY['central', 'local']::varchar[] AS fiscal,
           coalesce(i.worth, -1) AS worth, 0::bigint AS contest
    FROM orders_order o
    JOIN units_unit p ON p.id = o.provider_id JOIN units_unit c ON c.id = o.customer_id
    JOIN ({lines}) l ON l.order_id = o.id JOIN catalogue_instrument i ON i.id = l.instrument_id
    WHERE o.state = 'completed' AND {side}.region LIKE %(region)s
      AND o.closed_at >= make_timestamptz(%(year)s, 1, 1, 0, 0, 0, 'Asia/Shanghai')
      AND o.closed_at < make_timestamptz(%(year)s + 1, 1, 1, 0, 0, 0, 'Asia/Shanghai')
"""
_FORMER_CLASS = """
    UPDATE subsidies_heap h SET "user" =
        CASE WHEN was.kind = 'team' THEN 'student_team' WHEN was.kind <> 'enterprise' THEN 'other'
             WHEN was.student THEN 'student_startup' ELSE 'enterprise' END
    FROM (
        SELECT d.customer_id, d.settled_on,
               coalesce((array_agg(g.before ->> 'kind' ORDER BY g.at, g.id)
                         FILTER (WHERE g.before ->> 'kind' IS NOT NULL))[1], min(c.kind)) AS kind,
               coalesce((array_agg(g.before ->> 'student_startup' ORDER BY g.at, g.id)
                         FILTER (WHERE g.before ->> 'student_startup' IS NOT NULL))[1]::boolean,
                        bool_or(c.student_startup)) AS student
        FROM (SELECT DISTINCT customer_id, settled_on FROM subsidies_heap) d
        JOIN units_unit c ON c.id = d.customer_id
        JOIN audit_change g ON g.table_name = 'units_unit' AND g.row_id = d.customer_id::text AND g.op = 'UPDATE'
             AND g.changed && ARRAY['kind', 'student_startup'] AND coalesce(g.before ->> 'kind', '-') <> ''
             AND (g.at AT TIME ZONE 'Asia/Shanghai')::date > d.settled_on
        GROUP BY d.customer_id, d.settled_on
    ) AS was
    WHERE was.customer_id = h.customer_id AND was.settled_on = h.settled_on
"""
_RELATED = """
    WITH said AS (
        SELECT r.unit_id AS one, coalesce(r.other_id, o.id) AS other, r.since,
               (r.ended_at AT TIME ZONE 'Asia/Shanghai')::date AS ended
        FROM units_relation r
        LEFT JOIN units_unit o ON o.credit_code = nullif(r.other_code, '') AND r.other_id IS NULL
    )
    UPDATE subsidies_heap h SET related = true
    FROM (SELECT one, other, since, ended FROM said UNION ALL SELECT other, one, since, ended FROM said) AS r
    WHERE r.one = h.unit_id AND r.other = h.customer_id
      AND (r.since IS NULL OR r.since <= h.settled_on) AND (r.ended IS NULL OR r.ended > h.settled_on)
"""
_CONTESTED = """
    UPDATE subsidies_heap h SET contest = c.id FROM subsidies_contest c
    WHERE c.run_id = %(run)s AND c.state = 'accepted' AND c.order_line = h.order_line
"""
Side = Literal["provider", "customer"]
_SIDES: dict[Side, str] = {"provider": "p", "customer": "c"}  # whose region is asked for
_SET_RIGHT = (_FORMER_CLASS, _RELATED, _CONTESTED, "ANALYZE subsidies_heap")
FACTS = ("user", "related", "own_use", "purpose", "listed", "fiscal", "worth", "vouchers", "contest")
FINE = ("worth", "vouchers")  # differ from line to line; what matters is on which side of the law's thresholds they are
KEYS = (*(name for name in FACTS if name not in FINE), *(f"{name}_side" for name in FINE))
_NAMES = ", ".join(f'"{name}"' for name in KEYS)

_KEEP = """
    INSERT INTO subsidies_line (run_id, reason_id, order_line, number, unit_id, instrument_id, customer_id, settled_on,
                                worth, income, fees, voucher_id, earned)
    SELECT %(run)s, reason_id, order_line, number, unit_id, instrument_id, customer_id, settled_on,
           nullif(worth, -1), income, fees, voucher_id,
           CASE WHEN least IS NULL THEN 0
                ELSE (least + CASE WHEN place <= cents - sum(least) OVER w THEN 1 ELSE 0 END) / 100 END
    FROM (
        SELECT f.*, s.cents, div(s.cents * f.income, s.income) AS least,
               row_number() OVER (PARTITION BY f.instrument_id
                                  ORDER BY mod(s.cents * f.income, s.income) DESC NULLS LAST, f.order_line) AS place
        FROM (SELECT h.*, j.reason_id, j.counts FROM subsidies_heap h JOIN subsidies_judged j USING ({names})) AS f
        LEFT JOIN (SELECT instrument_id, income, final * 100 AS cents FROM subsidies_share
                   WHERE run_id = %(run)s AND income > 0) AS s
               ON s.instrument_id = f.instrument_id AND f.counts
    ) AS parts
    WINDOW w AS (PARTITION BY instrument_id)
""".replace("{names}", _NAMES)


@dataclass(frozen=True, slots=True)
class Combination:
    """Facts that several lines have in common, under the names the law knows them by."""

    user: str
    related: bool
    own_use: bool
    purpose: str
    listed: bool
    fiscal: bool
    worth: Decimal | None
    vouchers: Decimal
    contest: int
    sides: tuple[int, int]
    settled_on: date
    year: int

    @property
    def coarse(self) -> dict[str, Any]:
        """Without what differs from line to line."""
        return {name: getattr(self, name) for name in FACTS if name not in FINE}


@dataclass(frozen=True, slots=True)
class Earning:
    """What one instrument has earned with the lines that count."""

    unit: int
    instrument: int
    income: Decimal


def gather(run: Run, region: str) -> list[Combination]:
    """The heap of the year, and every combination of facts in it. What is gathered is what the pack reckons by."""
    place = run.programme.jurisdiction
    rules = law.provider_pack(place, run.year).values
    lines = _year(rules.base.value, "provider")
    sides = ", ".join(f"{_side(fact, rules)} AS {fact}_side" for fact in FINE)
    given = _given(place, run.year, region, run.pk)
    with connection.cursor() as cursor:
        cursor.execute(_CLEARED)
        for statement in (f"{_HEAP} SELECT y.*, {sides} FROM ({lines}) AS y", *_SET_RIGHT):  # noqa: S608
            cursor.execute(statement, given)
        cursor.execute(
            f"SELECT {_NAMES}, min(worth), min(vouchers) FROM subsidies_heap GROUP BY {_NAMES} ORDER BY {_NAMES}"  # noqa: S608
        )
        return [_combination(row, run.year) for row in cursor.fetchall()]


def _side(fact: str, rules: ProviderRules) -> str:
    """Below, at or above each threshold the law has for it: what is on the same side is judged alike."""
    asked = (test.threshold for name in COUNTING for test in getattr(rules, name).tests if test.fact == fact)
    marks = {Decimal(mark) for said in asked for mark in (said if isinstance(said, tuple | list) else [said])}
    steps = [f"({fact} >= {mark:f})::int + ({fact} > {mark:f})::int" for mark in sorted(marks)]
    return f"CASE WHEN {fact} < 0 THEN -1 ELSE {' + '.join(steps) or '0'} END"


@dataclass(frozen=True, slots=True)
class Piled:
    """What is gathered: orders of the providers or of the customers in a region, by what a pack reckons by."""

    jurisdiction: str
    region: str
    year: int
    side: Side
    base: Base
    run: int | None  # whose accepted contests count


def pile_unwritten(wanted: Piled) -> None:
    """The same heap to look at: once its shape is there, the database refuses every write that would outlast the
    transaction."""
    given = _given(wanted.jurisdiction, wanted.year, wanted.region, wanted.run)
    lines = _year(wanted.base, wanted.side)
    with connection.cursor() as cursor:
        cursor.execute(_CLEARED)
        cursor.execute(f"{_HEAP}{lines} WITH NO DATA", given)
        cursor.execute("SET TRANSACTION READ ONLY")
        for statement in (f"INSERT INTO subsidies_heap {lines}", *_SET_RIGHT):
            cursor.execute(statement, given)


# A voucher stands for itself: what it is worth is a fact of its own, not a part of a sum.
_EQUAL = """
    SELECT unit_id, instrument_id, "user", related, own_use, purpose, listed, fiscal, nullif(worth, -1), vouchers,
           contest, sum(income)
    FROM subsidies_heap GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, voucher_id
"""
_ORDERS = """
    SELECT h.customer_id, h."user", o.final_total, h.own_use, h.purpose, bool_and(h.listed), h.settled_on
    FROM subsidies_heap h JOIN orders_order o USING (number) WHERE o.final_total > 0
    GROUP BY o.id, h.customer_id, h."user", h.own_use, h.purpose, h.settled_on ORDER BY o.id
"""


def equal_lines() -> list[tuple[Any, ...]]:
    """By unit and instrument, lines that have the same facts with what they brought together."""
    return _rows(_EQUAL)


def whole_orders() -> list[tuple[Any, ...]]:
    """Orders as a user asks for them: what was paid, and whether all its instruments are listed."""
    return _rows(_ORDERS)


def _rows(query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def _year(base: Base, side: Side) -> str:
    return _YEAR.replace("{side}", _SIDES[side]).replace("{lines}", _LINES[base])


def _given(jurisdiction: str, year: int, region: str, run: int | None) -> dict[str, Any]:
    return {"jurisdiction": jurisdiction, "year": year, "region": f"{region}%", "run": run}


def _combination(row: Sequence[Any], year: int) -> Combination:
    known: dict[str, Any] = dict(zip((*KEYS, *FINE), row, strict=True))
    sides = known.pop("worth_side"), known.pop("vouchers_side")
    known["worth"] = None if known["worth"] < 0 else known["worth"]
    return Combination(**known, sides=sides, settled_on=date(year, 12, 31), year=year)


def judge(judged: Iterable[tuple[Combination, int, bool]]) -> list[Earning]:
    """Takes each combination with its reason and whether it counts; answers with what each instrument has earned."""
    rows = list(judged)  # before the copy begins: it keeps the connection to itself
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMP TABLE subsidies_judged ON COMMIT DROP AS SELECT {_NAMES}, 0::bigint AS reason_id, "  # noqa: S608
            "false AS counts FROM subsidies_heap LIMIT 0"
        )
        with cursor.copy(f"COPY subsidies_judged ({_NAMES}, reason_id, counts) FROM STDIN") as copy:
            for one, reason, counts in rows:
                copy.write_row([*one.coarse.values(), *one.sides, reason, counts])
        cursor.execute("ANALYZE subsidies_judged")
        cursor.execute(
            f"SELECT unit_id, instrument_id, sum(income) FROM subsidies_heap JOIN subsidies_judged USING ({_NAMES}) "  # noqa: S608
            "WHERE counts GROUP BY 1, 2 ORDER BY 1, 2"
        )
        return [Earning(*row) for row in cursor.fetchall()]


def keep_shares(run: Run, rows: Sequence[Sequence[Any]]) -> None:
    with connection.cursor() as cursor:
        columns = "run_id, unit_id, instrument_id, apart, rate, income, award, final"
        with cursor.copy(f"COPY subsidies_share ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row([run.pk, *row])
        cursor.execute("ANALYZE subsidies_share")


def keep_lines(run: Run) -> None:
    """Each line with its reason, and its part of what its instrument gets: largest remainder, ties to the earlier."""
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, {"run": run.pk})


def clear(run: Run) -> None:
    """What an earlier calculation of this run has left."""
    with connection.cursor() as cursor:
        for table in ("line", "reason", "share", "award"):
            cursor.execute(f"DELETE FROM subsidies_{table} WHERE run_id = %s", [run.pk])  # noqa: S608 our own


_DIGEST = """
    SELECT encode(sha256(convert_to(coalesce(string_agg(
        concat_ws(':', l.order_line, l.income, l.earned, r.code, r.contest), ',' ORDER BY l.order_line), ''),
        'UTF8')), 'hex'),
        count(*), count(*) FILTER (WHERE r.counts), coalesce(sum(l.income) FILTER (WHERE r.counts), 0),
        coalesce(sum(l.earned), 0)
    FROM subsidies_line l JOIN subsidies_reason r ON r.id = l.reason_id WHERE l.run_id = %s
"""


@dataclass(frozen=True, slots=True)
class Sums:
    digest: str
    total: int
    counted: int
    income: Decimal
    earned: Decimal


def sums_of(run: Run) -> Sums:
    """The same lines give the same digest, whenever and however often they are calculated."""
    with connection.cursor() as cursor:
        cursor.execute(_DIGEST, [run.pk])
        return Sums(*cursor.fetchone())
