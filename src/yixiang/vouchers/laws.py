"""创新券 as far as jurisdictions differ: who may use one, for which order, what it pays, how much in a year.

Plain Python over the values of a pack; what is typed here is the shape of the law, never a number of it. What a
document leaves open comes in with `Settings` of the programme and is refused by name (`unset`) until it is set.
Facts are those of the order's day: a firm that changed class in the year is judged as what it was on that day.
Money is rounded once, half up, where the rate is applied; every limit after that only takes away.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Annotated, Any, Literal

from yixiang.kernel.money import ZERO, percent
from yixiang.policy import Finding, Label, Question, Rate, Region, Rule, Sourced, Step, Subject, Yuan
from yixiang.policy.fields import kinds_of, labels_of
from yixiang.policy.wording import UNKNOWN, say
from yixiang.units.joining import UNIT_KINDS, Round, UnitKind

Level = Literal["province", "city"]
LEVELS: dict[Level, str] = {"province": "省级创新券", "city": "市级创新券"}
Moment = Literal["agreement", "settlement"]
MOMENTS: dict[Moment, str] = {"agreement": "议价达成时", "settlement": "结算时"}
UserClass = Literal["high_tech", "technology_sme", "team"]
CLASSES: dict[UserClass, str] = {
    "high_tech": "国家高新技术企业",
    "technology_sme": "科技型中小企业",
    "team": "科技创新团队",
}
PaperCode = Literal["contract", "invoice", "result", "relevance"]
SettingName = Literal["rate", "order_ceiling", "year_ceiling"]
SETTINGS: dict[SettingName, str] = {
    "rate": "兑付比例",
    "order_ceiling": "单笔最高兑付金额",
    "year_ceiling": "每家每年最高兑付金额",
}


@dataclass(frozen=True)
class Settings:
    """What the programme sets where the documents do not. Empty means: not set."""

    rate: Annotated[Rate | None, Label("兑付比例")] = None
    order_ceiling: Annotated[Yuan | None, Label("单笔最高兑付金额", unit="元")] = None
    year_ceiling: Annotated[Yuan | None, Label("每家每年最高兑付金额", unit="元")] = None
    headcount_below: Annotated[int | None, Label("市级条件：企业人数少于", unit="人")] = None
    revenue_below: Annotated[Yuan | None, Label("市级条件：上年营业收入低于", unit="元")] = None


# --- facts


@dataclass(frozen=True)
class UserFacts:
    """The user on the day of the order."""

    region: Annotated[Region, Label("所在地")]
    kind: Annotated[UnitKind, Label("单位性质", options=tuple(UNIT_KINDS.items()))]
    headcount: Annotated[int | None, Label("企业人数", unit="人")] = None
    last_year_revenue: Annotated[Yuan | None, Label("上年营业收入", unit="元")] = None
    applied: Annotated[bool, Label("入网时已选择申请创新券")] = False
    high_tech: Annotated[bool, Label("已认定的国家高新技术企业")] = False
    technology_sme: Annotated[bool, Label("已备案的科技型中小企业")] = False
    registered: Annotated[bool, Label("已在平台注册")] = True
    dishonest: Annotated[bool, Label("被列入失信名单")] = False
    abnormal: Annotated[bool, Label("被列入经营异常名录")] = False


Purpose = Literal["research", "development", "teaching", "other"]
PURPOSES: dict[Purpose, str] = {
    "research": "科学研究",
    "development": "科技开发",
    "teaching": "教学",
    "other": "其他",
}
Conditions = Literal["same", "own"]
CONDITIONS: dict[Conditions, str] = {"same": "与省级一致", "own": "市级自己的条件"}


@dataclass(frozen=True)
class UseFacts(UserFacts):
    """The user and the order it wants to pay with a voucher."""

    purpose: Annotated[Purpose | None, Label("用途", options=tuple(PURPOSES.items()))] = None
    other_subsidy: Annotated[bool | None, Label("这笔费用已有其他财政补贴")] = None


@dataclass(frozen=True)
class EligibilityFacts(UseFacts):
    level: Annotated[Level, Label("创新券级别", options=tuple(LEVELS.items()))] = "city"
    conditions: Annotated[Conditions, Label("市级条件", options=tuple(CONDITIONS.items()))] = "same"
    settings: Annotated[Settings, Label("计划设定")] = Settings()


@dataclass(frozen=True)
class SectionsFacts(UseFacts):
    """Which programmes are open to the user's place, and whether the city has conditions of its own."""

    open_levels: Annotated[tuple[Level, ...], Label("正在受理的计划", options=tuple(LEVELS.items()))] = ()
    conditions: Annotated[Conditions, Label("市级条件", options=tuple(CONDITIONS.items()))] = "same"
    settings: Annotated[Settings, Label("市级计划设定")] = Settings()


