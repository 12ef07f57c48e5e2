"""JSON doors of finding: instruments with facets, the class and division trees with counts, suggestions."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from yixiang.catalogue.search import browsing
from yixiang.catalogue.search.finding import Found, Wanted, find, suggest
from yixiang.catalogue.search.hits import Hit
from yixiang.catalogue.search.rows import modes_of

router = Router()


class NamedOut(Schema):
    code: str = Field(examples=["010102"])
    name: str = Field(examples=["扫描电镜"])


class InstrumentFound(Schema):
    code: str = Field(description="固定编号", examples=["k7m2xq9ab"])
    name: str
    english_name: str
    model: str
    manufacturer: str
    kind: str = Field(examples=["instrument"])
    unit: NamedOut
    category: NamedOut
    region: NamedOut
    worth: Decimal | None = Field(None, description="原值，元")
    price_from: Decimal | None = Field(None, description="起价，元")
    price_basis: str
    first_free: datetime | None = None
    booking_modes: list[str]
    state: str
    health: int
    service_count: int
    rating: Decimal | None = None
    rating_count: int
    matched: list[str] = Field(description="在结果中出现的搜索词")
    why: list[str] = Field(description="为什么列出")
    href: str

    @staticmethod
    def resolve_unit(hit: Hit) -> dict[str, str]:
        return {"code": hit.unit_code, "name": hit.unit_name}

    @staticmethod
    def resolve_category(hit: Hit) -> dict[str, str]:
        return {"code": hit.category, "name": hit.category_name}

    @staticmethod
    def resolve_region(hit: Hit) -> dict[str, str]:
        return {"code": hit.region, "name": hit.region_name}

    @staticmethod
    def resolve_booking_modes(hit: Hit) -> list[str]:
        return list(modes_of(hit.booking_mode))

    @staticmethod
    def resolve_href(hit: Hit) -> str:
        return f"/api/v1/instruments/{hit.code}"


class FacetOut(Schema):
    code: str
    name: str
    count: int
    chosen: bool
    depth: int = Field(description="树的层级，从 0 开始")


class UnitFoundOut(Schema):
    code: str
    name: str
    region_name: str
    count: int
    instruments: list[InstrumentFound] = Field(alias="hits")


class FoundOut(Schema):
    items: list[InstrumentFound]
    total: int
    total_is_exact: bool = Field(description="为 false 时 total 和各项数目是由样本推算的近似值")
    facets: dict[str, list[FacetOut]]
    next: str | None = Field(None, description="下一页的游标，原样放入参数 cursor；没有下一页时为 null")
    understood: list[str] = Field(description="搜索词被理解成什么", examples=[["SEM = 扫描电镜"]])
    corrected: str = Field(description="没有结果时改用的词")
    nearest: list[InstrumentFound] = Field(description="没有找到时最接近的仪器")
    nearest_is: str = Field(description="怎样找到最接近的")
    units: list[UnitFoundOut] = Field(alias="units_found", description="by=unit 时按单位列出")
    notes: list[str] = Field(description="没有用上的条件")

    @staticmethod
    def resolve_next(found: Found) -> str | None:
        return found.next or None


class WantedIn(Schema):
    q: str = Field("", max_length=20_000, description="只用前 200 个字", examples=["扫描电镜"])
    category: str = Field("", max_length=200, description="分类代码；多个用逗号分开", examples=["010100"])
    discipline: str = Field("", max_length=200, description="学科代码")
    region: str = Field("", max_length=200, description="行政区划代码", examples=["430100"])
    unit: str = Field("", max_length=400, description="单位账号、统一社会信用代码或编号")
    platform: str = Field("", max_length=200)
    kind: str = Field("", max_length=40)
    mode: str = Field("", max_length=40, description="time、samples 或 none")
    funds: str = Field("", max_length=60)
    worth: str = Field("", max_length=20, description="原值档，0–5")
    price_max: str = Field("", max_length=20, description="起价不高于，元")
    free: str = Field("", max_length=4, description="几天内可约：3、7 或 30")
    free_from: str = Field("", max_length=10, description="日期")
    free_to: str = Field("", max_length=10, description="日期")
    sort: str = Field("", max_length=20, description="relevance、used、newest、free、price 或 near")
    by: str = Field("", max_length=12, description="instrument 或 unit")
    near: str = Field("", max_length=6, description="行政区划代码，sort=near 时从这里量起")
    cursor: str = Field("", max_length=2000)
    size: str = Field("", max_length=4, description="每页条数，不超过 100")


class TypedIn(Schema):
    q: str = Field("", max_length=20_000, description="已经输入的字、拼音或字母", examples=["扫描"])


class CountedOut(Schema):
    code: str
    name: str
    parent: str
    count: int


class TreeOut(Schema):
    items: list[CountedOut]
    total_is_exact: bool


class SuggestionOut(Schema):
    text: str
    kind: Literal["class", "instrument", "unit", "model", "word"]
    note: str
    query: dict[str, str] = Field(description="用它查找仪器的参数")


@router.get("/instruments", response=FoundOut, auth=None, summary="查找仪器")
def instruments(request: HttpRequest, wanted: Query[WantedIn]) -> Found:
    """中文词或其中几个字、英文名、缩写、拼音、型号都可以；不认识的条件不会报错，写在 notes 里。"""
    person: Any = request.user
    given = {name: value for name, value in wanted.model_dump().items() if value}
    return find(Wanted.from_query(given, person), person=person, now=timezone.now())


@router.get("/categories", response=TreeOut, auth=None, summary="仪器分类")
def categories(request: HttpRequest) -> browsing.Tree:
    """整棵分类树，每一类下开放共享的仪器数。"""
    return browsing.classes(now=timezone.now())


@router.get("/regions", response=TreeOut, auth=None, summary="有仪器的地区")
def regions(request: HttpRequest) -> browsing.Tree:
    """有开放共享仪器的省、市、县和各自的仪器数。"""
    return browsing.regions(now=timezone.now())


@router.get("/suggest", response=list[SuggestionOut], auth=None, summary="输入时的建议")
def suggestions(request: HttpRequest, wanted: Query[TypedIn]) -> Any:
    """最多 8 条：分类、常用说法、仪器名、型号和单位。"""
    return suggest(wanted.q)
