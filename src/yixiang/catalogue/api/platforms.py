"""JSON doors of platforms and testing institutions."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Path, Query, Router, Schema, Status

from yixiang.catalogue.api import groups
from yixiang.catalogue.api.addresses import Code
from yixiang.catalogue.api.finding import NamedOut
from yixiang.catalogue.api.instruments import NoteIn
from yixiang.catalogue.models import Platform
from yixiang.catalogue.queries import grouping as queries
from yixiang.web.cursor import Listing, Page, version_tag

router = Router()


class PlatformBrief(groups.GroupBrief):
    kind: str = Field(examples=["key_laboratory"])
    kind_name: str = Field(examples=["重点实验室"])
    level: str = Field(examples=["2"])
    region: NamedOut
    introduction: str

    @staticmethod
    def resolve_kind_name(one: Platform) -> str:
        return one.get_kind_display()

    @staticmethod
    def resolve_region(one: Platform) -> dict[str, str]:
        return groups.region_of(one.region)


class PlatformOut(groups.GroupOut, PlatformBrief):
    pass


class PlatformsWanted(groups.GroupWanted):
    kind: str = Field("", max_length=24, description="类型代码")


class PlatformChangeIn(Schema):
    """Only what is sent is looked at; it is read as on the form."""

    name: str | None = Field(None, max_length=200)
    english_name: str | None = Field(None, max_length=200)
    kind: str | None = Field(None, max_length=40)
    level: str | None = Field(None, max_length=10)
    inner_number: str | None = Field(None, max_length=300)
    established_on: date | None = None
    stated_count: int | None = Field(None, ge=0)
    stated_worth: Decimal | None = Field(None, ge=0, max_digits=15, decimal_places=2, description="元")
    area: Decimal | None = Field(None, ge=0, max_digits=9, decimal_places=1, description="平方米")
    accredited: bool | None = None
    accreditations: str | None = Field(None, max_length=400)
    disciplines: list[str] | None = Field(None, max_length=20)
    introduction: str | None = Field(None, max_length=400)
    description: str | None = Field(None, max_length=6000)
    region: str | None = Field(None, max_length=60, description="行政区划代码或全名")
    url: str | None = Field(None, max_length=200)
    contact_name: str | None = Field(None, max_length=60)
    contact_phone: str | None = Field(None, max_length=60)
    contact_email: str | None = Field(None, max_length=254)
    address: str | None = Field(None, max_length=200)
    postcode: str | None = Field(None, max_length=20)


class PlatformIn(groups.OwnerIn, PlatformChangeIn):
    pass


@router.get("/platforms", response=Listing[PlatformBrief], auth=None, summary="平台与检测机构")
def platforms(request: HttpRequest, wanted: Query[PlatformsWanted]) -> Page[Any]:
    """公开的平台，新的在前。无需登录。"""
    return wanted.rows("platform")


@router.post("/platforms", response={201: PlatformOut}, summary="新建平台草稿")
def start_platform(request: HttpRequest, response: HttpResponse, payload: PlatformIn) -> Status[Any]:
    """只存草稿；用动作 submit 提交审核，那时逐项说明还差什么。"""
    made = groups.begin(request, "platform", payload)
    response["Location"] = f"/api/v1/platforms/{made.code}"
    return Status(201, made)


@router.get("/platforms/{code}", response=PlatformOut, auth=None, summary="一个平台")
def platform(request: HttpRequest, response: HttpResponse, code: Path[Code]) -> Any:
    """公开的内容任何人可读。"""
    found = queries.group_for(request.user, "platform", code)
    response["ETag"] = version_tag(found.version)
    return found


@router.patch("/platforms/{code}", response=PlatformOut, summary="修改平台")
def change_platform(request: HttpRequest, code: Path[Code], payload: PlatformChangeIn) -> Any:
    """草稿照样保存；已入网的立即生效，不用审核。"""
    return groups.change(request, "platform", code, payload)


@router.put("/platforms/{code}/instruments", response=PlatformOut, summary="设置平台的仪器")
def set_platform_instruments(request: HttpRequest, code: Path[Code], payload: groups.InstrumentsIn) -> Any:
    """整个换掉；只能是本单位、归您管理的仪器，一台仪器只属于一个平台。"""
    return groups.set_instruments(request, "platform", code, payload.codes)


@router.post("/platforms/{code}/{action}", response=PlatformOut, summary="办理平台的一个动作")
def act_on_platform(request: HttpRequest, code: Path[Code], action: groups.Action, payload: NoteIn) -> Any:
    """提交、撤回、重新申请、确认信息、停用、恢复、申请退出、撤回申请；注销由主管部门办理。"""
    return groups.act(request, "platform", code, action, payload.note)