@dataclass(frozen=True)
class AmountFacts:
    price: Annotated[Yuan, Label("服务价格", unit="元", help="议价结果；结算时为发票金额。")]
    used: Annotated[Yuan, Label("本年度已用创新券", unit="元")] = ZERO
    claimed: Annotated[Yuan | None, Label("本年度已领取创新券", unit="元", help="先领取后使用的地方填写。")] = None
    settings: Annotated[Settings, Label("计划设定")] = Settings()


@dataclass(frozen=True)
class EntitlementFacts(UserFacts):
    claimed: Annotated[Yuan, Label("本年度已领取或已用", unit="元")] = ZERO
    wanted: Annotated[Yuan | None, Label("这次想领取", unit="元", help="不填写则为余下的全部。")] = None
    settings: Annotated[Settings, Label("计划设定")] = Settings()


@dataclass(frozen=True)
class PapersFacts:
    present: Annotated[tuple[PaperCode, ...], Label("已有的材料")] = ()
    testing: Annotated[bool, Label("属于检测试验分析活动")] = True


# --- values


@dataclass(frozen=True)
class Limit:
    """What one kind of user may claim in a year."""

    kind: Annotated[UserClass, Label("", options=tuple(CLASSES.items()))]
    amount: Annotated[Yuan, Label("每年累计")]


@dataclass(frozen=True)
class Paper:
    code: PaperCode
    label: Annotated[str, Label("")]
    tests_only: Annotated[bool, Label("仅检测试验分析活动须提供")] = False


@dataclass(frozen=True)
class VoucherRules:
    levels: Annotated[Sourced[tuple[Level, ...]], Label("有哪些创新券", options=tuple(LEVELS.items()))]
    who: Annotated[Rule[UserFacts], Label("谁可以用创新券")]
    size: Annotated[Rule[UserFacts], Label("企业规模")]
    order: Annotated[Rule[UseFacts], Label("什么服务可以用创新券")]
    used_at: Annotated[Sourced[Moment], Label("什么时候使用", options=tuple(MOMENTS.items()))]
    rate: Annotated[Sourced[tuple[Rate, ...]], Label("创新券支付服务价格的比例")]
    limits: Annotated[Sourced[tuple[Limit, ...]], Label("每年累计领取限额")]
    settings: Annotated[Sourced[tuple[SettingName, ...]], Label("由计划设定的事项", options=tuple(SETTINGS.items()))]
    papers: Annotated[Sourced[tuple[Paper, ...]], Label("兑付须提供的材料")]
    review_province: Annotated[Sourced[tuple[Round, ...]], Label("省级创新券由谁审核")]
    review_city: Annotated[Sourced[tuple[Round, ...]], Label("市级创新券由谁审核")]

    def __post_init__(self) -> None:
        if not self.levels.value:
            raise ValueError("levels：至少有一级创新券。")
        if len(self.rate.value) > 1 or bool(self.rate.value) == ("rate" in self.settings.value):
            raise ValueError("rate 与 settings：比例要么由文件规定一个，要么由计划设定。")
        if bool(self.limits.value) == ("year_ceiling" in self.settings.value):
            raise ValueError("limits 与 settings：年度限额要么由文件规定，要么由计划设定。")
        for level in self.levels.value:
            rounds = self.review_of(level)
            if not rounds.value or rounds.value[-1].level == "department":
                raise ValueError(f"{rounds.cited.name}：最后一个审核环节须是市级或省级。")
        if self.limits.value and {test.fact for test in self.who.tests}.isdisjoint({"high_tech", "technology_sme"}):
            raise ValueError("limits 与 who：限额按用户种类规定，who 须先判断是哪一种。")

    def review_of(self, level: Level) -> Sourced[tuple[Round, ...]]:
        return self.review_province if level == "province" else self.review_city


def user_class(facts: UserFacts) -> tuple[UserClass, ...]:
    """What the user counts as; a firm may be more than one."""
    held: dict[UserClass, bool] = {
        "high_tech": facts.high_tech,
        "technology_sme": facts.technology_sme,
        "team": facts.kind == "team",
    }
    return tuple(name for name, holds in held.items() if holds)


# --- decisions


