"""One instrument on the desk: where it stands, its facts, changing them, and the binding steps."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yixiang.catalogue.commands import editing, publishing
from yixiang.catalogue.commands.writing import may_edit, may_run
from yixiang.catalogue.forms import ReasonForm, typed_from
from yixiang.catalogue.models import Instrument
from yixiang.catalogue.pages import binding, panel, steps
from yixiang.catalogue.pages.wizard import own, version_of
from yixiang.catalogue.queries import desk, facts
from yixiang.catalogue.rules.fields import STEPS
from yixiang.catalogue.states import LISTING, PUBLIC
from yixiang.kernel.errors import Invalid, Refused, Unseen
from yixiang.people.asking import me
from yixiang.people.forms import explain


@login_required
def instrument(request: HttpRequest, code: str) -> HttpResponse:
    found = desk.instrument_for(request.user, code)
    edits = may_edit(found, request.user)
    if not edits and not desk.may_see_private(found, request.user):
        raise Unseen()
    if found.state == "draft" and edits and not found.submitted_at:
        return redirect("catalogue:tasks", code)
    today = timezone.localdate()
    context = {
        "listing": found,
        "title": facts.title_of(found),
        "machine": LISTING,
        "edits": edits,
        "runs": may_run(found, request.user),
        "moves": binding.moves(found, request.user),
        "parts": binding.parts(found, request.user),
        "events": desk.time_line(found),
        "clock": desk.clock_of(found, on=today),
        "public": found.state in PUBLIC,
        **binding.beside(found, today),
    }
    return render(request, "catalogue/instrument.html", context)


@login_required
def act(request: HttpRequest, code: str, action: str) -> HttpResponse:
    """A binding step: a page that says what will happen, then the step."""
    found = desk.instrument_for(request.user, code)
    move = next((move for move in desk.moves_of(found, request.user) if move.action == action), None)
    if move is None or action not in binding.HAPPENS:
        raise Unseen(_("现在不能办理这一步，可能刚刚有人处理过。请刷新资源页面查看最新状态。"))
    form = ReasonForm(request.POST or None) if move.note else None
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            binding.do(found, action, me(request), form.cleaned_data["note"] if form else "", timezone.now())
            messages.success(request, binding.HAPPENS[action].done)
            return redirect("catalogue:instrument", code)
        except Invalid as refused:
            if form is None:
                raise
            explain(form, refused)
    context = {"listing": found, "move": move, "step": binding.HAPPENS[action], "form": form}
    return render(request, "catalogue/act.html", context, status=422 if form is not None and form.errors else 200)


@login_required
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """All facts on one page, in force at once."""
    found = own(request, code)
    if found.state not in PUBLIC:
        return redirect("catalogue:instrument", code)
    refused: Refused | None = None
    if request.method == "POST":
        typed = typed_from(request.POST, binding.editable(found))
        try:
            done = editing.edit(found, actor=me(request), typed=typed, version=version_of(request), now=timezone.now())
            messages.success(request, binding.said(done))
            return redirect("catalogue:instrument", code)
        except Refused as problem:
            if problem.status not in {412, 422}:
                raise
            refused, found = problem, own(request, code)
            found.typed = {**found.typed, **typed}
    return render(
        request, "catalogue/edit.html", _edit_context(found, refused), status=refused.status if refused else 200
    )


def _edit_context(found: Instrument, refused: Refused | None) -> dict[str, Any]:
    """One form over all steps, each a card of its own."""
    today = timezone.localdate()
    specs = binding.editable(found)
    form = steps.form_of(found, specs, refused.fields if refused else {})
    cards = [
        {"step": step, "title": STEPS[step], "groups": steps.groups(step, form)}
        for step in steps.order(found)
        if step in steps.LAYOUT
    ]
    return {
        "listing": found,
        "form": form,
        "cards": cards,
        "suffix": steps.SUFFIX,
        "panel": panel.panel(found, facts.look(found, on=today, twins=False), today),
        "stale": refused if refused and refused.status == 412 else None,
        "unsent": bool(found.typed) and refused is None,
    }


@login_required
@require_POST
def edit_autosave(request: HttpRequest, code: str) -> HttpResponse:
    """Kept beside what is in force until it is sent."""
    found = own(request, code)
    typed = typed_from(request.POST, binding.editable(found))
    saved = publishing.save_draft(
        found, actor=me(request), typed=typed, version=version_of(request), now=timezone.now()
    )
    return HttpResponse(status=204, headers={"X-Version": str(saved.version)})


@login_required
@require_POST
def confirm(request: HttpRequest, code: str) -> HttpResponse:
    """Looked at, nothing to change."""
    found = desk.instrument_for(request.user, code)
    editing.confirm(found, actor=me(request), now=timezone.now())
    messages.success(request, _("已确认，信息从今天起算作最新。"))
    return redirect("catalogue:instrument", code)


@login_required
@require_POST
def drop(request: HttpRequest, code: str) -> HttpResponse:
    """A draft begun by mistake."""
    publishing.drop_draft(own(request, code), actor=me(request), now=timezone.now())
    messages.success(request, _("草稿已删除。"))
    return redirect("catalogue:mine")
