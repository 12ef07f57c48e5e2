"""The one API object: every room's router is hung here, and every address runs inside `edge.guarded`."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path, re_path
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Router
from ninja.operation import Operation
from ninja.renderers import JSONRenderer

from yixiang.api import document, pages, problems
from yixiang.api.authentication import BearerToken, Session
from yixiang.api.edge import guarded
from yixiang.api.routes import cases, files, me, notices, policies, reference
from yixiang.api.wording import StrictParser
from yixiang.articles import api as articles
from yixiang.assessment import api as assessment
from yixiang.catalogue import api as catalogue
from yixiang.ledger import api as ledger
from yixiang.orders import api as orders
from yixiang.subsidies import api as subsidies
from yixiang.units import api as units
from yixiang.vouchers import api as vouchers


class PlainRenderer(JSONRenderer):
    """Chinese as it is, not as six letters a character."""

    json_dumps_params: Mapping[str, Any] = {"ensure_ascii": False, "separators": (",", ":")}


class Api(NinjaAPI):
    """ninja with our edge around it: own 404, 405 and root, own document, no page from elsewhere."""

    @property
    def urls(self) -> tuple[list[Any], str, str]:
        patterns, app, namespace = super().urls
        rooms = [_inside(pattern) for pattern in patterns if getattr(pattern, "name", "") != "api-root"]
        own = [
            path("", guarded(_home), name="api-root"),
            path("openapi.json", guarded(pages.openapi), {"api": self}, name="openapi"),
            path("docs", pages.docs, {"api": self}, name="docs"),
            path("problems", guarded(pages.problem_list), name="problems"),
            path("problems/<slug:code>", guarded(pages.problem_kind), name="problem"),
        ]
        return [*own, *rooms, re_path(r"^", guarded(_no_such_route))], app, namespace

    def get_openapi_schema(self, **options: Any) -> Any:
        return document.complete(super().get_openapi_schema(**options))

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """`cases_decide`: the room (or the file here) and the function."""
        _package, room, *parts = operation.view_func.__module__.split(".")
        return f"{parts[-1] if room == 'api' else room}_{operation.view_func.__name__}"

    def set_default_exception_handlers(self) -> None:
        self.add_exception_handler(Exception, problems.of_exception)


def _inside(pattern: Any) -> URLPattern:
    return URLPattern(pattern.pattern, guarded(pattern.callback), pattern.default_args, pattern.name)


def _home(_request: HttpRequest) -> HttpResponse:
    places = {name: f"/api/v1/{name}" for name in ("docs", "openapi.json", "problems")}
    return JsonResponse({"title": str(api.title), "version": api.version} | places)


def _no_such_route(request: HttpRequest) -> HttpResponse:
    message = _("没有这个接口地址：%(path)s。全部地址见 /api/v1/docs。") % {"path": request.path}
    return problems.problem(request, "no-such-route", message)


def build() -> Api:
    return Api(
        title="仪享 API",
        version="1",
        description=document.INTRODUCTION,
        openapi_url=None,
        docs_url=None,
        auth=[BearerToken(), Session()],
        parser=StrictParser(),
        renderer=PlainRenderer(),
        openapi_extra=document.EXTRA,
        urls_namespace="api",
    )


ROUTERS: tuple[Router, ...] = (
    me.router,
    units.router,
    cases.router,
    notices.router,
    files.router,
    articles.router,
    orders.router,  # its addresses below `/instruments/{code}/` are longer than those of the catalogue
    catalogue.router,
    assessment.router,
    subsidies.router,
    ledger.router,
    vouchers.router,
    policies.router,
    reference.router,
)

api = build()
for router in ROUTERS:
    api.add_router("", router)
