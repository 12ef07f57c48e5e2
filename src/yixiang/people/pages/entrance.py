"""allauth's doors, with what they lack: one code at a time, providers and demo accounts beside the sign-in form."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import views as account_views
from allauth.mfa.base import views as mfa_views
from allauth.socialaccount import views as social_views
from allauth.socialaccount.adapter import get_adapter as get_social_adapter
from allauth.usersessions import views as session_views
from django.conf import settings
from django.contrib import messages
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from yixiang.people import login_names, rules
from yixiang.people.queries import demo_accounts
from yixiang.web.jinja import url_if

View = Callable[..., HttpResponseBase]
MAX_ANSWERS = 15  # more than a person needs with every resend and correction there is
ANSWER_SECONDS = 15 * 60


def one_at_a_time(view: View) -> View:
    """Codes and their counters live in the session, which is read, changed and written back: two answers sent at once
    would both be judged by the same counter. The second waits here and sees what the first has left."""

    @wraps(view)
    def waiting(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        session, key = request.session, request.session.session_key
        if request.method != "POST" or not key:
            return view(request, *args, **kwargs)
        with transaction.atomic():
            list(Session.objects.select_for_update().filter(pk=key))
            session.__dict__.pop("_session_cache", None)
            if _too_many(key):
                return _ended(request)
            response = view(request, *args, **kwargs)
            if session.modified and not session.is_empty():
                session.save()
                session.modified = session.session_key != key  # saving once more after the lock would undo the next one
            return response

    return waiting


def _too_many(key: str) -> bool:
    """Counted outside the session as well, which any slow page of the same browser may write back as it was before."""
    name = f"people.answers.{key}"
    answers = cache.get(name, 0) + 1
    cache.set(name, answers, ANSWER_SECONDS)
    return bool(answers > MAX_ANSWERS)


def _ended(request: HttpRequest) -> HttpResponseBase:
    request.session.flush()
    messages.error(request, _("验证码输错的次数太多了，请重新开始。"))
    return redirect("account_login")


def providers(request: HttpRequest, process: str) -> list[dict[str, str]]:
    found = get_social_adapter(request).list_providers(request)
    return [{"name": p.name, "url": p.get_login_url(request, process=process)} for p in found]


class SignIn(account_views.LoginView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["providers"] = providers(self.request, "login")
        if settings.DEMO:
            context["demo_accounts"] = demo_accounts()
            context["demo_password"] = getattr(settings, "DEMO_PASSWORD", "Yixiang-demo-2026")
        return context


class SignUp(account_views.SignupView):
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Without script, login names are asked for and chosen by sending the form, which comes back as typed."""
        sent = request.POST
        if not {"offer", "chosen"} & set(sent):
            answer: HttpResponseBase = super().post(request, *args, **kwargs)
            return answer
        typed = {name: value for name, value in sent.items() if not name.startswith("password")}
        form = self.get_form_class()(initial=typed | {"username": sent.get("chosen") or sent.get("username", "")})
        unit_name = sent.get("unit_name", "")[:120].strip()
        context = self.get_context_data(form=form, unit_name=unit_name, offers=login_names.offers(unit_name))
        again: HttpResponseBase = self.render_to_response(context)
        return again

    def get_next_url(self) -> str | None:
        """Whoever came to register a unit goes on with that."""
        begin, sent = url_if("units:begin"), self.request.POST
        if not begin or not sent.get("registers_unit"):
            came_from: str | None = super().get_next_url()
            return came_from
        name = sent.get("unit_name", "").strip()
        return f"{begin}?{urlencode({'name': name})}" if name else begin


class Connections(social_views.ConnectionsView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"providers": providers(self.request, "connect")}


class Devices(session_views.ListUserSessionsView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        for session in context["sessions"]:
            session.device = rules.device_name(session.user_agent)
        return context


sign_in = SignIn.as_view()
sign_up = SignUp.as_view()
connections = Connections.as_view()
devices = Devices.as_view()
confirm_login_code = one_at_a_time(account_views.confirm_login_code)
confirm_email = one_at_a_time(account_views.email_verification_sent)
confirm_phone = one_at_a_time(account_views.verify_phone)
confirm_reset_code = one_at_a_time(account_views.confirm_password_reset_code)
complete_reset = one_at_a_time(account_views.complete_password_reset)
second_factor = one_at_a_time(mfa_views.authenticate)
