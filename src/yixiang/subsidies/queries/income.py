"""What open sharing brought each instrument of a unit in a year, and how long it was used for whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from yixiang.kernel.errors import Unseen
from yixiang.people.access import reach
from yixiang.subsidies.models import Statement
from yixiang.subsidies.permissions import SubsidiesPermission
from yixiang.units.models import Unit
from yixiang.units.models.unit import within

# An order belongs to the year in which it was settled, in Chinese time.
_OF_YEAR = """
    SELECT i.code, i.name,
           coalesce(sum(c.income) FILTER (WHERE NOT o.internal), 0),
           coalesce(sum(c.material) FILTER (WHERE NOT o.internal), 0),
           coalesce(sum(l.used_minutes) FILTER (WHERE NOT o.internal), 0), coalesce(sum(l.used_minutes), 0)
    FROM orders_order o JOIN orders_line l ON l.order_id = o.id JOIN catalogue_instrument i ON i.id = l.instrument_id
    LEFT JOIN LATERAL (
        SELECT sum(amount) AS income, sum(amount) FILTER (WHERE component = 'material') AS material
        FROM orders_charge WHERE line_id = l.id AND stage = 'final') c ON true
    WHERE o.provider_id = %(unit)s AND o.state = 'completed'
      AND o.closed_at >= make_timestamptz(%(year)s, 1, 1, 0, 0, 0, 'Asia/Shanghai')
      AND o.closed_at < make_timestamptz(%(year)s + 1, 1, 1, 0, 0, 0, 'Asia/Shanghai')
    GROUP BY i.id, i.code, i.name ORDER BY 3 DESC, i.name, i.code
"""


@dataclass(frozen=True, slots=True)
class Used:
    """One instrument in one year, as the orders have it."""

    code: str
    name: str
    income: Decimal
    material: Decimal
    open_minutes: int
    all_minutes: int


def used_in(unit: Unit, year: int) -> list[Used]:
    with connection.cursor() as cursor:
        cursor.execute(_OF_YEAR, {"unit": unit.pk, "year": year})
        return [Used(code, name, income, material, int(a), int(b)) for code, name, income, material, a, b in cursor]


def statements_for(person: Any, data: Mapping[str, str]) -> QuerySet[Statement]:
    rows: QuerySet[Statement] = Statement.objects.visible_to(person)
    if words := str(data.get("q", "")).strip().replace("\0", "")[:80]:
        rows = rows.filter(unit__name__icontains=words)
    year = str(data.get("year", ""))
    if year.isascii() and year.isdigit() and len(year) == 4:
        rows = rows.filter(year=int(year))
    return rows.select_related("unit").order_by("-year", "unit__name", "pk")


def statement_for(person: Any, pk: int) -> Statement:
    rows = Statement.objects.visible_to(person).select_related("unit").filter(pk=pk)
    found: Statement | None = rows.first()
    if found is None:
        raise Unseen()
    return found


def units_that_state(person: Any) -> QuerySet[Unit]:
    """Providing units whose account this person keeps."""
    held = reach(person, SubsidiesPermission.ACCOUNT)
    if not held:
        return Unit.objects.none()
    rows: QuerySet[Unit] = Unit.objects.filter(within(held), provides=True, state="joined").order_by("name")
    return rows


COLUMNS = (
    "单位", "年度", "状态", "总收入（元）", "材料消耗费（元）", "全年运行费总额（元）",
    "开放共享使用（分钟）", "全年使用（分钟）",
    "分摊的运行费（元）", "净收入（元）", "可作绩效工资来源上限（元）",
)  # fmt: skip


def cells(one: Statement) -> list[str]:
    net = one.result.get("amount") or ""
    ceiling = one.result.get("value", {}).get("ceiling", "")
    return [
        one.unit.name, str(one.year), one.get_state_display(), str(one.income), str(one.material),
        str(one.running_total), str(one.open_minutes), str(one.all_minutes), str(one.running), net, ceiling,
    ]  # fmt: skip
