"""The voucher as it is printed and filed: what it pays, for what, by which article, and a code that proves it."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse

from yixiang.kernel.errors import Unseen
from yixiang.kernel.periods import SHANGHAI
from yixiang.vouchers.facts import PAPERS
from yixiang.vouchers.models import Redemption
from yixiang.vouchers.states import REDEMPTION
from yixiang.web.typesetting import qr_code, typeset

_SHEET = Path(__file__).parent / "typst" / "voucher.typ"


def public_address(redemption: Redemption) -> str:
    return settings.BASE_URL.rstrip("/") + reverse("voucher", args=[redemption.code])


def voucher(redemption: Redemption) -> bytes:
    """One that was given back is no voucher any more."""
    if redemption.state in {"withdrawn", "released"}:
        raise Unseen("这张创新券已经退回，不能打印。")
    return typeset(_SHEET, _data(redemption))


def _data(one: Redemption) -> dict[str, Any]:
    address = public_address(one)
    return {
        "title": one.programme.title,
        "number": one.number,
        "amount": f"{one.amount:,.2f}",
        "state": REDEMPTION.label(one.state),
        "facts": [
            ["使用单位", one.unit.name],
            ["供给单位", one.provider.name],
            ["收款单位", one.payee.name],
            ["服务内容", "：".join(filter(None, [one.snapshot["title"], one.snapshot.get("content", "")]))],
            ["预约单", one.order_number],
            ["服务价格", f"{one.price:,.2f} 元"],
            ["发票", "、".join(one.invoices) or "—"],
            ["约定日期", one.day.isoformat()],
            ["提交时间", f"{one.filed_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if one.filed_at else "结算后提交"],
            ["拨付日期", one.paid_on.isoformat() if one.paid_on else "—"],
            ["依据", one.article],
        ],
        "papers": [[PAPERS[paper.kind], paper.label] for paper in one.papers.all()],
        "qr": qr_code(address),
        "address": address,
    }
