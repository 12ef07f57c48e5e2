"""What an order hands in with the wish to be paid by a voucher. Plain Python: orders stand above this room."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

PAPERS = {
    "contract": "服务合同",
    "invoice": "发票",
    "result": "服务结果证明",
    "relevance": "科技创新相关性证明",
    "other": "补充材料",
}


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One instrument and what it costs, by which the voucher is divided."""

    instrument: int
    name: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class OrderPaper:
    """A paper of the order: a file, or what the platform itself keeps and proves by a digest."""

    kind: str
    label: str
    file: UUID | None = None
    digest: str = ""


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """`day` is the day both sides agreed; `standing` is what the customer was on it."""

    number: str
    state: str
    day: date
    title: str
    customer: int
    customer_name: str
    provider: int
    provider_name: str
    internal: bool
    purpose: str
    other_subsidy: bool
    price: Decimal
    standing: Mapping[str, Any]
    lines: Sequence[OrderLine] = ()
    content: str = ""
    invoices: Sequence[str] = ()
    papers: Sequence[OrderPaper] = ()
    unproven: Mapping[str, str] = field(default_factory=dict)  # a paper that is there but not as it should be: why

    @property
    def present(self) -> tuple[str, ...]:
        kinds = {paper.kind for paper in self.papers} - set(self.unproven)
        return tuple(code for code in ("contract", "invoice", "result", "relevance") if code in kinds)
