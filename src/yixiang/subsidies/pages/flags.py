"""疑点: the list, one of them with its records, the thresholds; answering and closing."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from yixiang.kernel.errors import Unseen
from yixiang.ledger.pages.exporting import MOST, exported
from yixiang.people.asking import me
from yixiang.subsidies.commands import flagging
from yixiang.subsidies.forms.flags import LookForm, WatchForm, WordsForm
from yixiang.subsidies.models import Flag, Watch
from yixiang.subsidies.models.flag import KINDS
from yixiang.subsidies.pages.asking import A_PAGE, attempt
from yixiang.subsidies.permissions import SubsidiesPermission
from yixiang.subsidies.queries import flags as reading
from yixiang.subsidies.queries import places
from yixiang.subsidies.states import FLAG


@login_required
def flags(request: HttpRequest) -> HttpResponse:
    wanted = reading.wanted_from(request.GET.dict())
    page = Paginator(reading.flags_for(request.user, wanted), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "wanted": wanted, "page": page, "kinds": list(KINDS.items()), "states": FLAG.choices, "machine": FLAG,
        "years": [(year, str(year)) for year in reading.years_of(request.user)],
        "watches": bool(places.places_of(request.user, SubsidiesPermission.WATCH)),
    }  # fmt: skip
    return render(request, "subsidies/flags.html", context)


@login_required
def sheet(request: HttpRequest, kind: str) -> HttpResponse:
    rows = reading.flags_for(request.user, reading.wanted_from(request.GET.dict()))[:MOST]
    cells = map(reading.cells, rows)
    return exported(request, kind, name="flags", title="疑点", columns=reading.COLUMNS, rows=cells)


@login_required
def watch(request: HttpRequest) -> HttpResponse:
    """The thresholds of one's jurisdiction, and a button that looks at a year."""
    place = places.place_for(request.user, SubsidiesPermission.WATCH, request.GET.get("place", ""))
    row = Watch.objects.filter(jurisdiction=place.code).first() or Watch(jurisdiction=place.code)
    looking = "look" in request.POST
    form = WatchForm(request.POST if request.POST and not looking else None, initial=model_to_dict(row))
    look = LookForm(request.POST if looking else None, initial={"year": timezone.localdate().year - 1})
    if request.method == "POST":
        said = _looked(request, place, look) if looking else _set(request, place, form)
        if said:
            messages.success(request, said)
            return redirect("subsidies:flags" if looking else "subsidies:watch")
    unset = {label: missing for kind, label in KINDS.items() if (missing := row.missing(kind))}
    context = {"place": place, "form": form, "look": look, "unset": unset}
    return render(request, "subsidies/watch.html", context, status=422 if form.errors or look.errors else 200)


def _looked(request: HttpRequest, place: Any, look: LookForm) -> str:
    who, now = me(request), timezone.now()
    made = attempt(look, lambda data: flagging.look(place, data["year"], actor=who, now=now))
    return "" if made is None else _("已查完，新发现 %(count)d 条。") % {"count": len(made)}


def _set(request: HttpRequest, place: Any, form: WatchForm) -> str:
    made = attempt(form, lambda data: flagging.set_watch(place, actor=me(request), **data))
    return _("已保存。") if made else ""


@login_required
def flag(request: HttpRequest, pk: int) -> HttpResponse:
    found = reading.flag_for(request.user, pk)
    acts = reading.acts_of(found, request.user)
    form = WordsForm(request.POST or None)
    if request.method == "POST":
        if (action := request.POST.get("do", "")) not in acts:
            raise Unseen(_("现在不能办理这一步，请刷新后查看。"))
        if attempt(form, lambda data: _do(found, action, {**data, "actor": me(request), "now": timezone.now()})):
            messages.success(request, _("已记下。"))
            return redirect("subsidies:flag", pk)
    context = {"flag": found, "acts": acts, "form": form, "machine": FLAG}
    return render(request, "subsidies/flag.html", context, status=422 if form.errors else 200)


def _do(found: Flag, action: str, said: dict[str, Any]) -> Flag:
    return flagging.answer(found, **said) if action == "answer" else flagging.close(found, action=action, **said)
