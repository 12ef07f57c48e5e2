"""Who is asking: a program with a bearer token, or a page of our own with its session."""

import re
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.translation import gettext as _
from ninja.security import APIKeyCookie, HttpBearer

from yixiang.kernel.errors import Refused
from yixiang.people import rules
from yixiang.people.commands.tokens import digest
from yixiang.people.models import Token

SAFE = {"GET", "HEAD", "OPTIONS"}
RECKONS = re.compile(r"/(policies/[^/]+/[^/]+/decide|simulations)$")  # a POST for its body; it changes nothing


class BearerToken(HttpBearer):
    """The middleware of `people` has already put the token's owner into `request.user`."""

    openapi_description = "接口令牌：Authorization: Bearer yx_…，在“个人设置 › 接口令牌”中生成。"

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        return request.user if getattr(request, "token", None) else None


class Session(APIKeyCookie):
    """`check` below has already asked for the CSRF header where something is changed."""

    param_name = settings.SESSION_COOKIE_NAME
    openapi_description = "本站页面自己使用的登录会话；写操作须带 X-CSRFToken 请求头。"

    def __init__(self) -> None:
        super().__init__(csrf=False)

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        return request.user if request.user.is_authenticated else None


def check(request: HttpRequest, *, now: datetime) -> None:
    """What can be refused before the endpoint is known: a key that does not fit, a write that may not be."""
    if getattr(request, "bearer", False) and not request.user.is_authenticated:
        raise _bad_token(request, now)
    if request.method in SAFE or not request.user.is_authenticated:
        return
    token: Token | None = getattr(request, "token", None)
    if token is None:
        _require_csrf(request)
    elif not rules.token_may_write(token.scopes) and not RECKONS.search(request.path):
        message = _("这个令牌只能读取。请在“个人设置 › 接口令牌”中生成带写入权限的令牌。")
        raise Refused("token-scope", message, status=403, extra={"scopes": token.scopes})


def _bad_token(request: HttpRequest, now: datetime) -> Refused:
    """Why, for whoever holds the secret; a guess learns nothing."""
    _scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    token = Token.objects.select_related("person").filter(digest=digest(secret.strip())).first()
    if token is None:
        return Refused("token-unknown", _("令牌不正确，请核对是否完整复制。"), status=401)
    if token.revoked_at is not None:
        return Refused("token-revoked", _("这个令牌已被撤销，请换用新的令牌。"), status=401)
    if token.expires_at <= now:
        return Refused("token-expired", _("这个令牌已过期，请生成新的令牌。"), status=401)
    return Refused("account-disabled", _("令牌所属的账号已停用。"), status=401)


class _CsrfCheck(CsrfViewMiddleware):
    def _reject(self, _request: HttpRequest, reason: str) -> Any:
        return reason


def _require_csrf(request: HttpRequest) -> None:
    def unanswered(_request: HttpRequest) -> Any:
        return None

    check = _CsrfCheck(unanswered)
    request.csrf_processing_done = False  # type: ignore[attr-defined]
    check.process_request(request)
    if check.process_view(request, unanswered, (), {}) is not None:
        message = _("请求缺少 CSRF 校验。程序请使用令牌；页面请带上 X-CSRFToken 请求头。")
        raise Refused("csrf-failed", message, status=403)
