"""核算: the list, one run with its awards, each step of it, what a unit sees of it."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from yixiang.assessment.models import GRADES
from yixiang.audit.commands import note_event
from yixiang.kernel.errors import Unseen
from yixiang.ledger.pages.exporting import MOST, exported
from yixiang.ledger.permissions import LedgerPermission
from yixiang.ledger.queries.explaining import shown
from yixiang.people.access import may
from yixiang.people.asking import me
from yixiang.subsidies import law
from yixiang.subsidies.commands import calculating, checking, paying, stepping
from yixiang.subsidies.commands.stepping import Typed
from yixiang.subsidies.forms.runs import ActForm
from yixiang.subsidies.models import Run
from yixiang.subsidies.pages.asking import A_PAGE, attempt
from yixiang.subsidies.permissions import SubsidiesPermission
from yixiang.subsidies.queries import runs as reading
from yixiang.subsidies.states import AWARD, CONTEST, OBJECTION, RUN


@login_required
def runs(request: HttpRequest) -> HttpResponse:
    """Programmes that wait for their year to be calculated, and what was begun."""
    waiting = reading.to_start(request.user)
    if request.method == "POST":
        chosen = next((one for one in waiting if str(one.pk) == request.POST.get("programme", "")), None)
        if chosen is None:
            raise Unseen()
        made = calculating.start(chosen, actor=me(request), now=timezone.now())
        messages.success(request, _("已开始核算，完成后在这里查看。"))
        return redirect("subsidies:run", made.pk)
    page = Paginator(reading.runs_for(request.user), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "subsidies/runs.html", {"page": page, "waiting": waiting, "machine": RUN})


@login_required
def run(request: HttpRequest, pk: int) -> HttpResponse:
    found = reading.run_for(request.user, pk)
    page = Paginator(reading.awards_of(found, request.user), A_PAGE).get_page(request.GET.get("page"))
    calculates = may(request.user, SubsidiesPermission.CALCULATE, found.programme.scopes)
    context = {
        "run": found, "acts": reading.acts_of(found, request.user), "page": page, "machine": RUN, "awards": AWARD,
        "contests": reading.contests_of(found, request.user), "contest_states": CONTEST, "grades": GRADES,
        "objections": reading.objections_of(found, request.user), "objection_states": OBJECTION,
        "events": found.events.order_by("-pk")[:30] if calculates else [], "recovers": calculates,
        "moves": {move.action: move for move in RUN.allowed(found.state)},
        "waits": RUN.move(found.state, found.waits_for).label if found.waits_for else "",
        "pays": may(request.user, LedgerPermission.PAY, found.programme.scopes),
        "steps": [{"label": s.label, "state": _place(found, s.code)} for s in RUN.states.values()],
    }  # fmt: skip
    return render(request, "subsidies/run.html", context)


def _place(found: Run, state: str) -> str:
    order = list(RUN.states)
    here, there = order.index(found.state), order.index(state)
    return "now" if here == there and state != "paid" else "done" if there <= here else "todo"


@login_required
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """A page that says what will happen, with the one or two things to fill in."""
    found = reading.run_for(request.user, pk)
    if action not in reading.acts_of(found, request.user):
        raise Unseen(_("现在不能办理这一步，请刷新后查看。"))
    if action == "calculate" and request.method != "POST":
        return redirect("subsidies:run", pk)
    version = request.POST.get("version", "")
    form = ActForm(request.POST if request.method == "POST" else None, action=action)
    said: dict[str, Any] = {"actor": me(request), "now": timezone.now()}
    said["version"] = int(version) if version.isdecimal() else None
    step = partial(stepping.act, found, action, **said)
    if request.method == "POST" and (made := _tried(form, action, step)):
        messages.success(request, _("正在办理，稍候刷新查看。") if made.busy else _("已办理。"))
        return redirect("subsidies:run", pk)
    context = {"run": found, "move": RUN.move(found.state, action), "form": form}
    return render(request, "subsidies/run_act.html", context, status=422 if form.errors else 200)


def _tried(form: ActForm, action: str, step: Callable[[Typed], Run]) -> Run | None:
    """What is refused goes back to where it was typed; calculating has nothing to type and no page of its own."""
    return step(Typed()) if action == "calculate" else attempt(form, lambda data: step(Typed(**data)))


@login_required
def sheet(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    found = reading.run_for(request.user, pk)
    cells = map(reading.cells_of_award, reading.awards_of(found, request.user)[:MOST])
    return exported(request, kind, name="awards", title="后补助", columns=reading.AWARD_COLUMNS, rows=cells)


@login_required
def batch(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Whole account numbers for the bank: the look is kept."""
    found = reading.run_for(request.user, pk)
    rows = paying.batch(found, actor=me(request))
    note_event("personal-data", subject=str(found), detail={"what": "后补助发放清单（含银行账号）", "rows": len(rows)})
    return exported(request, kind, name="payments", title="后补助发放清单", columns=paying.BATCH, rows=rows)


@login_required
def unit(request: HttpRequest, pk: int, unit: int) -> HttpResponse:
    """Everything that is said about one unit, and every line of it."""
    found = reading.run_for(request.user, pk)
    about, wanted = reading.unit_for(found, request.user, unit), reading.wanted_from(request.GET.dict())
    page = Paginator(reading.lines_of(found, request.user, unit, wanted), A_PAGE).get_page(request.GET.get("page"))
    own = list(reading.awards_of(found, request.user).filter(unit=about))
    verdict = law.explain_unit(found, checking.facts_of(found, about, own[0].grade)) if own and own[0].rate else None
    context = {
        "run": found, "unit": about, "page": page, "wanted": wanted, "own": own, "awards": AWARD, "grades": GRADES,
        "verdict": shown(verdict) if verdict else None, "machine": RUN, "contest_states": CONTEST,
        "contests": reading.contests_of(found, request.user).filter(unit=about),
    }  # fmt: skip
    return render(request, "subsidies/unit.html", context)


@login_required
def lines(request: HttpRequest, pk: int, unit: int, kind: str) -> HttpResponse:
    found, wanted = reading.run_for(request.user, pk), reading.wanted_from(request.GET.dict())
    about = reading.unit_for(found, request.user, unit)
    rows = map(reading.cells_of_line, reading.lines_of(found, request.user, about.pk, wanted)[:MOST])
    return exported(request, kind, name="lines", title="核算明细", columns=reading.LINE_COLUMNS, rows=rows)
