"""JSON doors of the questions put to experts."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status

from yixiang.files.queries import waiting_file
from yixiang.kernel.errors import Invalid
from yixiang.units import queries
from yixiang.units.api.units import MoveOut, StateOut
from yixiang.units.commands import consulting, sharing
from yixiang.units.models import Question, QuestionTurn
from yixiang.units.states import QUESTION, SHARING
from yixiang.web.cursor import Listing, Page, Paging

router = Router()
PLACE = "/api/v1/questions/"
LABELS = {move.action: move.label for machine in (QUESTION, SHARING) for move in machine.moves}


class QuestionBrief(Schema):
    id: int
    title: str
    category: str = Field(description="仪器类别代码")
    expert_id: int
    expert: str = Field(alias="expert.person.name")
    asker: str = Field(alias="asker.name")
    state: StateOut
    sharing: StateOut
    asked_at: datetime
    answered_at: datetime | None = None
    changed_at: datetime
    href: str

    @staticmethod
    def resolve_state(question: Question) -> dict[str, str]:
        return {"code": question.state, "label": QUESTION.label(question.state)}

    @staticmethod
    def resolve_sharing(question: Question) -> dict[str, str]:
        return {"code": question.sharing, "label": SHARING.label(question.sharing)}

    @staticmethod
    def resolve_href(question: Question) -> str:
        return f"{PLACE}{question.pk}"


class TurnOut(Schema):
    kind: str = Field(examples=["answer"])
    at: datetime
    by: str = Field(alias="by_label")
    text: str


class QuestionOut(QuestionBrief):
    turns: list[TurnOut]
    allowed: list[MoveOut]

    @staticmethod
    def resolve_turns(question: Question) -> list[QuestionTurn]:
        return list(question.turns.all())

    @staticmethod
    def resolve_allowed(question: Question, context: dict[str, Any]) -> list[dict[str, str]]:
        acts = queries.acts_of(question, context["request"].user)
        return [{"action": act, "label": LABELS[act], "href": f"{PLACE}{question.pk}/{act}"} for act in acts]


class QuestionIn(Schema):
    title: str = Field(max_length=80, examples=["涂层截面怎样制样不掉边？"])
    text: str = Field(max_length=5000)
    category: str = Field("", max_length=8, description="仪器类别代码")
    may_share: bool = Field(False, description="同意隐去身份后公开问答")
    file_id: UUID | None = Field(None, description="附件，先用 POST /files 上传")


class ActIn(Schema):
    text: str = Field("", max_length=5000, description="答复、追问、说明或感谢的话")
    to: int | None = Field(None, description="转给哪位专家（forward）")
    asked: str = Field("", max_length=2000, description="公开的问题（propose）")
    answered: str = Field("", max_length=5000, description="公开的答复（propose）")
    file_id: UUID | None = Field(None, description="附件（answer、add、ask_again）")


class QuestionsWanted(Paging):
    box: Literal["mine", "received", "all"] = Field("mine", description="我的、收到的、职责范围内全部")
    state: Literal["", "asked", "answered", "declined", "closed"] = Field("", description="状态")


@router.post("/experts/{int:pk}/questions", response={201: QuestionOut}, summary="向专家提问")
def ask_expert(request: HttpRequest, pk: int, payload: QuestionIn, response: HttpResponse) -> Status[Question]:
    """每人每小时最多 5 个问题。只有双方和当地主管部门能看到。"""
    person: Any = request.user
    given = payload.model_dump(exclude={"file_id"})
    file = waiting_file(person, payload.file_id) if payload.file_id else None
    made = consulting.ask(queries.expert_public(pk), actor=person, file=file, now=timezone.now(), **given)
    response["Location"] = f"{PLACE}{made.pk}"
    return Status(201, made)


@router.get("/questions", response=Listing[QuestionBrief], summary="专家咨询")
def questions(request: HttpRequest, wanted: Query[QuestionsWanted]) -> Page[Question]:
    """最近有往来的在前。"""
    rows = queries.questions_of(request.user, wanted.box, wanted.state)
    return wanted.page(rows, by=("-changed_at", "-pk"))


@router.get("/questions/{int:pk}", response=QuestionOut, summary="一次咨询")
def one_question(request: HttpRequest, pk: int) -> Question:
    """全部往来，和您现在可以办的事。"""
    return queries.question_for(request.user, pk)


Action = Literal["answer", "add", "forward", "decline", "ask_again", "close", "propose", "agree", "refuse", "retract"]
_QUIET = {"agree": sharing.agree, "refuse": sharing.refuse, "retract": sharing.retract}


@router.post("/questions/{int:pk}/{action}", response=QuestionOut, summary="办理一次咨询")
def act_on_question(request: HttpRequest, pk: int, action: Action, payload: ActIn) -> Question:
    """专家答复、补充、转出、不便答复、提议公开；提问人追问、结束、同意或不同意公开；双方都可收回公开。"""
    person: Any = request.user
    found, now = queries.question_for(person, pk), timezone.now()
    if action in _QUIET:
        return _QUIET[action](found, actor=person, now=now)
    return _said(found, person, action, payload, now)


def _said(found: Question, person: Any, action: str, given: ActIn, now: datetime) -> Question:
    if action == "propose":
        return sharing.propose(found, actor=person, asked=given.asked, answered=given.answered, now=now)
    if action == "close":
        return consulting.close(found, actor=person, thanks=given.text, now=now)
    if action == "decline":
        return consulting.decline(found, actor=person, note=given.text, now=now)
    if action == "forward":
        if given.to is None:
            raise Invalid.field("to", "请指明转给哪位专家。")
        return consulting.forward(found, actor=person, to=queries.expert_public(given.to), note=given.text, now=now)
    file = waiting_file(person, given.file_id) if given.file_id else None
    command = consulting.ask_again if action == "ask_again" else consulting.answer
    return command(found, actor=person, text=given.text, file=file, now=now)
