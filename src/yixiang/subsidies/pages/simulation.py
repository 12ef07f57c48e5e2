"""试算: a closed year under other numbers. Asked by GET, so that a result can be sent to a colleague."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from yixiang.kernel.errors import Refused
from yixiang.ledger.pages.exporting import MOST, exported
from yixiang.people.forms import explain
from yixiang.subsidies.forms.simulation import ChooseForm, NumbersForm
from yixiang.subsidies.pages.asking import attempt
from yixiang.subsidies.queries import compared
from yixiang.subsidies.queries import simulated as reading

A_SIDE = 20  # winners and losers on the page; all of them stand in the sheet


@login_required
def simulation(request: HttpRequest) -> HttpResponse:
    """Choose a law and a year, change its numbers, see who gets more and who less."""
    choose, form, found = _asked(request)
    context: dict[str, Any] = {"choose": choose, "form": form, "found": found, "a_side": A_SIDE}
    if found:
        context |= {
            "charts": compared.charts(found), "whole": compared.whole(found), "said": compared.said,
            "grade_of": compared.grade_of,
        }  # fmt: skip
    wrong = choose.errors or (form is not None and form.errors)
    return render(request, "subsidies/simulation.html", context, status=422 if wrong else 200)


@login_required
def sheet(request: HttpRequest, kind: str) -> HttpResponse:
    """All units; what cannot be tried goes back to the page, which says why."""
    _choose, _form, found = _asked(request)
    if found is None:
        return redirect(f"{reverse('subsidies:simulation')}?{request.GET.urlencode()}")
    title = f"{found.bench.year} 年度{found.bench.pack.subject.title}试算"
    rows = compared.cells(found)[:MOST]
    return exported(request, kind, name="simulation", title=title, columns=compared.COLUMNS, rows=rows)


def _asked(request: HttpRequest) -> tuple[ChooseForm, NumbersForm | None, reading.Simulated | None]:
    packs, last = reading.packs_for(request.user), timezone.localdate().year - 1
    first = {"pack": packs[0].name if packs else "", "year": str(last)}
    choose = ChooseForm({**first, **request.GET.dict()} if packs else None, packs=packs, last=last)
    bench = _bench(choose) if choose.is_valid() else None
    if bench is None:
        return choose, None, None
    form = NumbersForm(request.GET if "try" in request.GET else None, bench=bench)
    return choose, form, attempt(form, lambda _: reading.simulate_year(bench, form.typed))


def _bench(choose: ChooseForm) -> reading.Bench | None:
    jurisdiction, subject, day = choose.asked
    try:
        return reading.bench(jurisdiction, subject, choose.cleaned_data["year"], now=timezone.now(), on=day)
    except Refused as refused:
        explain(choose, refused)
        return None
