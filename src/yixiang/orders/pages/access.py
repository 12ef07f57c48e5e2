"""资格与信用: what I may run, what I wait for, what is remembered of me; asking, waiting and drawing lots."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yixiang.catalogue.models import Instrument
from yixiang.catalogue.pages.places import attempt, did
from yixiang.catalogue.queries import desk
from yixiang.kernel.errors import Unseen
from yixiang.kernel.periods import SHANGHAI, midnight
from yixiang.orders.commands import drawing, marking, qualifying, queueing
from yixiang.orders.commands.drawing import Asked
from yixiang.orders.commands.queueing import Place
from yixiang.orders.forms import access as forms
from yixiang.orders.models import Draw, Lot
from yixiang.orders.queries import access as queries
from yixiang.orders.queries import conduct, queues
from yixiang.orders.queries.checking import terms_of
from yixiang.orders.rules.words import APPEALS, LEVELS, MARKS, OUTCOMES
from yixiang.orders.states import DRAW, QUALIFICATION, WAITING
from yixiang.people.asking import me


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"actor": me(request), "now": timezone.now()}


@login_required
def access(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    waitings = list(queues.waitings_of(request.user)[:50])
    context = {
        "qualifications": list(queries.qualifications_of(request.user)[:50]),
        "waitings": [(one, queues.place_in_line(one) if one.state == "waiting" else None) for one in waitings],
        "lots": list(queries.lots_of(request.user)[:30]),
        "standings": conduct.standings(request.user, on=timezone.localdate(now)),
        "machine": QUALIFICATION,
        "queue_machine": WAITING,
        "draw_machine": DRAW,
        "levels": LEVELS,
        "kinds": MARKS,
        "appeals": APPEALS,
        "outcomes": OUTCOMES,
        "today": timezone.localdate(now),
    }
    return render(request, "orders/access.html", context)


@login_required
def ask(request: HttpRequest, code: str) -> HttpResponse:
    instrument = desk.instrument_for(request.user, code)
    form = forms.AskForm(request.POST or None)
    if request.method == "POST" and did(form, lambda data: qualifying.ask(instrument, **data, **_who(request))):
        messages.success(request, _("已申请，机组安排培训后会通知您。"))
        return redirect("orders:access")
    context = {"instrument": instrument, "form": form, "terms": terms_of(instrument)}
    return render(request, "orders/ask_training.html", context, status=422 if form.errors else 200)


@login_required
def wait(request: HttpRequest, code: str) -> HttpResponse:
    """Joining the queue; what is free now is offered instead."""
    instrument, today = desk.instrument_for(request.user, code), timezone.localdate()
    initial = {"first_day": today, "last_day": today + timedelta(days=14), "minutes": max(120, instrument.min_minutes),
               "contact_phone": me(request).phone}  # fmt: skip
    form = forms.WaitForm(request.POST or None, initial=initial)
    if request.method == "POST" and did(form, lambda data: queueing.join(instrument, _place(data), **_who(request))):
        messages.success(request, _("已加入候补。有空位会马上通知您，并为您保留一段时间。"))
        return redirect("orders:access")
    free = _free_now(instrument, form) if form.errors else []
    context = {"instrument": instrument, "form": form, "free": free, "terms": terms_of(instrument)}
    return render(request, "orders/wait.html", context, status=422 if form.errors else 200)


def _free_now(instrument: Instrument, form: forms.WaitForm) -> list[datetime]:
    """Whoever could book at once sees the times beside the refusal."""
    if not form.is_complete:
        return []
    place = _place(form.cleaned_data)
    found = queues.slots_for(instrument, place.earliest, place.latest, place.minutes, now=timezone.now())
    return [one.start.astimezone(SHANGHAI) for one in found[:3]]


def _place(data: dict[str, Any]) -> Place:
    first, last = data["first_day"], data["last_day"]
    more = {name: data.get(name) or "" for name in ("content", "way", "contact_phone")}
    return Place(earliest=midnight(first), latest=midnight(last + timedelta(days=1)), minutes=data["minutes"], **more)


@login_required
@require_POST
def act(request: HttpRequest, kind: str, pk: int, action: str) -> HttpResponse:
    """One click on one's own entry."""
    who, made = _who(request), None
    if (kind, action) == ("qualification", "leave"):
        qualifying.leave(queries.own_qualification(request.user, pk), **who)
    elif (kind, action) == ("waiting", "take"):
        made = queueing.take(queries.own_waiting(request.user, pk), **who)
    elif (kind, action) == ("waiting", "leave"):
        queueing.leave(queries.own_waiting(request.user, pk), **who)
    else:
        raise Unseen()
    messages.success(request, _("已预约，单子已经生成。") if made else _("已办理。"))
    return redirect("orders:order", made.number) if made else redirect("orders:access")


