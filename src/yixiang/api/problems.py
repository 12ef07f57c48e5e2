"""Every refusal as application/problem+json (RFC 9457), made in one place."""

import json
import logging
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent
from django.core.serializers.json import DjangoJSONEncoder
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from ninja.errors import AuthenticationError, HttpError, ValidationError

from yixiang.api import codes, wording
from yixiang.kernel.errors import Refused, Unseen

MEDIA_TYPE = "application/problem+json"
PLACE = "/api/v1/problems/"
Error = dict[str, str]
log = logging.getLogger("yixiang.api")

_TAKEN = {"type", "title", "status", "detail", "code", "request_id", "errors"}


def problem(
    request: HttpRequest,
    code: str,
    detail: str,
    *,
    status: int | None = None,
    errors: Iterable[Error] = (),
    extra: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """One refusal. What a room adds in `extra` stands beside the standard members."""
    status = status or codes.KINDS[code].status
    body: dict[str, Any] = {
        "type": f"{PLACE}{code}",
        "title": codes.title_of(code, status),
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": str(getattr(request, "request_id", "")),
    }
    if listed := list(errors):
        body["errors"] = listed
    body |= {name: value for name, value in (extra or {}).items() if name not in _TAKEN}
    content = json.dumps(body, cls=DjangoJSONEncoder, ensure_ascii=False)
    response = HttpResponse(content, status=status, content_type=MEDIA_TYPE, headers=dict(headers or {}))
    response["Cache-Control"] = "no-store"
    if "retry_after" in (extra or {}):
        response["Retry-After"] = str((extra or {})["retry_after"])
    if challenge := _challenge(code, status):
        response["WWW-Authenticate"] = challenge
    return response


def _challenge(code: str, status: int) -> str:
    """What RFC 6750 wants a client library to see."""
    if code == "token-scope":
        return 'Bearer realm="yixiang", error="insufficient_scope", scope="write"'
    if status != 401:
        return ""
    known = code != "authentication-required"
    return 'Bearer realm="yixiang"' + (f', error="invalid_token", error_description="{code}"' if known else "")


def refusal(request: HttpRequest, refused: Refused) -> HttpResponse:
    """What a rule, a state or a permission said no with."""
    errors = [
        {"in": "body", "pointer": wording.pointer(name.split(".")), "field": name, "message": message}
        for name, messages in refused.fields.items()
        for message in messages
    ]
    return problem(request, refused.code, refused.message, status=refused.status, errors=errors, extra=refused.extra)


def malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """What does not fit the schema, each place named."""
    errors = [wording.error(item) for item in error.errors]
    detail = _("有 %(n)d 处填写有误，请按 errors 逐条修改。") % {"n": len(errors)}
    return problem(request, "invalid", errors[0]["message"] if len(errors) == 1 else detail, errors=errors)


def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """ninja's own: nobody was recognised, or the body cannot be parsed."""
    if isinstance(error, AuthenticationError):
        how = _("请在请求头 Authorization 中带上令牌：Bearer yx_…。令牌在“个人设置 › 接口令牌”中生成。")
        return problem(request, "authentication-required", how)
    if isinstance(error.__cause__, RequestDataTooBig):
        return of_exception(request, error.__cause__)
    if error.status_code == 400:
        return problem(request, "bad-json", _why_not_json(error.__cause__))
    code = codes.of_status(error.status_code)
    return problem(request, code, codes.title_of(code, error.status_code), status=error.status_code)


def _why_not_json(cause: BaseException | None) -> str:
    if isinstance(cause, json.JSONDecodeError):
        where = {"line": cause.lineno, "column": cause.colno}
        return _("请求正文不是正确的 JSON：第 %(line)d 行第 %(column)d 个字符处有误。") % where
    return str(cause) if isinstance(cause, wording.Unreadable) else _("请求正文不是正确的 JSON。")


def of_exception(request: HttpRequest, error: Any) -> HttpResponse:
    """Whatever flies out of an endpoint; what is not the caller's fault says nothing about our inside."""
    if isinstance(error, Refused):
        return refusal(request, error)
    if isinstance(error, ValidationError):
        return malformed(request, error)
    if isinstance(error, HttpError):
        return http_error(request, error)
    if isinstance(error, Http404):
        return refusal(request, Unseen())
    if isinstance(error, RequestDataTooBig):
        return problem(request, "too-large", _("请求正文过大，请减小后再试；文件请用 POST /api/v1/files 上传。"))
    if isinstance(error, TooManyFieldsSent | MultiPartParserError | SuspiciousOperation):
        return problem(request, "bad-request", _("请求的写法有误，无法读取。"))
    if isinstance(error, OperationalError | InterfaceError):
        log.warning("database could not answer", exc_info=error)
        return problem(request, "unavailable", _("系统暂时繁忙，没有办理。请稍后重试。"), extra={"retry_after": 2})
    log.error("endpoint failed", exc_info=error, extra={"path": request.path})
    detail = _("系统出了点问题，没有办理成功，已经记录下来。联系我们时请告知 request_id。")
    return problem(request, "internal", detail)


def of_response(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """An answer of another maker (Django's 405, a middleware's 400) in our form; ours pass through."""
    if response.status_code < 400 or response.get("Content-Type", "").startswith(MEDIA_TYPE):
        return response
    code = codes.of_status(response.status_code)
    kept = {name: response[name] for name in ("Allow", "Retry-After", "WWW-Authenticate") if name in response}
    extra = {"allowed": sorted(response["Allow"].split(", "))} if "Allow" in response else {}
    title = codes.title_of(code, response.status_code)
    return problem(request, code, f"{title}。", status=response.status_code, extra=extra, headers=kept)
