"""The packs the platform decides by, the facts each question asks for, and the decision itself."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Path, Query, Router, Schema

from yixiang.kernel.errors import Invalid, Unseen
from yixiang.kernel.money import NotMoney
from yixiang.kernel.periods import local_date
from yixiang.policy import FactsRefused, NoPack, Pack, Question, Step, Verdict, library
from yixiang.policy.packs import Entry

router = Router(tags=["政策"])
PLACE = "/api/v1/policies/"
Word = Annotated[str, Path(max_length=40, examples=["hunan"])]
SubjectName = Annotated[str, Path(max_length=40, examples=["user-subsidy"])]


class PackSourceOut(Schema):
    title: str = Field(examples=["湖南省重大科研基础设施和大型科研仪器开放共享管理办法"])
    number: str = Field(examples=["湘科发〔2025〕143号"])
    published: date | None = None
    url: str = ""


class PolicyQuestionOut(Schema):
    name: str = Field(examples=["order"])
    title: str = Field(examples=["这张预约单能得到多少补助"])


class PackBrief(Schema):
    pack: str = Field(alias="name", examples=["hunan/user-subsidy/2025-12-22"])
    jurisdiction: str = Field(examples=["hunan"])
    subject: str = Field(alias="subject.name", examples=["user-subsidy"])
    title: str
    starts: date = Field(alias="start", description="自这一天起")
    ends: date | None = Field(None, alias="end", description="不再适用的第一天；空为没有写明")
    digest: str = Field(description="内容的 SHA-256，内容不变则不变")
    sources: list[PackSourceOut]
    articles: list[str] = Field(examples=[["第二十四条", "第二十六条"]])
    questions: list[PolicyQuestionOut] = Field(alias="subject.questions")
    href: str

    @staticmethod
    def resolve_sources(pack: Pack[Any]) -> list[Any]:
        return list(pack.sources.values())

    @staticmethod
    def resolve_articles(pack: Pack[Any]) -> list[str]:
        return list(dict.fromkeys(cited.article for cited in pack.cited if cited.article))

    @staticmethod
    def resolve_href(pack: Pack[Any]) -> str:
        return f"{PLACE}{pack.jurisdiction}/{pack.subject.name}?on={pack.start.isoformat()}"


class PackEntryOut(Schema):
    name: str = Field(alias="cited.name", examples=["ceiling"])
    label: str = Field(examples=["同一用户同一年度最高补助"])
    lines: list[str] = Field(examples=[["100,000.00 元"]])
    article: str = Field(alias="cited.article", description="空为平台设置，文件没有规定", examples=["第二十五条"])
    document: str = Field(description="条文所在的文件")
    note: str = Field(alias="cited.note")


class PackOut(PackBrief):
    note: str
    entries: list[PackEntryOut] = Field(description="每个数值和条件")
    cases: list[str] = Field(description="算例")

    @staticmethod
    def resolve_entries(pack: Pack[Any]) -> list[Entry]:
        return list(pack.entries)

    @staticmethod
    def resolve_cases(pack: Pack[Any]) -> list[str]:
        return [case.title for case in library().cases_of(pack)]


class PacksOut(Schema):
    on: date
    items: list[PackBrief]


class PackBasisOut(Schema):
    pack: str = Field(examples=["hunan/user-subsidy/2025-12-22"])
    date: date
    digest: str


class QuestionFactsOut(Schema):
    question: str
    title: str
    facts: dict[str, Any] = Field(description="JSON Schema 2020-12")


class AskedOut(Schema):
    basis: PackBasisOut
    questions: list[QuestionFactsOut]


class PolicyDecideIn(Schema):
    on: date = Field(description="事实所在的日期，据以选定政策包", examples=["2026-05-01"])
    question: str = Field("", max_length=40, description="主题只有一个问题时可省略", examples=["order"])
    facts: dict[str, Any] = Field(
        description="见 …/facts；金额和比例写成字符串",
        examples=[
            {
                "user": "enterprise",
                "paid": "10000.00",
                "settled_on": "2026-05-01",
                "year": 2026,
                "purpose": "research",
            }
        ],
    )


class VerdictStepOut(Schema):
    rule: str = Field(examples=["rates"])
    article: str = Field(examples=["第二十五条"])
    document: str = Field("", description="条文所在的文件；空为平台设置")
    fact: str = Field(examples=["paid"])
    label: str = Field(examples=["支付的检验检测费用"])
    found: Any = Field(None, description="事实；空为没有填写")
    test: str = Field("", examples=["at_most"])
    threshold: Any = None
    passed: bool | None = Field(None, description="符合、不符合；空为计算或说明")
    value: Any = Field(None, description="算得的数", examples=["5000.00"])
    because: str
    parts: list["VerdictStepOut"] = Field([], description="组合条件的各部分")


class VerdictOut(Schema):
    question: str
    decision: str = Field(examples=["counts"])
    amount: str | None = Field(None, description="元，两位小数；不是金额的判断为空", examples=["5000.00"])
    value: dict[str, Any] = Field(description="其他结果")
    basis: PackBasisOut
    steps: list[VerdictStepOut]


class PacksWanted(Schema):
    on: date | None = Field(None, description="缺省为今天", examples=["2026-05-01"])
    jurisdiction: str = Field("", max_length=40, examples=["hunan"])
    subject: str = Field("", max_length=40, examples=["user-subsidy"])
    in_force: bool = Field(False, description="只要当日有效的")


class PackWanted(Schema):
    on: date | None = Field(None, description="缺省为今天", examples=["2026-05-01"])


class FactsWanted(PackWanted):
    question: str = Field("", max_length=40, description="只要一个问题", examples=["order"])


@router.get("/policies", response=PacksOut, auth=None, summary="政策包")
def policies(request: HttpRequest, wanted: Query[PacksWanted]) -> dict[str, Any]:
    """各地、各主题的全部政策包，连同起止日期、依据和条文。无需登录。"""
    on = wanted.on or _today()
    packs = library().packs(wanted.jurisdiction, wanted.subject)
    return {"on": on, "items": [pack for pack in packs if pack.in_force(on) or not wanted.in_force]}


@router.get("/policies/{jurisdiction}/{subject}", response=PackOut, auth=None, summary="一个政策包")
def policy(request: HttpRequest, jurisdiction: Word, subject: SubjectName, wanted: Query[PackWanted]) -> Pack[Any]:
    """当日有效的政策包：每个数值和条件的中文说明与条文。无需登录。"""
    return _pack(jurisdiction, subject, wanted.on or _today())


@router.get("/policies/{jurisdiction}/{subject}/facts", response=AskedOut, auth=None, summary="判断需要哪些事实")
def facts(request: HttpRequest, jurisdiction: Word, subject: SubjectName, wanted: Query[FactsWanted]) -> dict[str, Any]:
    """每个问题所需事实的 JSON Schema，供 decide 使用。无需登录。"""
    on = wanted.on or _today()
    pack = _pack(jurisdiction, subject, on)
    asked = [_question(pack, wanted.question)] if wanted.question else pack.subject.questions
    told = [{"question": one.name, "title": one.title, "facts": one.facts_schema()} for one in asked]
    return {"basis": pack.basis(on).to_json(), "questions": told}


@router.post("/policies/{jurisdiction}/{subject}/decide", response=VerdictOut, summary="按政策判断")
def decide(request: HttpRequest, jurisdiction: Word, subject: SubjectName, payload: PolicyDecideIn) -> dict[str, Any]:
    """与平台办事、付款时使用的是同一个函数。不保存任何内容；只读的令牌也可以用。"""
    pack = _pack(jurisdiction, subject, payload.on)
    question = _question(pack, payload.question)
    verdict = _ask(pack, question, payload)
    told = verdict.to_json()
    del told["facts"]
    return told | {"question": question.name, "steps": [_told(step, pack) for step in verdict.steps]}


def _today() -> date:
    return local_date(timezone.now())


def _pack(jurisdiction: str, subject: str, on: date) -> Pack[Any]:
    try:
        return library().pack(jurisdiction, subject, on)
    except NoPack:
        message = _("%(place)s 在 %(day)s 没有生效的“%(subject)s”政策包。全部政策包见 GET /api/v1/policies。")
        raise Unseen(message % {"place": jurisdiction, "day": on, "subject": subject}) from None


def _question(pack: Pack[Any], name: str) -> Question[Any, Any]:
    try:
        return pack.subject.question(name)
    except LookupError as error:
        raise Invalid.field("question", str(error)) from None


def _ask(pack: Pack[Any], question: Question[Any, Any], payload: PolicyDecideIn) -> Verdict:
    try:
        return question.ask(pack, question.read_facts(payload.facts), on=payload.on)
    except FactsRefused as refused:
        named = {f"facts.{name}".rstrip("."): messages for name, messages in refused.fields.items()}
        message = _("有 %(n)d 处填写有误，请按 errors 逐条修改。") % {"n": len(refused.flaws)}
        raise Invalid(message, fields=named) from None
    except NotMoney:
        raise Invalid.field("facts", _("金额过大，无法计算。")) from None


def _told(step: Step, pack: Pack[Any]) -> dict[str, Any]:
    source = pack.sources.get(step.source)
    names = ("rule", "article", "fact", "label", "found", "test", "threshold", "passed", "value", "because")
    told = {name: getattr(step, name) for name in names}
    return told | {"document": source.title if source else "", "parts": [_told(part, pack) for part in step.parts]}
