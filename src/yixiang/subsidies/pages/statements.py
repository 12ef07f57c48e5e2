"""净收入报表: the list of a unit and of an office, one statement with each figure and its reasons, every step of it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from yixiang.kernel.errors import Unseen
from yixiang.ledger.pages.exporting import MOST, exported
from yixiang.people.asking import me
from yixiang.subsidies.commands import handing, stating
from yixiang.subsidies.forms.runs import ActForm
from yixiang.subsidies.forms.statements import BeginForm
from yixiang.subsidies.models import Statement
from yixiang.subsidies.pages.asking import A_PAGE, attempt, done
from yixiang.subsidies.queries import statements as reading
from yixiang.subsidies.states import STATEMENT

STEPS: dict[str, Callable[..., Statement]] = {
    "submit": handing.submit,
    "withdraw": handing.withdraw,
    "accept": handing.accept,
    "return": handing.give_back,
}


@login_required
def statements(request: HttpRequest) -> HttpResponse:
    wanted, today = reading.wanted_from(request.GET.dict()), timezone.localdate()
    form = BeginForm(request.POST or None, open_years=reading.to_begin(request.user, today=today))
    if request.method == "POST" and (made := attempt(form, lambda data: _begun(request, form, data))):
        return redirect("subsidies:statement", made.pk)
    rows = reading.statements_for(request.user, wanted)
    context = {
        "wanted": wanted, "page": Paginator(rows, A_PAGE).get_page(request.GET.get("page")), "machine": STATEMENT,
        "years": [(year, str(year)) for year in reading.years_of(request.user)], "totals": reading.totals(rows),
        "form": form, "waiting": reading.not_handed_in(request.user, wanted.year),
        "states": reading.units_that_state(request.user).exists(),
    }  # fmt: skip
    return render(request, "subsidies/statements.html", context, status=422 if form.errors else 200)


def _begun(request: HttpRequest, form: BeginForm, data: dict[str, Any]) -> Statement:
    unit, year = form.open_years[data["which"]]
    return stating.begin(unit, year, actor=me(request), now=timezone.now())


@login_required
def sheet(request: HttpRequest, kind: str) -> HttpResponse:
    rows = reading.statements_for(request.user, reading.wanted_from(request.GET.dict()))[:MOST]
    cells = map(reading.cells, rows)
    return exported(request, kind, name="net-income", title="净收入报表", columns=reading.COLUMNS, rows=cells)


@login_required
def statement(request: HttpRequest, pk: int) -> HttpResponse:
    found = reading.statement_for(request.user, pk)
    writes, reckoned = reading.writes(found, request.user), reading.reckon(found)
    context = {
        "statement": found, "machine": STATEMENT, "acts": reading.acts_of(found, request.user), "writes": writes,
        "moves": {move.action: move for move in STATEMENT.allowed(found.state)}, "reckoned": reckoned,
        "rows": [one for one in reckoned.rows if reading.was_used(one[0])],
        "unused": [row for row, _verdict in reckoned.rows if not reading.was_used(row)],
        "missing": reading.missing(found) if writes else [], "papers": reading.papers_of(found),
        "events": _story(found),
    }  # fmt: skip
    return render(request, "subsidies/statement.html", context)


def _story(found: Statement) -> list[dict[str, Any]]:
    return [
        {"state": "done", "label": one.what, "who": one.by_label, "at": one.at, "note": one.note,
         "tone": "warm" if one.action == "return" else ""}
        for one in found.events.all()
    ]  # fmt: skip


@login_required
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """What will happen, on a page of its own; counting again happens at once."""
    found, who, now = reading.statement_for(request.user, pk), me(request), timezone.now()
    if action == "count" and request.method == "POST":
        stating.count(found, actor=who, now=now)
        messages.success(request, _("已按现在的订单重新统计。"))
        return redirect("subsidies:statement", pk)
    if action not in reading.acts_of(found, request.user):
        raise Unseen(_("现在不能办理这一步，请刷新后查看。"))
    form = ActForm(request.POST.dict() if request.method == "POST" else None, action=action)
    version = request.POST.get("version", "")
    said = {"actor": who, "now": now, "version": int(version) if version.isdecimal() and len(version) < 10 else None}
    if request.method == "POST" and done(form, lambda data: STEPS[action](found, **data, **said)):
        messages.success(request, _("已办理。"))
        return redirect("subsidies:statement", pk)
    context = {"statement": found, "move": STATEMENT.move(found.state, action), "form": form}
    return render(request, "subsidies/statement_act.html", context, status=422 if form.errors else 200)
