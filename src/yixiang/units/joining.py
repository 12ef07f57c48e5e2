"""How a unit joins, as far as jurisdictions differ: rounds, papers, renewal, the voucher question.

Plain Python over the values of a pack; what is typed here is the shape of the law, never a number of it.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from yixiang.policy import Finding, Label, Question, Region, Rule, Sourced, Step, Subject, Yuan

Affiliation = Literal["central", "provincial", "municipal"]
AFFILIATIONS: dict[Affiliation, str] = {
    "central": "中央驻地方单位",
    "provincial": "省属单位",
    "municipal": "市州所属及其他在地单位",
}

UnitKind = Literal["university", "institute", "public_institution", "new_rd_institution", "enterprise", "team", "other"]
UNIT_KINDS: dict[UnitKind, str] = {
    "university": "高等学校",
    "institute": "科研院所",
    "public_institution": "事业单位",
    "new_rd_institution": "新型研发机构",
    "enterprise": "企业",
    "team": "创新创业团队（个人）",
    "other": "其他",
}

Level = Literal["city", "department", "province"]
ReviewedField = Literal[
    "name", "credit_code", "kind", "affiliation", "region", "headcount", "last_year_revenue", "commitment"
]

REVIEWED_FIELDS: dict[ReviewedField, str] = {
    "name": "单位名称",
    "credit_code": "统一社会信用代码",
    "kind": "单位性质",
    "affiliation": "隶属关系",
    "region": "所在地",
    "headcount": "企业人数",
    "last_year_revenue": "上年营业收入",
    "commitment": "承诺书信息",
}


@dataclass(frozen=True)
class Round:
    """One stage of review: who decides, within how many working days."""

    level: Level
    label: Annotated[str, Label("")]
    working_days: Annotated[int, Label("时限", unit="个工作日")]

    def __post_init__(self) -> None:
        if self.working_days < 1:
            raise ValueError("审核时限至少为 1 个工作日。")


@dataclass(frozen=True)
class Attachment:
    """A paper uploaded with the form."""

    code: str
    label: Annotated[str, Label("")]
    required: bool = True
    hint: Annotated[str, Label("")] = ""


# --- facts


@dataclass(frozen=True)
class ReviewFacts:
    affiliation: Annotated[Affiliation, Label("隶属关系", options=tuple(AFFILIATIONS.items()))]
    has_department: Annotated[
        bool, Label("已选定主管部门", help="没有选定时，主管部门这一环节由下一环节一并办理。")
    ] = False


@dataclass(frozen=True)
class ReopeningFacts:
    changed: Annotated[tuple[str, ...], Label("修改过的栏目")]


@dataclass(frozen=True)
class ConfirmationFacts:
    days: Annotated[int, Label("距上次确认单位信息", unit="天")]


@dataclass(frozen=True)
class VoucherFacts:
    region: Annotated[Region, Label("所在地")]
    kind: Annotated[UnitKind, Label("单位性质", options=tuple(UNIT_KINDS.items()))]
    headcount: Annotated[int | None, Label("企业人数", unit="人")] = None
    last_year_revenue: Annotated[Yuan | None, Label("上年营业收入", unit="元")] = None


@dataclass(frozen=True)
class PapersFacts:
    attached: Annotated[tuple[str, ...], Label("已上传的附件")]
    commitment_agreed: Annotated[bool, Label("已阅读并同意承诺书")]


# --- values


@dataclass(frozen=True)
class JoiningRules:
    review_municipal: Annotated[Sourced[tuple[Round, ...]], Label("市州所属及其他在地单位由谁审核")]
    review_provincial: Annotated[Sourced[tuple[Round, ...]], Label("省属单位由谁审核")]
    review_central: Annotated[Sourced[tuple[Round, ...]], Label("中央驻地方单位由谁审核")]
    reopening_fields: Annotated[
        Sourced[tuple[ReviewedField, ...]],
        Label("修改后需要重新审核的栏目", options=tuple(REVIEWED_FIELDS.items())),
    ]
    confirm_after_days: Annotated[Sourced[int], Label("单位信息超过多久须重新确认", unit="天")]
    confirm_notice_from_day: Annotated[Sourced[int], Label("从第几天起提醒确认", unit="天")]
    account_name: Annotated[Sourced[str], Label("账号名称")]
    attachments: Annotated[Sourced[tuple[Attachment, ...]], Label("入网须上传的材料")]
    commitment: Annotated[Sourced[tuple[str, ...]], Label("承诺书")]
    instructions: Annotated[Sourced[tuple[str, ...]], Label("填写说明")]
    voucher_question: Annotated[Rule[VoucherFacts], Label("什么单位会被询问是否申请创新券")]

    def __post_init__(self) -> None:
        for rounds in (self.review_municipal, self.review_provincial, self.review_central):
            if not rounds.value or rounds.value[-1].level == "department":
                raise ValueError(f"{rounds.cited.name}：最后一个审核环节须是市级或省级。")
        if not 0 < self.confirm_notice_from_day.value < self.confirm_after_days.value:
            raise ValueError("confirm_notice_from_day 须早于 confirm_after_days。")

    def review_of(self, affiliation: Affiliation) -> Sourced[tuple[Round, ...]]:
        by_affiliation = {
            "municipal": self.review_municipal,
            "provincial": self.review_provincial,
            "central": self.review_central,
        }
        return by_affiliation[affiliation]


# --- decisions


def rounds(rules: JoiningRules, facts: ReviewFacts) -> tuple[Round, ...]:
    """The rounds a unit goes through, in order."""
    planned = rules.review_of(facts.affiliation).value
    return tuple(stage for stage in planned if stage.level != "department" or facts.has_department)


def review(rules: JoiningRules, facts: ReviewFacts) -> Finding:
    planned, kept = rules.review_of(facts.affiliation), rounds(rules, facts)
    steps = [_round_step(planned, stage, kept=stage in kept) for stage in planned.value]
    value = [{"level": stage.level, "label": stage.label, "working_days": stage.working_days} for stage in kept]
    return Finding("+".join(stage.level for stage in kept), tuple(steps), value={"rounds": value})


def _round_step(planned: Sourced[tuple[Round, ...]], stage: Round, *, kept: bool) -> Step:
    because = f"{stage.label}，{stage.working_days} 个工作日内办结。"
    if not kept:
        because = f"没有选定主管部门，{stage.label}由下一环节一并办理。"
    return planned.step(because, fact="affiliation", label="隶属关系", value=stage.level if kept else "")


def reopening(rules: JoiningRules, facts: ReopeningFacts) -> Finding:
    """Which edits of a joined unit put it before the authority again."""
    reopened = [name for name in rules.reopening_fields.value if name in facts.changed]
    steps = tuple(
        rules.reopening_fields.step(
            "修改后需要重新审核。" if name in reopened else "没有修改。",
            fact=name,
            label=REVIEWED_FIELDS[name],
            found=name in reopened,
            passed=name not in reopened,
        )
        for name in rules.reopening_fields.value
    )
    return Finding("review" if reopened else "no_review", steps, value={"fields": reopened})


def confirmation(rules: JoiningRules, facts: ConfirmationFacts) -> Finding:
    """Whether the unit's data still count as fresh; work in progress goes on in any case."""
    limit, notice = rules.confirm_after_days, rules.confirm_notice_from_day
    overdue, near = facts.days > limit.value, facts.days >= notice.value
    days = {"fact": "days", "label": "距上次确认单位信息"}
    steps = (
        notice.step(
            f"第 {notice.value} 天起提醒确认。",
            found=facts.days,
            test="below",
            threshold=notice.value,
            passed=not near,
            **days,
        ),
        limit.step(
            f"超过 {limit.value} 天未确认的，须先确认，才能新发布资源和新下订单；办理中的事项不受影响。",
            found=facts.days,
            test="at_most",
            threshold=limit.value,
            passed=not overdue,
            **days,
        ),
    )
    decision = "due" if overdue else "notice" if near else "current"
    return Finding(decision, steps, value={"days_left": max(0, limit.value - facts.days)})


