"""What I have been told."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from yixiang.notices import commands
from yixiang.notices.models import Notice
from yixiang.web.cursor import Listing, Page, Paging

router = Router(tags=["通知"])


class NoticeOut(Schema):
    id: int
    kind: str = Field(examples=["review-returned"])
    kind_label: str = Field(examples=["材料被退回"])
    subject: str
    body: str
    url: str = Field(description="网页地址，可能为空")
    deadline: date | None = None
    urgent: bool
    created_at: datetime
    read_at: datetime | None = Field(None, description="null 为未读")


class NoticesWanted(Paging):
    unread: bool = Field(False, description="只看未读")
    kind: str | None = Field(None, max_length=40, description="类别")


@router.get("/notices", response=Listing[NoticeOut], summary="我的通知")
def notices(request: HttpRequest, wanted: Query[NoticesWanted]) -> Page[Notice]:
    """新的在前。"""
    rows = Notice.objects.visible_to(request.user)
    rows = rows.unread() if wanted.unread else rows
    rows = rows.filter(kind=wanted.kind) if wanted.kind else rows
    return wanted.page(rows, by=["-created_at", "-pk"])


@router.post("/notices/{int:notice_id}/read", response=NoticeOut, summary="标为已读")
def read(request: HttpRequest, notice_id: int) -> Notice:
    """读过的再标一次没有坏处。"""
    person: Any = request.user
    return commands.read(notice_id, person=person, now=timezone.now())
