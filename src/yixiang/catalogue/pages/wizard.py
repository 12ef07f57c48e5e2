"""Filling in an instrument in steps: begin, a task list, the steps in any order, check and hand in."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yixiang.catalogue.commands import copying, publishing
from yixiang.catalogue.forms import FactsForm, StartForm, typed_from
from yixiang.catalogue.models import Instrument
from yixiang.catalogue.pages import panel, steps
from yixiang.catalogue.permissions import CataloguePermission
from yixiang.catalogue.queries import desk, facts
from yixiang.catalogue.queries.facts import Look
from yixiang.catalogue.rules.words import KINDS
from yixiang.catalogue.states import LISTING
from yixiang.kernel.errors import Invalid, NotPermitted, Refused, Unseen
from yixiang.kernel.reference import countries
from yixiang.people.access import may
from yixiang.people.asking import me
from yixiang.people.forms import explain
from yixiang.units.models import Unit

OPEN = publishing.OPEN


def own(request: HttpRequest, code: str) -> Instrument:
    found: Instrument = desk.own_listing(request.user, "instrument", code)
    prefetch_related_objects([found], *facts.FOR_LOOKING)
    return found


@login_required
def start(request: HttpRequest) -> HttpResponse:
    """What is it, and for which unit; everything else follows in steps."""
    units = desk.units_to_publish_for(request.user)
    if not units:
        raise NotPermitted(_("发布仪器由已入网单位的管理员办理。请先绑定单位，或联系本单位管理员。"))
    form = _start_form(request, units)
    if request.method == "POST" and form.is_valid():
        try:
            made = _begin(request, form, units)
            return redirect("catalogue:step", made.code, "basic")
        except Refused as refused:
            explain(form, refused)
    context = {"form": form, "units": units, "copies": desk.worked_on(request.user)}
    return render(request, "catalogue/start.html", context, status=422 if form.is_bound else 200)


def _start_form(request: HttpRequest, units: list[Unit]) -> StartForm:
    subs = [
        (str(sub.pk), f"{'　' * (sub.depth - 1)}{sub.name}")
        for unit in units
        for sub in desk.sub_units_to_publish_for(request.user, unit)
    ]
    kind = request.GET.get("kind", "")
    initial = {"kind": kind if kind in KINDS else "instrument", "unit": units[0].pk}
    choices = [(str(unit.pk), unit.name) for unit in units]
    whole = any(may(request.user, CataloguePermission.EDIT, unit.scopes) for unit in units)
    return StartForm(
        request.POST or None, kinds=list(KINDS.items()), units=choices, subs=subs, whole=whole, initial=initial
    )


def _begin(request: HttpRequest, form: StartForm, units: list[Unit]) -> Instrument:
    data, actor, now = form.cleaned_data, me(request), timezone.now()
    unit = next(unit for unit in units if str(unit.pk) == data["unit"])
    offered = desk.sub_units_to_publish_for(actor, unit)
    sub = next((sub for sub in offered if str(sub.pk) == data["sub_unit"]), None)
    return publishing.start(unit, actor=actor, kind=data["kind"], sub_unit=sub, now=now)


@login_required
@require_POST
def copy(request: HttpRequest, code: str) -> HttpResponse:
    """A second one of the same model: everything but what names the single piece."""
    made = copying.copy(own(request, code), actor=me(request), now=timezone.now())
    messages.success(request, _("已按原有资料新建一份草稿，请补上编号、原值和日期。"))
    return redirect("catalogue:tasks", made.code)


@login_required
def tasks(request: HttpRequest, code: str) -> HttpResponse:
    listing, today = own(request, code), timezone.localdate()
    if listing.state not in OPEN:
        return redirect("catalogue:instrument", code)
    seen = facts.look(listing, on=today)
    context = {
        "listing": listing,
        "title": facts.title_of(listing),
        "machine": LISTING,
        "tasks": steps.tasks(listing, seen),
        "panel": panel.panel(listing, seen, today),
        "decision": listing.case.decisions.filter(action="return").last() if listing.case else None,
    }
    return render(request, "catalogue/tasks.html", context)


@login_required
def step(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """One page of the form. Whatever was typed is kept, right or wrong; only then is it looked at."""
    listing, today, sent = own(request, code), timezone.localdate(), request.method == "POST"
    if listing.state not in OPEN:
        return redirect("catalogue:instrument", code)
    if name not in steps.order(listing)[:-1]:
        raise Unseen()
    specs, stale = steps.specs_of(listing, name), None
    if sent:
        listing, stale = _saved(request, listing, name)
        specs = steps.specs_of(listing, name)
    seen = facts.look(listing, on=today)
    form = steps.form_of(listing, specs, seen.problems if (sent or "check" in request.GET) and not stale else {})
    if sent and not stale and (not form.errors or "leave" in request.POST):
        return redirect(_next(request, listing, name))
    context = _step_context(listing, name, form, seen) | {"stale": stale}
    return render(
        request, "catalogue/step.html", context, status=412 if stale else 422 if form.errors and sent else 200
    )


def _saved(request: HttpRequest, listing: Instrument, name: str) -> tuple[Instrument, Refused | None]:
    """What another window saved meanwhile is not overwritten; what was typed here is still on the page."""
    typed = typed_from(request.POST, steps.specs_of(listing, name))
    try:
        kept = publishing.save_draft(
            listing, actor=me(request), typed=typed, version=version_of(request), now=timezone.now()
        )
        return kept, None
    except Refused as refused:
        if refused.code != "version-changed":
            raise
        listing.typed = {**listing.typed, **typed}  # shown, not stored
        return listing, refused


def version_of(request: HttpRequest) -> int | None:
    given = request.POST.get("version", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None


def _next(request: HttpRequest, listing: Instrument, name: str) -> str:
    if "leave" in request.POST:
        return reverse("catalogue:tasks", args=[listing.code])
    return steps.url_of(listing, steps.after(listing, name))


def _step_context(listing: Instrument, name: str, form: FactsForm, seen: Look) -> dict[str, Any]:
    back, today = steps.before(listing, name), timezone.localdate()
    return {
        "listing": listing,
        "title": facts.title_of(listing),
        "step": name,
        "label": steps.LABELS[name],
        "steps": steps.bar(listing, name, seen),
        "form": form,
        "groups": steps.groups(name, form) if name in steps.LAYOUT else [],
        "suffix": steps.SUFFIX,
        "back": steps.url_of(listing, back) if back else "",
        "panel": panel.panel(listing, seen, today) if name in {"place", "contact"} else None,
        "countries": [country.name for country in countries().values()] if name == "basic" else [],
        **_beside(listing, name),
    }


def _beside(listing: Instrument, name: str) -> dict[str, Any]:
    """What is kept on pages of its own and shown where it belongs."""
    if name == "contact":
        return {"keepers": facts.keepers_of(listing)}
    if name == "booking":
        return {"hours": desk.week_of(listing)}
    if name == steps.MEDIA:
        today = timezone.localdate()
        return {"pictures": listing.pictures.select_related("file"), "priced": facts.has_tariff(listing, on=today)}
    return {}


@login_required
@require_POST
def autosave(request: HttpRequest, code: str, name: str) -> HttpResponse:
    listing = own(request, code)
    typed = typed_from(request.POST, steps.specs_of(listing, name))
    saved = publishing.save_draft(
        listing, actor=me(request), typed=typed, version=version_of(request), now=timezone.now()
    )
    return HttpResponse(status=204, headers={"X-Version": str(saved.version)})


@login_required
@require_safe
def admission(request: HttpRequest, code: str) -> HttpResponse:
    """The panel for what is in the boxes right now; nothing is stored."""
    listing = own(request, code)
    specs = [spec for spec in facts.specs_of(listing) if spec.name in request.GET or spec.name == "funds"]
    listing.typed = {**listing.typed, **typed_from(request.GET, specs)}
    today = timezone.localdate()
    shown = panel.panel(listing, facts.look(listing, on=today, twins=False), today)
    return render(request, "catalogue/_admission.html", {"panel": shown, "listing": listing})


@login_required
def check(request: HttpRequest, code: str) -> HttpResponse:
    """Everything on one page with a way back to each part; handing in reads it all."""
    listing, today = own(request, code), timezone.localdate()
    if listing.state not in OPEN:
        return redirect("catalogue:instrument", code)
    refused: dict[str, Any] = {}
    if request.method == "POST":
        try:
            publishing.submit(listing, actor=me(request), now=timezone.now())
            messages.success(request, _("已提交，主管部门审核后会通知您。"))
            return redirect("catalogue:instrument", code)
        except Invalid as problem:
            refused = problem.fields
            listing = own(request, code)
    context = _check_context(listing, refused, today)
    return render(request, "catalogue/check.html", context, status=422 if refused else 200)


def _check_context(listing: Instrument, refused: dict[str, Any], on: date) -> dict[str, Any]:
    seen = facts.look(listing, on=on)
    return {
        "listing": listing,
        "title": facts.title_of(listing),
        "steps": steps.bar(listing, steps.CHECK, seen),
        "back": steps.url_of(listing, steps.MEDIA),
        "panel": panel.panel(listing, seen, on),
        "refused": bool(refused),
        **steps.answers(listing, refused, seen),
        **_beside(listing, "contact"),
    }
