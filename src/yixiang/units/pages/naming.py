"""Login names for whoever signs up to register a unit, made from the unit's name."""

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from yixiang.kernel.errors import TooMany
from yixiang.people.entrance_forms import SignupForm
from yixiang.people.middleware import client_ip
from yixiang.units import queries

A_MINUTE = 60  # from one address; more than anybody types


@sensitive_post_parameters("password1", "password2")
def names(request: HttpRequest) -> HttpResponse:
    """A fragment for the sign-up page; without script the whole form comes back, passwords excepted."""
    _pace(request)
    sent = request.POST if request.method == "POST" else request.GET
    unit_name = sent.get("unit_name", "")[:120].strip()
    context = {"unit_name": unit_name, "offers": queries.login_offers(unit_name) if unit_name else []}
    if request.method != "POST":
        return render(request, "units/_login_offers.html", context)
    typed = {name: value for name, value in sent.items() if not name.startswith("password")}
    form = SignupForm(initial=typed | {"registers_unit": True, "username": sent.get("chosen") or typed.get("username")})
    context |= {"form": form, "login_url": reverse("account_login"), "offers_here": "units/_login_offers.html"}
    return render(request, "account/signup.html", context)


def _pace(request: HttpRequest) -> None:
    """Nobody lists through this which names exist."""
    minute, second = divmod(int(timezone.now().timestamp()), 60)
    key = f"units.names.{client_ip(request)}.{minute}"
    used = cache.get(key, 0) + 1
    cache.set(key, used, 120)
    if used > A_MINUTE:
        raise TooMany(_("查询太频繁了，请稍等一会儿再试，或自己填写登录名。"), retry_after=60 - second)
