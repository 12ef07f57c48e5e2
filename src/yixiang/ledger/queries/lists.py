"""Programmes and postings as lists: what the address asks for is what is shown and what is exported."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from yixiang.kernel.errors import Unseen
from yixiang.kernel.periods import SHANGHAI, day_typed
from yixiang.ledger.declaring import label
from yixiang.ledger.models import Account, Entry, Posting, Programme
from yixiang.ledger.states import MOVES, PROGRAMME
from yixiang.units.sheets import Cell


@dataclass(frozen=True, slots=True)
class ProgrammesWanted:
    """What cannot be read counts as not asked for."""

    state: str = ""
    subject: str = ""
    year: str = ""

    @classmethod
    def of(cls, data: Mapping[str, str]) -> "ProgrammesWanted":
        state, year = data.get("state", ""), data.get("year", "")
        return cls(
            state if state in PROGRAMME.codes else "",
            data.get("subject", "")[:20].replace("\0", ""),
            year if year.isascii() and year.isdigit() and len(year) == 4 else "",
        )

    @property
    def applied(self) -> int:
        return sum(map(bool, (self.state, self.subject, self.year)))


def programmes_of(person: Any, wanted: ProgrammesWanted) -> QuerySet[Programme]:
    rows: QuerySet[Programme] = Programme.objects.visible_to(person)
    given = {"state": wanted.state, "subject": wanted.subject, "year": wanted.year}
    rows = rows.filter(**{name: value for name, value in given.items() if value})
    stands = Account.objects.filter(programme=OuterRef("pk"))
    return rows.annotate(
        **{stage: Subquery(stands.filter(stage=stage).values("balance")) for stage in ("fund", "reserved", "paid")}
    )


def programme_for(person: Any, code: str) -> Programme:
    found: Programme | None = Programme.objects.visible_to(person).filter(code=code).first()
    if found is None:
        raise Unseen()
    return found


@dataclass(frozen=True, slots=True)
class PostingsWanted:
    """`q` is an order's number, a reference, an invoice number or part of a unit's name."""

    q: str = ""
    programme: str = ""
    move: str = ""
    since: date | None = None
    until: date | None = None

    @classmethod
    def of(cls, data: Mapping[str, str]) -> "PostingsWanted":
        move = data.get("move", "")
        return cls(
            data.get("q", "").strip()[:80].replace("\0", ""),
            data.get("programme", "")[:40].replace("\0", ""),
            move if move in MOVES else "",
            day_typed(data.get("since", "")),
            day_typed(data.get("until", "")),
        )

    @property
    def applied(self) -> int:
        return sum(map(bool, (self.programme, self.move, self.since, self.until)))


def postings_of(person: Any, wanted: PostingsWanted) -> QuerySet[Posting]:
    """Newest first."""
    rows: QuerySet[Posting] = Posting.objects.visible_to(person)
    if wanted.programme:
        rows = rows.filter(programme__code=wanted.programme)
    if wanted.move:
        rows = rows.filter(move=wanted.move)
    if wanted.since:
        rows = rows.filter(at__date__gte=wanted.since)
    if wanted.until:
        rows = rows.filter(at__date__lte=wanted.until)
    if wanted.q:
        named = Entry.objects.filter(
            Q(customer__name__icontains=wanted.q) | Q(provider__name__icontains=wanted.q), posting=OuterRef("pk")
        )
        known = Q(order_number=wanted.q) | Q(hold__reference_key=wanted.q) | Q(invoices__contains=[wanted.q])
        rows = rows.filter(known | Exists(named))
    return rows.select_related("programme", "hold").prefetch_related(
        "entries__customer", "entries__provider", "entries__instrument", "entries__account"
    )


def posting_for(person: Any, pk: int) -> Posting:
    rows = postings_of(person, PostingsWanted())
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Unseen()
    return found


def receivers(posting: Posting) -> str:
    """Whose money it is, in a few words."""
    names = dict.fromkeys(
        unit.name for entry in posting.entries.all() for unit in (entry.customer or entry.provider,) if unit
    )
    first = next(iter(names), "")
    return first if len(names) < 2 else f"{first}等 {len(names)} 家单位"


# --- sheets

PROGRAMME_COLUMNS = ["项目", "类别", "级别", "地区", "年度", "状态", "受理时间", "预算", "可用", "已预留", "已拨付"]
POSTING_COLUMNS = [
    "时间", "项目", "事项", "金额", "单位", "业务编号", "预约单", "发票", "政策包", "条款", "经办人", "说明",
]  # fmt: skip


def cells_of_programme(one: Any) -> list[Cell]:
    days = f"{one.opens_on:%Y-%m-%d} 至 {one.closes_on:%Y-%m-%d}"
    money: list[Decimal] = [one.budget, *(getattr(one, stage) or Decimal(0) for stage in ("fund", "reserved", "paid"))]
    return [
        one.title, label(one.subject), one.get_level_display(), one.region_name, str(one.year),
        one.get_state_display(), days, *money,
    ]  # fmt: skip


def cells_of_posting(one: Posting) -> list[Cell]:
    return [
        f"{one.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}", one.programme.title, one.get_move_display(), one.amount,
        receivers(one), one.hold.reference_key if one.hold else "", one.order_number, "、".join(one.invoices), one.pack,
        one.article, one.by_label, one.reason,
    ]  # fmt: skip
