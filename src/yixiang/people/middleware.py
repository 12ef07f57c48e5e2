"""Who acts in this request, under which hat, and whether their session may still be used."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _

from yixiang.kernel.acting import Acting, acting
from yixiang.people import rules, sessions
from yixiang.people.access import grants_of
from yixiang.people.commands import tokens
from yixiang.people.hats import SESSION_KEY

Answer = Callable[[HttpRequest], HttpResponseBase]
API, ACCOUNT, DESK = "/api/", "/account/", "/desk/"
SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}


def client_ip(request: HttpRequest) -> str:
    meta = request.META
    return rules.client_ip(meta.get("REMOTE_ADDR", ""), meta.get("HTTP_X_FORWARDED_FOR", ""), settings.TRUSTED_PROXIES)


class ActingMiddleware:
    """Everything written during the request is recorded under the person's name."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        is_api = request.path.startswith(API)
        if is_api:
            _take_token(request)
        person: Any = request.user
        known = person.is_authenticated
        if known and person.token is None:  # a program wears no hat; its token says what it may
            _put_on_hat(request, person)
        who = Acting(
            actor=person.pk if known else None,
            actor_name=str(person) if known else "",
            ip=client_ip(request),
            door="api" if is_api else "page",
            request=str(getattr(request, "request_id", "")),
        )
        with acting(who, writes=request.method not in SAFE):
            return self.get_response(request)


def _take_token(request: HttpRequest) -> None:
    """A bearer token stands for its owner; with one, the cookie does not count, so that CSRF has nothing to use."""
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return
    person = tokens.authenticate(secret.strip(), now=timezone.now())
    request.user = person or AnonymousUser()
    request.token = person.token if person else None  # type: ignore[attr-defined]
    request.bearer = True  # type: ignore[attr-defined]


def _put_on_hat(request: HttpRequest, person: Any) -> None:
    wanted = request.session.get(SESSION_KEY)
    if wanted is None:
        return
    if wanted in {grant.pk for grant in grants_of(person)}:
        person.hat = wanted
    else:
        del request.session[SESSION_KEY]  # taken back meanwhile


class SessionLimitsMiddleware:
    """Idle and absolute limits, and the password that has grown too old; nothing typed is lost over any of them."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if getattr(request, "bearer", False):
            return self.get_response(request)
        if not request.user.is_authenticated:
            return self._came_too_late(request) or self.get_response(request)
        now = timezone.now()
        if (verdict := sessions.verdict(request.session, now)) != "fine":
            return self._ended(request, verdict)
        if "X-Background" not in request.headers:  # a page that polls by itself is not a person at work
            sessions.touch(request.session, now)
        request.session_ends = int(sessions.ends_at(request.session, now).timestamp())  # type: ignore[attr-defined]
        return self._must_change_password(request) or self.get_response(request)

    def _came_too_late(self, request: HttpRequest) -> HttpResponse | None:
        """A form sent after the session had gone from the server, or its cookie from the browser."""
        known = settings.SESSION_COOKIE_NAME in request.COOKIES
        gone = request.session.is_empty() if known else request.path.startswith(DESK)
        if request.method in SAFE or not gone or request.path.startswith((API, ACCOUNT)):
            return None
        return HttpResponse(status=401) if _by_itself(request) else _to_sign_in(request, _kept())

    def _ended(self, request: HttpRequest, verdict: str) -> HttpResponseBase:
        logout(request)
        if _by_itself(request):
            return HttpResponse(status=401)
        if verdict == "idle":
            why = _("您有 %(minutes)d 分钟没有操作，为了安全已自动退出。") % {"minutes": settings.SESSION_IDLE_MINUTES}
        else:
            why = _("您已连续登录 %(hours)d 小时，为了安全需要重新登录。") % {"hours": settings.SESSION_ABSOLUTE_HOURS}
        if request.path.startswith(API):
            return self.get_response(request)
        if request.method not in SAFE and not request.path.startswith(ACCOUNT):
            return _to_sign_in(request, f"{why}{_kept()}")
        if getattr(request, "htmx", False):
            return _to_sign_in(request, why)
        messages.info(request, why)
        return self.get_response(request)

    def _must_change_password(self, request: HttpRequest) -> HttpResponse | None:
        person: Any = request.user
        open_paths = (
            API,
            f"{ACCOUNT}password/",
            f"{ACCOUNT}logout/",
            f"{ACCOUNT}reauthenticate/",
            "/session/",
        )
        if request.path.startswith(open_paths) or not person.has_usable_password():
            return None
        days = settings.PASSWORD_MAX_AGE_DAYS
        if not rules.password_expired(settings.PASSWORD_PROFILE, person.password_changed_at, timezone.now(), days):
            return None
        messages.warning(
            request,
            _("您的密码已使用超过 %(days)d 天。按安全规定请先换一个新密码，换好后接着办事。") % {"days": days},
        )
        return _go(request, f"{reverse('account_change_password')}?{urlencode({'next': _back_to(request)})}")


def _by_itself(request: HttpRequest) -> bool:
    """A draft the page saves on its own: nobody would read the words now, and at the door they would stand twice."""
    return "X-Autosave" in request.headers


def _kept() -> str:
    return _("刚才填写的内容保存在这台电脑的浏览器里，重新登录后回到原页面会自动恢复。")


def _to_sign_in(request: HttpRequest, message: str) -> HttpResponse:
    messages.info(request, message)
    return _go(request, f"{reverse('account_login')}?{urlencode({'next': _back_to(request)})}")


def _go(request: HttpRequest, where: str) -> HttpResponse:
    """htmx follows a redirect inside the fragment, so it is told to move the whole page."""
    if getattr(request, "htmx", False):
        return HttpResponse(status=401, headers={"HX-Redirect": where})
    return HttpResponseRedirect(where)


def _back_to(request: HttpRequest) -> str:
    """The page the person was looking at, which a form or a fragment was sent from; never where it was sent to."""
    htmx: Any = getattr(request, "htmx", None)
    if htmx and htmx.current_url_abs_path:
        return str(htmx.current_url_abs_path)
    if request.method in SAFE:
        return request.get_full_path()
    referer = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(referer, {request.get_host()}):
        return referer
    return request.path
