"""What is under review: lists, one case with its facts and decisions, and deciding."""

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from yixiang.reviews import kinds
from yixiang.reviews.commands import Outcome, Verb
from yixiang.reviews.models import Case
from yixiang.reviews.queries import VERBS, case_for
from yixiang.reviews.states import CASE
from yixiang.web.cursor import Listing, Page, Paging, require_version, version_tag

router = Router(tags=["审核"])
PLACE = "/api/v1/cases/"


class StateOut(Schema):
    code: str = Field(examples=["open"])
    label: str = Field(examples=["待审核"])


class CaseBrief(Schema):
    id: int
    kind: str = Field(description="类别", examples=["unit"])
    title: str = Field(examples=["湘江材料研究院申请入网"])
    state: StateOut
    applicant: str = Field(description="申请方", alias="applicant_label")
    holder: str = Field(description="现在由谁办理", examples=["长沙市科学技术局"])
    opened_at: datetime
    due_on: date | None = Field(None, description="办理期限")
    closed_at: datetime | None = None
    version: int = Field(description="版本；决定时可带上，防止与他人同时办理")
    href: str

    @staticmethod
    def resolve_state(case: Case) -> dict[str, str]:
        return {"code": case.state, "label": CASE.label(case.state)}

    @staticmethod
    def resolve_href(case: Case) -> str:
        return f"{PLACE}{case.pk}"


class RoundOut(Schema):
    level: str
    label: str
    days: int = Field(description="办理期限，工作日")


class FactOut(Schema):
    label: str
    value: str
    passed: bool | None = None
    threshold: str = ""
    article: str = Field("", description="依据的条款")
    because: str = ""


class DecisionOut(Schema):
    round: int
    action: str = Field(examples=["approve"])
    label: str = Field(examples=["通过"])
    by: str = Field(alias="by_label")
    at: datetime
    note: str
    reasons: list[str]

    @staticmethod
    def resolve_label(decision: Any) -> str:
        return VERBS.get(decision.action, str(decision.action))


class ActionOut(Schema):
    action: str = Field(examples=["approve"])
    label: str = Field(examples=["通过"])
    needs_note: bool = Field(description="必须写明理由")
    method: Literal["POST"] = "POST"
    href: str = Field(examples=["/api/v1/cases/12/approve"])


class CaseOut(CaseBrief):
    round: int = Field(description="第几轮，从 0 起")
    rounds: list[RoundOut]
    facts: list[FactOut] = Field(description="受理时核对过的事实")
    decisions: list[DecisionOut] = Field(description="先后的意见")
    allowed: list[ActionOut] = Field(description="您现在可以办理的动作")

    @staticmethod
    def resolve_decisions(case: Case) -> list[Any]:
        return list(case.decisions.all())

    @staticmethod
    def resolve_allowed(case: Case, context: dict[str, Any]) -> list[dict[str, Any]]:
        return allowed(case, context["request"].user)


class DecisionIn(Schema):
    note: str = Field("", max_length=2000, description="意见；退回和不予通过时必填", examples=["请补充承诺书扫描件"])
    reasons: list[str] = Field([], max_length=20, description="从理由库中选用的理由")
    version: int | None = Field(None, description="您看到的版本；已被他人办理时拒绝", examples=[1])


class CasesWanted(Paging):
    state: Literal["open", "returned", "approved", "rejected", "withdrawn"] | None = Field(None, description="状态")
    kind: str | None = Field(None, max_length=40, description="类别", examples=["unit"])
    waiting: bool = Field(False, description="只看等待本人办理的")


def allowed(case: Case, person: Any) -> list[dict[str, Any]]:
    """The moves of a decider, under the names the command takes."""
    if not Case.objects.decidable_by(person).filter(pk=case.pk).exists():
        return []
    moves = [m for m in CASE.allowed(case.state) if m.who == "decider" and m.action != "pass_on"]
    return [
        {"action": m.action, "label": m.label, "needs_note": m.note, "href": f"{PLACE}{case.pk}/{m.action}"}
        for m in moves
    ]


@router.get("/cases", response=Listing[CaseBrief], summary="审核事项")
def cases(request: HttpRequest, wanted: Query[CasesWanted]) -> Page[Case]:
    """本人提交的、等待本人办理的和本人职责范围内的审核事项，新的在前。"""
    rows = Case.objects.decidable_by(request.user) if wanted.waiting else Case.objects.visible_to(request.user)
    chosen = wanted.model_dump(include={"state", "kind"}, exclude_none=True)
    return wanted.page(rows.filter(**chosen), by=["-opened_at", "-pk"])


@router.get("/cases/{int:case_id}", response=CaseOut, summary="一件审核事项")
def case(request: HttpRequest, case_id: int, response: HttpResponse) -> Case:
    """核对过的事实、先后的意见，以及您现在可以办理的动作（allowed，带地址）。"""
    found = case_for(request.user, case_id)
    response["ETag"] = version_tag(found.version)
    return found


@router.post("/cases/{int:case_id}/{action}", response=CaseOut, summary="办理一件审核事项")
def decide(request: HttpRequest, case_id: int, action: Verb, payload: DecisionIn) -> Case:
    """通过、退回或不予通过。多级审核时，“通过”转下一级。已被他人办理的返回 409。"""
    person: Any = request.user
    found = case_for(person, case_id)
    require_version(request, found.version)
    decide_kind = kinds.kind(found.kind).decide
    outcome: Outcome = decide_kind(found, actor=person, action=action, now=timezone.now(), **payload.model_dump())
    return outcome.case