@login_required
def appeal(request: HttpRequest, pk: int) -> HttpResponse:
    mark = queries.own_mark(request.user, pk)
    form = forms.DecideForm(request.POST or None)
    form.fields["words"].label = _("申诉理由")
    if request.method == "POST" and did(form, lambda data: marking.appeal(mark, **data, **_who(request))):
        messages.success(request, _("申诉已提交，由提供方单位的管理员处理，不由登记的人处理。"))
        return redirect("orders:access")
    context = {"mark": mark, "form": form, "kinds": MARKS}
    return render(request, "orders/appeal.html", context, status=422 if form.errors else 200)


# --- the lot


def draw(request: HttpRequest, code: str) -> HttpResponse:
    """For everybody: when, the digest of the seed, afterwards the seed, the ranking and the outcome."""
    found = queries.draw_by(request.user, code)
    own: Lot | None = found.lots.filter(person_id=request.user.pk).first() if request.user.is_authenticated else None
    form = forms.LotForm(request.POST or None, initial=_lot_initial(request, found, own))
    if request.method == "POST":
        done = _asked(request, found, form)
        if done:
            return redirect("orders:draw", found.code)
    context = {
        "draw": found,
        "own": own,
        "form": form,
        "open": found.state == "open" and found.closes_at > timezone.now(),
        "lots": list(found.lots.order_by("rank", "number")),
        "outcomes": OUTCOMES,
        "machine": DRAW,
    }
    return render(request, "orders/draw.html", context, status=422 if form.errors else 200)


def _lot_initial(request: HttpRequest, draw: Draw, own: Lot | None) -> dict[str, Any]:
    begin = draw.starts.astimezone(SHANGHAI)
    if own is None:
        phone = me(request).phone if request.user.is_authenticated else ""
        return {"day": begin.date(), "begins": begin.time(), "contact_phone": phone}
    starts, ends = own.starts.astimezone(SHANGHAI), own.ends.astimezone(SHANGHAI)
    found = {"day": starts.date(), "begins": starts.time(), "finishes": ends.time(), "way": own.way}
    if own.second_starts and own.second_ends:
        second, end = own.second_starts.astimezone(SHANGHAI), own.second_ends.astimezone(SHANGHAI)
        found |= {"second_day": second.date(), "second_begins": second.time(), "second_finishes": end.time()}
    return found | {"content": own.content, "contact_phone": own.contact_phone}


def _asked(request: HttpRequest, draw: Draw, form: forms.LotForm) -> bool:
    if not request.user.is_authenticated:
        raise Unseen()
    if request.POST.get("do") == "leave":
        drawing.leave(draw, **_who(request))
        messages.success(request, _("已退出这次抽签。"))
        return True
    done = attempt(form, lambda data: drawing.ask_for(draw, _wish(form, data), **_who(request)))
    if done:
        messages.success(request, _("已报名，您是 %(number)d 号签。截止前可以修改。") % {"number": done.number})
    return done is not None


def _wish(form: forms.LotForm, data: dict[str, Any]) -> Asked:
    first, second = form.wishes()
    more = {name: data[name] for name in ("content", "way", "contact_phone")}
    return Asked(first[0], first[1], second=second, **more)
