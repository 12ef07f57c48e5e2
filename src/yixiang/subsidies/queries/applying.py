"""What a user may ask for: its settled orders of a year, each judged by the law of the day it was settled."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, QuerySet

from yixiang.audit.models import Change
from yixiang.files.models import File
from yixiang.kernel.errors import Unseen
from yixiang.kernel.money import ZERO
from yixiang.kernel.periods import local_date, midnight, year
from yixiang.ledger.models import Programme
from yixiang.ledger.permissions import LedgerPermission
from yixiang.ledger.queries.books import open_programme
from yixiang.orders.models import Order
from yixiang.people.access import may, reach
from yixiang.policy import Jurisdiction, Verdict
from yixiang.subsidies import law
from yixiang.subsidies.laws.kinds import user_kind
from yixiang.subsidies.laws.user import Earned, OrderFacts, YearFacts
from yixiang.subsidies.models import Application, AppliedOrder
from yixiang.subsidies.permissions import SubsidiesPermission
from yixiang.subsidies.queries.places import place_of
from yixiang.subsidies.states import APPLICATION
from yixiang.units.models import IntegrityFlag, Unit

BESIDE_A_CASE = 20  # orders shown there; all of them are one click away


@dataclass(frozen=True, slots=True)
class Judged:
    """One order with the law's answer."""

    order: Order
    verdict: Verdict

    @property
    def counts(self) -> bool:
        return self.verdict.decision == "counts"

    @property
    def earned(self) -> Decimal:
        return self.verdict.amount or ZERO


def place_that_pays(unit: Unit) -> Jurisdiction:
    place = place_of(unit)
    if place is None:
        raise Unseen("您所在的地区还没有开通用户补助。")
    return place


def programme_for(unit: Unit, *, on: date) -> Programme | None:
    place = place_of(unit)
    return open_programme("user-subsidy", place.region, on=on) if place else None


def units_that_apply(person: Any) -> QuerySet[Unit]:
    held = reach(person, SubsidiesPermission.APPLY)
    rows: QuerySet[Unit] = Unit.objects.filter(pk__in=held.units, state="joined").order_by("name")
    return rows


def orders_to_ask_for(unit: Unit, of_year: int) -> QuerySet[Order]:
    """Settled with the platform's providers in that year, in Chinese time, and not asked for yet."""
    span = year(of_year).moments
    taken = AppliedOrder.objects.filter(order=OuterRef("pk"), holds=True)
    rows = Order.objects.filter(
        customer=unit, state="completed", closed_at__gte=span.start, closed_at__lt=span.end, final_total__gt=0
    )
    found: QuerySet[Order] = rows.filter(~Exists(taken)).select_related("provider", "customer").order_by("pk")
    return found


def judged(unit: Unit, orders: QuerySet[Order], of_year: int) -> list[Judged]:
    place = place_that_pays(unit)
    barred = IntegrityFlag.objects.standing().filter(unit=unit, kind="dishonest").exists()
    return [Judged(one, _verdict(place, unit, one, of_year, barred=barred)) for one in orders]


def _verdict(place: Jurisdiction, unit: Unit, order: Order, of_year: int, *, barred: bool) -> Verdict:
    assert order.closed_at
    assert order.final_total is not None
    settled_on = local_date(order.closed_at)
    kind, startup = class_on(unit, settled_on)
    listed = not order.lines.filter(instrument__listed_at=None).exists()
    facts = OrderFacts(
        user=user_kind(kind, student_startup=startup), paid=order.final_total,
        settled_on=settled_on, year=of_year, purpose=order.purpose, listed=listed,  # type: ignore[arg-type]
        own_use=order.internal or order.provider_id == unit.pk, disqualified=barred,
    )  # fmt: skip
    return law.order_verdict(place, facts)


