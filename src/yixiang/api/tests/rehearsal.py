"""Endpoints that do what no real one should: leave a row, refuse in every way, fall over."""

import time
from datetime import datetime

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date
from ninja import Field, Query, Router, Schema, Status

from yixiang.api.authentication import BearerToken, Session
from yixiang.api.shell import Api
from yixiang.api.wording import StrictParser
from yixiang.kernel import errors
from yixiang.people.models import OldPassword
from yixiang.web.cursor import Listing, page, require_version, version_tag

router = Router()


class Deed(Schema):
    word: str = Field(max_length=20)
    seconds: float = 0
    amount: int | None = Field(None, ge=1)


class Row(Schema):
    id: int
    password: str


@router.post("/deeds", response={201: Row})
def deed(request: HttpRequest, payload: Deed, response: HttpResponse):
    row = OldPassword.objects.create(person_id=request.user.pk, password=payload.word)
    time.sleep(payload.seconds)
    if payload.word == "refuse":
        raise errors.WrongState("不行。")
    if payload.word == "crash":
        raise RuntimeError("the secret inside")
    response["Location"] = f"/api/rehearsal/deeds/{row.pk}"
    return Status(201, row)


@router.patch("/deeds/{int:number}", response=Row)
def change(request: HttpRequest, number: int, payload: Deed):
    require_version(request, number)
    return OldPassword(pk=number, password=payload.word)


@router.get("/deeds/{int:number}", response=Row)
def one(request: HttpRequest, number: int, response: HttpResponse):
    response["ETag"] = version_tag(number)
    response["Last-Modified"] = http_date(datetime(2026, 1, 1).timestamp())
    return OldPassword(pk=number, password="x")


@router.get("/deeds", response=Listing[Row])
def many(request: HttpRequest, cursor: str | None = None, limit: int = Query(2, ge=1, le=200), total: bool = False):
    rows = OldPassword.objects.filter(person_id=request.user.pk)
    return page(rows, by=["password"], after=cursor, limit=limit, total=total)


REFUSALS = {
    "refused": errors.Refused("of-its-own", "说明。", extra={"alternatives": [{"start": datetime(2026, 3, 2, 9)}]}),
    "unseen": errors.Unseen(),
    "not-permitted": errors.NotPermitted(),
    "wrong-state": errors.WrongState("状态不对。"),
    "invalid": errors.Invalid("有误。", fields={"lines.0.start": ["太早。", "不是工作日。"], "note": ["必填。"]}),
    "too-many": errors.TooMany("太多。", retry_after=7),
}


@router.get("/refusals/{name}", auth=None)
def refuse(request: HttpRequest, name: str):
    if name == "database":
        raise OperationalError("could not connect to server at 10.0.0.1")
    raise REFUSALS[name]


rehearsal = Api(
    title="rehearsal",
    version="1",
    openapi_url=None,
    docs_url=None,
    auth=[BearerToken(), Session()],
    parser=StrictParser(),
    urls_namespace="rehearsal",
)
rehearsal.add_router("", router)
