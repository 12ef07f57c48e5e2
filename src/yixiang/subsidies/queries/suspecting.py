"""What looks unusual in the settled orders of a year: one plain statement of SQL for each kind.

Each statement answers with rows of (provider, other side, key, facts, records); facts and records are JSON, ready to be
shown. `%(region)s` is how the divisions of the jurisdiction begin. Nothing here writes.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from yixiang.subsidies.models.flag import KINDS, Watch
from yixiang.units.models import BankAccount

_SETTLED = """
    SELECT o.id, o.number, o.provider_id, o.customer_id, o.final_total AS total,
           (o.closed_at AT TIME ZONE 'Asia/Shanghai')::date AS settled_on
    FROM orders_order o JOIN units_unit p ON p.id = o.provider_id
    WHERE o.state = 'completed' AND NOT o.internal AND o.final_total > 0
      AND o.closed_at >= make_timestamptz(%(year)s, 1, 1, 0, 0, 0, 'Asia/Shanghai')
      AND o.closed_at < make_timestamptz(%(year)s + 1, 1, 1, 0, 0, 0, 'Asia/Shanghai')
      AND p.region LIKE %(region)s
"""
_YUAN = """'FM999,999,999,990.00" 元"'"""
_RECORD = f"jsonb_build_object('number', o.number, 'words', o.settled_on || ' · ' || to_char(o.total, {_YUAN}))"

DECLARED = f"""
    WITH o AS MATERIALIZED ({_SETTLED})
    SELECT o.provider_id, o.customer_id, o.customer_id::text,
           jsonb_build_array(jsonb_build_array('登记的关联', string_agg(DISTINCT r.nature, '、'))),
           jsonb_agg(DISTINCT {_RECORD})
    FROM o JOIN units_unit p ON p.id = o.provider_id JOIN units_unit c ON c.id = o.customer_id
    JOIN units_relation r ON (r.unit_id = p.id AND (r.other_id = c.id OR r.other_code = nullif(c.credit_code, '')))
                          OR (r.unit_id = c.id AND (r.other_id = p.id OR r.other_code = nullif(p.credit_code, '')))
    GROUP BY 1, 2
"""  # noqa: S608 our own words

RELATED = f"""
    WITH o AS MATERIALIZED ({_SETTLED}), pairs AS (
        SELECT DISTINCT o.provider_id, o.customer_id FROM o WHERE o.provider_id <> o.customer_id
    ), hints AS (
        SELECT pairs.*, array_remove(ARRAY[
            CASE WHEN p.legal_representative <> '' AND p.legal_representative = c.legal_representative
                 THEN '同一法定代表人' END,
            CASE WHEN p.contact_phone <> '' AND p.contact_phone = c.contact_phone THEN '同一联系电话' END,
            CASE WHEN p.contact_email <> '' AND lower(p.contact_email) = lower(c.contact_email)
                 THEN '同一电子邮箱' END,
            CASE WHEN ARRAY[least(p.id, c.id), greatest(p.id, c.id)] = ANY (
                     SELECT ARRAY[(pair ->> 0)::bigint, (pair ->> 1)::bigint]
                     FROM jsonb_array_elements(%(accounts)s::jsonb) AS pair)
                 THEN '同一银行账户' END], NULL) AS ways
        FROM pairs JOIN units_unit p ON p.id = pairs.provider_id JOIN units_unit c ON c.id = pairs.customer_id
        WHERE NOT EXISTS (
            SELECT 1 FROM units_relation r
            WHERE (r.unit_id = p.id AND (r.other_id = c.id OR r.other_code = nullif(c.credit_code, '')))
               OR (r.unit_id = c.id AND (r.other_id = p.id OR r.other_code = nullif(p.credit_code, ''))))
    )
    SELECT h.provider_id, h.customer_id, h.customer_id::text,
           jsonb_build_array(jsonb_build_array('相同之处', array_to_string(h.ways, '、'))), jsonb_agg({_RECORD})
    FROM hints h JOIN o USING (provider_id, customer_id) WHERE cardinality(h.ways) > 0
    GROUP BY h.provider_id, h.customer_id, h.ways
