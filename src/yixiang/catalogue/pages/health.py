"""One screen per unit: what its listings lack, worst first, and mending many at once."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from yixiang.catalogue.commands import health as asking
from yixiang.catalogue.commands import mending
from yixiang.catalogue.commands.mending import Mended
from yixiang.catalogue.models import Instrument
from yixiang.catalogue.pages.hours import PRESETS, WeekForm
from yixiang.catalogue.pages.places import attempt
from yixiang.catalogue.pages.prices import MORE_ROWS
from yixiang.catalogue.queries import health as queries
from yixiang.catalogue.rules import grid
from yixiang.catalogue.rules.health import GROUPS
from yixiang.catalogue.rules.words import AUDIENCES, COMPONENTS, PRICE_BASES
from yixiang.kernel.errors import Unseen
from yixiang.people.asking import me
from yixiang.units.models import Unit

PAGE = 50
FORMS = ("contact", "hours", "prices")  # what wants something filled in first


class ContactForm(forms.Form):
    contact_name = forms.CharField(label=gettext_lazy("联系人"), max_length=20)
    contact_phone = forms.CharField(label=gettext_lazy("联系电话"), max_length=20)
    contact_email = forms.CharField(label=gettext_lazy("电子邮箱"), max_length=50, required=False)


class FromForm(forms.Form):
    valid_from = forms.DateField(label=gettext_lazy("从哪一天开始执行"), widget=forms.DateInput)
    basis_document = forms.CharField(label=gettext_lazy("依据文件"), max_length=120, required=False)


@login_required
def health(request: HttpRequest) -> HttpResponse:
    unit, units = _unit(request)
    own = queries.of_unit(unit, request.user)
    lost = request.GET.get("lost", "")
    lost = lost if lost in queries.LABELS else ""
    page = Paginator(queries.losing(own, lost), PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    judged = queries.judge_many(shown, on=timezone.localdate())
    context = {
        "unit": unit,
        "units": units,
        "overview": queries.overview(own),
        "lost": lost,
        "lost_label": queries.label(lost),
        "page": page,
        "groups": GROUPS,
        "rows": [queries.line_of(one, judged[one.pk]) for one in shown],
    }
    return render(request, "catalogue/health.html", context)


def _unit(request: HttpRequest) -> tuple[Unit, list[Unit]]:
    """`?unit=` where somebody looks after several, else the first."""
    units = queries.units_of(request.user)
    wanted = request.GET.get("unit", "")
    found = next((unit for unit in units if not wanted or str(unit.pk) == wanted), None)
    if found is None:
        raise Unseen(_("您还没有需要维护的仪器。仪器入网后，这里会列出每一台还缺什么。"))
    return found, units


@login_required
@require_POST
def act(request: HttpRequest, action: str) -> HttpResponse:
    """What needs nothing more is done at once; the rest asks for it on a page of its own."""
    chosen = _chosen(request)
    if not chosen:
        messages.warning(request, _("请先勾选仪器。"))
        return redirect(_back(request))
    if action in FORMS:
        return _ask(request, action, chosen)
    if action == "confirm":
        mended = mending.confirm_many(chosen, actor=me(request), now=timezone.now())
        return _told(request, mended, _("已确认 %(count)d 台仪器的信息无变化。"))
    if action == "ask":
        asked = asking.ask_contact(chosen, actor=me(request), now=timezone.now())
        return _told(request, Mended(asked.instruments, asked.skipped), _("已请 %(count)d 台仪器的联系人确认。"))
    raise Unseen()


def _ask(request: HttpRequest, what: str, chosen: list[Instrument]) -> HttpResponse:
    """The form for many, and what came of it."""
    sent = request.POST if "save" in request.POST else None
    form: Any = {"contact": ContactForm, "hours": WeekForm, "prices": FromForm}[what](sent, initial=_initial(request))
    rows = grid.typed_rows(request.POST) if what == "prices" else []
    faults: list[str] = []
    if sent is not None:
        mended, faults = _mend(request, what, form, rows, chosen)
        if mended is not None:
            return _told(request, mended, _("已更新 %(count)d 台仪器。"))
    context = {
        "what": what,
        "form": form,
        "chosen": chosen,
        "rows": rows + [grid.blank() for _n in range(MORE_ROWS - len(rows))],
        "faults": faults,
        "presets": [(code, label) for code, (label, _days) in PRESETS.items()],
        "words": {"audiences": AUDIENCES, "components": COMPONENTS, "bases": PRICE_BASES},
        "back": _back(request),
    }
    return render(request, "catalogue/health_many.html", context, status=422 if form.errors or faults else 200)


def _initial(request: HttpRequest) -> dict[str, Any]:
    _label, days = PRESETS.get(request.POST.get("preset", ""), ("", {}))
    return {f"day_{day}": said for day, said in days.items()} | {"valid_from": timezone.localdate()}


def _mend(
    request: HttpRequest, what: str, form: Any, rows: list[grid.Row], chosen: list[Instrument]
) -> tuple[Mended | None, list[str]]:
    who: dict[str, Any] = {"actor": me(request), "now": timezone.now()}
    if what == "contact":
        return attempt(form, lambda data: mending.set_contact(chosen, data, **who)), []
    if what == "hours":
        stretches = form.stretches() if form.is_valid() else []
        return attempt(form, lambda _data: mending.set_hours(chosen, stretches, **who)), []
    lines, faults = grid.read(rows)
    if faults or not lines:
        return None, faults or [_("请至少填写一行价格。不收费的填 0。")]
    return attempt(form, lambda data: mending.publish_tariff(chosen, lines, **data, **who)), []


def _told(request: HttpRequest, mended: Mended, words: str) -> HttpResponse:
    """Back to the list; what could not be done is named with its reason."""
    if mended.done:
        messages.success(request, words % {"count": mended.done})
    if not mended.refused:
        return redirect(_back(request))
    context = {"mended": mended, "back": _back(request)}
    return render(request, "catalogue/health_done.html", context)


def _chosen(request: HttpRequest) -> list[Instrument]:
    """What was ticked, or with `all` everything that the list shows; as far as one looks after it."""
    given = [int(one) for one in request.POST.getlist("chosen") if one.isascii() and one.isdigit() and len(one) < 18]
    if "all" not in request.POST:
        return list(queries.kept_by(request.user).filter(pk__in=given[: asking.MOST_AT_ONCE]))
    unit, _units = _unit(request)
    return list(queries.losing(queries.of_unit(unit, request.user), request.GET.get("lost", "")))


def _back(request: HttpRequest) -> str:
    query = request.GET.urlencode()
    return reverse("catalogue:health") + (f"?{query}" if query else "")
