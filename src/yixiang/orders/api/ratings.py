"""JSON door of what was said of an instrument: public, without names."""

from datetime import datetime

from django.http import HttpRequest
from ninja import Field, Path, Query, Router, Schema

from yixiang.catalogue.queries import desk
from yixiang.orders.api.schemas import Code
from yixiang.orders.models import Rating
from yixiang.orders.queries import ratings
from yixiang.orders.rules.words import STEPS
from yixiang.web.cursor import Listing, Page, Paging

router = Router()


class PublicRatingOut(Schema):
    step: int = Field(description="5 非常满意 … 1 极差")
    label: str
    words: str
    author: str = Field(description="评价人所在单位的类型；不公开姓名")
    at: datetime
    reply: str
    replied_at: datetime | None = None

    @staticmethod
    def resolve_label(rating: Rating) -> str:
        return STEPS[rating.step]

    @staticmethod
    def resolve_author(rating: Rating) -> str:
        return ratings.author_of(rating)


@router.get("/instruments/{code}/ratings", response=Listing[PublicRatingOut], auth=None, summary="仪器的评价")
def instrument_ratings(request: HttpRequest, code: Path[Code], wanted: Query[Paging]) -> Page[Rating]:
    """新的在前；本单位自己的使用不参与评价。任何人可读。"""
    one = desk.instrument_for(request.user, code)
    return wanted.page(ratings.ratings_of(one.pk), by=("-at", "-pk"))
