"""The steps of a conversation: which form each needs, which command it calls, what is said afterwards."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yixiang.files.commands import take
from yixiang.files.models import File
from yixiang.people.models import Person
from yixiang.units import queries
from yixiang.units.commands import consulting, sharing
from yixiang.units.forms import ForwardForm, NoteForm, ShareForm, ThanksForm, TurnForm
from yixiang.units.models import Expert, Question
from yixiang.units.queries import ExpertsWanted
from yixiang.units.states import QUESTION, SHARING

Data = dict[str, Any]
LABELS = {move.action: move.label for machine in (QUESTION, SHARING) for move in machine.moves}


@dataclass(frozen=True)
class Step:
    form: Callable[[HttpRequest, Question], forms.Form]
    do: Callable[[Question, Person, Data, datetime], Question]
    said: Any  # translated when it is shown


def _words(form: type[forms.Form]) -> Callable[[HttpRequest, Question], forms.Form]:
    return lambda request, question: form(_sent(request), request.FILES or None)


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _forward(request: HttpRequest, question: Question) -> forms.Form:
    """Those of the same class first would hide who else could help: all others, the ones who answer most on top."""
    others = queries.experts_found(ExpertsWanted()).exclude(pk=question.expert_id).exclude(person=question.asker_id)
    return ForwardForm(_sent(request), experts=others)


def _share(request: HttpRequest, question: Question) -> forms.Form:
    """Begins with what was said, so that the expert only takes out what leads to the asker."""
    turns = list(question.turns.all())
    asked = next((turn.text for turn in turns if turn.kind == "ask"), "")
    answered = "\n\n".join(turn.text for turn in turns if turn.kind in {"answer", "add"})
    return ShareForm(_sent(request), initial={"asked": asked[:2000], "answered": answered[:5000]})


def taken_file(actor: Person, data: Data) -> File | None:
    """What was chosen in the form, looked into and kept; refused it comes back to the form."""
    upload = data.get("file")
    if not upload:
        return None
    return take(upload, uploader=actor, purpose="question", kinds=consulting.KINDS, now=timezone.now())


def _answer(question: Question, actor: Person, data: Data, now: datetime) -> Question:
    return consulting.answer(question, actor=actor, text=data["text"], file=taken_file(actor, data), now=now)


def _ask_again(question: Question, actor: Person, data: Data, now: datetime) -> Question:
    return consulting.ask_again(question, actor=actor, text=data["text"], file=taken_file(actor, data), now=now)


def _decline(question: Question, actor: Person, data: Data, now: datetime) -> Question:
    return consulting.decline(question, actor=actor, note=data["note"], now=now)


def _to_another(question: Question, actor: Person, data: Data, now: datetime) -> Question:
    to: Expert = data["to"]
    return consulting.forward(question, actor=actor, to=to, note=data["note"], now=now)


def _close(question: Question, actor: Person, data: Data, now: datetime) -> Question:
    return consulting.close(question, actor=actor, thanks=data["text"], now=now)


def _propose(question: Question, actor: Person, data: Data, now: datetime) -> Question:
    return sharing.propose(question, actor=actor, asked=data["asked"], answered=data["answered"], now=now)


def _quiet(command: Callable[..., Question]) -> Callable[[Question, Person, Data, datetime], Question]:
    return lambda question, actor, _data, now: command(question, actor=actor, now=now)


STEPS = {
    "answer": Step(_words(TurnForm), _answer, _("已答复，并已通知提问人。")),
    "add": Step(_words(TurnForm), _answer, _("已补充，并已通知提问人。")),
    "ask_again": Step(_words(TurnForm), _ask_again, _("已发给专家。")),
    "decline": Step(_words(NoteForm), _decline, _("已告知提问人。")),
    "forward": Step(_forward, _to_another, _("已转出，并已通知双方。")),
    "close": Step(_words(ThanksForm), _close, _("咨询已结束，记录保留。")),
    "propose": Step(_share, _propose, _("已提交；提问人同意后公开。")),
    "agree": Step(_words(forms.Form), _quiet(sharing.agree), _("已公开，没有您的信息。")),
    "refuse": Step(_words(forms.Form), _quiet(sharing.refuse), _("不会公开。")),
    "retract": Step(_words(forms.Form), _quiet(sharing.retract), _("已收回，不再公开。")),
}