def class_on(unit: Unit, day: date) -> tuple[str, bool]:
    """What a unit was on that day: what was changed afterwards is undone from the records of changes."""
    after = midnight(day + timedelta(days=1))
    rows = Change.objects.filter(
        table_name="units_unit", row_id=str(unit.pk), op="UPDATE", changed__overlap=["kind", "student_startup"],
        at__gte=after,
    )  # fmt: skip
    later = [dict(row) for row in rows.order_by("at", "pk").values_list("before", flat=True) if row]
    later = [row for row in later if row.get("kind") != ""]  # the first filling of a form is no change of class
    kind = next((row["kind"] for row in later if "kind" in row), unit.kind)
    startup = next((row["student_startup"] for row in later if "student_startup" in row), unit.student_startup)
    return str(kind), bool(startup)


def of_the_year(unit: Unit, programme: Programme, rows: list[Judged], *, on: date) -> Verdict:
    """What the year's cap leaves of them, after what was asked for already."""
    standing = Application.objects.filter(unit=unit, programme=programme)
    granted = sum((one.kept for one in standing.filter(state__in=["submitted", "approved", "paid"])), ZERO)
    facts = YearFacts(tuple(Earned(one.order.number, one.earned) for one in rows if one.counts), granted)
    return law.year_verdict(place_that_pays(unit), facts, on=on)


def applications_for(person: Any, data: Mapping[str, str]) -> QuerySet[Application]:
    rows: QuerySet[Application] = Application.objects.visible_to(person)
    if words := str(data.get("q", "")).strip().replace("\0", "")[:80]:
        rows = rows.filter(unit__name__icontains=words)
    if (state := str(data.get("state", ""))) in dict(Application._meta.get_field("state").choices or ()):
        rows = rows.filter(state=state)
    return rows.select_related("unit", "programme", "case").order_by("-submitted_at", "-pk")


def application_for(person: Any, number: str) -> Application:
    rows = Application.objects.visible_to(person).select_related("unit", "programme", "case", "hold", "person")
    found: Application | None = rows.filter(number=number).first()
    if found is None:
        raise Unseen()
    return found


COLUMNS = (
    "申请编号", "单位", "项目", "按比例合计（元）", "申请金额（元）", "状态", "提交时间", "发放日期", "已追回（元）",
)  # fmt: skip


def cells(one: Application) -> list[str]:
    return [
        one.number, one.unit.name, one.programme.title, str(one.earned), str(one.amount), one.get_state_display(),
        f"{local_date(one.submitted_at)}", one.paid_on.isoformat() if one.paid_on else "", str(one.recovered),
    ]  # fmt: skip


def acts_of(found: Application, person: Any) -> list[str]:
    """What this person may do now; deciding is done on the case, taking back on a page of its own."""
    applies = may(person, SubsidiesPermission.APPLY, [found.unit.scope])
    pays = may(person, LedgerPermission.PAY, found.programme.scopes)
    decides = may(person, SubsidiesPermission.DECIDE, found.programme.scopes)
    held = {"withdraw": applies, "resubmit": applies, "pay": pays, "revoke": decides}
    return [move.action for move in APPLICATION.allowed(found.state) if held.get(move.action)]


def orders_in(found: Application) -> QuerySet[AppliedOrder]:
    return found.orders.select_related("order__provider").order_by("pk")


def may_recover(person: Any, found: Application) -> bool:
    """The office that decides of the programme; no city below it, no unit."""
    return found.state == "paid" and may(person, SubsidiesPermission.DECIDE, found.programme.scopes)


def evidence_of(found: Application, pk: int) -> File:
    """What a claw-back rests on; for whoever sees the application, its unit too."""
    row = found.events.select_related("file").filter(pk=pk).first()
    if row is None or row.file is None:
        raise Unseen()
    file: File = row.file
    return file


def case_subject(case: Any, *, viewer: Any) -> dict[str, Any]:
    """What stands beside the case in the inbox; whoever sees the case sees its orders."""
    found = Application.objects.select_related("unit", "programme").get(pk=case.subject_id)
    return {"application": found, "orders": Paginator(orders_in(found), BESIDE_A_CASE).get_page(1)}
