"""用户补助: what one may ask for, the list, one application with each order's reasons, taking back."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from yixiang.files import serving
from yixiang.files.commands import take
from yixiang.kernel.errors import Unseen
from yixiang.ledger.pages.exporting import MOST, exported
from yixiang.ledger.queries.explaining import shown
from yixiang.people.asking import me
from yixiang.policy import Verdict
from yixiang.reviews.queries import timeline
from yixiang.subsidies import law
from yixiang.subsidies.commands import applying, recovering
from yixiang.subsidies.commands.checking import Evidence
from yixiang.subsidies.forms.runs import ActForm, EvidentRecoverForm
from yixiang.subsidies.models import Application
from yixiang.subsidies.pages.asking import A_PAGE, attempt, done
from yixiang.subsidies.queries import applying as reading
from yixiang.subsidies.states import APPLICATION


@login_required
def applications(request: HttpRequest) -> HttpResponse:
    data = request.GET.dict()
    page = Paginator(reading.applications_for(request.user, data), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page, "machine": APPLICATION, "q": data.get("q", "")[:80], "state": data.get("state", ""),
        "applies": reading.units_that_apply(request.user).exists(),
    }  # fmt: skip
    return render(request, "subsidies/applications.html", context)


@login_required
def sheet(request: HttpRequest, kind: str) -> HttpResponse:
    rows = reading.applications_for(request.user, request.GET.dict())[:MOST]
    cells = map(reading.cells, rows)
    return exported(request, kind, name="applications", title="用户补助", columns=reading.COLUMNS, rows=cells)


@login_required
def apply(request: HttpRequest) -> HttpResponse:
    """Every settled order of the year with what it earns, and what all of them come to under the cap."""
    unit = reading.units_that_apply(request.user).first()
    if unit is None:
        raise Unseen()
    today, form = timezone.localdate(), forms.Form(request.POST or None)
    programme = reading.programme_for(unit, on=today)
    numbers = request.POST.getlist("orders")
    said: dict[str, Any] = {"actor": me(request), "now": timezone.now(), "numbers": numbers}
    if request.method == "POST" and (made := attempt(form, lambda _data: applying.apply(unit, **said))):
        messages.success(request, _("已提交，审核结果会通知您。"))
        return redirect("subsidies:application", made.number)
    rows = reading.judged(unit, reading.orders_to_ask_for(unit, programme.year), programme.year) if programme else []
    counted = [one for one in rows if one.counts]
    year = reading.of_the_year(unit, programme, counted, on=today) if programme and counted else None
    context = {
        "unit": unit, "programme": programme, "rows": rows, "counted": counted, "year": year, "form": form,
        "because": {one.order.pk: (one.verdict.failed or one.verdict.steps[-1:])[0].because for one in rows},
    }  # fmt: skip
    return render(request, "subsidies/apply.html", context, status=422 if form.errors else 200)


@login_required
def application(request: HttpRequest, number: str) -> HttpResponse:
    found = reading.application_for(request.user, number)
    acts, action = reading.acts_of(found, request.user), request.POST.get("do", "")
    form = ActForm(request.POST or None, action=action)
    if request.method == "POST":
        if action not in acts:
            raise Unseen(_("现在不能办理这一步，请刷新后查看。"))
        said = {"actor": me(request), "now": timezone.now()}
        if done(form, lambda data: ACTS[action](found, **data, **said)):
            messages.success(request, _("已办理。"))
            return redirect("subsidies:application", number)
    context = {
        "application": found, "acts": acts, "form": form, "machine": APPLICATION,
        "forms_of": {name: form if name == action else ActForm(action=name) for name in acts},
        "recovers": reading.may_recover(request.user, found), "events": found.events.order_by("-pk"),
        "orders": Paginator(reading.orders_in(found), A_PAGE).get_page(request.GET.get("page")),
        "verdict": shown(Verdict.from_json(found.verdict)),
        "line": timeline(found.case, on=timezone.localdate()) if found.case else [],
    }  # fmt: skip
    return render(request, "subsidies/application.html", context, status=422 if form.errors else 200)


ACTS: dict[str, Any] = {
    "withdraw": applying.withdraw, "resubmit": applying.resubmit, "pay": applying.pay, "revoke": applying.revoke,
}  # fmt: skip


@login_required
def recover(request: HttpRequest, number: str) -> HttpResponse:
    found = reading.application_for(request.user, number)
    if not reading.may_recover(request.user, found):
        raise Unseen(_("现在不能办理这一步，请刷新后查看。"))
    form = EvidentRecoverForm(request.POST or None, request.FILES or None, initial={"amount": found.kept})
    if request.method == "POST" and done(form, lambda data: _recover(request, found, data)):
        messages.success(request, _("已登记追回，诚信记录已写入，并通知单位。"))
        return redirect("subsidies:application", number)
    pack = law.user_pack(found.programme.jurisdiction, timezone.localdate())
    context = {"application": found, "form": form, "article": law.barring_article(pack.values.honest)}
    return render(request, "subsidies/application_recover.html", context, status=422 if form.errors else 200)


def _recover(request: HttpRequest, found: Application, data: dict[str, Any]) -> Application:
    now, who, typed = timezone.now(), me(request), request.POST.get("version", "")
    file = take(data["upload"], uploader=who, purpose="subsidy-evidence", now=now)
    evidence, version = Evidence(data["words"], file), int(typed) if typed.isdecimal() else None
    return recovering.recover(found, actor=who, amount=data["amount"], evidence=evidence, now=now, version=version)


@login_required
def evidence(request: HttpRequest, number: str, event: int) -> HttpResponseBase:
    file = reading.evidence_of(reading.application_for(request.user, number), event)
    return serving.response(file, inline=True, request=request)
