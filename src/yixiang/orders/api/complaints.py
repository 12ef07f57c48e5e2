"""JSON door of complaints below an office."""

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router

from yixiang.orders.api.after import ComplaintOut
from yixiang.orders.api.schemas import PLACE, PartyOut
from yixiang.orders.models import Complaint
from yixiang.orders.queries import overseeing
from yixiang.orders.queries.overseeing import Filter
from yixiang.web.cursor import Listing, Page, Paging

router = Router()


class ComplaintsWanted(Paging):
    state: Literal["", "open", "answered", "escalated", "closed"] = ""
    since: date | None = Field(None, description="从哪一天提出的起")
    q: str = Field("", max_length=80, description="单号、仪器、单位或投诉内容")


class ComplaintListed(ComplaintOut):
    order: str = Field(description="预约单号")
    provider: PartyOut
    customer: PartyOut
    mine: bool = Field(description="已转主管部门，等您处理")
    href: str

    @staticmethod
    def resolve_order(one: Complaint) -> str:
        return one.order.number

    @staticmethod
    def resolve_provider(one: Complaint) -> dict[str, str]:
        unit = one.order.provider
        return {"code": unit.account_name or str(unit.pk), "name": unit.name}

    @staticmethod
    def resolve_customer(one: Complaint) -> dict[str, str]:
        unit = one.order.customer
        return {"code": unit.account_name or str(unit.pk), "name": unit.name}

    @staticmethod
    def resolve_mine(one: Any) -> bool:
        return bool(one.place == 0)

    @staticmethod
    def resolve_href(one: Complaint) -> str:
        return f"{PLACE}{one.order.number}"


@router.get("/complaints", response=Listing[ComplaintListed], summary="投诉")
def complaint_list(request: HttpRequest, wanted: Query[ComplaintsWanted]) -> Page[Complaint]:
    """本单位和下辖单位的投诉；等您处理的在前。"""
    found = Filter(q=wanted.q.replace("\0", ""), state=wanted.state, since=wanted.since)
    return wanted.page(overseeing.complaints_of(request.user, found), by=("place", "-at", "-pk"))