"""  # noqa: S608 our own words

INVOICE = f"""
    WITH o AS MATERIALIZED ({_SETTLED}), billed AS (
        SELECT o.*, i.number AS invoice, i.amount AS sum, right(i.number, 8) AS tail
        FROM o JOIN orders_invoice i ON i.order_id = o.id
    )
    SELECT o.provider_id, NULL::bigint, o.tail || ':' || o.sum,
           jsonb_build_array(jsonb_build_array('发票号码末八位', o.tail),
                             jsonb_build_array('金额', to_char(o.sum, {_YUAN}))),
           jsonb_agg({_RECORD})
    FROM billed o GROUP BY o.provider_id, o.tail, o.sum HAVING count(DISTINCT o.invoice) > 1
"""  # noqa: S608 our own words

FILE = f"""
    WITH o AS MATERIALIZED ({_SETTLED}), used AS (
        SELECT o.*, f.sha256, f.name
        FROM o JOIN orders_invoice i ON i.order_id = o.id JOIN files_file f ON f.id = i.file_id
        UNION ALL
        SELECT o.*, f.sha256, f.name
        FROM o JOIN orders_paper a ON a.order_id = o.id JOIN files_file f ON f.id = a.file_id
    )
    SELECT o.provider_id, NULL::bigint, left(o.sha256, 32),
           jsonb_build_array(jsonb_build_array('文件', min(o.name)), jsonb_build_array('SHA-256', o.sha256)),
           jsonb_agg(DISTINCT {_RECORD})
    FROM used o GROUP BY o.provider_id, o.sha256 HAVING count(DISTINCT o.id) > 1
"""  # noqa: S608 our own words

HOURS = f"""
    WITH o AS MATERIALIZED ({_SETTLED}), timed AS (
        SELECT o.*, l.instrument_id, l.starts, l.id AS line,
               round(max(c.quantity) FILTER (WHERE c.basis = 'hour') * 60) AS billed,
               ceil(extract(epoch FROM l.stopped_at - l.started_at) / 60) AS measured
        FROM o JOIN orders_line l ON l.order_id = o.id JOIN orders_charge c ON c.line_id = l.id AND c.stage = 'final'
        WHERE l.mode = 'time' GROUP BY o.id, o.number, o.provider_id, o.customer_id, o.total, o.settled_on, l.id
    ), beyond AS (
        SELECT line FROM timed WHERE billed > measured + %(slack)s
        UNION
        SELECT line FROM (
            SELECT line, sum(billed) OVER (
                PARTITION BY instrument_id, (starts AT TIME ZONE 'Asia/Shanghai')::date) AS of_day FROM timed
        ) AS days WHERE of_day > 24 * 60 + %(slack)s
    )
    SELECT o.provider_id, NULL::bigint, o.instrument_id::text,
           jsonb_build_array(jsonb_build_array('仪器', min(i.name)),
                             jsonb_build_array('计费', sum(o.billed) || ' 分钟'),
                             jsonb_build_array('实测', coalesce(sum(o.measured) || ' 分钟', '没有记录'))),
           jsonb_agg(jsonb_build_object('number', o.number, 'words',
               '计费 ' || o.billed || ' 分钟，实测 ' || coalesce(o.measured::text || ' 分钟', '没有记录')))
    FROM timed o JOIN beyond USING (line) JOIN catalogue_instrument i ON i.id = o.instrument_id
    GROUP BY o.provider_id, o.instrument_id
"""  # noqa: S608 our own words

MUTUAL = f"""
    WITH o AS MATERIALIZED ({_SETTLED}), sides AS (
        SELECT provider_id, customer_id, sum(total) AS sum FROM o WHERE provider_id <> customer_id GROUP BY 1, 2
    ), mutual AS (
        SELECT least(a.provider_id, a.customer_id) AS one, greatest(a.provider_id, a.customer_id) AS other,
               a.sum AS given, b.sum AS got
        FROM sides a JOIN sides b ON b.provider_id = a.customer_id AND b.customer_id = a.provider_id
        WHERE a.provider_id < a.customer_id
    )
    SELECT m.one, m.other, m.other::text,
           jsonb_build_array(jsonb_build_array('为对方服务', to_char(m.given, {_YUAN})),
                             jsonb_build_array('对方为其服务', to_char(m.got, {_YUAN}))),
           jsonb_agg({_RECORD})
    FROM mutual m JOIN o ON least(o.provider_id, o.customer_id) = m.one
                        AND greatest(o.provider_id, o.customer_id) = m.other
    GROUP BY m.one, m.other, m.given, m.got
