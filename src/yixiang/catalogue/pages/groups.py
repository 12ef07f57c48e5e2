"""Platforms and test services on the desk: one's own, beginning one, filling it in, its instruments, binding steps."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yixiang.catalogue.commands import editing, grouping, publishing
from yixiang.catalogue.commands.writing import may_edit
from yixiang.catalogue.forms import FactsForm, ReasonForm, StartForm, typed_from
from yixiang.catalogue.models import Platform
from yixiang.catalogue.pages import binding, panel
from yixiang.catalogue.pages.places import around, attempt
from yixiang.catalogue.pages.wizard import version_of
from yixiang.catalogue.permissions import CataloguePermission
from yixiang.catalogue.queries import desk, facts
from yixiang.catalogue.queries import grouping as queries
from yixiang.catalogue.rules.words import PLATFORM_KINDS
from yixiang.catalogue.states import LISTING, PUBLIC
from yixiang.kernel.errors import NotPermitted, Refused, Unseen
from yixiang.people.access import may
from yixiang.people.asking import me
from yixiang.units.models import Unit

PAGE = 50
WORDS = {"platform": "平台与检测机构", "service": "检测服务"}
PARTS = {"basic": "基本信息", "ability": "介绍与要求", "place": "所在地", "contact": "联系方式"}
OPEN = publishing.OPEN


@login_required
def platforms(request: HttpRequest) -> HttpResponse:
    return _list(request, "platform")


@login_required
def services(request: HttpRequest) -> HttpResponse:
    return _list(request, "service")


def _list(request: HttpRequest, kind: str) -> HttpResponse:
    wanted = queries.wanted_from(request.GET)
    page = Paginator(queries.own(request.user, kind, wanted), PAGE).get_page(request.GET.get("page"))
    rows = [(row, facts.title_of(row)) for row in page.object_list]
    context = {
        "kind": kind,
        "heading": WORDS[kind],
        "here": reverse(f"catalogue:{kind}s"),
        "wanted": wanted,
        "page": page,
        "rows": rows,
        "machine": LISTING,
        "kinds": list(PLATFORM_KINDS.items()),
        "publishes": bool(desk.units_to_publish_for(request.user)),
    }
    return render(request, "catalogue/things.html", context)


@login_required
def start(request: HttpRequest, kind: str) -> HttpResponse:
    """Straight to the form where there is only one unit and no branch to choose."""
    units = desk.units_to_publish_for(request.user)
    if kind not in queries.GROUPS:
        raise Unseen()
    if not units:
        raise NotPermitted(_("由已入网单位的管理员办理。请先绑定单位，或联系本单位管理员。"))
    form = _start_form(request, kind, units)
    made = attempt(form, lambda data: _begin(request, kind, units, data)) if request.method == "POST" else None
    if made:
        return redirect("catalogue:thing-fill", kind, made.code)
    context = {
        "form": form,
        "kind": kind,
        "heading": WORDS[kind],
        "units": units,
        "back": reverse(f"catalogue:{kind}s"),
    }
    return render(request, "catalogue/thing_start.html", context, status=422 if form.errors else 200)


def _start_form(request: HttpRequest, kind: str, units: list[Unit]) -> StartForm:
    subs: list[tuple[str, Any]] = [
        (str(sub.pk), f"{'　' * (sub.depth - 1)}{sub.name}")
        for unit in units
        for sub in desk.sub_units_to_publish_for(request.user, unit)
    ]
    chosen: list[tuple[str, Any]] = [(str(unit.pk), unit.name) for unit in units]
    sent = {**request.POST.dict(), "kind": kind} if request.method == "POST" else None
    whole = any(may(request.user, CataloguePermission.EDIT, unit.scopes) for unit in units)
    return StartForm(
        sent, kinds=[(kind, WORDS[kind])], units=chosen, subs=subs, whole=whole, initial={"unit": units[0].pk}
    )


def _begin(request: HttpRequest, kind: str, units: list[Unit], data: dict[str, Any]) -> Any:
    unit = next(unit for unit in units if str(unit.pk) == data["unit"])
    offered = desk.sub_units_to_publish_for(request.user, unit)
    sub = next((sub for sub in offered if str(sub.pk) == data["sub_unit"]), None)
    return grouping.start(kind, unit, actor=me(request), now=timezone.now(), sub_unit=sub)


@login_required
def thing(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    found = queries.group_for(request.user, kind, code)
    edits = may_edit(found, request.user)
    if not edits and not desk.may_see_private(found, request.user):
        raise Unseen()
    shown = {step: [pair for pair in desk.rows_of(found, request.user, step) if pair[1] != "—"] for step in PARTS}
    context = around(request, found, "thing") | {
        "kind": kind,
        "edits": edits,
        "public": found.state in PUBLIC,
        "moves": [move for move in desk.moves_of(found, request.user) if move.action in binding.HAPPENS],
        "parts": [(PARTS[step], rows) for step, rows in shown.items() if rows],
        "events": desk.time_line(found),
        "instruments": found.instruments.order_by("name")[:12],
        "count": found.instruments.count(),
    }
    return render(request, "catalogue/thing.html", context)


@login_required
def fill(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """Everything on one page: a draft is saved or handed in, what is listed is changed at once."""
    found = _own(request, kind, code)
    if found.state not in (*OPEN, *PUBLIC):
        return redirect("catalogue:thing", kind, code)
    problems: dict[str, list[str]] = {}
    if request.method == "POST":
        found, problems, done = _sent(request, found)
        if done:
            messages.success(request, done)
            return redirect("catalogue:thing", kind, code)
    form = FactsForm(facts.specs_of(found), facts.typed_of(found))
    form.explain(problems)
    context = around(request, found, "thing") | {
        "form": form,
        "cards": _cards(found),
        "problems": _elsewhere(form, problems),
        "law": panel.of_group(found, timezone.localdate()),
    }
    return render(request, "catalogue/thing_fill.html", context, status=422 if problems else 200)


def _sent(request: HttpRequest, found: Any) -> tuple[Any, dict[str, list[str]], str]:
    """The listing, what is wrong with which field, and what was done."""
    typed = typed_from(request.POST, facts.specs_of(found))
    who: dict[str, Any] = {"actor": me(request), "now": timezone.now()}
    try:
        if found.state in PUBLIC:
            done = editing.edit(found, typed=typed, version=version_of(request), **who)
            return done.listing, {}, _("已保存，立即生效。") if done.changed else _("没有改动，信息视为已核对确认。")
        found = publishing.save_draft(found, typed=typed, version=version_of(request), **who)
        if "submit" not in request.POST:
            return found, {}, _("草稿已保存，填好后可以提交审核。")
        return publishing.submit(found, **who), {}, _("已提交，由主管部门审核，结果会通知您。")
    except Refused as refused:
        if refused.status not in {409, 412, 422}:
            raise
        found.typed = {**found.typed, **typed}  # shown, not stored
        return found, refused.fields or {"": [refused.message]}, ""


def _elsewhere(form: FactsForm, problems: dict[str, list[str]]) -> list[str]:
    """What is wrong with none of the fields: tariff, another window, somebody else's act."""
    return [text for name, why in problems.items() if name not in form.fields for text in why]


