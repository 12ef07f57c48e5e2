"""What comes along with the choice of a voucher in the form of the settlement, put where it belongs on the order."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from yixiang.files.commands import attach
from yixiang.files.models import File
from yixiang.kernel.errors import Invalid
from yixiang.orders.commands.contracting import confirm_contract
from yixiang.orders.commands.recording import add_paper
from yixiang.orders.commands.writing import record
from yixiang.orders.models import Order
from yixiang.people.models import Person


@dataclass(frozen=True, slots=True)
class Chosen:
    """The voucher somebody chose, and what they bring along with it in the same form."""

    level: str
    relevance: File | None = None
    invoice_file: File | None = None
    confirms_contract: bool = False


@transaction.atomic
def bring_papers(order: Order, chosen: Chosen, *, actor: Person, now: datetime) -> None:
    """Before settling: what the form brought is put where it belongs on the order."""
    if chosen.relevance:
        add_paper(order, chosen.relevance, kind="relevance", actor=actor, now=now)
    if chosen.invoice_file:
        _complete_invoice(order, chosen.invoice_file, actor=actor, now=now)
    if chosen.confirms_contract:
        confirm_contract(order, actor=actor, now=now)


def _complete_invoice(order: Order, file: File, *, actor: Person, now: datetime) -> None:
    """The scan of the one invoice that was entered without."""
    bare = list(order.invoices.filter(file=None)[:2])
    if len(bare) != 1:
        raise Invalid.field("invoice_file", "有多张发票没有文件，请在预约单页面逐张登记。")
    attach(file, by=actor, holder_kind="order", holder_id=order.pk, now=now)
    bare[0].file = file
    bare[0].save(update_fields=["file"])
    record(order, "invoice", f"补充发票文件 {bare[0].number}", actor=actor, now=now)
