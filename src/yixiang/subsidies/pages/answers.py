"""One line with the law's answer and a contest of it; answers to contests and objections; taking back."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from yixiang.files import serving
from yixiang.files.commands import take
from yixiang.kernel.errors import Unseen
from yixiang.ledger.queries.explaining import shown
from yixiang.people.access import may
from yixiang.people.asking import me
from yixiang.subsidies import law
from yixiang.subsidies.commands import checking, paying, publishing
from yixiang.subsidies.commands.checking import Evidence
from yixiang.subsidies.forms.flags import WordsForm
from yixiang.subsidies.forms.runs import EvidenceForm, RecoverForm
from yixiang.subsidies.models import Contest, Line
from yixiang.subsidies.pages.asking import done
from yixiang.subsidies.permissions import SubsidiesPermission
from yixiang.subsidies.queries import runs as reading
from yixiang.subsidies.states import CONTEST
from yixiang.vouchers.states import REDEMPTION


@login_required
def line(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    run = reading.run_for(request.user, pk)
    found = reading.line_for(run, request.user, line)
    contest = reading.contests_of(run, request.user).filter(order_line=found.order_line).first()
    contests = run.state == "checking" and contest is None
    contests = contests and may(request.user, SubsidiesPermission.ACCOUNT, [found.unit.scope])
    form = EvidenceForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and contests and done(form, lambda data: _contest(request, found, data)):
        messages.success(request, _("异议已提交，主管部门会答复。"))
        return redirect("subsidies:line", pk, line)
    answers = contest and contest.state == "open" and run.state == "checking"
    context = {
        "run": run, "line": found, "contest": contest, "contests": contests, "form": form, "states": CONTEST,
        "verdict": shown(law.explain_line(found, run)), "words": WordsForm(),
        "voucher": reading.voucher_of(found, request.user), "voucher_states": REDEMPTION,
        "answers": answers and may(request.user, SubsidiesPermission.CALCULATE, run.programme.scopes),
    }  # fmt: skip
    return render(request, "subsidies/line.html", context, status=422 if form.errors else 200)


def _contest(request: HttpRequest, found: Line, data: dict[str, Any]) -> Contest:
    now, who = timezone.now(), me(request)
    upload = data["upload"]
    file = take(upload, uploader=who, purpose="subsidy-evidence", now=now) if upload else None
    return checking.contest(found, Evidence(data["words"], file), actor=who, now=now)


@login_required
def contest(request: HttpRequest, pk: int, contest: int) -> HttpResponse:
    """The office's answer."""
    run = reading.run_for(request.user, pk)
    found = get_object_or_404(reading.contests_of(run, request.user), pk=contest)
    form = WordsForm(request.POST or None)
    action = request.POST.get("do", "")
    if request.method == "POST" and action not in {"accept", "decline"}:
        raise Unseen()
    said: dict[str, Any] = {"actor": me(request), "action": action, "now": timezone.now()}
    if request.method == "POST" and done(form, lambda data: checking.answer(found, **data, **said)):
        messages.success(request, _("已答复。采纳的异议在重新核算时计入。"))
        return redirect("subsidies:run", pk)
    context = {"run": run, "contest": found, "form": form, "states": CONTEST}
    return render(request, "subsidies/contest.html", context, status=422 if form.errors else 200)


@login_required
def evidence(request: HttpRequest, pk: int, contest: int) -> HttpResponseBase:
    run = reading.run_for(request.user, pk)
    found = get_object_or_404(reading.contests_of(run, request.user), pk=contest)
    if found.file is None:
        raise Unseen()
    return serving.response(found.file, inline=True, request=request)


@login_required
def objection(request: HttpRequest, pk: int, objection: int) -> HttpResponse:
    run = reading.run_for(request.user, pk)
    found = get_object_or_404(reading.objections_of(run, request.user), pk=objection)
    form, who, now = WordsForm(request.POST or None), me(request), timezone.now()
    if request.method == "POST" and done(form, lambda d: publishing.answer(found, actor=who, now=now, **d)):
        messages.success(request, _("已处理，并通知提出人。"))
        return redirect("subsidies:run", pk)
    answers = found.state == "open" and may(who, SubsidiesPermission.CALCULATE, run.programme.scopes)
    context = {"run": run, "objection": found, "form": form, "answers": answers}
    return render(request, "subsidies/objection.html", context, status=422 if form.errors else 200)


@login_required
def recover(request: HttpRequest, pk: int, award: int) -> HttpResponse:
    run = reading.run_for(request.user, pk)
    found = get_object_or_404(reading.awards_of(run, request.user), pk=award)
    if found.state != "paid" or not may(request.user, SubsidiesPermission.CALCULATE, run.programme.scopes):
        raise Unseen()
    form, who, now = RecoverForm(request.POST or None, initial={"amount": found.kept}), me(request), timezone.now()
    if request.method == "POST" and done(form, lambda d: paying.recover(found, actor=who, now=now, **d)):
        messages.success(request, _("已登记追回，诚信记录已写入，并通知单位。"))
        return redirect("subsidies:run", pk)
    rules = law.provider_pack(run.programme.jurisdiction, run.year).values
    context = {"run": run, "award": found, "form": form, "article": law.barring_article(rules.recipient)}
    return render(request, "subsidies/recover.html", context, status=422 if form.errors else 200)
