"""JSON doors of orders: place, list, read, change a draft, throw it away."""

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Path, Query, Router, Status

from yixiang.orders.api.schemas import PLACE, Number, OrderBrief, OrderIn, OrderOut
from yixiang.orders.commands import drafting, placing
from yixiang.orders.models import Order
from yixiang.orders.queries import orders as queries
from yixiang.orders.queries.orders import Filter
from yixiang.orders.states import ORDER
from yixiang.units.queries import joinable_unit
from yixiang.web.cursor import Listing, Page, Paging, require_version, version_tag

router = Router()


class OrdersWanted(Paging):
    role: Literal["customer", "provider"] = Field("customer", description="作为使用方，或作为供给方")
    state: str = Field("", max_length=12, description="、".join(ORDER.codes))
    since: date | None = Field(None, description="从哪一天建立的起")

    def filter(self) -> Filter:
        return Filter(self.role, state=self.state if self.state in ORDER.codes else "", since=self.since)


def shown(response: HttpResponse, order: Order) -> Order:
    response["ETag"] = version_tag(order.version)
    return order


@router.post("/orders", response={201: OrderOut}, summary="预约")
def place_order(request: HttpRequest, response: HttpResponse, payload: OrderIn) -> Status[Order]:
    """按时间预约或送样；同一家单位的仪器一张单子。时间已被占用时回答 409 time-taken 和三个可选时间，什么也不留下。"""
    person: Any = request.user
    wish, now = payload.wish(person), timezone.now()
    unit = joinable_unit(payload.provider) if payload.provider else None
    made = placing.place(actor=person, wish=wish, now=now, provider=unit, submit_it=payload.submit)
    response["Location"] = f"{PLACE}{made.number}"
    return Status(201, shown(response, made))


@router.get("/orders", response=Listing[OrderBrief], summary="预约单")
def order_list(request: HttpRequest, wanted: Query[OrdersWanted]) -> Page[Order]:
    """新的在前。"""
    rows = queries.orders_of(request.user, wanted.filter(), now=timezone.now())
    return wanted.page(rows)


@router.get("/orders/{number}", response=OrderOut, summary="一张预约单")
def order_one(request: HttpRequest, response: HttpResponse, number: Path[Number]) -> Order:
    """双方和主管部门可见；allowed 是现在可以办理的动作。"""
    return shown(response, queries.order_for(request.user, number))


@router.patch("/orders/{number}", response=OrderOut, summary="修改草稿")
def order_change(request: HttpRequest, response: HttpResponse, number: Path[Number], payload: OrderIn) -> Order:
    """整张替换；已提交的先撤回。"""
    person: Any = request.user
    found = queries.order_for(person, number)
    require_version(request, found.version)
    wish, now = payload.wish(person), timezone.now()
    saved = drafting.save_draft(found, actor=person, wish=wish, now=now, version=found.version)
    return shown(response, placing.submit(saved, actor=person, now=now) if payload.submit else saved)


@router.delete("/orders/{number}", response={204: None}, summary="删除草稿")
def order_drop(request: HttpRequest, number: Path[Number]) -> Status[None]:
    """只能删除从未提交过的。"""
    person: Any = request.user
    drafting.drop(queries.order_for(person, number), actor=person)
    return Status(204, None)
