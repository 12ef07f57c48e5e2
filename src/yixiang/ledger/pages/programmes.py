"""Programmes: the list, one with its money, planning and changing it, opening and closing."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from yixiang.catalogue.pages.places import attempt
from yixiang.kernel.errors import NotPermitted, Unseen
from yixiang.kernel.reference import division, region_path
from yixiang.ledger.commands import programmes
from yixiang.ledger.declaring import Setting, kinds, label, settings_of
from yixiang.ledger.forms import NoteForm, ProgrammeForm, initial_new, initial_of
from yixiang.ledger.models import Programme
from yixiang.ledger.pages.exporting import MOST, exported
from yixiang.ledger.queries import lists, planning
from yixiang.ledger.queries.books import books
from yixiang.ledger.queries.lists import ProgrammesWanted
from yixiang.ledger.states import PROGRAMME, STAGES
from yixiang.people.asking import me
from yixiang.policy import library

A_PAGE = 30


@login_required
def programme_list(request: HttpRequest) -> HttpResponse:
    wanted = ProgrammesWanted.of(request.GET.dict())
    page = Paginator(lists.programmes_of(request.user, wanted), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "wanted": wanted,
        "machine": PROGRAMME,
        "subjects": [(one.subject, one.label) for one in kinds().values()],
        "label": label,
        "plans": bool(planning.plannable_regions(request.user)),
    }
    return render(request, "ledger/programmes.html", context)


@login_required
def programme_sheet(request: HttpRequest, kind: str) -> HttpResponse:
    rows = lists.programmes_of(request.user, ProgrammesWanted.of(request.GET.dict()))[:MOST]
    cells = (lists.cells_of_programme(one) for one in rows)
    return exported(
        request, kind, name="programmes", title="补助项目", columns=lists.PROGRAMME_COLUMNS, rows=cells
    )  # fmt: skip


@login_required
def programme(request: HttpRequest, code: str) -> HttpResponse:
    found = lists.programme_for(request.user, code)
    held = books(found)
    context = {
        "programme": found,
        "machine": PROGRAMME,
        "label": label(found.subject),
        "books": held,
        "stages": STAGES,
        "used": found.budget - held["fund"] if found.state != "draft" else 0,
        "settings": planning.settings_shown(found),
        "plans": planning.may_plan(request.user, found),
        "events": [{"state": "done", "label": e.what, "who": e.by_label, "at": e.at, "note": e.note}
                   for e in found.events.all()],
        "postings": lists.postings_of(request.user, lists.PostingsWanted(programme=found.code))[:8],
        "receivers": lists.receivers,
    }  # fmt: skip
    return render(request, "ledger/programme.html", context)


@login_required
def plan(request: HttpRequest) -> HttpResponse:
    regions = planning.plannable_regions(request.user)
    if not regions:
        raise NotPermitted()
    form = ProgrammeForm(request.POST or None, regions=regions, initial=initial_new(regions, timezone.localdate()))
    if request.method == "POST":
        made = attempt(form, lambda _data: programmes.plan(form.plan(), actor=me(request), now=timezone.now()))
        if made:
            messages.success(request, _("草稿已建立。填好标准，核对后开放。"))
            return redirect("ledger:edit", made.code)
    return render(request, "ledger/edit.html", {"form": form}, status=422 if form.errors else 200)


@login_required
def edit(request: HttpRequest, code: str) -> HttpResponse:
    found = lists.programme_for(request.user, code)
    if not planning.may_plan(request.user, found):
        raise NotPermitted()
    form = _form(request, found)
    if request.method == "POST":
        said: dict[str, Any] = {"actor": me(request), "now": timezone.now(), "version": _version(request)}
        if attempt(form, lambda _data: programmes.change(found, form.plan(), **said)):
            messages.success(request, _("已保存。"))
            return redirect("ledger:programme", found.code)
    return render(request, "ledger/edit.html", {"form": form, "programme": found}, status=422 if form.errors else 200)


def _form(request: HttpRequest, found: Programme) -> ProgrammeForm:
    """The settings of what is chosen now, so that a changed region brings its own."""
    regions = [*dict.fromkeys([found.region, *planning.plannable_regions(request.user)])]
    opened, typed = found.state != "draft", request.POST
    subject, region = (found.subject, found.region) if opened else (
        typed.get("subject", found.subject), typed.get("region", found.region)
    )  # fmt: skip
    return ProgrammeForm(
        typed or None, regions=regions, settings=_settings(subject, region, found), opened=opened,
        initial=initial_of(found),
    )  # fmt: skip


def _settings(subject: str, region: str, found: Programme) -> list[Setting]:
    known = division(region)
    place = library().jurisdiction_of(region_path(region)) if known else None
    return settings_of(subject, place.code, known.level, on=found.opens_on) or [] if known and place else []


def _version(request: HttpRequest) -> int | None:
    typed = request.POST.get("version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else None


@login_required
def act(request: HttpRequest, code: str, action: str) -> HttpResponse:
    """What will happen, then the command."""
    found = lists.programme_for(request.user, code)
    move = next((move for move in PROGRAMME.allowed(found.state) if move.action == action), None)
    if move is None or not planning.may_plan(request.user, found):
        raise Unseen(_("现在不能办理这一步，请刷新后查看。"))
    form = NoteForm(request.POST if request.method == "POST" else None)
    said: dict[str, Any] = {"actor": me(request), "now": timezone.now(), "version": _version(request)}
    acts: dict[str, Any] = {
        "open": lambda data: programmes.open_programme(found, **said),
        "close": lambda data: programmes.close_programme(found, note=data["note"], **said),
        "reopen": lambda data: programmes.reopen_programme(found, note=data["note"], **said),
    }
    if request.method == "POST" and attempt(form, acts[action]):
        messages.success(request, _("已办理。"))
        return redirect("ledger:programme", found.code)
    missing = [one.setting.label for one in planning.settings_shown(found) if one.missing]
    context = {"programme": found, "move": move, "form": form, "missing": missing if action == "open" else []}
    return render(request, "ledger/act.html", context, status=422 if form.errors else 200)
