"""Opening hours, exceptions and taken time of one instrument, and what is left to be booked."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from yixiang.catalogue.commands import timing
from yixiang.catalogue.models import Instrument
from yixiang.catalogue.pages.places import around, attempt, runnable
from yixiang.catalogue.pages.week import fortnight
from yixiang.catalogue.queries import free_time
from yixiang.catalogue.rules import hours as words
from yixiang.catalogue.rules.words import HOLDS, OWN_HOLDS
from yixiang.kernel.errors import Invalid, Unseen
from yixiang.kernel.typed import Unreadable
from yixiang.people.asking import me

OFFICE = "8:30-12:00,14:00-17:30"
PRESETS: dict[str, tuple[str, dict[int, str]]] = {
    "office": ("工作日上下班时间", dict.fromkeys(range(5), OFFICE)),
    "long": ("每天 8:00–22:00", dict.fromkeys(range(7), "8:00-22:00")),
    "always": ("全天 24 小时", dict.fromkeys(range(7), "全天")),
}


class WeekForm(forms.Form):
    """Seven lines as people write them."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day, name in enumerate(words.WEEKDAYS):
            self.fields[f"day_{day}"] = forms.CharField(label=name, required=False, max_length=120)

    def stretches(self) -> list[words.Weekly]:
        found: list[words.Weekly] = []
        for day in range(7):
            try:
                found += words.across_midnight(day, words.read_day(self.cleaned_data.get(f"day_{day}", "")))
            except Unreadable as unreadable:
                self.add_error(f"day_{day}", str(unreadable))
        return found


class ExceptionForm(forms.Form):
    is_open = forms.ChoiceField(
        label=gettext_lazy("这些日子"), widget=forms.RadioSelect, initial="", required=False,
        choices=[("", gettext_lazy("不开放")), ("1", gettext_lazy("加开"))],
    )  # fmt: skip
    first_day = forms.DateField(label=gettext_lazy("从"), widget=forms.DateInput)
    last_day = forms.DateField(label=gettext_lazy("到"), widget=forms.DateInput, required=False)
    hours = forms.CharField(
        label=gettext_lazy("时段"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("不填就是全天。例：14:00-18:00"),
    )
    note = forms.CharField(label=gettext_lazy("原因"), required=False, max_length=100)


class HoldForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("占用原因"), choices=list(OWN_HOLDS.items()))
    starts = forms.DateTimeField(label=gettext_lazy("开始"), widget=forms.DateTimeInput)
    ends = forms.DateTimeField(label=gettext_lazy("结束"), widget=forms.DateTimeInput)
    note = forms.CharField(label=gettext_lazy("说明"), required=False, max_length=200)


@login_required
def hours(request: HttpRequest, code: str) -> HttpResponse:
    instrument = runnable(request, "instrument", code)
    form = WeekForm(request.POST or None, initial=_initial(request, instrument))
    if request.method == "POST" and form.is_valid():
        stretches = form.stretches()
        if attempt(form, lambda _data: timing.set_hours(instrument, stretches=stretches, **_who(request))):
            messages.success(request, _("开放时间已保存。"))
            return redirect("catalogue:hours", code)
    return _page(request, instrument, week=form)


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"actor": me(request), "now": timezone.now()}


def _initial(request: HttpRequest, instrument: Instrument) -> dict[str, str]:
    _label, preset = PRESETS.get(request.GET.get("preset", ""), ("", {}))
    weekly = instrument.opening_hours.values_list("weekday", "opens", "closes")
    known = {day: said.replace("–", "-").replace("、", ",") for day, said in words.by_day(weekly).items()}
    return {f"day_{day}": said for day, said in (preset or known).items()}


@login_required
@require_POST
def act(request: HttpRequest, code: str, action: str) -> HttpResponse:
    """Add or remove an exception, take time or give it back."""
    instrument = runnable(request, "instrument", code)
    if action == "except":
        form: forms.Form = ExceptionForm(request.POST, prefix="x")
        done: object = attempt(form, lambda data: _except(request, instrument, data))
        return redirect("catalogue:hours", code) if done else _page(request, instrument, exception=form)
    if action == "hold":
        form = HoldForm(request.POST, prefix="h")
        done = attempt(form, lambda data: timing.hold(instrument, **_who(request), **data))
        return redirect("catalogue:hours", code) if done else _page(request, instrument, hold=form)
    _undo(request, instrument, action)
    messages.success(request, _("已取消。"))
    return redirect("catalogue:hours", code)


def _undo(request: HttpRequest, instrument: Instrument, action: str) -> None:
    wanted = request.POST.get("pk", "")
    pk = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 18 else 0
    if action == "allow":
        timing.remove_exception(timing.exception_of(instrument, pk), **_who(request))
    elif action == "release":
        timing.release(timing.hold_of(instrument, pk, actor=me(request)), **_who(request))
    else:
        raise Unseen()


def _except(request: HttpRequest, instrument: Instrument, data: dict[str, Any]) -> object:
    try:
        stretches = words.read_day(data["hours"]) or [(0, words.DAY)]
    except Unreadable as unreadable:
        raise Invalid.field("hours", str(unreadable)) from None
    if len(stretches) > 1 or stretches[0][1] > words.DAY:
        raise Invalid.field("hours", _("这里只填一段，不跨零点；多段请分几次添加。"))
    return timing.add_exception(
        instrument,
        **_who(request),
        first_day=data["first_day"],
        last_day=data["last_day"] or data["first_day"],
        opens=stretches[0][0],
        closes=stretches[0][1],
        is_open=bool(data["is_open"]),
        note=data["note"],
    )


def _page(request: HttpRequest, instrument: Instrument, **sent: forms.Form) -> HttpResponse:
    now: datetime = timezone.now()
    today = timezone.localdate(now)
    until = now + timedelta(days=120)
    forms_ = {
        "week": WeekForm(initial=_initial(request, instrument)),
        "exception": ExceptionForm(prefix="x"),
        "hold": HoldForm(prefix="h"),
    } | sent
    context = around(request, instrument, "hours") | {
        "forms_": forms_,
        "presets": [(code, label) for code, (label, _days) in PRESETS.items()],
        "exceptions": instrument.opening_exceptions.filter(last_day__gte=today).order_by("first_day"),
        "taken": free_time.busy(instrument, now, until)[:60],
        "days": fortnight(instrument, now=now),
        "uncertain": free_time.uncertain_from(today, today + timedelta(days=instrument.horizon_days)),
        "bookable": free_time.can_be_booked(instrument),
        "said": words.written,
        "kinds": HOLDS,
        "own_kinds": OWN_HOLDS,
    }
    wrong = any(form.is_bound and form.errors for form in forms_.values())
    return render(request, "catalogue/hours.html", context, status=422 if wrong else 200)
