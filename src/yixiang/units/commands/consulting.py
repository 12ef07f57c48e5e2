"""Asking an expert and being answered: every turn is kept, and the other side hears of it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse

from yixiang.files import commands as files
from yixiang.files.kinds import SCANS
from yixiang.files.models import File
from yixiang.files.purposes import Purpose, declare
from yixiang.kernel.errors import Invalid, NotPermitted, TooMany, Unseen, WrongState
from yixiang.notices.commands import tell
from yixiang.people.models import Person
from yixiang.units.models import Expert, Question, QuestionTurn
from yixiang.units.rules import consulting as rules
from yixiang.units.states import QUESTION

KINDS = SCANS | {"docx", "xlsx", "csv", "txt"}
declare(Purpose("question", "咨询附件", KINDS))
HOUR = timedelta(hours=1)
Turn = QuestionTurn.Kind


@transaction.atomic
def ask(
    expert: Expert,
    *,
    actor: Person,
    title: str,
    text: str,
    now: datetime,
    category: str = "",
    may_share: bool = False,
    file: File | None = None,
) -> Question:
    """Only a certified expert is asked; a few an hour, so that nobody's inbox is flooded."""
    Person.objects.select_for_update(no_key=True).get(pk=actor.pk)  # two at once are counted one after the other
    expert = _askable(expert.pk, actor)
    if problems := rules.question_problems(title, text, category):
        raise Invalid("请补充或修改标出的内容。", fields=problems)
    _refuse_too_many(actor, now)
    question: Question = Question.objects.create(
        asker=actor,
        expert=expert,
        title=title.strip(),
        category=category,
        may_share=may_share,
        asked_at=now,
        changed_at=now,
    )
    _say(question, Turn.ASK, actor, text, now, file)
    _tell(question, expert.person, f"有人向您咨询：{question.title}", text, now)
    return question


def _askable(pk: int, actor: Person) -> Expert:
    expert: Expert | None = Expert.objects.public().select_related("person", "unit").filter(pk=pk).first()
    if expert is None:
        raise Unseen("没有找到这位专家，可能已退出专家库。")
    if expert.person_id == actor.pk:
        raise WrongState("这是您自己，不用在这里提问。", code="own-expert")
    return expert


def _refuse_too_many(actor: Person, now: datetime) -> None:
    recent = Question.objects.filter(asker=actor, asked_at__gt=now - HOUR).order_by("asked_at")
    times = list(recent.values_list("asked_at", flat=True))
    if len(times) >= rules.PER_HOUR:
        wait = int((times[-rules.PER_HOUR] + HOUR - now).total_seconds()) + 1
        message = f"一小时内最多提 {rules.PER_HOUR} 个问题，请约 {wait // 60 + 1} 分钟后再提。您写的内容仍在本页。"
        raise TooMany(message, retry_after=wait)


@transaction.atomic
def answer(question: Question, *, actor: Person, text: str, now: datetime, file: File | None = None) -> Question:
    """The first answer, or something to add to it."""
    question = _lock(question, actor, _expert_of)
    action = "add" if question.state == "answered" else "answer"
    question.answered_at = question.answered_at or now
    _move(question, action, actor, text, now, file)
    _tell(question, question.asker, f"专家已答复：{question.title}", text, now)
    return question


@transaction.atomic
def decline(question: Question, *, actor: Person, note: str, now: datetime) -> Question:
    question = _lock(question, actor, _expert_of)
    _move(question, "decline", actor, note, now)
    _tell(question, question.asker, f"专家未能答复：{question.title}", f"{note}\n您可以换一位专家提问。", now)
    return question


@transaction.atomic
def forward(question: Question, *, actor: Person, to: Expert, note: str, now: datetime) -> Question:
    """To somebody who knows better; the former expert then sees it no more."""
    question = _lock(question, actor, _expert_of)
    if to.pk == question.expert_id:
        raise Invalid.field("to", "请选择另一位专家。")
    if to.person_id == question.asker_id:
        raise Invalid.field("to", "不能转给提问人自己。")
    receiver = _askable(to.pk, actor)
    _move(
        question,
        "forward",
        actor,
        f"转给 {receiver.person}（{receiver.unit}）：{note.strip()}" if note.strip() else "",
        now,
    )
    question.expert = receiver
    question.save(update_fields=["expert"])
    _tell(question, receiver.person, f"转给您的咨询：{question.title}", note, now)
    _tell(question, question.asker, f"咨询已转给 {receiver.person}：{question.title}", note, now)
    return question


@transaction.atomic
def ask_again(question: Question, *, actor: Person, text: str, now: datetime, file: File | None = None) -> Question:
    question = _lock(question, actor, _asker_of)
    _move(question, "ask_again", actor, text, now, file)
    _tell(question, question.expert.person, f"提问人追问：{question.title}", text, now)
    return question


@transaction.atomic
def close(question: Question, *, actor: Person, now: datetime, thanks: str = "") -> Question:
    """By the one who asked, with a word of thanks or without."""
    question = _lock(question, actor, _asker_of)
    state, answered = QUESTION.step(question.state, "close"), question.state == "answered"
    if len(thanks.strip()) > rules.LONGEST_TEXT:
        raise Invalid.field("text", rules.text_problem(thanks))
    question.state, question.changed_at = state, now
    question.save(update_fields=["state", "changed_at"])
    _say(question, Turn.CLOSE, actor, thanks, now)
    if answered or thanks.strip():
        _tell(question, question.expert.person, f"提问人已结束咨询：{question.title}", thanks or "问题已解决。", now)
    return question


def _lock(question: Question, actor: Person, whose: Callable[[Question], Person]) -> Question:
    """Whoever may not see it is told it does not exist; whoever only oversees may not speak in it."""
    rows = Question.objects.visible_to(actor).select_related("asker", "expert__person", "expert__unit")
    held: Question | None = rows.select_for_update(of=("self",)).filter(pk=question.pk).first()
    if held is None:
        raise Unseen()
    if whose(held).pk != actor.pk:
        raise NotPermitted("只有提问人和被咨询的专家可以在这里发言。")
    return held


def _asker_of(question: Question) -> Person:
    return question.asker


def _expert_of(question: Question) -> Person:
    return question.expert.person


def _move(question: Question, action: str, actor: Person, text: str, now: datetime, file: File | None = None) -> None:
    state = QUESTION.step(question.state, action)
    if why := rules.text_problem(text):
        raise Invalid.field("text", why)
    question.state, question.changed_at = state, now
    question.save(update_fields=["state", "changed_at", "answered_at"])
    _say(question, Turn(action), actor, text, now, file)


def _say(question: Question, kind: str, actor: Person, text: str, now: datetime, file: File | None = None) -> None:
    if file:
        scope = question.expert.unit.scope
        files.attach(file, by=actor, holder_kind="question", holder_id=question.pk, scope=scope, now=now)
    question.turns.create(kind=kind, at=now, by=actor, by_label=str(actor), text=text.strip(), file=file)


def _tell(question: Question, person: Person, subject: str, body: str, now: datetime) -> None:
    tell(
        [person],
        kind="consultation",
        subject=subject,
        body=body.strip()[:200],
        url=reverse("units:question", args=[question.pk]),
        button="查看",
        key=f"question-{question.pk}-{question.turns.count()}",
        now=now,
    )
