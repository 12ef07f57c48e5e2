"""JSON doors of test services."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Path, Query, Router, Schema, Status

from yixiang.catalogue.api import groups
from yixiang.catalogue.api.addresses import Code
from yixiang.catalogue.api.finding import NamedOut
from yixiang.catalogue.api.instruments import NoteIn
from yixiang.catalogue.api.timing import TariffIn, TariffOut, TariffsOut, publish_for
from yixiang.catalogue.models import Tariff, TestService
from yixiang.catalogue.queries import grouping as queries
from yixiang.catalogue.queries import prices
from yixiang.kernel.reference import instrument_class
from yixiang.web.cursor import Listing, Page, version_tag

router = Router()


class ServiceBrief(groups.GroupBrief):
    category: NamedOut
    method: str
    standard: str
    accredited: bool = Field(description="可出具 CMA/CNAS 报告")
    turnaround_days: int | None = Field(None, description="出具结果所需工作日")
    price_from: Decimal | None = Field(None, description="起价，元")
    price_basis: str

    @staticmethod
    def resolve_category(one: TestService) -> dict[str, str]:
        row = instrument_class(one.category)
        return {"code": one.category, "name": row.name if row else ""}


class ServiceOut(groups.GroupOut, ServiceBrief):
    platform: NamedOut | None = None

    @staticmethod
    def resolve_platform(one: TestService) -> dict[str, str] | None:
        return {"code": one.platform.code, "name": one.platform.name} if one.platform else None


class ServicesWanted(groups.GroupWanted):
    category: str = Field("", max_length=6, description="仪器分类代码，含下级")


class ServiceChangeIn(Schema):
    """Only what is sent is looked at; it is read as on the form."""

    name: str | None = Field(None, max_length=200)
    category: str | None = Field(None, max_length=60)
    method: str | None = Field(None, max_length=400)
    standard: str | None = Field(None, max_length=400)
    description: str | None = Field(None, max_length=2000)
    sample_note: str | None = Field(None, max_length=1000)
    turnaround_days: int | None = Field(None, ge=1, le=365)
    accredited: bool | None = None
    contact_name: str | None = Field(None, max_length=60)
    contact_phone: str | None = Field(None, max_length=60)
    contact_email: str | None = Field(None, max_length=254)


class ServiceIn(groups.OwnerIn, ServiceChangeIn):
    pass


@router.get("/services", response=Listing[ServiceBrief], auth=None, summary="检测服务")
def services(request: HttpRequest, wanted: Query[ServicesWanted]) -> Page[Any]:
    """公开的检测项目，新的在前。无需登录。"""
    return wanted.rows("service")


@router.post("/services", response={201: ServiceOut}, summary="新建检测项目草稿")
def start_service(request: HttpRequest, response: HttpResponse, payload: ServiceIn) -> Status[Any]:
    """只存草稿；用动作 submit 提交审核，那时逐项说明还差什么。"""
    made = groups.begin(request, "service", payload)
    response["Location"] = f"/api/v1/services/{made.code}"
    return Status(201, made)


@router.get("/services/{code}", response=ServiceOut, auth=None, summary="一个检测项目")
def service(request: HttpRequest, response: HttpResponse, code: Path[Code]) -> Any:
    """公开的内容任何人可读。"""
    found = queries.group_for(request.user, "service", code)
    response["ETag"] = version_tag(found.version)
    return found


@router.patch("/services/{code}", response=ServiceOut, summary="修改检测项目")
def change_service(request: HttpRequest, code: Path[Code], payload: ServiceChangeIn) -> Any:
    """草稿照样保存；已入网的立即生效，不用审核。"""
    return groups.change(request, "service", code, payload)


@router.put("/services/{code}/instruments", response=ServiceOut, summary="设置检测项目所用仪器")
def set_service_instruments(request: HttpRequest, code: Path[Code], payload: groups.InstrumentsIn) -> Any:
    """整个换掉；只能是本单位、归您管理的仪器。"""
    return groups.set_instruments(request, "service", code, payload.codes)


@router.get("/services/{code}/tariffs", response=TariffsOut, auth=None, summary="检测项目的收费标准")
def tariffs_of_service(request: HttpRequest, code: Path[Code]) -> dict[str, Any]:
    """全部版本，新的在前。无需登录。"""
    return {"items": list(prices.tariffs_of(queries.group_for(request.user, "service", code)))}


@router.post("/services/{code}/tariffs", response={201: TariffOut}, summary="发布检测项目的收费标准")
def publish_service_tariff(request: HttpRequest, code: Path[Code], payload: TariffIn) -> Status[Tariff]:
    """现行版本自动到前一天为止；日期有空档或重叠的不受理。"""
    return Status(201, publish_for(request, queries.group_for(request.user, "service", code), payload))


@router.post("/services/{code}/{action}", response=ServiceOut, summary="办理检测项目的一个动作")
def act_on_service(request: HttpRequest, code: Path[Code], action: groups.Action, payload: NoteIn) -> Any:
    """提交、撤回、重新申请、确认信息、停用、恢复、申请退出、撤回申请；注销由主管部门办理。"""
    return groups.act(request, "service", code, action, payload.note)
