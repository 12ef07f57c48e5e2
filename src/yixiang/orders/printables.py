"""What an order is printed as: the data of each sheet, put together for Typst."""

from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings

from yixiang.catalogue.rules.words import COMPONENTS
from yixiang.kernel.errors import Unseen
from yixiang.kernel.periods import SHANGHAI
from yixiang.orders import word
from yixiang.orders.models import Charge, Line, Order
from yixiang.orders.queries import orders
from yixiang.orders.rules.pricing import plain
from yixiang.orders.states import ORDER
from yixiang.web.typesetting import qr_code, typeset

_SHEET = Path(__file__).parent / "typst" / "sheet.typ"
TITLES = {
    "order": "仪器预约单",
    "contract": "仪器共享服务合同",
    "labels": "样品标签",
    "receipt": "结算凭证",
    "cover": "检测报告",
}


def printed(order: Order, what: str) -> bytes:
    """The PDF; what does not exist for this order yet does not exist at all."""
    return typeset(_SHEET, _data(order, what))


def contract_in_word(order: Order) -> bytes:
    """The same contract as a Word file, for those who file or stamp it on paper."""
    return word.contract(_data(order, "contract"))


def _data(order: Order, what: str) -> dict[str, Any]:
    if what not in TITLES:
        raise Unseen()
    data = {"order": _order, "contract": _contract, "labels": _labels, "receipt": _receipt, "cover": _cover}[what](
        order
    )
    foot = f"{order.provider.name} · 单号 {order.number} · 状态：{ORDER.label(order.state)}"
    return {"what": what, "title": TITLES[what], "number": order.number, "foot": foot, **data}


def _facts(order: Order) -> list[list[str]]:
    return [
        ["使用方", order.customer.name],
        ["供给方", order.provider.name],
        ["联系人", f"{order.contact_name} {order.contact_phone}"],
        ["目的与要求", order.content],
        ["所属项目", " ".join(filter(None, [order.project_name, order.project_number])) or "—"],
    ]


def _order(order: Order) -> dict[str, Any]:
    lines = orders.lines_shown(order)
    bill = orders.bill_of(order)
    return {
        "facts": [*_facts(order), ["状态", ORDER.label(order.state)]],
        "lines": _lines(lines),
        "samples": [
            [one.label, one.name, str(one.count), f"{_hazard(one)}{one.get_afterwards_display()}"]
            for line in lines
            for one in _samples(line)
        ],
        "stage": bill.label or "待报价",
        "charges": _charges(lines, bill),
        "total": _money(order.total),
        "events": [
            [f"{one.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}", one.by_label, one.what] for one in orders.time_line(order)
        ],
    }


def _contract(order: Order) -> dict[str, Any]:
    contract = orders.contract_of(order)
    if contract is None:
        raise Unseen("受理后才有服务合同。")
    signs = [
        [f"供给方：{order.provider.name}", _confirmed(contract.provider_label, contract.provider_at)],
        [f"使用方：{order.customer.name}", _confirmed(contract.customer_label, contract.customer_at)],
    ]
    lines, bill = orders.lines_shown(order), orders.bill_of(order, ("agreed", "quoted"))
    return {
        "facts": _facts(order), "clauses": contract.clauses, "digest": contract.digest, "signs": signs,
        "lines": _lines(lines), "stage": bill.label or "待报价", "charges": _charges(lines, bill),
        "total": _money(bill.total),
    }  # fmt: skip


def _labels(order: Order) -> dict[str, Any]:
    """One for each piece, at most a sheet of each kind; the code leads to the order."""
    made = []
    for line in orders.lines_shown(order):
        for one in _samples(line):
            for piece in range(1, min(one.count, 24) + 1):
                made.append(
                    {
                        "qr": qr_code(settings.BASE_URL.rstrip("/") + f"/desk/orders/{order.number}/"),
                        "name": one.name, "instrument": line.instrument.name, "unit": order.customer.name,
                        "hazard": _hazard(one), "code": f"{one.label}-{piece}/{one.count}",
                    }
                )  # fmt: skip
    if not made:
        raise Unseen("这张预约单没有样品。")
    return {"labels": made[:240]}


def _receipt(order: Order) -> dict[str, Any]:
    if order.state != "completed":
        raise Unseen("结算完成后才有结算凭证。")
    lines, bill = orders.lines_shown(order), orders.bill_of(order)
    paid = f"{order.paid_on:%Y-%m-%d}" if order.paid_on else "—"
    return {
        "facts": [*_facts(order)[:3], ["付款日期", paid]],
        "charges": _charges(lines, bill),
        "total": _money(order.total),
        "invoices": [
            [f"{one.code} {one.number}".strip(), f"{one.issued_on:%Y-%m-%d}", _money(one.amount)]
            for one in order.invoices.all()
        ],
    }


def _cover(order: Order) -> dict[str, Any]:
    if order.recorded_at is None:
        raise Unseen("登记结果后才有报告封面。")
    lines = orders.lines_shown(order)
    names = "、".join(one.name for line in lines for one in _samples(line)) or "—"
    facts = [
        ["委托单位", order.customer.name],
        ["样品名称", names],
        ["使用仪器", "、".join(_named(line) for line in lines)],
        ["检测日期", f"{order.recorded_at.astimezone(SHANGHAI):%Y年%m月%d日}"],
    ]
    return {"facts": facts, "unit": order.provider.name}


def _lines(lines: list[Line]) -> list[list[str]]:
    return [[_named(line), _when(line), line.get_way_display()] for line in lines]


def _charges(lines: list[Line], bill: orders.Bill) -> list[list[str]]:
    return [
        [
            " · ".join(filter(None, [line.instrument.name, charge.name, charge.why])),
            COMPONENTS[charge.component], _reckoned(charge), _money(charge.amount),
        ]
        for line in lines
        for charge in bill.rows.get(line.pk, [])
    ]  # fmt: skip


def _reckoned(charge: Charge) -> str:
    if charge.price is None or charge.quantity is None:
        return "—"
    return f"{charge.price} × {plain(charge.quantity)}"


def _named(line: Line) -> str:
    return " ".join(filter(None, [line.instrument.name, line.instrument.model]))


def _when(line: Line) -> str:
    return orders.said_of(line, year=True) if line.by_time else f"送样 {line.sample_count} 个"


def _samples(line: Line) -> list[Any]:
    found = list(line.samples.all())
    for one in found:
        one.line = line
    return found


def _hazard(one: Any) -> str:
    if one.hazard == "none":
        return ""
    return f"{one.get_hazard_display()}{'：' + one.hazard_note if one.hazard_note else ''} "


def _confirmed(label: str, at: Any) -> str:
    return f"{label} 于 {at.astimezone(SHANGHAI):%Y-%m-%d %H:%M} 在平台确认" if at else "尚未确认"


def _money(amount: Decimal | None) -> str:
    return "待报价" if amount is None else f"¥{amount:,.2f}"
