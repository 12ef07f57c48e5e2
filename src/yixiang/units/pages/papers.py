"""What a unit keeps on file: regulations, related units, bank account, integrity flags."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yixiang.files import serving
from yixiang.files.commands import take
from yixiang.files.kinds import SCANS
from yixiang.kernel.errors import Unseen
from yixiang.people.access import may
from yixiang.units import queries
from yixiang.units.commands import bank, flags, registering, regulations, relations
from yixiang.units.commands.writing import may_edit
from yixiang.units.forms import BankForm, FlagForm, LookForm, RegulationForm, RelationForm
from yixiang.units.models import BankAccount, Regulation, Unit
from yixiang.units.pages.asking import attempt, chosen_unit, me
from yixiang.units.permissions import UnitsPermission


@login_required
def regulations_page(request: HttpRequest) -> HttpResponse:
    unit = chosen_unit(request)
    rows = unit.regulations.select_related("file").order_by("withdrawn_at", "-effective_on")
    context = {"unit": unit, "rows": rows, "today": timezone.localdate(), "edits": may_edit(unit, request.user)}
    return render(request, "units/regulations.html", context)


@login_required
def regulation_add(request: HttpRequest, pk: int) -> HttpResponse:
    unit = _editable(request, pk)
    form = RegulationForm(request.POST or None, request.FILES or None)

    def publish(data: dict[str, Any]) -> Regulation:
        now, upload = timezone.now(), data.pop("upload")
        file = take(upload, uploader=me(request), purpose="regulation", kinds=SCANS | {"docx"}, now=now)
        return regulations.publish(unit, actor=me(request), file=file, now=now, **data)

    made = attempt(form, publish) if request.method == "POST" else None
    if made:
        messages.success(request, _("已发布。"))
        return redirect(f"{reverse('units:regulations')}?unit={unit.pk}")
    context = {"unit": unit, "form": form}
    return render(request, "units/regulation_form.html", context, status=422 if form.errors else 200)


@login_required
def regulation_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    found = _regulation(request, pk)
    return serving.response(found.file, inline=True, request=request)


@login_required
@require_POST
def repeal(request: HttpRequest, pk: int) -> HttpResponse:
    found = _regulation(request, pk)
    regulations.repeal(found, actor=me(request), now=timezone.now())
    messages.success(request, _("已废止，历史记录保留。"))
    return redirect(f"{reverse('units:regulations')}?unit={found.unit_id}")


@login_required
def relations_page(request: HttpRequest, pk: int) -> HttpResponse:
    unit = queries.unit_for(request.user, pk)
    form = RelationForm(request.POST or None)
    if request.method == "POST":
        made = attempt(form, lambda data: relations.declare(unit, actor=me(request), now=timezone.now(), **data))
        if made:
            messages.success(request, _("已登记。"))
            return redirect("units:relations", pk)
    edits = may_edit(unit, request.user) and unit.state == "joined"
    context = {"unit": unit, "rows": queries.relations_of(unit), "form": form, "edits": edits}
    return render(request, "units/relations.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def relation_end(request: HttpRequest, pk: int, relation_pk: int) -> HttpResponse:
    unit = queries.unit_for(request.user, pk)
    found = unit.relations.filter(pk=relation_pk).first()
    if found is None:
        raise Unseen()
    relations.end(found, actor=me(request), now=timezone.now())
    messages.success(request, _("已解除。"))
    return redirect("units:relations", pk)


@login_required
def bank_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Masked; the whole number is shown once, after a purpose, and the look is kept."""
    unit = queries.unit_for(request.user, pk)
    if not queries.may_see_private(request.user, unit):
        raise Unseen()
    account, number = BankAccount.objects.filter(unit=unit).first(), ""
    look, form = LookForm(request.POST if "look" in request.POST else None), _bank_form(request, account)
    if look.is_bound:
        number = attempt(look, lambda data: bank.reveal(unit, actor=me(request), now=timezone.now(), **data)) or ""
    elif form.is_bound:
        saved = attempt(form, lambda data: bank.set_account(unit, actor=me(request), now=timezone.now(), **data))
        if saved:
            messages.success(request, _("银行账户已保存。"))
            return redirect("units:bank", pk)
    context = {"unit": unit, "account": account, "number": number, "look": look, "form": form}
    return render(request, "units/bank.html", context | {"edits": may_edit(unit, request.user)})


def _bank_form(request: HttpRequest, account: BankAccount | None) -> BankForm:
    initial = {"bank_name": account.bank_name, "account_name": account.account_name} if account else None
    return BankForm(request.POST if request.method == "POST" and "look" not in request.POST else None, initial=initial)


@login_required
def flags_page(request: HttpRequest, pk: int) -> HttpResponse:
    unit = queries.unit_for(request.user, pk)
    form = FlagForm(request.POST or None)
    if request.method == "POST":
        made = attempt(form, lambda data: flags.put(unit, actor=me(request), now=timezone.now(), **data))
        if made:
            messages.success(request, _("已登记，并已通知单位。"))
            return redirect("units:flags", pk)
    puts = may(request.user, UnitsPermission.FLAG, unit.scopes)
    context = {"unit": unit, "rows": queries.flags_of(unit), "form": form, "puts": puts}
    return render(request, "units/flags.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def flag_lift(request: HttpRequest, pk: int, flag_pk: int) -> HttpResponse:
    unit = queries.unit_for(request.user, pk)
    found = unit.flags.filter(pk=flag_pk).first()
    if found is None:
        raise Unseen()
    flags.lift(found, actor=me(request), note=request.POST.get("note", ""), now=timezone.now())
    messages.success(request, _("已解除，并已通知单位。"))
    return redirect("units:flags", pk)


@login_required
@require_POST
def detach(request: HttpRequest, pk: int, paper_pk: int) -> HttpResponse:
    unit = queries.unit_for(request.user, pk)
    found = unit.attachments.filter(pk=paper_pk).first()
    if found is None or not may_edit(unit, request.user):
        raise Unseen()
    registering.detach(found, actor=me(request), now=timezone.now())
    return redirect("units:step", pk, "account")


def _editable(request: HttpRequest, pk: int) -> Unit:
    unit = queries.unit_for(request.user, pk)
    if not may_edit(unit, request.user):
        raise Unseen()
    return unit


def _regulation(request: HttpRequest, pk: int) -> Regulation:
    visible = Unit.objects.visible_to(request.user)
    found = Regulation.objects.filter(unit__in=visible, pk=pk).select_related("file", "unit").first()
    if found is None:
        raise Unseen()
    return found
