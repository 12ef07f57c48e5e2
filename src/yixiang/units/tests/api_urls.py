"""The room's router in an API of its own, before everything else, so that its tests need no higher floor."""

from importlib import import_module

from django.http import HttpRequest, HttpResponse
from django.urls import path
from ninja import NinjaAPI
from ninja.security import SessionAuth

from yixiang.kernel.errors import Refused
from yixiang.units.api import router

api = NinjaAPI(urls_namespace="units-test", auth=SessionAuth(csrf=False), docs_url=None, openapi_url=None)
api.add_router("", router)


@api.exception_handler(Refused)
def refused(request: HttpRequest, problem: Refused) -> HttpResponse:
    body = {"code": problem.code, "detail": problem.message, "fields": problem.fields}
    answer = api.create_response(request, body, status=problem.status)
    answer["Content-Type"] = "application/problem+json"  # what else leaves under /api/ is taken for a stray page
    return answer


urlpatterns = [path("api/v1/", api.urls), *import_module("yixiang.config.urls").urlpatterns]  # a root of its own
