"""One voucher: what it pays and why, its papers, where it stands, and every step on a page of its own."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from yixiang.catalogue.pages.places import did
from yixiang.files import serving
from yixiang.files.commands import take
from yixiang.kernel.errors import Unseen
from yixiang.people.asking import me
from yixiang.vouchers import printables
from yixiang.vouchers.commands import paying, reviewing
from yixiang.vouchers.commands.writing import allowed, may_use
from yixiang.vouchers.facts import PAPERS
from yixiang.vouchers.forms import PaperForm, form_of
from yixiang.vouchers.models import Redemption
from yixiang.vouchers.purposes import PAPER_KINDS
from yixiang.vouchers.queries import redemptions
from yixiang.vouchers.states import REDEMPTION, VERDICTS


@login_required
def redemption(request: HttpRequest, number: str) -> HttpResponse:
    found = redemptions.redemption_for(request.user, number)
    moves = allowed(found, me(request))
    context = {
        "redemption": found,
        "machine": REDEMPTION,
        "moves": moves,
        "verdicts": redemptions.verdicts(found),
        "papers": list(found.papers.select_related("file")),
        "paper_words": PAPERS,
        "postings": found.hold.postings.order_by("pk"),
        "opens": set(found.hold.postings.visible_to(request.user).values_list("pk", flat=True)),
        "line": list(redemptions.line_items(found)),
        "adds": found.state == "returned" and may_use(me(request), found),
        "prints": found.state not in {"withdrawn", "released"},
        "public": printables.public_address(found),
    }
    return render(request, "vouchers/redemption.html", context)


@login_required
def act(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """What will happen, what has to be typed, then the command."""
    found = redemptions.redemption_for(request.user, number)
    move = next((move for move in allowed(found, me(request)) if move.action == action), None)
    if move is None:
        raise Unseen(_("现在不能办理这一步，可能刚刚有人处理过。请刷新后查看最新状态。"))
    form = form_of(action, found, request.POST if request.method == "POST" else None)
    if request.method == "POST" and did(form, lambda data: _do(request, found, action, data)):
        messages.success(request, _("已办理：%(label)s。") % {"label": move.label})
        return redirect("vouchers:redemption", found.number)
    context = {"redemption": found, "move": move, "form": form}
    return render(request, "vouchers/act.html", context, status=422 if form.errors else 200)


def _do(request: HttpRequest, found: Redemption, action: str, data: dict[str, Any]) -> object:
    typed = request.POST.get("version", "")
    version = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else None
    said: dict[str, Any] = {"actor": me(request), "now": timezone.now(), "version": version}
    return MOVES[action](found, data, said)


MOVES: dict[str, Any] = {
    "resubmit": lambda one, data, said: reviewing.resubmit(one, note=data["note"], **said),
    "withdraw": lambda one, data, said: reviewing.withdraw(one, note=data["note"], **said),
    "unpledge": lambda one, data, said: reviewing.unpledge(one, note=data["note"], **said),
    "pay": lambda one, data, said: paying.pay(one, paid_on=data["paid_on"], **said),
    "revoke": lambda one, data, said: paying.revoke(one, note=data["note"], **said),
    "recover": lambda one, data, said: paying.recover(one, data["amount"], note=data["note"], **said),
}


@login_required
def add_paper(request: HttpRequest, number: str) -> HttpResponse:
    found = redemptions.redemption_for(request.user, number)
    if found.state != "returned" or not may_use(me(request), found):
        raise Unseen(_("现在不能补充材料；主管部门退回以后才可以。"))
    form = PaperForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and did(form, lambda data: _take(request, found, data)):
        messages.success(request, _("材料已补充。都补齐以后，请重新提交。"))
        return redirect("vouchers:redemption", found.number)
    context = {"redemption": found, "form": form}
    return render(request, "vouchers/paper.html", context, status=422 if form.errors else 200)


def _take(request: HttpRequest, found: Redemption, data: dict[str, Any]) -> object:
    now, person = timezone.now(), me(request)
    file = take(data["file"], uploader=person, purpose="voucher-paper", kinds=PAPER_KINDS, now=now)
    return reviewing.add_paper(found, file, kind=data["kind"], label=data["label"], actor=person, now=now)


@login_required
def paper(request: HttpRequest, number: str, pk: int) -> HttpResponseBase:
    """For whoever sees the redemption: its reviewers too, who do not see the order."""
    file = redemptions.paper_of(redemptions.redemption_for(request.user, number), pk)
    return serving.response(file, inline=True, request=request)


@login_required
def printed(request: HttpRequest, number: str) -> HttpResponse:
    found = redemptions.redemption_for(request.user, number)
    headers = {"Content-Disposition": f'inline; filename="{found.number}.pdf"', "Cache-Control": "private, no-store"}
    return HttpResponse(printables.voucher(found), content_type="application/pdf", headers=headers)


def verify(request: HttpRequest, code: str) -> HttpResponse:
    """What the code on a printed voucher leads to: valid, used or returned, and nothing personal."""
    found = redemptions.by_code(code)
    context = {"redemption": found, "verdict": VERDICTS[found.state], "label": REDEMPTION.label(found.state)}
    return render(request, "vouchers/verify.html", context)
