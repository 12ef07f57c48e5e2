"""Registration in steps: begin, a task list, the steps in any order, check and hand in."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yixiang.files.commands import take
from yixiang.files.kinds import SCANS
from yixiang.kernel.errors import Invalid, Refused, Unseen
from yixiang.units import law, queries
from yixiang.units.commands import registering
from yixiang.units.commands.registering import CodeTaken
from yixiang.units.commands.writing import may_edit
from yixiang.units.forms import BeginForm, PaperForm, specs_of, typed_from
from yixiang.units.models import Unit
from yixiang.units.pages import wizard
from yixiang.units.pages.asking import me
from yixiang.units.rules import details
from yixiang.units.rules.words import PURPOSES


def _own(request: HttpRequest, pk: int) -> Unit:
    unit = queries.unit_for(request.user, pk)
    if not may_edit(unit, request.user):
        raise Unseen()
    return unit


@login_required
def begin(request: HttpRequest) -> HttpResponse:
    """Name and place first: the place decides whose rules the following steps show."""
    under_way = queries.own_registration(request.user)
    if under_way:
        return redirect("units:register", under_way.pk)
    form = BeginForm(request.POST or None, initial={"name": request.GET.get("name", "")[:120]})
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        unit = registering.start_draft(me(request), now=now)
        registering.save_draft(unit, actor=me(request), typed=form.cleaned_data, now=now)
        return redirect("units:register", unit.pk)
    return render(request, "units/begin.html", {"form": form}, status=422 if form.is_bound else 200)


@login_required
def tasks(request: HttpRequest, pk: int) -> HttpResponse:
    unit = _own(request, pk)
    if unit.state not in {"draft", "returned"}:
        return redirect("units:unit", unit.pk)
    today = timezone.localdate()
    context = {"unit": unit, "typed": queries.typed_of(unit), "tasks": wizard.tasks(unit, today)}
    return render(request, "units/tasks.html", context)


@login_required
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One page of the form. Whatever was typed is kept, right or wrong; only then is it looked at."""
    unit, today, sent = _own(request, pk), timezone.localdate(), request.method == "POST"
    if unit.state not in {"draft", "returned"}:
        return redirect("units:unit", unit.pk)
    if name not in wizard.FORM_STEPS:
        raise Unseen()
    specs = specs_of(name, enterprise=queries.typed_of(unit).get("kind") == "enterprise")
    if sent:
        typed = typed_from(request.POST, specs)
        unit = registering.save_draft(unit, actor=me(request), typed=typed, propose=name == "basic", now=timezone.now())
    form = wizard.form_of(unit, specs, today, judge=sent or "check" in request.GET)
    if sent and not form.errors:
        return redirect(wizard.url_of(unit, wizard.after(name)))
    context = {"unit": unit, "form": form, "step": name, "steps": wizard.bar(unit, name, today)}
    context |= wizard.beside(unit, name, today)
    return render(request, f"units/step_{name}.html", context, status=422 if sent and form.errors else 200)


@login_required
@require_POST
def autosave(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    unit = _own(request, pk)
    typed = typed_from(request.POST, specs_of(name))
    registering.save_draft(unit, actor=me(request), typed=typed, now=timezone.now())
    return HttpResponse(status=204)


@login_required
def commitment(request: HttpRequest, pk: int) -> HttpResponse:
    unit, today = _own(request, pk), timezone.localdate()
    region = details.read({"region": queries.typed_of(unit)["region"]}).values.get("region", "")
    version, missing = law.commitment_version(region, on=today), False
    if request.method == "POST":
        missing = not request.POST.get("agree")
        if not missing:
            registering.accept_commitment(unit, actor=me(request), version=version, now=timezone.now())
            return redirect("units:guide", unit.pk)
    context = {
        "unit": unit,
        "lines": law.commitment(region, on=today),
        "accepted": bool(version) and unit.commitment_version == version,
        "missing": missing,
        "steps": wizard.bar(unit, "commitment", today),
    }
    return render(request, "units/commitment.html", context, status=422 if missing else 200)


@login_required
def guide(request: HttpRequest, pk: int) -> HttpResponse:
    unit, today = _own(request, pk), timezone.localdate()
    typed = queries.typed_of(unit)
    region = details.read({"region": typed["region"]}).values.get("region", "")
    papers = law.attachments(region, typed["kind"], on=today)
    lines = law.instructions(region, on=today)
    context = {"unit": unit, "lines": lines, "papers": papers, "steps": wizard.bar(unit, "guide", today)}
    return render(request, "units/guide.html", context)


@login_required
@require_POST
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """One scan; a bad file is explained on the page it came from."""
    unit = _own(request, pk)
    form = PaperForm(request.POST, request.FILES)
    try:
        if not form.is_valid():
            raise Invalid(_("请先选择文件，再点上传。"))
        now, purpose = timezone.now(), form.cleaned_data["purpose"]
        file = take(form.cleaned_data["file"], uploader=me(request), purpose="unit-scan", kinds=SCANS, now=now)
        registering.attach(unit, actor=me(request), purpose=purpose, file=file, now=now)
        messages.success(request, _("已上传：%(what)s") % {"what": PURPOSES[purpose]})
    except Refused as refused:
        if refused.status in {403, 404}:
            raise
        messages.error(request, refused.message)
    return redirect("units:step", unit.pk, "account") if unit.state != "joined" else redirect("units:unit", unit.pk)


@login_required
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything on one page with a way back to each part; handing in reads it all."""
    unit = _own(request, pk)
    if unit.state not in {"draft", "returned"}:
        return redirect("units:unit", unit.pk)
    problems: dict[str, Any] = {}
    today = timezone.localdate()
    if request.method == "POST":
        try:
            registering.submit(unit, actor=me(request), now=timezone.now())
            messages.success(request, _("已提交，主管部门审核后会通知您。"))
            return redirect("units:unit", unit.pk)
        except CodeTaken:
            return redirect("units:taken", unit.pk)
        except Invalid as refused:
            problems = refused.fields
            unit.refresh_from_db()
    context = {"unit": unit, "steps": wizard.bar(unit, "check", today), **wizard.answers(unit, problems, today)}
    return render(request, "units/check.html", context, status=422 if problems else 200)


@login_required
def printed(request: HttpRequest, pk: int) -> HttpResponse:
    """申请书: to print, stamp and scan."""
    unit, today = _own(request, pk), timezone.localdate()
    typed = queries.typed_of(unit)
    region = str(details.read({"region": typed["region"]}).values.get("region", ""))
    context = {
        "unit": unit,
        "name": typed["name"] or _("未填写单位名称"),
        "platform": law.platform_name(region),
        "rows": wizard.printed_rows(unit),
        "lines": law.commitment(region, on=today),
    }
    return render(request, "units/printed.html", context)