def _cards(found: Any) -> list[tuple[str, list[str]]]:
    cards: dict[str, list[str]] = {}
    for spec in facts.specs_of(found):
        cards.setdefault(spec.step, []).append(spec.name)
    return [(PARTS[step], cards[step]) for step in PARTS if step in cards]


@login_required
@require_POST
def autosave(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    found = _own(request, kind, code)
    typed = typed_from(request.POST, facts.specs_of(found))
    who: dict[str, Any] = {"actor": me(request), "now": timezone.now()}
    saved = publishing.save_draft(found, typed=typed, version=version_of(request), **who)
    return HttpResponse(status=204, headers={"X-Version": str(saved.version)})


@login_required
def act(request: HttpRequest, kind: str, code: str, action: str) -> HttpResponse:
    """A binding step: a page that says what will happen, then the step."""
    found = queries.group_for(request.user, kind, code)
    move = next((move for move in desk.moves_of(found, request.user) if move.action == action), None)
    if move is None or action not in binding.HAPPENS:
        raise Unseen(_("现在不能办理这一步，可能刚刚有人处理过。请刷新页面查看最新状态。"))
    form = ReasonForm(request.POST or None) if move.note else None
    if request.method == "POST" and (form is None or form.is_valid()):
        note = form.cleaned_data["note"] if form else ""
        binding.do(found, action, me(request), note, timezone.now())
        messages.success(request, binding.HAPPENS[action].done)
        return redirect("catalogue:thing", kind, code)
    context = around(request, found, "thing") | {"move": move, "step": binding.HAPPENS[action], "form": form}
    return render(request, "catalogue/thing_act.html", context, status=422 if form is not None and form.errors else 200)


@login_required
def members(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """The unit's instruments with a search; those shown are set as ticked, the others stay as they are."""
    found, now = _own(request, kind, code), timezone.now()
    q = request.GET.get("q", "").strip()[:80]
    page = Paginator(queries.choosable(request.user, found, q), PAGE).get_page(request.GET.get("page"))
    standing = set(found.instruments.values_list("pk", flat=True))
    if request.method == "POST":
        wanted = (standing - _numbers(request, "shown")) | _numbers(request, "instruments")
        changed = grouping.set_instruments(found, wanted, actor=me(request), now=now)
        messages.success(
            request, _("已保存，%(count)d 台有变化。") % {"count": changed} if changed else _("没有变化。")
        )
        return redirect(f"{reverse('catalogue:members', args=[kind, code])}?{request.GET.urlencode()}")
    chosen = found.instruments.order_by("name")
    context = around(request, found, "members") | {"page": page, "q": q, "standing": standing, "chosen": chosen[:200]}
    if kind == "service":
        context["platforms"] = Platform.objects.filter(unit=found.unit).exclude(name="").order_by("name")
    return render(request, "catalogue/members.html", context)


@login_required
@require_POST
def platform_of(request: HttpRequest, code: str) -> HttpResponse:
    """Under which platform's name a test is offered."""
    found = _own(request, "service", code)
    wanted = _numbers(request, "platform")
    platform = Platform.objects.filter(unit=found.unit, pk__in=wanted).first()
    if wanted and platform is None:
        raise Unseen()
    grouping.set_platform(found, platform, actor=me(request), now=timezone.now())
    messages.success(request, _("已保存。"))
    return redirect("catalogue:members", "service", code)


def _numbers(request: HttpRequest, name: str) -> set[int]:
    given = request.POST.getlist(name)
    return {int(one) for one in given if one.isascii() and one.isdigit() and len(one) < 18}


def _own(request: HttpRequest, kind: str, code: str) -> Any:
    if kind not in queries.GROUPS:
        raise Unseen()
    return desk.own_listing(request.user, kind, code)
