"""The desk: what waits for my decision first, then my own things and where they stand."""

from collections.abc import Sequence
from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yixiang.kernel.errors import Invalid, Refused
from yixiang.kernel.workdays import Calendar, working_days_between
from yixiang.kernel.workdays_table import load_calendar
from yixiang.orders.queries.orders import waiting_for_me
from yixiang.people.asking import me
from yixiang.people.hats import wear
from yixiang.portal import deciding
from yixiang.portal.deciding import Verdict
from yixiang.portal.forms import DecideForm
from yixiang.reviews import queries
from yixiang.reviews.kinds import kind as kind_of
from yixiang.reviews.kinds import labels
from yixiang.reviews.models import Case
from yixiang.reviews.states import CASE
from yixiang.units.queries.desk import things_of

ORDERS = 30  # bookings shown in the inbox; the rest is one click away


@login_required
def inbox_page(request: HttpRequest) -> HttpResponse:
    """Sorted by legal deadline; each entry can be decided in place."""
    return _inbox(request)


def _inbox(
    request: HttpRequest, note: str = "", chosen: frozenset[int] = frozenset(), status: int = 200
) -> HttpResponse:
    today, calendar = timezone.localdate(), load_calendar()
    page = Paginator(queries.inbox(request.user), 50).get_page(request.GET.get("page"))
    request.waiting_cases = page.paginator.count  # type: ignore[attr-defined]  # the shell need not count again
    days = {c.due_on: queries.days_left(c, on=today, calendar=calendar) for c in {c.due_on: c for c in page}.values()}
    entries = [(case, days[case.due_on]) for case in page]
    waiting = waiting_for_me(request.user)
    shown = list(waiting[: ORDERS + 1])
    mine = Case.objects.filter(applicant=me(request)).order_by("-opened_at")[:8]
    context = {
        "orders": [(one, _left(one.answer_by, today, calendar)) for one in shown[:ORDERS]],
        "more_orders": waiting.count() - ORDERS if len(shown) > ORDERS else 0,
        "page": page,
        "entries": entries,
        "mine": mine,
        "things": things_of(request.user, on=today),
        "kinds": labels(),
        "machine": CASE,
        "note": note,
        "chosen": chosen,
    }
    return render(request, "portal/inbox.html", context, status=status)


def _left(day: date | None, today: date, calendar: Calendar) -> int | None:
    return working_days_between(today, day, calendar) if day else None


@login_required
def cases(request: HttpRequest) -> HttpResponse:
    """Everything I submitted or may see, filtered by state and kind."""
    found = Case.objects.visible_to(request.user).order_by("-opened_at", "-pk")
    state, kind = request.GET.get("state", ""), request.GET.get("kind", "")
    if state in CASE.codes:
        found = found.filter(state=state)
    if kind in labels():
        found = found.filter(kind=kind)
    page = Paginator(found, 30).get_page(request.GET.get("page"))
    return render(request, "portal/cases.html", {"page": page, "machine": CASE, "kinds": labels()})


@login_required
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """Facts, subject and time line of one case, with the decision beside them."""
    return _case_page(request, queries.case_for(request.user, pk))


def _case_page(request: HttpRequest, found: Case, form: DecideForm | None = None, status: int = 200) -> HttpResponse:
    today = timezone.localdate()
    context = {
        "case": found,
        "line": queries.timeline(found, on=today),
        "subject": kind_of(found.kind).describe(found, viewer=request.user),
        "template": kind_of(found.kind).template,
        "decidable": queries.inbox(request.user).filter(pk=found.pk).exists(),
        "following": queries.inbox(request.user).exclude(pk=found.pk).values_list("pk", flat=True).first(),
        "form": form or DecideForm(),
        "conversation": CASE,
        "kinds": labels(),
    }
    return render(request, "portal/case.html", context, status=status)


@login_required
@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """One or many; one that fails on its note comes back to its page with what was typed."""
    form = DecideForm(request.POST)
    if not form.is_valid() or not form.pairs:
        raise Invalid(_("没有选中任何事项，请先勾选要处理的事项。"))
    versions = dict(form.pairs)
    chosen = list(Case.objects.visible_to(request.user).filter(pk__in=versions))
    action, note = form.cleaned_data["action"], form.cleaned_data["note"]
    if len(chosen) == 1:
        return _decide_one(request, chosen[0], versions[chosen[0].pk], form)
    verdicts = deciding.decide_many(
        [(c, versions[c.pk]) for c in chosen],
        actor=me(request),
        action=action,
        note=note,
        now=timezone.now(),
    )
    return _after_many(request, action, note, verdicts)


def _after_many(request: HttpRequest, action: str, note: str, verdicts: Sequence[Verdict]) -> HttpResponse:
    """What failed stays chosen, with the words that were typed for it."""
    said, failed = deciding.summary(action, verdicts)
    messages.add_message(request, messages.SUCCESS if len(failed) < len(verdicts) else messages.WARNING, said)
    for words in failed:
        messages.warning(request, words)
    left = frozenset(verdict.case.pk for verdict in verdicts if verdict.outcome is None)
    return _inbox(request, note, left, status=409) if left else redirect("portal:desk")


def _decide_one(request: HttpRequest, found: Case, version: int, form: DecideForm) -> HttpResponse:
    action, note = form.cleaned_data["action"], form.cleaned_data["note"]
    try:
        deciding.decide(found, actor=me(request), action=action, note=note, version=version, now=timezone.now())
    except Refused as refused:
        if refused.status in {403, 404}:
            raise
        form.add_error("note" if "note" in refused.fields else None, refused.message)
        found.refresh_from_db()
        return _case_page(request, found, form, status=refused.status)
    messages.success(request, _("%(title)s：意见已记入，并已通知申请方。") % {"title": found.title})
    following = request.POST.get("next")
    if following == "next":
        after = queries.inbox(request.user).values_list("pk", flat=True).first()
        return redirect("portal:case", after) if after else redirect("portal:desk")
    return redirect("portal:desk")


@login_required
@require_POST
def hat(request: HttpRequest) -> HttpResponse:
    """Put on another hat; everything on the desk follows."""
    chosen = request.POST.get("hat", "")
    if not (chosen.isdigit() and wear(request.session, me(request), int(chosen))):
        messages.warning(request, _("这个身份已经收回或到期，请重新选择。"))
    return redirect("portal:desk")


@login_required
def ping(request: HttpRequest) -> HttpResponse:
    """“继续使用”: touching the session is what the middleware does on every request."""
    return JsonResponse({"session_ends": getattr(request, "session_ends", None)})
