"""Redemptions for somebody: one, lists with filters, what a reviewer sees beside the case."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from yixiang.files.models import File
from yixiang.kernel import scopes
from yixiang.kernel.errors import Unseen
from yixiang.kernel.money import ZERO
from yixiang.kernel.periods import SHANGHAI, day_typed
from yixiang.ledger.models import Programme
from yixiang.ledger.models.programme import in_reach
from yixiang.ledger.permissions import LedgerPermission
from yixiang.ledger.queries.explaining import VerdictShown, verdicts_of
from yixiang.people.access import Reach, reach
from yixiang.reviews.models import Case
from yixiang.units.models import Unit
from yixiang.units.models.unit import within
from yixiang.units.sheets import Cell
from yixiang.vouchers.models import Redemption
from yixiang.vouchers.permissions import VouchersPermission
from yixiang.vouchers.states import REDEMPTION

QUEUES = {
    "review": ("待审核", ("submitted",)),
    "returned": ("待补充", ("returned",)),
    "pay": ("待拨付", ("approved",)),
    "paid": ("已拨付", ("paid",)),
    "over": ("已结束", ("rejected", "withdrawn", "released", "recovered")),
}


def redemption_for(person: Any, number: str) -> Redemption:
    rows = Redemption.objects.visible_to(person).select_related(
        "programme", "unit", "provider", "payee", "person", "hold", "case"
    )
    found: Redemption | None = rows.filter(number=number.upper()).first()
    if found is None:
        raise Unseen("没有找到这张创新券，它可能不在您的权限范围内。")
    return found


def redemption_of_order(order_number: str) -> Redemption | None:
    """The one that counts; one given back and not used again is the last resort."""
    rows = Redemption.objects.filter(order_number=order_number).select_related("programme").order_by("-pk")
    found: Redemption | None = rows.exclude(state="released").first() or rows.first()
    return found


def by_code(code: str) -> Redemption:
    """What a printed voucher carries; for anybody, who is then told nothing personal."""
    found: Redemption | None = Redemption.objects.select_related("programme").filter(code=code.lower()).first()
    if found is None:
        raise Unseen("没有这张创新券。请核对编号或重新扫描二维码；如是纸质凭证，请向出具单位核实。")
    return found


def paper_of(redemption: Redemption, pk: int) -> File:
    row = redemption.papers.select_related("file").filter(pk=pk).first()
    if row is None or row.file is None:
        raise Unseen()
    file: File = row.file
    return file


def verdicts(redemption: Redemption) -> list[VerdictShown]:
    return verdicts_of(redemption.decision)


# --- lists


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for; what cannot be read counts as not asked for."""

    q: str = ""
    queue: str = ""
    programme: str = ""
    since: date | None = None
    until: date | None = None

    @classmethod
    def of(cls, data: Mapping[str, str]) -> "Wanted":
        queue = data.get("queue", "")
        return cls(
            data.get("q", "").strip()[:80].replace("\0", ""),
            queue if queue in QUEUES else "",
            data.get("programme", "")[:40].replace("\0", ""),
            day_typed(data.get("since", "")),
            day_typed(data.get("until", "")),
        )

    @property
    def applied(self) -> int:
        return sum(map(bool, (self.programme, self.since, self.until)))


def of_units(person: Any) -> QuerySet[Redemption]:
    """我的创新券: what one used oneself, and those of the units whose vouchers one looks after, given or received."""
    held = reach(person, VouchersPermission.USE).units
    own = Q(person_id=person.pk) | Q(unit__in=held) | Q(payee__in=held)
    rows: QuerySet[Redemption] = Redemption.objects.visible_to(person).filter(own)
    return rows


def of_offices(person: Any) -> QuerySet[Redemption]:
    """创新券审核: what lies in one's region or is paid from its programmes, as an office and not as a user."""
    held = reach(person, VouchersPermission.DECIDE).scopes | reach(person, LedgerPermission.PAY).scopes
    over = Reach(frozenset(scope for scope in held if not scopes.unit_pk(scope)))
    rows: QuerySet[Redemption] = Redemption.objects.visible_to(person)
    return rows.filter(within(over, "unit__") | in_reach(over, "programme__")) if over else rows.none()


