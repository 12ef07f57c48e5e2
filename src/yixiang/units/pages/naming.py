"""Login names for whoever signs up to register a unit, while its name is being typed."""

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yixiang.kernel.errors import TooMany
from yixiang.people.login_names import offers
from yixiang.people.middleware import client_ip

A_MINUTE = 60  # from one address; more than anybody types


@require_safe
def names(request: HttpRequest) -> HttpResponse:
    """A fragment of the sign-up page, open to visitors; it says what is free, never who has what."""
    _pace(request)
    unit_name = request.GET.get("unit_name", "")[:120].strip()
    return render(request, "people/_login_offers.html", {"unit_name": unit_name, "offers": offers(unit_name)})


def _pace(request: HttpRequest) -> None:
    """Nobody finds out through this which names exist."""
    minute, second = divmod(int(timezone.now().timestamp()), 60)
    key = f"units.names.{client_ip(request)}.{minute}"
    used = cache.get(key, 0) + 1
    cache.set(key, used, 120)
    if used > A_MINUTE:
        raise TooMany(_("查询太频繁了，请稍等一会儿再试，或自己填写登录名。"), retry_after=60 - second)
