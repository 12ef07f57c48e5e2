"""Finding an expert, and reading the questions one has asked or been asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from yixiang.kernel.errors import Unseen
from yixiang.kernel.reference import class_children, disciplines, division, instrument_class, instrument_classes, stem
from yixiang.units.models import Expert, Question, QuestionTurn
from yixiang.units.states import QUESTION, SHARING

BOXES = {"mine": "我的咨询", "received": "收到的咨询", "all": "辖区咨询"}


@dataclass(frozen=True, slots=True)
class ExpertsWanted:
    """The filters of the directory, as its address carries them; what cannot be read counts as not asked for."""

    q: str = ""
    category: str = ""
    discipline: str = ""
    region: str = ""

    @property
    def applied(self) -> int:
        return sum(bool(value) for value in (self.category, self.discipline, self.region))


def experts_wanted_from(data: Mapping[str, str]) -> ExpertsWanted:
    given = {
        name: str(data.get(name) or "").strip().replace("\0", "") for name in ("q", "category", "discipline", "region")
    }
    return ExpertsWanted(
        q=given["q"][:80],
        category=given["category"] if instrument_class(given["category"]) else "",
        discipline=given["discipline"] if given["discipline"] in disciplines() else "",
        region=given["region"] if division(given["region"]) else "",
    )


def class_and_below(code: str) -> list[str]:
    """A branch stands for everything in it."""
    return [code, *(deeper for child in class_children(code) for deeper in class_and_below(child.code))]


def experts_found(wanted: ExpertsWanted) -> QuerySet[Expert]:
    """Public facts only; those who answer come first."""
    rows: QuerySet[Expert] = Expert.objects.public().select_related("person", "unit")
    for word in wanted.q.split()[:5]:
        rows = rows.filter(_says(word))
    if wanted.category:
        rows = rows.filter(classes__overlap=class_and_below(wanted.category))
    if wanted.discipline:
        rows = rows.filter(disciplines__contains=[wanted.discipline])
    if wanted.region:
        rows = rows.filter(unit__region__startswith=stem(wanted.region))
    return _counted(rows).order_by("-answered", "-certified_at", "-pk")


def _says(word: str) -> Q:
    """The word in what the expert wrote, or in the name of a class or discipline they chose."""
    folded = word.casefold()
    classes = [
        c for row in instrument_classes().values() if folded in row.name.casefold() for c in class_and_below(row.code)
    ]
    fields = [row.code for row in disciplines().values() if folded in row.name.casefold()]
    wanted = Q(person__name__icontains=word) | Q(unit__name__icontains=word) | Q(field__icontains=word)
    wanted |= Q(instruments__icontains=word) | Q(introduction__icontains=word)
    if classes:
        wanted |= Q(classes__overlap=classes)
    return wanted | Q(disciplines__overlap=fields) if fields else wanted


def _counted(rows: QuerySet[Any]) -> QuerySet[Any]:
    counted: QuerySet[Any] = rows.annotate(answered=Count("questions", filter=Q(questions__answered_at__isnull=False)))
    return counted


def expert_public(pk: int) -> Expert:
    found: Expert | None = _counted(Expert.objects.public()).select_related("person", "unit").filter(pk=pk).first()
    if found is None:
        raise Unseen("没有找到这位专家，可能已退出专家库。")
    return found


def shared_of(expert: Expert) -> QuerySet[Question]:
    """Questions others may read; nothing in them leads to the asker."""
    rows: QuerySet[Question] = expert.questions.public()
    return rows.only("pk", "title", "category", "shared_question", "shared_answer", "answered_at").order_by("-pk")


def questions_of(person: Any, box: str, state: str = "") -> QuerySet[Question]:
    rows: QuerySet[Question] = Question.objects.visible_to(person).select_related(
        "asker", "expert__person", "expert__unit"
    )
    if box == "mine":
        rows = rows.filter(asker=person)
    elif box == "received":
        rows = rows.filter(expert__person=person)
    if state in QUESTION.codes:
        rows = rows.filter(state=state)
    return rows.order_by("-changed_at", "-pk")


def question_for(person: Any, pk: int) -> Question:
    rows = Question.objects.visible_to(person).select_related("asker", "expert__person", "expert__unit")
    found: Question | None = rows.filter(pk=pk).first()
    if found is None:
        raise Unseen()
    return found


def turn_file(person: Any, pk: int) -> QuestionTurn:
    visible = Question.objects.visible_to(person)
    rows = QuestionTurn.objects.filter(question__in=visible, file__isnull=False).select_related("file")
    found: QuestionTurn | None = rows.filter(pk=pk).first()
    if found is None:
        raise Unseen()
    return found


_EXPERTS = ("answer", "add", "forward", "decline", "propose", "retract")
_ASKERS = ("ask_again", "close", "agree", "refuse", "retract")


def acts_of(question: Question, person: Any) -> list[str]:
    """What this person may do with it now: by side, and by where it stands."""
    open_now = {move.action for move in QUESTION.allowed(question.state)}
    if question.answered_at:
        open_now |= {move.action for move in SHARING.allowed(question.sharing)}
    if question.expert.person_id == person.pk:
        return [action for action in _EXPERTS if action in open_now]
    return [action for action in _ASKERS if action in open_now] if question.asker_id == person.pk else []
