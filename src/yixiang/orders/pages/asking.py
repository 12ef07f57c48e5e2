"""Asking for time or for a test: one page of form, one page to look it over, then it is submitted."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yixiang.catalogue.models import Instrument
from yixiang.catalogue.rules.words import COMPONENTS
from yixiang.kernel.errors import Refused, Unseen
from yixiang.kernel.periods import moment_typed
from yixiang.orders.commands import drafting
from yixiang.orders.forms.asking import LineForm, WordsForm, wish_from
from yixiang.orders.models import Order
from yixiang.orders.queries import access, asking, choosing, orders
from yixiang.orders.rules.board import VIEWS
from yixiang.orders.rules.wishes import LineWish, Wish
from yixiang.orders.rules.words import HAZARDS, RETURNS
from yixiang.people.asking import me
from yixiang.units.queries import current_membership

TYPED_WRONG = frozenset({409, 422})


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """`instrument` as often as there are instruments; `start` and `end` where a free time was clicked."""
    codes = request.GET.getlist("instrument") or request.GET.getlist("code")
    instruments = asking.bookable(request.user, codes)
    if not instruments:
        raise Unseen(_("请先选择要预约的仪器：在仪器页面点“立即预约”，或在预选清单里勾选。"))
    words, lines = _forms(request, instruments, _first_wish(request, instruments), _who(request))
    refused: Refused | None = None
    if request.method == "POST" and words.is_valid() and all(line.is_valid() for line in lines):
        try:
            made = drafting.start(actor=me(request), wish=wish_from(words, lines), now=timezone.now())
            return redirect("orders:check", made.number)
        except Refused as problem:
            refused = _typed_wrong(problem)
    return _page(request, None, words, lines, refused)


@login_required
def edit(request: HttpRequest, number: str) -> HttpResponse:
    """A draft, or what was withdrawn."""
    order = _draft(request, number)
    wish = asking.wish_of(order)
    instruments = asking.bookable(request.user, [line.instrument for line in wish.lines])
    words, lines = _forms(request, instruments, wish, {name: getattr(order, name) for name in drafting.WORDS})
    refused: Refused | None = None
    if request.method == "POST" and words.is_valid() and all(line.is_valid() for line in lines):
        try:
            _save(request, order, wish_from(words, lines))
            if request.POST.get("do") == "save":
                messages.success(request, _("草稿已保存，可以随时回来继续。"))
                return redirect("orders:mine")
            return redirect("orders:check", order.number)
        except Refused as problem:
            refused = _typed_wrong(problem)
    return _page(request, order, words, lines, refused)


@login_required
@require_POST
def autosave(request: HttpRequest, number: str) -> HttpResponse:
    """What can be read is kept; the rest waits for the person."""
    order = _draft(request, number)
    wish = asking.wish_of(order)
    instruments = asking.bookable(request.user, [line.instrument for line in wish.lines])
    words, lines = _forms(request, instruments, wish, {})
    if not (words.is_valid() and all(line.is_valid() for line in lines)):
        return HttpResponse(status=204, headers={"X-Version": str(order.version)})
    saved = _save(request, order, wish_from(words, lines))
    return HttpResponse(status=204, headers={"X-Version": str(saved.version)})


@login_required
@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """What the rules and the price list say while somebody is choosing; nothing is kept."""
    codes = request.POST.getlist("instrument")
    instruments = asking.bookable(request.user, codes)
    _words, lines = _forms(request, instruments, Wish(tuple(LineWish(one.code) for one in instruments)), {})
    context = {"looks": _looks(request, _typed(lines), instruments), "components": COMPONENTS}
    return render(request, "orders/_look.html", context)


# --- what they share


def _draft(request: HttpRequest, number: str) -> Order:
    order = orders.order_for(request.user, number)
    if order.state != "draft" or order.person_id != me(request).pk:
        raise Unseen(_("这张预约单已经提交，不能直接修改；需要修改请先在预约单页面撤回。"))
    return order


def _save(request: HttpRequest, order: Order, wish: Wish) -> Order:
    typed = request.POST.get("version", "")
    version = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else None
    return drafting.save_draft(order, actor=me(request), wish=wish, now=timezone.now(), version=version)


def _typed_wrong(refused: Refused) -> Refused:
    if refused.status not in TYPED_WRONG:
        raise refused
    return refused


def _who(request: HttpRequest) -> dict[str, Any]:
    person = me(request)
    return {"contact_name": person.name, "contact_phone": person.phone, "contact_email": person.email,
            "purpose": "research"}  # fmt: skip


def _first_wish(request: HttpRequest, instruments: Sequence[Instrument]) -> Wish:
    starts, ends = (moment_typed(request.GET.get(name, "")) for name in ("start", "end"))
    lines = []
    for one in instruments:
        mode = "samples" if one.booking_mode == "samples" else "time"
        until = ends or (choosing.until(one, starts, now=timezone.now()) if starts else None)
        lines.append(LineWish(one.code, mode=mode, starts=starts, ends=until))
    return Wish(tuple(lines))


def _forms(
    request: HttpRequest, instruments: Sequence[Instrument], wish: Wish, words: dict[str, Any]
) -> tuple[WordsForm, list[LineForm]]:
    data = request.POST if request.method == "POST" else None
    today, member = timezone.localdate(), current_membership(me(request))
    by_code = {one.code: one for one in instruments}
    lines = []
    for number, line in enumerate(line for line in wish.lines if line.instrument in by_code):
        one = by_code[line.instrument]
        names = asking.item_names(one, internal=bool(member and member.unit_id == one.unit_id), on=today)
        every = list(dict.fromkeys([*names["time"], *names["samples"]]))
        lines.append(LineForm(one, every, data, prefix=f"line-{number}", initial=asking.line_initial(line)))
    return WordsForm(data, initial=words), lines


def _looks(request: HttpRequest, wishes: Sequence[LineWish], instruments: Sequence[Instrument]) -> list[asking.Look]:
    member, now = current_membership(me(request)), timezone.now()
    by_code = {one.code: one for one in instruments}
    unit = member.unit if member else None
    return [
        asking.look(wish, by_code[wish.instrument], person=request.user, unit=unit, now=now)
        for wish in wishes
        if wish.instrument in by_code
    ]


def _page(
    request: HttpRequest, order: Order | None, words: WordsForm, lines: Sequence[LineForm], refused: Refused | None
) -> HttpResponse:
    now = timezone.now()
    instruments = [line.instrument for line in lines]
    by_key = {str(line.prefix): line.instrument for line in lines}
    bound = request.method == "POST"
    wishes = _wishes(request, order, lines)
    context = {
        "order": order,
        "words": words,
        "lines": lines,
        "calendar": choosing.calendar(request.GET.dict(), by_key, now=now),
        "views": VIEWS,
        "components": COMPONENTS,
        "looks": _looks(request, wishes, instruments),
        "refused": refused,
        "around": {one.code: access.beside(one, person=request.user, now=now) for one in instruments},
        "hazards": HAZARDS,
        "returns": RETURNS,
        "member": current_membership(me(request)),
    }
    wrong = bound and (refused or words.errors or any(line.errors for line in lines))
    return render(request, "orders/ask.html", context, status=(refused.status if refused else 422) if wrong else 200)


def _typed(lines: Sequence[LineForm]) -> list[LineWish]:
    """One for each line, so that a page finds its fields again by number."""
    return [line.wish() if line.is_valid() else LineWish(line.instrument.code) for line in lines]


def _wishes(request: HttpRequest, order: Order | None, lines: Sequence[LineForm]) -> list[LineWish]:
    """What is asked for so far: as typed, as kept in the draft, or as the address says."""
    if request.method == "POST":
        return _typed(lines)
    if order:
        seen = {line.instrument.code for line in lines}
        return [line for line in asking.wish_of(order).lines if line.instrument in seen]
    return list(_first_wish(request, [line.instrument for line in lines]).lines)
