"""JSON doors of vouchers for one order: what one would pay, and using it at the agreement."""

from decimal import Decimal
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Path, Query, Router, Schema, Status

from yixiang.kernel.errors import Unseen
from yixiang.orders.api.schemas import Number
from yixiang.orders.commands import vouchering
from yixiang.orders.commands.writing import is_customer
from yixiang.orders.models import Order
from yixiang.orders.queries import orders as queries
from yixiang.orders.queries.vouchers import offers_of
from yixiang.vouchers.api import RedemptionOut
from yixiang.vouchers.api import shown as shown_redemption
from yixiang.vouchers.models import Redemption
from yixiang.vouchers.queries.offers import Offer
from yixiang.web.cursor import require_version

router = Router()
Level = Literal["province", "city"]


class VoucherOfferOut(Schema):
    level: str
    label: str
    programme: str
    usable: bool
    why_not: str
    amount: Decimal
    missing_papers: dict[str, str] = Field(description="还缺的材料：代码 → 说明")
    eligibility: dict[str, Any]
    reckoning: dict[str, Any]

    @staticmethod
    def resolve_programme(one: Offer) -> str:
        return str(one.programme.code)

    @staticmethod
    def resolve_eligibility(one: Offer) -> dict[str, Any]:
        return one.eligibility.to_json()

    @staticmethod
    def resolve_reckoning(one: Offer) -> dict[str, Any]:
        return one.reckoning.to_json()


class VoucherOffersOut(Schema):
    shown: list[VoucherOfferOut]
    reasons: dict[str, Any] | None = Field(description="哪几级显示、为什么；没有正在受理的项目时为 null")
    note: str


class MomentWanted(Schema):
    moment: Literal["agreement", "settlement"] = "settlement"


class UseVoucherIn(Schema):
    level: Level


def own_order(request: HttpRequest, number: str) -> Order:
    """A voucher is the customer's own affair; the provider sees it once it is used."""
    found = queries.order_for(request.user, number)
    if not is_customer(found, request.user):
        raise Unseen()
    return found


@router.get("/orders/{number}/vouchers", response=VoucherOffersOut, summary="这张预约单能用哪些创新券")
def voucher_offers(request: HttpRequest, number: Path[Number], wanted: Query[MomentWanted]) -> dict[str, Any]:
    """结算时（山东）或约定价格后（许昌）；每一条规则、金额和还缺的材料。"""
    found = offers_of(own_order(request, number), moment=wanted.moment, today=timezone.localdate())
    return {"shown": found.shown, "reasons": found.reasons.to_json() if found.reasons else None, "note": found.note}


@router.post("/orders/{number}/voucher", response={201: RedemptionOut}, summary="约定价格后使用创新券")
def voucher_use(
    request: HttpRequest, response: HttpResponse, number: Path[Number], payload: UseVoucherIn
) -> Status[Redemption]:
    """登记结果之前；结算时使用的，在结算的 voucher 字段里选。"""
    person: Any = request.user
    found = own_order(request, number)
    require_version(request, found.version)
    made = vouchering.use_voucher(found, payload.level, actor=person, now=timezone.now(), version=found.version)
    return Status(201, shown_redemption(response, made))