def voucher_question(rules: JoiningRules, facts: VoucherFacts) -> Finding:
    """Whether the form asks if the unit wants to apply for innovation vouchers."""
    asked, steps = rules.voucher_question.judge(facts)
    return Finding("asked" if asked else "not_asked", steps)


def papers(rules: JoiningRules, facts: PapersFacts) -> Finding:
    """Whether the form may be submitted: required scans, and the commitment read and agreed to."""
    required = [paper for paper in rules.attachments.value if paper.required]
    missing = [paper.code for paper in required if paper.code not in facts.attached]
    steps = [
        rules.attachments.step(
            f"须上传{paper.label}。",
            fact=paper.code,
            label=paper.label,
            found=paper.code not in missing,
            passed=paper.code not in missing,
        )
        for paper in required
    ]
    if rules.commitment.value:
        agreed = facts.commitment_agreed
        step = rules.commitment.step(
            "须阅读并同意承诺书。",
            fact="commitment_agreed",
            label="已阅读并同意承诺书",
            found=agreed,
            passed=agreed,
        )
        steps.append(step)
    complete = all(step.passed for step in steps)
    return Finding("complete" if complete else "incomplete", tuple(steps), value={"missing": missing})


REVIEW = Question("units", "review", "单位入网由谁审核", ReviewFacts, review)
REOPENING = Question("units", "reopening", "修改单位信息后是否重新审核", ReopeningFacts, reopening)
CONFIRMATION = Question("units", "confirmation", "单位信息是否需要确认", ConfirmationFacts, confirmation)
VOUCHER_QUESTION = Question("units", "voucher_question", "入网时是否询问申请创新券", VoucherFacts, voucher_question)
PAPERS = Question("units", "papers", "入网材料是否齐全", PapersFacts, papers)

UNITS = Subject(
    "units",
    "单位入网",
    JoiningRules,
    (REVIEW, REOPENING, CONFIRMATION, VOUCHER_QUESTION, PAPERS),
)
