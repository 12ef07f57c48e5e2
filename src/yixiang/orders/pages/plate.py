"""The phone at the instrument: what the QR code on its plate leads to; begin and end for those who may."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from yixiang.catalogue.models import Instrument
from yixiang.catalogue.pages.places import did
from yixiang.catalogue.queries import showing
from yixiang.kernel.errors import Unseen, WrongState
from yixiang.orders.commands import faulting, recording
from yixiang.orders.commands.writing import sides_of
from yixiang.orders.forms.access import FaultForm
from yixiang.orders.models import Line
from yixiang.orders.queries import orders
from yixiang.orders.queries import plate as queries
from yixiang.orders.rules.using import span_words
from yixiang.people.asking import me


@never_cache
@require_safe
def plate(request: HttpRequest, code: str) -> HttpResponse:
    found = showing.public_instrument(code.lower())
    if found is None:
        return redirect("portal:instrument", code.lower())  # says what became of it
    return _shown(request, found, now=timezone.now())


def _shown(request: HttpRequest, instrument: Instrument, *, now: datetime, refused: str = "") -> HttpResponse:
    context: dict[str, Any] = {
        "instrument": instrument,
        "standing": queries.standing_of(instrument, now=now),
        "bookings": queries.bookings_of(request.user, instrument, now=now),
        "free": instrument.first_free if instrument.first_free and instrument.first_free > now else None,
        "by_time": instrument.booking_mode in ("time", "both"),
        "refused": refused,
        "may_report": instrument.state == "listed" and _may_report(request, instrument),
        "now": now,
        "when": span_words,
    }
    return render(request, "orders/plate.html", context, status=409 if refused else 200)


def _may_report(request: HttpRequest, instrument: Instrument) -> bool:
    return request.user.is_authenticated and faulting.may_report(instrument, me(request))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, code: str, pk: int, action: str) -> HttpResponse:
    """A page that says what will happen, then the step; what cannot be comes back to the plate with the reason."""
    if action not in {"start", "stop"}:
        raise Unseen()
    now, line = timezone.now(), _line(request, code.lower(), pk)
    try:
        if request.method == "POST":
            return _done(request, line, action, now)
        _asked(request, line, action, now)
    except WrongState as refused:
        return _shown(request, line.instrument, now=now, refused=refused.message)
    return render(request, "orders/plate_act.html", {"line": line, "action": action, "now": now, "when": span_words})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def fault(request: HttpRequest, code: str) -> HttpResponse:
    """By whoever runs it or is using it right now; everybody else is led to the keepers."""
    found = showing.public_instrument(code.lower())
    if found is None:
        return redirect("portal:instrument", code.lower())
    if not faulting.may_report(found, me(request)):
        said = _("只有机组，以及正在使用这台仪器的人，可以报故障。请联系机组。")
        return _shown(request, found, now=timezone.now(), refused=said)
    form = FaultForm(request.POST or None)
    who: dict[str, Any] = {"actor": me(request), "now": timezone.now()}
    if request.method == "POST" and did(form, lambda data: faulting.report(found, **data, **who)):
        messages.success(request, _("已停止预约，并通知机组和每一位约了的人。"))
        return redirect("plate", found.code)
    context = {"instrument": found, "form": form, "booked": len(faulting.booked(found, now=who["now"]))}
    return render(request, "orders/plate_fault.html", context, status=422 if form.errors else 200)


def _line(request: HttpRequest, code: str, pk: int) -> Line:
    try:
        line = orders.line_for(request.user, pk)
    except Unseen:
        line = None
    if line is None or line.instrument.code != code or not sides_of(line.order, request.user):
        raise Unseen(_("这不是您的预约，不能由您开始或结束。请核对登录的账号，或者扫码看您在这台仪器上的预约。"))
    return line


def _asked(request: HttpRequest, line: Line, action: str, now: datetime) -> None:
    if action == "start" and line.started_at is None:
        recording.may_begin(line.order, line, sides_of(line.order, request.user), now=now)
    elif action == "start":
        raise WrongState(_("已经登记过开始使用，不用再登记。"))
    elif line.stopped_at is not None:
        raise WrongState(_("已经登记过结束使用，不用再登记。"))
    else:
        recording.may_end(line.order, line)


def _done(request: HttpRequest, line: Line, action: str, now: datetime) -> HttpResponse:
    act = recording.check_in if action == "start" else recording.check_out
    done = act(line, actor=me(request), now=now)
    if action == "start":
        messages.success(request, _("已登记开始使用。用完请记得扫码登记结束。"))
    else:
        minutes = done.measured_minutes or 0
        messages.success(request, _("已登记结束使用，共 %(minutes)s 分钟。") % {"minutes": minutes})
    return redirect("plate", line.instrument.code)
