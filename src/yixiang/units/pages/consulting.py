"""Asking experts and being asked: one list, one page per conversation, one form per step."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from yixiang.files import serving
from yixiang.kernel.errors import Refused, Unseen
from yixiang.people.access import reach
from yixiang.people.models import Person
from yixiang.units import queries
from yixiang.units.commands import consulting
from yixiang.units.forms import QuestionForm
from yixiang.units.models import Question
from yixiang.units.pages import answering
from yixiang.units.pages.asking import attempt, me
from yixiang.units.permissions import UnitsPermission
from yixiang.units.queries.consulting import BOXES
from yixiang.units.states import QUESTION, SHARING


@login_required
def questions(request: HttpRequest) -> HttpResponse:
    """我的咨询, and for experts 收到的咨询; whoever certifies experts sees those of the region."""
    boxes, expert = _boxes(me(request))
    wanted, state = request.GET.get("box", ""), request.GET.get("state", "")
    box = wanted if wanted in boxes else "received" if expert else "mine"
    context = {
        "page": Paginator(queries.questions_of(me(request), box, state), 20).get_page(request.GET.get("page")),
        "box": box,
        "state": state if state in QUESTION.codes else "",
        "boxes": [(code, BOXES[code]) for code in boxes],
        "machine": QUESTION,
        "waiting": queries.questions_of(me(request), "received", "asked").count() if expert else 0,
    }
    return render(request, "units/questions.html", context)


def _boxes(person: Person) -> tuple[list[str], bool]:
    expert = person.expertises.filter(state="certified").exists()
    oversees = bool(reach(person, UnitsPermission.EXPERTS))
    return ["mine", *(["received"] if expert else []), *(["all"] if oversees else [])], expert


@login_required
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """The question form of one expert."""
    expert = queries.expert_public(pk)
    form = QuestionForm(request.POST or None, request.FILES or None)

    def send(data: dict[str, Any]) -> Question:
        file = answering.taken_file(me(request), data)
        data.pop("file")
        return consulting.ask(expert, actor=me(request), file=file, now=timezone.now(), **data)

    made = _attempted(form, send) if request.method == "POST" else None
    if made:
        messages.success(request, _("已发给专家，答复后会通知您。"))
        return redirect("units:question", made.pk)
    context = {"expert": expert, "form": form}
    return render(request, "units/ask_expert.html", context, status=422 if form.errors else 200)


@login_required
def question(request: HttpRequest, pk: int) -> HttpResponse:
    found = queries.question_for(request.user, pk)
    acts = queries.acts_of(found, me(request))
    context = {
        "question": found,
        "turns": found.turns.select_related("file"),
        "machine": QUESTION,
        "sharing": SHARING,
        "acts": acts,
        "steps": answering.LABELS,
        "say": next((act for act in ("answer", "ask_again") if act in acts), ""),
        "own": found.asker_id == request.user.pk,
    }
    return render(request, "units/question.html", context)


@login_required
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """A form for what needs words, a button for what needs none."""
    found = queries.question_for(request.user, pk)
    step = answering.STEPS.get(action)
    if step is None or action not in queries.acts_of(found, me(request)):
        raise Unseen(_("这一步现在不能办理，可能对方刚刚处理过，请刷新后查看。"))
    form = step.form(request, found)
    if request.method == "POST":
        done = _attempted(form, lambda data: step.do(found, me(request), data, timezone.now()))
        if done:
            messages.success(request, step.said)
            return redirect("units:questions") if action == "forward" else redirect("units:question", pk)
    context = {"question": found, "form": form, "step": step, "label": answering.LABELS[action]}
    return render(request, "units/question_act.html", context, status=422 if form.errors else 200)


@login_required
def turn_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    turn = queries.turn_file(request.user, pk)
    assert turn.file is not None
    return serving.response(turn.file, inline=True, request=request)


def _attempted(form: forms.Form, act: Any) -> Any:
    """A bad file, or too many questions, comes back beside what was typed."""
    try:
        return attempt(form, act)
    except Refused as refused:
        if refused.status in {403, 404, 409}:
            raise
        form.add_error("file" if refused.code.startswith("file") and "file" in form.fields else None, refused.message)
        return None
