"""JSON doors of one's calendar addresses: seen and switched off. New ones are made on the page, by a person."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema, Status

from yixiang.orders.commands import feeding
from yixiang.orders.models import Feed
from yixiang.orders.queries import feeds
from yixiang.web.cursor import Listing, Page, Paging

router = Router()


class FeedOut(Schema):
    id: int
    kind: str
    title: str
    created_at: datetime
    last_used_at: datetime | None = None


@router.get("/me/calendar-feeds", response=Listing[FeedOut], summary="我的日历订阅")
def my_feeds(request: HttpRequest, wanted: Query[Paging]) -> Page[Feed]:
    """正在使用的。地址只在网页“日历订阅”生成时显示一次，不能由令牌生成。"""
    return wanted.page(feeds.standing(request.user), by=["-pk"])


@router.delete("/me/calendar-feeds/{int:feed_id}", response={204: None}, summary="停用一个日历地址")
def revoke_feed(request: HttpRequest, feed_id: int) -> Status[None]:
    """立即生效，不能恢复。停用两次没有坏处。"""
    person: Any = request.user
    feeding.revoke_feed(feed_id, actor=person, now=timezone.now())
    return Status(204, None)
