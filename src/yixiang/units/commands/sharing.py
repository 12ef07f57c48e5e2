"""Letting others read a question and its answer: the expert proposes, the asker agrees, either takes it back."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from yixiang.kernel.errors import Invalid, NotPermitted, Unseen, WrongState
from yixiang.notices.commands import tell
from yixiang.people.access import may
from yixiang.people.models import Person
from yixiang.units.models import Question
from yixiang.units.permissions import UnitsPermission
from yixiang.units.rules import consulting as rules
from yixiang.units.states import SHARING


@transaction.atomic
def propose(question: Question, *, actor: Person, asked: str, answered: str, now: datetime) -> Question:
    """In words that name nobody. Whoever said so when asking has agreed already and is told."""
    question = _lock(question, actor)
    if question.expert.person_id != actor.pk:
        raise NotPermitted()
    if question.answered_at is None:
        raise WrongState("答复之后才能公开。")
    if fields := rules.shared_problems(asked, answered):
        raise Invalid("请补充要公开的文字。", fields=fields)
    question.sharing = SHARING.step(question.sharing, "propose")
    if question.may_share:
        question.sharing = SHARING.step(question.sharing, "agree")
    question.shared_question, question.shared_answer = asked.strip(), answered.strip()
    question.save(update_fields=["sharing", "shared_question", "shared_answer"])
    shown = question.sharing == "public"
    words = (
        "已按您提问时的同意公开，没有您的信息；可以随时收回。"
        if shown
        else "公开的文字里没有您的信息，请看一看是否同意。"
    )
    _tell(question, question.asker, f"问答公开：{question.title}", words, now)
    return question


@transaction.atomic
def agree(question: Question, *, actor: Person, now: datetime) -> Question:
    return _answered(question, actor, "agree", "提问人同意公开", now)


@transaction.atomic
def refuse(question: Question, *, actor: Person, now: datetime) -> Question:
    return _answered(question, actor, "refuse", "提问人不同意公开", now)


def _answered(question: Question, actor: Person, action: str, words: str, now: datetime) -> Question:
    question = _lock(question, actor)
    if question.asker_id != actor.pk:
        raise NotPermitted()
    question.sharing = SHARING.step(question.sharing, action)
    question.save(update_fields=["sharing"])
    _tell(question, question.expert.person, f"{words}：{question.title}", "", now)
    return question


@transaction.atomic
def retract(question: Question, *, actor: Person, now: datetime) -> Question:
    """By either side at any time, or by the authority that sees to the experts there."""
    question = _lock(question, actor)
    sides = {question.asker_id: question.expert.person, question.expert.person_id: question.asker}
    if actor.pk not in sides and not may(actor, UnitsPermission.EXPERTS, question.expert.unit.scopes):
        raise NotPermitted()
    question.sharing = SHARING.step(question.sharing, "retract")
    question.save(update_fields=["sharing"])
    if other := sides.get(actor.pk):
        _tell(question, other, f"问答已收回公开：{question.title}", "", now)
    return question


def _lock(question: Question, actor: Person) -> Question:
    rows = Question.objects.visible_to(actor).select_related("asker", "expert__person", "expert__unit")
    held: Question | None = rows.select_for_update(of=("self",)).filter(pk=question.pk).first()
    if held is None:
        raise Unseen()
    return held


def _tell(question: Question, person: Person, subject: str, body: str, now: datetime) -> None:
    url = reverse("units:question", args=[question.pk])
    key = f"question-{question.pk}-{question.sharing}-{now.isoformat()}"
    tell([person], kind="consultation", subject=subject, body=body, url=url, key=key, now=now)
