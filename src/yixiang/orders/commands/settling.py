"""Money at the end: invoices, objections, settling. An unpaid or disputed order stays outside the sums others count."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from yixiang.files.commands import attach
from yixiang.files.models import File
from yixiang.kernel.errors import Invalid, Refused, Unseen, WrongState
from yixiang.kernel.money import ZERO
from yixiang.kernel.periods import local_date
from yixiang.orders.commands.answering import read_money
from yixiang.orders.commands.counting import count_service
from yixiang.orders.commands.enclosing import Chosen, bring_papers
from yixiang.orders.commands.rating import rate
from yixiang.orders.commands.telling import instruments_said, tell_customer, tell_provider
from yixiang.orders.commands.vouchering import use_at_settlement
from yixiang.orders.commands.writing import begin, changed_meanwhile, finish, lock, record, sides_of
from yixiang.orders.models import Invoice, Order
from yixiang.orders.rules import invoices
from yixiang.people.models import Person

INVOICED = ("accepted", "recorded", "disputed")


@dataclass(frozen=True, slots=True)
class Billed:
    """An invoice as somebody typed it."""

    number: str
    amount: Decimal
    issued_on: date
    file: File | None = None


@transaction.atomic
def add_invoice(order: Order, billed: Billed, *, actor: Person, now: datetime) -> Invoice:
    """By either side. A number counts once on the whole platform; the constraint says so, not a look beforehand."""
    order = lock(order)
    if not sides_of(order, actor):
        raise Unseen()
    if order.state not in INVOICED:
        raise WrongState("现在不能添加发票。结算后的发票如有错误，请联系平台管理员。")
    read = invoices.read(billed.number)
    if read is None:
        raise Invalid.field("number", invoices.REFUSED, code="invoice-number")
    if billed.issued_on > local_date(now):
        raise Invalid.field("issued_on", "开票日期不能晚于今天。")
    if (money := read_money(billed.amount)) == ZERO:
        raise Invalid.field("amount", "发票金额应大于 0。")
    try:
        with transaction.atomic():
            made = Invoice.objects.create(
                order=order, kind=read.kind, code=read.code, number=read.number, amount=money,
                issued_on=billed.issued_on, file=billed.file, added_at=now, added_by=actor,
            )  # fmt: skip
    except IntegrityError:
        raise Refused(
            "invoice-used",
            f"发票 {read.shown} 已经在别的预约单上用过，同一张发票只能用一次。请核对号码；如确有误，请联系平台管理员。",
            fields={"number": ["这张发票已经用过。"]},
        ) from None
    if billed.file:
        attach(billed.file, by=actor, holder_kind="order", holder_id=order.pk, now=now)
    record(order, "invoice", f"登记发票 {read.shown}，{money} 元", actor=actor, now=now, data={"invoice": made.pk})
    return made


@transaction.atomic
def remove_invoice(order: Order, pk: int, *, actor: Person, now: datetime) -> None:
    """One entered by mistake, before settling; its number is free again."""
    order = lock(order)
    found = order.invoices.filter(pk=pk).first()
    if found is None or not sides_of(order, actor):
        raise Unseen()
    if order.state not in INVOICED:
        raise WrongState("已结算，发票不能再改。")
    found.delete()
    record(order, "invoice_out", f"删除发票 {found.code} {found.number}".replace("  ", " "), actor=actor, now=now)


@transaction.atomic
def dispute(order: Order, *, actor: Person, now: datetime, note: str, version: int | None = None) -> Order:
    """The customer does not agree with the bill; the provider answers by putting it right or explaining it."""
    order, move = begin(order, "dispute", actor=actor, note=note, version=version)
    order.state_note = note.strip()[:300]
    order = finish(order, move, actor=actor, now=now, note=note)
    words = f"{order.customer}对费用有异议：{note.strip()}。请更正账单，或写明理由。"
    tell_provider(order, f"费用异议：{instruments_said(order)}", words, kind="order-money", button="去处理", now=now)
    return order


@transaction.atomic
def drop_dispute(order: Order, *, actor: Person, now: datetime, version: int | None = None) -> Order:
    order, move = begin(order, "drop_dispute", actor=actor, version=version)
    order.state_note = ""
    order = finish(order, move, actor=actor, now=now)
    tell_provider(order, f"异议已撤回：{instruments_said(order)}", f"{order.customer}撤回了对费用的异议。", now=now)
    return order


@transaction.atomic
def settle(
    order: Order,
    *,
    actor: Person,
    now: datetime,
    paid_on: date | None = None,
    voucher: str = "",
    version: int | None = None,
) -> Order:
    """Invoices cover the bill, then the order is complete. A bill of nothing, and own use, need none. A voucher chosen
    here files its redemption in the same transaction; where it cannot be used, nothing is settled."""
    order, move = begin(order, "settle", actor=actor, version=version)
    if paid_on and paid_on > local_date(now):
        raise Invalid.field("paid_on", "付款日期不能晚于今天。")
    if not order.internal and order.final_total:
        _refuse_uncovered(order)
    order.paid_on = paid_on or local_date(now)
    order.closed_at = now
    data = {"total": str(order.final_total), "paid_on": order.paid_on.isoformat()}
    order = finish(order, move, actor=actor, now=now, what=f"结算 {order.final_total} 元", data=data)
    count_service(order)
    if used := use_at_settlement(order, voucher, actor=actor, now=now):
        record(order, "voucher", f"创新券 {used.amount} 元已提交兑付（{used.number}）", actor=actor, now=now)
    tell_provider(
        order, f"已结算：{instruments_said(order)}", f"{order.customer}已结算 {order.final_total} 元。", now=now
    )
    tell_customer(
        order, f"请评价：{instruments_said(order)}", "这次服务怎么样？几秒钟就能说完。", button="去评价", now=now
    )
    return order


@transaction.atomic
def settle_and_rate(
    order: Order,
    *,
    actor: Person,
    now: datetime,
    billed: Billed | None = None,
    paid_on: date | None = None,
    chosen: Chosen | None = None,
    step: int = 0,
    words: str = "",
    version: int | None = None,
) -> Order:
    """Everything at the end in one form and one transaction: invoice, payment and, where given, voucher and rating."""
    if version is not None and version != lock(order).version:
        raise changed_meanwhile()
    if billed:
        add_invoice(order, billed, actor=actor, now=now)
    if chosen:
        bring_papers(order, chosen, actor=actor, now=now)
    order = settle(order, actor=actor, now=now, paid_on=paid_on, voucher=chosen.level if chosen else "")
    if step:
        rate(order, actor=actor, step=step, words=words, now=now)
    return order


def _refuse_uncovered(order: Order) -> None:
    amounts = list(order.invoices.values_list("amount", flat=True))
    if not amounts:
        raise Invalid.field("number", "请先登记发票，或请供给方上传。", code="invoice-missing")
    covered = sum(amounts, ZERO)
    if covered != order.final_total:
        raise Invalid.field(
            "number",
            f"发票合计 {covered} 元，账单是 {order.final_total} 元，两者须相同。金额不对请先请供给方更正账单或发票。",
            code="invoice-differs",
        )