def eligibility(rules: VoucherRules, facts: EligibilityFacts) -> Finding:
    """Whether this user may pay this order with a voucher of this level, rule by rule."""
    offered = facts.level in rules.levels.value
    offer = rules.levels.step(
        f"{'有' if offered else '没有'}{LEVELS[facts.level]}。", label="创新券级别", found=facts.level, passed=offered
    )
    if not offered:
        return Finding("no_programme", (offer,))
    if facts.level == "city" and facts.conditions == "own":
        sized, size = _own_size(rules, facts)
        if not size[0].passed:
            return Finding("unset", (offer, *size), value={"missing": ["headcount_below", "revenue_below"]})
    else:
        sized, size = rules.size.judge(facts)
    (known, who), (fitting, order) = rules.who.judge(facts), rules.order.judge(facts)
    return Finding("eligible" if known and sized and fitting else "not_eligible", (offer, *who, *size, *order))


def _own_size(rules: VoucherRules, facts: EligibilityFacts) -> tuple[bool, tuple[Step, ...]]:
    """The city's own numbers in place of the province's; a number the city does not set is not asked."""
    asked = (
        ("headcount", "企业人数", facts.headcount, facts.settings.headcount_below, "人"),
        ("last_year_revenue", "上年营业收入", facts.last_year_revenue, facts.settings.revenue_below, "元"),
    )
    told = any(limit is not None for _, _, _, limit, _ in asked)
    because = "市级计划设定了自己的条件。" if told else "市级计划说有自己的条件，由计划设定；尚未设定，不能判断。"
    steps = [rules.settings.step(because, fact="conditions", label="市级条件", found=facts.conditions, passed=told)]
    for fact, label, found, limit, unit in asked:
        if limit is None:
            continue
        step = rules.settings.step(
            f"市级计划设定：{label}须低于 {limit:,} {unit}。",
            fact=fact,
            label=label,
            found=_plain(found),
            test="below",
            threshold=_plain(limit),
            passed=found is not None and found < limit,
        )
        found_text = UNKNOWN if found is None else f"{found:,} {unit}"
        steps.append(replace(step, found_text=found_text, threshold_text=f"低于 {limit:,} {unit}"))
    return all(step.passed for step in steps), tuple(steps)


def sections(rules: VoucherRules, facts: SectionsFacts) -> Finding:
    """Which sections the settlement form shows: the province's and the city's each only to whom it is open.

    Where the city's conditions are the province's, a user who fails them sees neither.
    """
    user = {field.name: getattr(facts, field.name) for field in fields(UseFacts)}
    shown: list[Level] = []
    steps: list[Step] = []
    for level in rules.levels.value:
        asked = EligibilityFacts(**user, level=level, conditions=facts.conditions, settings=facts.settings)
        found = eligibility(rules, asked)
        is_open, eligible = level in facts.open_levels, found.decision == "eligible"
        if is_open and eligible:
            shown.append(level)
        why = "符合条件，显示。" if eligible else "不符合条件，不显示。"
        step = rules.levels.step(
            f"{LEVELS[level]}：{why if is_open else '没有正在受理的计划，不显示。'}",
            fact=level,
            label=LEVELS[level],
            found=is_open and eligible,
            passed=is_open and eligible,
        )
        steps += [step, *(found.steps[1:] if is_open else ())]
    decision = "both" if len(shown) == 2 else shown[0] if shown else "hidden"
    return Finding(decision, tuple(steps), value={"shown": list(shown)})


def amount(rules: VoucherRules, facts: AmountFacts) -> Finding:
    """What the voucher pays of this price: the rate first, then the limit of one order, then what the year leaves."""
    told, missing = _settings(rules, facts.settings, rules.settings.value)
    if missing:
        return Finding("unset", tuple(told), value={"missing": missing})
    rate, rated = _rate(rules, facts.settings)
    pays = percent(facts.price, rate)
    steps = [
        *told,
        rated.step(
            f"按服务价格的 {_share(rate)} 计算，四舍五入到分。",
            fact="price",
            label="服务价格",
            found=_plain(facts.price),
            threshold=str(rate),
            value=_plain(pays),
        ),
    ]
    ceiling = facts.settings.order_ceiling
    if ceiling is not None:
        pays, step = _limited(rules.settings, pays, ceiling, "order_ceiling", "单笔最高兑付金额")
        steps.append(step)
    claims = bool(rules.limits.value)
    year = facts.claimed if claims else facts.settings.year_ceiling
    left = max(ZERO, (year or ZERO) - facts.used)
    pays, step = _limited(rules.limits if claims else rules.settings, pays, left, "left", "本年度余额")
    steps.append(step)
    return Finding("pays" if pays else "nothing", tuple(steps), pays, {"rate": str(rate), "left": _plain(left - pays)})


def _rate(rules: VoucherRules, settings: Settings) -> tuple[Decimal, Sourced[Any]]:
    if rules.rate.value:
        return rules.rate.value[0], rules.rate
    assert settings.rate is not None, "asked for before"
    return settings.rate, rules.settings


