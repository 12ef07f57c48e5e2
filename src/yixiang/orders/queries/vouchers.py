"""What an order tells the room of vouchers, and what a voucher would do for it."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from yixiang.kernel.money import ZERO
from yixiang.kernel.periods import local_date
from yixiang.orders.models import Charge, Contract, Order
from yixiang.orders.queries.orders import bill_of, contract_of, lines_shown
from yixiang.orders.rules import saying
from yixiang.units.queries.standing import standing_on
from yixiang.vouchers.facts import OrderFacts, OrderLine, OrderPaper
from yixiang.vouchers.queries.offers import Offers, offers_for


def facts_of(order: Order, *, today: date, price: Decimal | None = None) -> OrderFacts:
    """The customer as it was on the day of the agreement; before there is one, as it is today."""
    day = local_date(order.accepted_at) if order.accepted_at else today
    lines, bill = lines_shown(order), bill_of(order)
    papers = list(_papers(order))
    return OrderFacts(
        number=order.number, state=order.state, day=day,
        title=saying.names((line.instrument.name for line in lines), otherwise=order.number),
        content=order.content[:80], customer=order.customer_id, customer_name=order.customer.name,
        provider=order.provider_id, provider_name=order.provider.name,
        internal=order.internal, purpose=order.purpose, other_subsidy=order.other_subsidy,
        price=(order.total or ZERO) if price is None else price,
        standing=order.customer_facts or standing_on(order.customer, day),
        lines=[OrderLine(one.instrument_id, one.instrument.name, _sum(bill.rows.get(one.pk, []))) for one in lines],
        invoices=[f"{one.code} {one.number}".strip() for one in order.invoices.all()],
        papers=papers, unproven=_unproven(order),
    )  # fmt: skip


def offers_of(order: Order, *, moment: str, today: date, price: Decimal | None = None) -> Offers:
    return offers_for(facts_of(order, today=today, price=price), moment=moment, today=today)


def _sum(charges: list[Charge]) -> Decimal:
    return sum((charge.amount for charge in charges), ZERO)


def _papers(order: Order) -> Iterator[OrderPaper]:
    contract = contract_of(order)
    if contract:
        yield OrderPaper("contract", f"服务合同 {order.number}", digest=contract.digest)
    for bill in order.invoices.all():
        yield OrderPaper("invoice", f"发票 {bill.number}，{bill.amount} 元", bill.file_id)
    for paper in order.papers.select_related("file"):
        kind = "result" if paper.kind in {"report", "result"} else paper.kind
        yield OrderPaper(kind, paper.file.name, paper.file_id)


def _unproven(order: Order) -> dict[str, str]:
    """There, but not as it is needed; said so that somebody knows what to do about it."""
    found = {"result": "服务结果证明（请供给方上传检测报告或结果数据）"}
    if any(paper.kind in {"report", "result"} for paper in order.papers.all()):
        found = {}
    contract = contract_of(order)
    if contract and not contract.confirmed:
        found["contract"] = f"服务合同（{_unconfirmed(contract)}还没有确认）"
    bare = [bill.number for bill in order.invoices.all() if bill.file_id is None]
    if bare:
        found["invoice"] = f"发票文件（{'、'.join(bare)} 还没有上传）"
    return found


def _unconfirmed(contract: Contract) -> str:
    return "使用方" if contract.customer_at is None else "供给方"