"""  # noqa: S608 our own words

YEAR_END = f"""
    WITH o AS MATERIALIZED ({_SETTLED}), sums AS (
        SELECT provider_id, sum(total) AS whole,
               coalesce(sum(total) FILTER (WHERE extract(month FROM settled_on) = 12), 0) AS late
        FROM o GROUP BY 1
    )
    SELECT o.provider_id, NULL::bigint, '12',
           jsonb_build_array(jsonb_build_array('12 月结算', to_char(s.late, {_YUAN})),
                             jsonb_build_array('全年', to_char(s.whole, {_YUAN})),
                             jsonb_build_array('占比', round(s.late * 100 / s.whole, 1) || '%%')),
           jsonb_agg({_RECORD})
    FROM o JOIN sums s USING (provider_id)
    WHERE extract(month FROM o.settled_on) = 12 AND s.late > s.whole * %(peak)s GROUP BY o.provider_id, s.late, s.whole
"""  # noqa: S608 our own words

SPLIT = f"""
    WITH o AS MATERIALIZED ({_SETTLED}), near AS (
        SELECT o.*, sum(total) OVER w AS run, count(*) OVER w AS n FROM o WHERE total < %(amount)s
        WINDOW w AS (PARTITION BY provider_id, customer_id ORDER BY settled_on
                     RANGE BETWEEN make_interval(days => %(days)s) PRECEDING AND CURRENT ROW)
    ), ends AS (SELECT provider_id, customer_id, settled_on FROM near WHERE run >= %(amount)s AND n >= %(count)s)
    SELECT o.provider_id, o.customer_id, o.customer_id::text,
           jsonb_build_array(jsonb_build_array('界线', to_char(%(amount)s::numeric, {_YUAN})),
                             jsonb_build_array('合计', to_char(sum(o.total), {_YUAN})),
                             jsonb_build_array('单数', count(*)::text)),
           jsonb_agg({_RECORD})
    FROM near o WHERE EXISTS (
        SELECT 1 FROM ends e WHERE e.provider_id = o.provider_id AND e.customer_id = o.customer_id
          AND o.settled_on BETWEEN e.settled_on - %(days)s AND e.settled_on)
    GROUP BY o.provider_id, o.customer_id
"""  # noqa: S608 our own words

STATEMENTS = {
    "declared": DECLARED, "related": RELATED, "invoice": INVOICE, "file": FILE, "hours": HOURS, "mutual": MUTUAL,
    "year_end": YEAR_END, "split": SPLIT,
}  # fmt: skip
SAID = {
    "declared": "与登记的关联单位之间有已结算的订单，这些收入不计入后补助。",
    "related": "与使用方有相同的负责人、联系方式或账户，但没有登记为关联单位。",
    "invoice": "不同发票的末八位和金额完全相同。",
    "file": "同一个文件用在了不同的订单上。",
    "hours": "计费机时超过实测机时，或一天之内超过 24 小时。",
    "mutual": "双方在同一年里互为供给方和使用方。",
    "year_end": "12 月结算的金额在全年中占比很高。",
    "split": "与同一使用方在几天内有多张低于界线的订单，合计达到界线。",
}


@dataclass(frozen=True, slots=True)
class Suspicion:
    kind: str
    unit_id: int
    other_id: int | None
    key: str
    facts: list[list[str]]
    records: list[dict[str, str]]


def suspicions(year: int, region: str, watch: Watch) -> Iterator[Suspicion]:
    """Of one jurisdiction; kinds whose thresholds are not set are left out."""
    given: dict[str, Any] = {
        "year": year, "region": f"{region}%", "slack": watch.slack_minutes, "peak": watch.peak_share,
        "amount": watch.split_amount, "days": watch.split_days, "count": watch.split_count,
        "accounts": _same_accounts(),
    }  # fmt: skip
    with connection.cursor() as cursor:
        for kind in KINDS:
            if watch.missing(kind):
                continue
            cursor.execute(STATEMENTS[kind], given)
            for unit, other, key, facts, records in cursor.fetchall():
                yield Suspicion(kind, unit, other, key, _read(facts), sorted(_read(records), key=lambda r: r["number"]))


def _read(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _same_accounts() -> str:
    """Pairs of units with one account. The numbers are encrypted, so only those with the same tail are compared."""
    by_tail: dict[str, list[BankAccount]] = {}
    for one in BankAccount.objects.only("unit_id", "tail", "number"):
        by_tail.setdefault(one.tail, []).append(one)
    pairs = [
        sorted((a.unit_id, b.unit_id))
        for group in by_tail.values()
        for place, a in enumerate(group)
        for b in group[place + 1 :]
        if a.number == b.number
    ]
    return json.dumps(pairs)
