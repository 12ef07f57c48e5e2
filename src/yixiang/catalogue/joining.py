"""How an instrument joins, as far as jurisdictions differ: what must, what may, by when, with whom, by whom decided.

Plain Python over the values of a pack; what is typed here is the shape of the law, never a number of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from yixiang.catalogue.rules.words import LEVELS as PLATFORM_LEVELS
from yixiang.catalogue.rules.words import PLATFORM_KINDS
from yixiang.policy import Finding, Label, Question, Rule, Sourced, Step, Subject, Yuan
from yixiang.units.joining import AFFILIATIONS, Affiliation, Round

Kind = Literal["instrument", "facility"]
KINDS: dict[Kind, str] = {"instrument": "大型仪器", "facility": "科研设施"}
Level = Literal["none", "junior", "middle", "associate", "senior"]
LEVELS: dict[Level, str] = {
    "none": "无职称",
    "junior": "初级",
    "middle": "中级",
    "associate": "副高级",
    "senior": "正高级",
}
Field = Literal[
    "name", "model", "worth", "bought_on", "technical", "place", "keeper", "contact", "tariff", "service",
    "asset_number", "department", "share_mode", "condition", "supervised",
]  # fmt: skip
FIELDS: dict[Field, str] = {
    "name": "仪器名称",
    "model": "型号",
    "worth": "原值",
    "bought_on": "购置时间",
    "technical": "主要技术指标",
    "place": "安置地点",
    "keeper": "责任人（机组人员）",
    "contact": "有效联系方式",
    "tariff": "收费标准",
    "service": "服务范围",
    "asset_number": "固定资产编号",
    "department": "所属单位内部门",
    "share_mode": "是否对外开放",
    "condition": "使用状态",
    "supervised": "海关监管",
}
Component = Literal["material", "running", "labour", "other"]
COMPONENTS: dict[Component, str] = {
    "material": "材料消耗费",
    "running": "水电等运行费",
    "labour": "人力成本服务费",
    "other": "其他费用",
}
DeviceDuty = Literal["asked", "encouraged", "not_asked"]
DEVICE_DUTIES: dict[DeviceDuty, str] = {
    "asked": "应及时安装",
    "encouraged": "具备条件的鼓励安装",
    "not_asked": "没有规定",
}
SpanUnit = Literal["working_days", "months"]
PlatformKind = Literal[
    "provincial_laboratory", "key_laboratory", "technology_centre", "field_station", "clinical_centre",
    "engineering_centre", "testing_institution", "instrument_centre", "seed_bank", "other",
]  # fmt: skip
PlatformLevel = Literal["1", "2", "3", "4"]


@dataclass(frozen=True)
class Span:
    """A time the law sets."""

    count: Annotated[int, Label("时限")]
    unit: Annotated[SpanUnit, Label("单位", options=(("working_days", "个工作日"), ("months", "个月")))]

    def __post_init__(self) -> None:
        if self.count < 1:
            raise ValueError("时限至少为 1。")


# --- facts


@dataclass(frozen=True)
class AdmissionFacts:
    worth: Annotated[Yuan, Label("单台（套）原值")]
    fiscal: Annotated[bool, Label("全部或部分使用财政资金")]
    kind: Annotated[Kind, Label("类型", options=tuple(KINDS.items()))] = "instrument"
    restricted: Annotated[bool, Label("涉密或法律法规另有规定")] = False
    reasoned: Annotated[bool, Label("已写明精度、专业性和共享性的理由")] = False


@dataclass(frozen=True)
class PlatformFacts:
    kind: Annotated[PlatformKind, Label("平台类型", options=tuple(PLATFORM_KINDS.items()))]
    level: Annotated[PlatformLevel, Label("平台级别", options=tuple(PLATFORM_LEVELS.items()))]
    restricted: Annotated[bool, Label("涉密或法律法规另有规定")] = False


@dataclass(frozen=True)
class Practice:
    """One keeper, as far as the law asks."""

    years: Annotated[int | None, Label("实践经验", unit="年")] = None
    level: Annotated[Level, Label("职称级别", options=tuple(LEVELS.items()))] = "none"


@dataclass(frozen=True)
class KeepersFacts:
    keepers: Annotated[tuple[Practice, ...], Label("机组人员")] = ()


@dataclass(frozen=True)
class DeadlineFacts:
    must: Annotated[bool, Label("必须入网")]
    waited: Annotated[int, Label("验收后已过", unit="个工作日")]


@dataclass(frozen=True)
class ReviewFacts:
    affiliation: Annotated[Affiliation, Label("隶属关系", options=tuple(AFFILIATIONS.items()))]
    removal: Annotated[bool, Label("报废或退出")] = False
    has_department: Annotated[bool, Label("已选定主管部门")] = False


@dataclass(frozen=True)
class FieldsFacts:
    present: Annotated[tuple[Field, ...], Label("已填写的信息", options=tuple(FIELDS.items()))]


@dataclass(frozen=True)
class PriceFacts:
    published: Annotated[bool, Label("已公布收费标准")]
    components: Annotated[tuple[Component, ...], Label("收费构成", options=tuple(COMPONENTS.items()))] = ()
    differs: Annotated[bool, Label("对外部用户区别定价")] = False


@dataclass(frozen=True)
class DeviceFacts:
    has_device: Annotated[bool, Label("已安装物联网设备")]


# --- values


@dataclass(frozen=True)
class ListingRules:
    exempt: Annotated[Rule[AdmissionFacts], Label("不纳入平台的")]
    must: Annotated[Rule[AdmissionFacts], Label("必须加入的")]
    encouraged: Annotated[Rule[AdmissionFacts], Label("鼓励加入的")]
    selected: Annotated[Rule[AdmissionFacts], Label("自愿申报、由主管部门择优的")]
    floor: Annotated[Rule[AdmissionFacts], Label("不用另外说明理由的")]
    below: Annotated[Rule[AdmissionFacts], Label("达不到门槛时")]
    refusal: Annotated[Sourced[str], Label("应加入而不加入的怎么办")]
    platform_must: Annotated[Rule[PlatformFacts], Label("必须加入的科技创新平台")]
    keeper: Annotated[Rule[Practice], Label("至少有一名这样的机组人员")]
    keeper_blocks: Annotated[Sourced[bool], Label("没有符合条件的机组人员时不能提交")]
    join_within: Annotated[Sourced[tuple[Span, ...]], Label("验收后多久内加入")]
    change_within: Annotated[Sourced[tuple[Span, ...]], Label("有变动后多久内更新")]
    check_every: Annotated[Sourced[tuple[Span, ...]], Label("多久核对一次信息")]
    device: Annotated[Sourced[DeviceDuty], Label("物联网设备", options=tuple(DEVICE_DUTIES.items()))]
    listing_fields: Annotated[Sourced[tuple[Field, ...]], Label("必须公开的信息", options=tuple(FIELDS.items()))]
    price_components: Annotated[
        Sourced[tuple[Component, ...]], Label("收费可以包含", options=tuple(COMPONENTS.items()))
    ]
    one_price: Annotated[Sourced[bool], Label("对外部用户统一公开收费")]
    review_municipal: Annotated[Sourced[tuple[Round, ...]], Label("市州所属及其他在地单位的资源由谁审核")]
    review_provincial: Annotated[Sourced[tuple[Round, ...]], Label("省属单位的资源由谁审核")]
    review_central: Annotated[Sourced[tuple[Round, ...]], Label("中央驻地方单位的资源由谁审核")]
    review_removal: Annotated[Sourced[tuple[Round, ...]], Label("报废、退出由谁核准")]

    def __post_init__(self) -> None:
        for rounds in (self.review_municipal, self.review_provincial, self.review_central, self.review_removal):
            if not rounds.value or rounds.value[-1].level == "department":
                raise ValueError(f"{rounds.cited.name}：最后一个审核环节须是市级或省级。")
        if len(self.join_within.value) > 1 or any(span.unit != "working_days" for span in self.join_within.value):
            raise ValueError("join_within：入网期限最多写一个，以工作日计。")

    def review_of(self, facts: ReviewFacts) -> Sourced[tuple[Round, ...]]:
        by_affiliation = {
            "municipal": self.review_municipal,
            "provincial": self.review_provincial,
            "central": self.review_central,
        }
        return self.review_removal if facts.removal else by_affiliation[facts.affiliation]


# --- decisions


def admission(rules: ListingRules, facts: AdmissionFacts) -> Finding:
    """Whether the law wants it on the platform; every rule is shown, whichever of them decides."""
    named = {
        name: _judged(getattr(rules, name), facts)
        for name in ("exempt", "must", "encouraged", "selected", "floor", "below")
    }
    holds = {name: held for name, (held, _step) in named.items()}
    value = {
        "selected": holds["selected"] and not holds["must"],
        "refusal": rules.refusal.value if holds["must"] else "",
    }
    return Finding(_admitted(holds), tuple(step for _held, step in named.values()), value=value)


def _admitted(holds: dict[str, bool]) -> str:
    if holds["exempt"]:
        return "not_admitted"
    for decision in ("must", "encouraged"):
        if holds[decision]:
            return decision
    return "may" if holds["floor"] or holds["below"] else "needs_reason"


def _judged(rule: Rule[AdmissionFacts], facts: AdmissionFacts) -> tuple[bool, Step]:
    """The rule as one line, with its own lines inside."""
    held, lines = rule.judge(facts)
    step = Step(
        rule=rule.cited.name,
        article=rule.cited.article,
        source=rule.cited.source,
        label=rule.cited.label,
        passed=held,
        because="；".join(rule.reasons),
        parts=lines,
    )
    return held, step


def platform(rules: ListingRules, facts: PlatformFacts) -> Finding:
    """Whether the law wants this laboratory or centre on the platform; every other one may join."""
    held, lines = rules.platform_must.judge(facts)
    return Finding("must" if held else "may", lines, value={"refusal": rules.refusal.value if held else ""})


def keepers(rules: ListingRules, facts: KeepersFacts) -> Finding:
    """Whether one keeper fulfils every line; the nearest one is shown."""
    if not rules.keeper.tests:
        return Finding("not_asked", (_plain(rules.keeper),))
    judged = [rules.keeper.judge(keeper) for keeper in facts.keepers]
    met = any(held for held, _lines in judged)
    blocks = rules.keeper_blocks.value and not met
    best: Sequence[Step] = max((lines for _held, lines in judged), key=_passed, default=())
    if not best:
        best = rules.keeper.judge(Practice())[1]
    return Finding("met" if met else "needed", tuple(best), value={"blocks": blocks})


def _passed(lines: Sequence[Step]) -> int:
    return sum(line.passed is True for line in lines)


def _plain(rule: Rule[Practice]) -> Step:
    return Step(
        rule=rule.cited.name, article="", source=rule.cited.source, because="；".join(rule.reasons), passed=None
    )


def deadline(rules: ListingRules, facts: DeadlineFacts) -> Finding:
    """Whether what must join is still in time."""
    span = next(iter(rules.join_within.value), None)
    if span is None or not facts.must:
        because = "没有规定入网期限。" if span is None else "自愿加入的没有期限。"
        return Finding("none", (rules.join_within.step(because),))
    late = facts.waited > span.count
    step = rules.join_within.step(
        f"须在验收之日起 {span.count} 个工作日内加入平台。",
        fact="waited",
        label="验收后已过",
        found=facts.waited,
        test="at_most",
        threshold=span.count,
        passed=not late,
    )
    return Finding(
        "late" if late else "in_time", (step,), value={"days": span.count, "left": span.count - facts.waited}
    )


def rounds(rules: ListingRules, facts: ReviewFacts) -> tuple[Round, ...]:
    planned = rules.review_of(facts).value
    return tuple(stage for stage in planned if stage.level != "department" or facts.has_department)


def review(rules: ListingRules, facts: ReviewFacts) -> Finding:
    planned, kept = rules.review_of(facts), rounds(rules, facts)
    steps = tuple(planned.step(f"{stage.label}，{stage.working_days} 个工作日内办结。") for stage in kept)
    value = [{"level": stage.level, "label": stage.label, "working_days": stage.working_days} for stage in kept]
    return Finding("+".join(stage.level for stage in kept), steps, value={"rounds": value})


def listing_fields(rules: ListingRules, facts: FieldsFacts) -> Finding:
    """Whether everything the law wants published is there."""
    missing = [name for name in rules.listing_fields.value if name not in facts.present]
    steps = tuple(
        rules.listing_fields.step(
            f"须公开{FIELDS[name]}。",
            fact=name,
            label=FIELDS[name],
            found=name not in missing,
            passed=name not in missing,
        )
        for name in rules.listing_fields.value
    )
    return Finding("incomplete" if missing else "complete", steps, value={"missing": missing})


def price_rule(rules: ListingRules, facts: PriceFacts) -> Finding:
    """One published price for everyone outside, made of what the law allows."""
    strange = [part for part in facts.components if part not in rules.price_components.value]
    allowed = "、".join(COMPONENTS[part] for part in rules.price_components.value)
    same = not facts.differs if rules.one_price.value else None
    steps = (
        rules.one_price.step(
            "收费标准须向社会公布。", fact="published", label="已公布", found=facts.published, passed=facts.published
        ),
        rules.price_components.step(
            f"收费只包含{allowed}。", fact="components", label="收费构成", found=list(facts.components),
            passed=not strange,
        ),
        rules.one_price.step(
            "对外部用户统一收费，不设歧视性标准。", fact="differs", label="区别定价", found=facts.differs, passed=same
        ),
    )  # fmt: skip
    return Finding("breaks" if any(step.passed is False for step in steps) else "fits", steps)


def device(rules: ListingRules, facts: DeviceFacts) -> Finding:
    duty = rules.device.value
    step = rules.device.step(
        f"物联网设备{DEVICE_DUTIES[duty]}。",
        fact="has_device",
        label="已安装物联网设备",
        found=facts.has_device,
        passed=facts.has_device if duty == "asked" else None,
    )
    return Finding("has" if facts.has_device else {"asked": "due"}.get(duty, duty), (step,))


ADMISSION = Question("joining", "admission", "资源是否应当入网", AdmissionFacts, admission)
PLATFORM = Question("joining", "platform", "平台是否应当入网", PlatformFacts, platform)
KEEPERS = Question("joining", "keepers", "机组人员是否符合要求", KeepersFacts, keepers)
DEADLINE = Question("joining", "deadline", "是否在期限内入网", DeadlineFacts, deadline)
REVIEW = Question("joining", "review", "资源由谁审核", ReviewFacts, review)
LISTING_FIELDS = Question("joining", "listing_fields", "公开信息是否齐全", FieldsFacts, listing_fields)
PRICE_RULE = Question("joining", "price_rule", "收费标准是否合规", PriceFacts, price_rule)
DEVICE = Question("joining", "device", "是否应装物联网设备", DeviceFacts, device)

JOINING = Subject(
    "joining",
    "资源入网",
    ListingRules,
    (ADMISSION, PLATFORM, KEEPERS, DEADLINE, REVIEW, LISTING_FIELDS, PRICE_RULE, DEVICE),
)
