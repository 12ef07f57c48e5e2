"""Beside an instrument, for whoever runs it: terms, qualifications, queue and lots, faults, own use."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from yixiang.catalogue.models import Instrument
from yixiang.catalogue.pages.places import around, attempt, did, runnable
from yixiang.kernel.errors import Unseen
from yixiang.orders.commands import drawing, faulting, owning, qualifying, setting
from yixiang.orders.commands.owning import Use
from yixiang.orders.commands.setting import Wanted
from yixiang.orders.forms import access as forms
from yixiang.orders.models import Terms, Waiting
from yixiang.orders.queries import access
from yixiang.orders.queries.checking import terms_of
from yixiang.orders.rules.words import ASKED, LEVELS
from yixiang.orders.states import DRAW, QUALIFICATION, WAITING
from yixiang.people.asking import me

ENDS = {"decline", "withdraw"}


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"actor": me(request), "now": timezone.now()}


def _shown(request: HttpRequest, template: str, context: dict[str, Any], *sent: Any) -> HttpResponse:
    wrong = any(form.is_bound and form.errors for form in sent)
    return render(request, f"orders/{template}.html", context, status=422 if wrong else 200)


# --- terms


@login_required
def terms(request: HttpRequest, code: str) -> HttpResponse:
    instrument: Instrument = runnable(request, "instrument", code)
    now_set = terms_of(instrument)
    form = forms.TermsForm(request.POST or None, initial=_initial(now_set))
    if request.method == "POST":
        wanted = attempt(form, lambda _d: setting.set_terms(instrument, Wanted(**form.wanted()), **_who(request)))
        if wanted:
            messages.success(request, _("预约条件已保存，从下一次预约起按它办。"))
            return redirect("orders:terms", code)
    context = around(request, instrument, "terms") | {"form": form, "asked": ASKED}
    return _shown(request, "terms", context, form)


def _initial(terms: Terms) -> dict[str, Any]:
    found = {name: getattr(terms, name) for name in forms.TermsForm.base_fields}
    return found | {name: forms.clock(found[name]) for name in ("staffed_from", "staffed_to")}


# --- qualifications


@login_required
def qualified(request: HttpRequest, code: str) -> HttpResponse:
    """Who asks, who may; a person who is known can be given it at once."""
    instrument: Instrument = runnable(request, "instrument", code)
    posted = request.POST or None
    people = forms.PersonForm(posted, people=access.known_people(instrument))
    form = forms.GrantForm(posted)
    if request.method == "POST" and people.is_valid():
        person = people.cleaned_data["person"]
        if did(form, lambda data: qualifying.grant_person(instrument, person, **data, **_who(request))):
            messages.success(request, _("已授予资格，并通知本人。"))
            return redirect("orders:qualified", code)
    rows = list(access.qualified_at(instrument)[:300])
    context = around(request, instrument, "qualified") | {
        "people": people,
        "form": form,
        "standing": [one for one in rows if one.state in {"asked", "invited", "granted"}],
        "ended": [one for one in rows if one.state not in {"asked", "invited", "granted"}][:40],
        "level": terms_of(instrument).level,
        **_words(),
    }
    return _shown(request, "qualified", context, people, form)


def _words() -> dict[str, Any]:
    return {"machine": QUALIFICATION, "levels": LEVELS, "asked": ASKED, "today": timezone.localdate()}


@login_required
def qualification(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """One person at one instrument: invite, grant, end."""
    instrument: Instrument = runnable(request, "instrument", code)
    found = access.qualification_of(instrument, pk)
    sent = {name: make(request.POST if request.POST.get("do") == name else None) for name, make in _FORMS.items()}
    sent["grant"].initial = {"level": found.level or "working", "until": found.until}
    action = request.POST.get("do", "")
    if request.method == "POST":
        form = sent.get("end" if action in ENDS else action)
        if form is None:
            raise Unseen()
        if action in ENDS:
            form = sent["end"] = forms.EndForm(request.POST)
        if did(form, lambda data: _do(request, found, action, data)):
            messages.success(request, _("已办理，并通知本人。"))
            return redirect("orders:qualified", code)
    allowed = {move.action: move for move in QUALIFICATION.allowed(found.state)}
    context = around(request, instrument, "qualified") | {"found": found, "sent": sent, "allowed": allowed, **_words()}
    return _shown(request, "qualification", context, *sent.values())


_FORMS = {"invite": forms.InviteForm, "grant": forms.GrantForm, "end": forms.EndForm}


def _do(request: HttpRequest, found: Any, action: str, data: dict[str, Any]) -> object:
    if action == "invite":
        return qualifying.invite(found, **data, **_who(request))
    if action == "grant":
        return qualifying.grant(found, **data, **_who(request))
    return qualifying.end(found, action, **data, **_who(request))


# --- queue and lots


@login_required
def queue(request: HttpRequest, code: str) -> HttpResponse:
    instrument: Instrument = runnable(request, "instrument", code)
    form = forms.DrawForm(request.POST or None, initial={"most_minutes": instrument.max_minutes})
    if request.method == "POST":
        made = attempt(form, lambda data: drawing.open_draw(instrument, **data, **_who(request)))
        if made:
            messages.success(request, _("抽签已开放报名，时段已留出。"))
            return redirect("orders:draw", made.code)
    line = Waiting.objects.filter(instrument=instrument, state__in=["waiting", "offered"])
    context = around(request, instrument, "queue") | {
        "form": form,
        "line": line.select_related("person", "customer").order_by("joined_at", "pk")[:100],
        "draws": instrument.draws.order_by("-starts")[:30],
        "terms": terms_of(instrument),
        "machine": WAITING,
        "draw_machine": DRAW,
    }
    return _shown(request, "queue", context, form)


@login_required
def call_off_draw(request: HttpRequest, code: str, draw: str) -> HttpResponse:
    instrument: Instrument = runnable(request, "instrument", code)
    found, form = access.draw_of(instrument, draw), forms.EndForm(request.POST or None)
    if request.method == "POST" and did(form, lambda data: drawing.call_off(found, **data, **_who(request))):
        messages.success(request, _("抽签已取消，时段已开放，并通知报名的人。"))
        return redirect("orders:queue", code)
    context = around(request, instrument, "queue") | {"form": form, "draw": found, "lots": found.lots.count()}
    return _shown(request, "draw_off", context, form)


# --- faults


@login_required
def faults(request: HttpRequest, code: str) -> HttpResponse:
    instrument: Instrument = runnable(request, "instrument", code)
    fault, now = access.open_fault(instrument), timezone.now()
    form = (forms.MendForm if fault else forms.FaultForm)(request.POST or None)
    if request.method == "POST" and did(form, lambda data: _fault(request, instrument, fault, data)):
        return redirect("orders:faults", code)
    context = around(request, instrument, "faults") | {
        "form": form,
        "fault": fault,
        "booked": faulting.booked(instrument, now=now),
        "past": instrument.faults.exclude(mended_at=None).select_related("by", "mended_by")[:30],
    }
    return _shown(request, "faults", context, form)


def _fault(request: HttpRequest, instrument: Instrument, fault: Any, data: dict[str, Any]) -> object:
    if fault:
        messages.success(request, _("已恢复开放，并通知保留预约的人。"))
        return faulting.mend(fault, **data, **_who(request))
    made = faulting.report(instrument, **data, **_who(request))
    messages.success(request, _("已停止预约，通知了 %(count)d 张预约单的预约人。") % {"count": made.told})
    return made


# --- own use


@login_required
def own(request: HttpRequest, code: str) -> HttpResponse:
    """One short form for what the unit itself does with it, before or afterwards."""
    instrument: Instrument = runnable(request, "instrument", code)
    form = forms.OwnForm(request.POST or None, initial={"day": timezone.localdate()})
    if request.method == "POST":
        made: Any = attempt(form, lambda data: _use(request, instrument, dict(data)))
        if made:
            said = _("已登记，机时已计入。") if made.state == "completed" else _("已登记，时间已占用。")
            messages.success(request, said)
            return redirect("orders:order", made.number)
    context = around(request, instrument, "hours") | {"form": form}
    return _shown(request, "own", context, form)


def _use(request: HttpRequest, instrument: Instrument, data: dict[str, Any]) -> object:
    starts, ends = forms.across_midnight(data.pop("day"), data.pop("begins"), data.pop("finishes"))
    return owning.use_own(instrument, Use(starts, ends, **data), **_who(request))
