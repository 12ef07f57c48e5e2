"""Postings: every move of money, and one with everything that explains it."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yixiang.ledger.models import Programme
from yixiang.ledger.pages.exporting import MOST, exported
from yixiang.ledger.queries import explaining, lists
from yixiang.ledger.queries.lists import PostingsWanted
from yixiang.ledger.states import MOVES, STAGES

A_PAGE = 50


@login_required
def posting_list(request: HttpRequest) -> HttpResponse:
    wanted = PostingsWanted.of(request.GET.dict())
    page = Paginator(lists.postings_of(request.user, wanted), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "wanted": wanted,
        "moves": list(MOVES.items()),
        "programmes": list(Programme.objects.visible_to(request.user).values_list("code", "title")),
        "receivers": lists.receivers,
    }
    return render(request, "ledger/postings.html", context)


@login_required
def posting_sheet(request: HttpRequest, kind: str) -> HttpResponse:
    rows = lists.postings_of(request.user, PostingsWanted.of(request.GET.dict()))[:MOST]
    cells = (lists.cells_of_posting(one) for one in rows)
    return exported(request, kind, name="postings", title="资金账目", columns=lists.POSTING_COLUMNS, rows=cells)


@login_required
def posting(request: HttpRequest, pk: int) -> HttpResponse:
    """Order, invoices, pack, article, decision, person; and what became of the same money before and after."""
    found = lists.posting_for(request.user, pk)
    context = {
        "posting": found,
        "stages": STAGES,
        "verdicts": explaining.verdicts_of(found.decision),
        "policy": explaining.policy_of(found.pack),
        "others": found.hold.postings.order_by("pk") if found.hold else [],
        "sees_programme": Programme.objects.visible_to(request.user).filter(pk=found.programme_id).exists(),
    }
    return render(request, "ledger/posting.html", context)
