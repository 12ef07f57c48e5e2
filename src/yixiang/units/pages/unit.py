"""One unit: where it stands, its facts, changing and confirming them, and the binding steps around it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yixiang.files import serving
from yixiang.kernel.errors import Invalid, Unseen
from yixiang.units import law, queries
from yixiang.units.commands import claims, editing, registering
from yixiang.units.commands.editing import Edited
from yixiang.units.commands.registering import CodeTaken
from yixiang.units.commands.writing import may_edit
from yixiang.units.forms import ClaimForm, NoteForm, typed_from
from yixiang.units.models import ClaimMessage, Membership, Unit
from yixiang.units.pages import binding, wizard
from yixiang.units.pages.asking import attempt, me
from yixiang.units.rules.words import PURPOSES
from yixiang.units.states import CHANGE, JOINING, MEMBERSHIP


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """The unit somebody belongs to; without one, the two ways to get one."""
    unit, member = queries.home_and_membership(request.user)
    if unit:
        return redirect("units:unit", unit.pk)
    context = {"member": member, "machine": MEMBERSHIP, "note": NoteForm()}
    return render(request, "units/mine.html", context)


@login_required
def unit(request: HttpRequest, pk: int) -> HttpResponse:
    found = queries.unit_for(request.user, pk)
    if found.state == "draft" and found.joined_at is None and may_edit(found, request.user):
        return redirect("units:register", found.pk)
    today, private = timezone.localdate(), queries.may_see_private(request.user, found)
    context = {
        "unit": found,
        "machine": JOINING,
        "rows": queries.unit_rows(found, private=private),
        "private": private,
        "fresh": law.freshness_of(found, on=today),
        "change": found.changes.filter(state__in=["submitted", "returned"]).select_related("case").first(),
        "changes": CHANGE,
        "papers": found.attachments.filter(removed_at=None).select_related("file"),
        "purposes": PURPOSES,
        "flags": queries.flags_of(found),
        "events": queries.time_line(found),
        "member": Membership.objects.live().filter(person=me(request), unit=found).first(),
        "members": MEMBERSHIP,
        **binding.offered(found, request.user),
    }
    return render(request, "units/unit.html", context)


@login_required
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """All facts on one page; what needs review says so beside its field."""
    found = _editable(request, pk)
    today = timezone.localdate()
    specs = wizard.shown_specs(queries.facts_of(found))
    problems: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            messages.success(request, binding.said(_edited(request, found, typed_from(request.POST, specs))))
            return redirect("units:unit", pk)
        except CodeTaken:
            return redirect("units:taken", pk)
        except Invalid as refused:
            problems = refused.fields
            found.refresh_from_db()
    context = binding.edit_page(found, specs, problems, today)
    return render(request, "units/edit.html", context, status=422 if problems else 200)


def _edited(request: HttpRequest, found: Unit, typed: dict[str, str]) -> Edited:
    """Kept first, then judged."""
    version, now, actor = request.POST.get("version", ""), timezone.now(), me(request)
    registering.save_draft(found, actor=actor, typed=typed, now=now)
    seen = int(version) if version.isdigit() else None
    return editing.edit(found, actor=actor, values=typed, reason=request.POST.get("reason", ""), version=seen, now=now)


@login_required
@require_POST
def autosave(request: HttpRequest, pk: int) -> HttpResponse:
    found = _editable(request, pk)
    typed = typed_from(request.POST, wizard.shown_specs(queries.facts_of(found)))
    registering.save_draft(found, actor=me(request), typed=typed, now=timezone.now())
    return HttpResponse(status=204)


@login_required
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    found = _editable(request, pk)
    problems: list[str] = []
    if request.method == "POST":
        try:
            editing.confirm(found, actor=me(request), now=timezone.now())
            messages.success(request, _("已确认，单位信息一年内有效。"))
            return redirect("units:unit", pk)
        except Invalid as refused:
            problems = [text for why in refused.fields.values() for text in why]
    fresh = law.freshness_of(found, on=timezone.localdate())
    context = {"unit": found, "rows": queries.unit_rows(found, private=True), "fresh": fresh, "problems": problems}
    return render(request, "units/confirm.html", context, status=422 if problems else 200)


@login_required
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """A binding step: a page that says what will happen, then the step."""
    found = queries.unit_for(request.user, pk)
    step = binding.STEPS.get(action)
    if step is None:
        raise Unseen()
    form = NoteForm(request.POST or None) if step.note else None
    if request.method == "POST" and (form is None or form.is_valid()):
        step.do(found, me(request), form.cleaned_data["note"] if form else "", timezone.now())
        messages.success(request, step.done)
        return redirect("units:unit", pk)
    return render(request, "units/act.html", {"unit": found, "step": step, "action": action, "form": form})


@login_required
def taken(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody else holds the credit code: who, and how to reach them."""
    found = _editable(request, pk, joined=False)
    holder = queries.holder_of_typed_code(found)
    if holder is None:
        return redirect("units:register", pk)
    form = ClaimForm(request.POST or None)

    def write(data: dict[str, Any]) -> ClaimMessage:
        send = claims.appeal if data["to"] == "authority" else claims.write_to_holder
        return send(found, actor=me(request), text=data["text"], reply_to=data["reply_to"], now=timezone.now())

    sent = attempt(form, write) if request.method == "POST" else None
    if sent:
        messages.success(request, _("已发送。对方会按您留下的联系方式回复。"))
        return redirect("units:taken", pk)
    context = {"unit": found, "holder": holder, "form": form}
    return render(request, "units/taken.html", context, status=422 if form.errors else 200)


@login_required
def paper(request: HttpRequest, pk: int, paper_pk: int) -> HttpResponseBase:
    """A scan, for whoever may see what is not public of the unit."""
    found = queries.unit_for(request.user, pk)
    attachment = found.attachments.select_related("file").filter(pk=paper_pk).first()
    if attachment is None or not queries.may_see_private(request.user, found):
        raise Unseen()
    return serving.response(attachment.file, inline=True, request=request)


def _editable(request: HttpRequest, pk: int, *, joined: bool = True) -> Unit:
    found = queries.unit_for(request.user, pk)
    if not may_edit(found, request.user) or (joined and found.state != "joined"):
        raise Unseen()
    return found
