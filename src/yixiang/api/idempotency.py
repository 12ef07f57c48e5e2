"""A request sent twice with the same `Idempotency-Key` acts once and is answered twice.

The answer is written in the transaction of the effects. While the first request runs it holds an advisory lock of that
transaction; a second one does not wait but is told to come back. Only success is kept: a refusal has changed
nothing, so the same key may be sent again, also with a corrected body.
"""

import hashlib
import re
from collections.abc import Callable

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from yixiang.api.models import IdempotentAnswer
from yixiang.kernel.errors import Refused
from yixiang.people.models import Person

METHODS = {"POST", "PATCH"}
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_KEPT_HEADERS = ("Content-Type", "Location", "ETag", "Last-Modified")


def key_of(request: HttpRequest) -> str:
    key = request.headers.get("Idempotency-Key", "").strip().strip('"')
    if "Idempotency-Key" in request.headers and not _KEY.fullmatch(key):
        message = _("Idempotency-Key 为 1 至 255 个可见的 ASCII 字符，建议用 UUID。")
        raise Refused("idempotency-key-invalid", message, status=400)
    return key


def once(request: HttpRequest, person: Person, key: str, run: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """Run, or give the answer that was given before."""
    sent = _digest(request)
    with transaction.atomic():
        _take_turn(person, key)
        held = IdempotentAnswer.objects.filter(person=person, key=key).first()
        if held is not None:
            return _again(held, request, sent)
        response = run()
        if response.status_code < 400 and isinstance(response, HttpResponse):
            _keep(request, person, key, sent, response)
        else:
            transaction.set_rollback(True)
    return response


def _take_turn(person: Person, key: str) -> None:
    name = hashlib.sha256(f"idempotency {person.pk} {key}".encode()).digest()[:8]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [int.from_bytes(name, "big", signed=True)])
        (mine,) = cursor.fetchone()
    if not mine:
        message = _("带有这个 Idempotency-Key 的请求正在处理中，请稍后用同样的内容重试以取得结果。")
        raise Refused("idempotency-in-progress", message, status=409, extra={"retry_after": 1})


def _keep(request: HttpRequest, person: Person, key: str, sent: str, response: HttpResponse) -> None:
    IdempotentAnswer.objects.create(
        person=person,
        key=key,
        method=str(request.method),
        path=request.path,
        digest=sent,
        status=response.status_code,
        headers={name: response[name] for name in _KEPT_HEADERS if name in response},
        body=response.content,
    )


def _again(held: IdempotentAnswer, request: HttpRequest, sent: str) -> HttpResponse:
    if held.digest != sent:
        message = _("这个 Idempotency-Key 已用于另一个请求（%(method)s %(path)s）。新的请求请换一个新的键。")
        raise Refused("idempotency-key-reused", message % {"method": held.method, "path": held.path}, status=422)
    response = HttpResponse(bytes(held.body), status=held.status, headers=held.headers)
    response["Idempotency-Replayed"] = "true"
    response["X-Original-Request-At"] = held.created_at.isoformat()
    return response


def _digest(request: HttpRequest) -> str:
    """What was asked: method, address and body; of a form its parts, since its boundary differs."""
    sha = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if request.content_type != "multipart/form-data":
        sha.update(request.body)
        return sha.hexdigest()
    for name, values in sorted(request.POST.lists()):
        sha.update(repr((name, values)).encode())
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            content = hashlib.sha256()
            for chunk in file.chunks():
                content.update(chunk)
            file.seek(0)
            sha.update(repr((name, file.name, file.content_type, content.hexdigest())).encode())
    return sha.hexdigest()