def filtered(rows: QuerySet[Redemption], wanted: Wanted) -> QuerySet[Redemption]:
    """Newest first; what waits, the longest waiting first."""
    if wanted.queue:
        rows = rows.filter(state__in=QUEUES[wanted.queue][1])
    if wanted.programme:
        rows = rows.filter(programme__code=wanted.programme)
    if wanted.since:
        rows = rows.filter(used_at__date__gte=wanted.since)
    if wanted.until:
        rows = rows.filter(used_at__date__lte=wanted.until)
    if wanted.q:
        known = Q(number__istartswith=wanted.q) | Q(order_number=wanted.q) | Q(invoices__contains=[wanted.q])
        rows = rows.filter(known | Q(unit__name__icontains=wanted.q) | Q(provider__name__icontains=wanted.q))
    waits = wanted.queue in {"review", "pay"}
    return rows.select_related("programme", "unit", "provider", "payee", "case").order_by(
        "filed_at" if waits else "-pk"
    )


def counts(rows: QuerySet[Redemption]) -> dict[str, int]:
    found: dict[str, int] = rows.aggregate(
        **{queue: Count("pk", filter=Q(state__in=states)) for queue, (_label, states) in QUEUES.items()}
    )
    return found


def totals(rows: QuerySet[Redemption]) -> Decimal:
    return rows.aggregate(sum=Sum("amount"))["sum"] or ZERO


def programmes_in(rows: QuerySet[Redemption]) -> list[tuple[str, str]]:
    found = Programme.objects.filter(pk__in=rows.values("programme")).order_by("-year", "title")
    return list(found.values_list("code", "title"))


def pays(person: Any) -> bool:
    return bool(reach(person, LedgerPermission.PAY))


# --- beside the case


def case_subject(case: Case, *, viewer: Any) -> dict[str, Any]:
    rows = Redemption.objects.select_related("programme", "unit", "provider", "payee")
    made = rows.get(pk=case.subject_id)
    return {
        "redemption": made,
        "machine": REDEMPTION,
        "papers": list(made.papers.select_related("file")),
        "history": history_of(made.unit, besides=made.pk),
    }


def history_of(unit: Unit, *, besides: int = 0, most: int = 5) -> list[Redemption]:
    """What the unit used before, for the reviewer's eye."""
    rows = Redemption.objects.filter(unit=unit).exclude(pk=besides).select_related("programme")
    return list(rows.order_by("-pk")[:most])


def line_items(redemption: Redemption) -> Iterator[dict[str, Any]]:
    """Done, and who holds the ball now."""
    tones = {"reject": "bad", "revoke": "bad", "recover": "bad", "return": "warm", "withdraw": "warm"}
    for event in redemption.events.all():
        yield {
            "state": "done", "label": event.what, "who": event.by_label, "at": event.at, "note": event.note,
            "tone": tones.get(event.action, ""),
        }  # fmt: skip
    holder = {
        "pledged": "等待测试完成并结算",
        "submitted": f"等待{redemption.case.holder}审核" if redemption.case else "等待审核",
        "returned": "等待补充材料后重新提交",
        "approved": "等待财务拨付",
    }.get(redemption.state)
    if holder:
        yield {"state": "now", "label": holder}


# --- sheets

COLUMNS = [
    "创新券编号", "状态", "使用单位", "供给单位", "项目", "预约单", "发票", "服务价格", "创新券金额", "约定日期",
    "提交时间", "核定时间", "拨付日期", "收款单位", "条款",
]  # fmt: skip


def cells_of(one: Redemption) -> list[Cell]:
    return [
        one.number, one.get_state_display(), one.unit.name, one.provider.name, one.programme.title, one.order_number,
        "、".join(one.invoices), one.price, one.amount, one.day.isoformat(), _at(one.filed_at), _at(one.approved_at),
        one.paid_on.isoformat() if one.paid_on else "", one.payee.name, one.article,
    ]  # fmt: skip


def _at(moment: datetime | None) -> str:
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if moment else ""