def entitlement(rules: VoucherRules, facts: EntitlementFacts) -> Finding:
    """How much of the year's limit this user may still claim; a user of two kinds has the higher limit."""
    (known, who), (sized, size) = rules.who.judge(facts), rules.size.judge(facts)
    if not (known and sized):
        return Finding("not_entitled", (*who, *size), ZERO)
    asked = [name for name in rules.settings.value if name == "year_ceiling"]
    told, missing = _settings(rules, facts.settings, asked)
    limit, why, said = _limit(rules, facts)
    if limit is None:
        return Finding("unset", (*who, *size, *told), value={"missing": missing})
    left = max(ZERO, limit - facts.claimed)
    wanted = left if facts.wanted is None else facts.wanted
    step = why.step(
        f"{said}每年累计限额 {limit:,.2f} 元，已领取或已用 {facts.claimed:,.2f} 元，余 {left:,.2f} 元。",
        fact="wanted",
        label="这次想领取",
        found=_plain(wanted),
        test="at_most",
        threshold=_plain(left),
        passed=wanted <= left,
    )
    value = {"limit": _plain(limit), "left": _plain(left)}
    if wanted > left:
        return Finding("over_limit", (*who, *size, *told, step), ZERO, value)
    return Finding("granted" if wanted else "used_up", (*who, *size, *told, step), wanted, value)


def _limit(rules: VoucherRules, facts: EntitlementFacts) -> tuple[Decimal | None, Sourced[Any], str]:
    if not rules.limits.value:
        return facts.settings.year_ceiling, rules.settings, "本计划"
    held = user_class(facts)
    entry = max((limit for limit in rules.limits.value if limit.kind in held), key=lambda limit: limit.amount)
    return entry.amount, rules.limits, CLASSES[entry.kind]


def papers(rules: VoucherRules, facts: PapersFacts) -> Finding:
    """Whether what the order brings along is enough to file the redemption."""
    asked = [paper for paper in rules.papers.value if facts.testing or not paper.tests_only]
    missing = [paper.code for paper in asked if paper.code not in facts.present]
    steps = tuple(
        rules.papers.step(
            f"须提供{paper.label}。",
            fact=paper.code,
            label=paper.label,
            found=paper.code in facts.present,
            passed=paper.code in facts.present,
        )
        for paper in asked
    )
    return Finding("incomplete" if missing else "complete", steps, value={"missing": missing})


def _limited(by: Sourced[Any], pays: Decimal, ceiling: Decimal, fact: str, label: str) -> tuple[Decimal, Step]:
    granted = min(pays, ceiling)
    said = f"{label} {ceiling:,.2f} 元"
    because = f"没有超过{said}。" if granted == pays else f"以{said}为限，减去 {pays - granted:,.2f} 元。"
    step = by.step(because, fact=fact, label=label, threshold=_plain(ceiling), value=_plain(granted))
    return granted, step


def _settings(rules: VoucherRules, settings: Settings, names: Sequence[SettingName]) -> tuple[list[Step], list[str]]:
    """What the programme has set, line by line, and what it has not: nobody guesses."""
    kinds, labels = kinds_of(Settings), labels_of(Settings)
    steps, missing = [], []
    for name in names:
        value, label = getattr(settings, name), labels[name]
        because = f"文件没有规定“{label.text}”，计划设定为 {say(value, kinds[name], label)}。"
        if value is None:
            missing.append(str(name))
            because = f"文件没有规定“{label.text}”，由计划设定；尚未设定，不能计算。"
        found = kinds[name].dump(value)
        fact = f"settings.{name}"
        steps.append(rules.settings.step(because, fact=fact, label=label.text, found=found, passed=value is not None))
    return steps, missing


def _plain(value: Decimal | int | None) -> str | int | None:
    return f"{value:.2f}" if isinstance(value, Decimal) else value


def _share(rate: Decimal) -> str:
    return f"{(rate * 100).normalize() + Decimal(0):f}%"


ELIGIBILITY = Question("voucher", "eligibility", "能否使用创新券", EligibilityFacts, eligibility)
SECTIONS = Question("voucher", "sections", "结算时显示哪些创新券", SectionsFacts, sections)
AMOUNT = Question("voucher", "amount", "创新券支付多少", AmountFacts, amount)
ENTITLEMENT = Question("voucher", "entitlement", "今年还能领取多少创新券", EntitlementFacts, entitlement)
PAPERS = Question("voucher", "papers", "兑付材料是否齐全", PapersFacts, papers)

VOUCHER = Subject("voucher", "创新券", VoucherRules, (ELIGIBILITY, SECTIONS, AMOUNT, ENTITLEMENT, PAPERS))
