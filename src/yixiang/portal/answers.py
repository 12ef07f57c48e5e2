"""What each place would give for one test, by the same questions the platform pays by; every rule is shown."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal

from django.utils.translation import gettext as _

from yixiang.kernel.money import ZERO
from yixiang.kernel.reference import region_path
from yixiang.policy import Jurisdiction, NoPack, Pack, Step, Verdict, library
from yixiang.portal.calculator import ELSEWHERE, Asked
from yixiang.subsidies.laws import USER_SUBSIDY
from yixiang.subsidies.laws.user import ORDER, YEAR, Earned, OrderFacts, YearFacts
from yixiang.units.joining import UnitKind
from yixiang.vouchers.laws import (
    AMOUNT,
    ELIGIBILITY,
    ENTITLEMENT,
    VOUCHER,
    AmountFacts,
    EligibilityFacts,
    EntitlementFacts,
    Settings,
    VoucherRules,
)

Tone = Literal["good", "open", "no", "none"]
KINDS: dict[str, UnitKind] = {
    "enterprise": "enterprise", "student_startup": "enterprise", "student_team": "team", "other": "other",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """One place: the sum or why there is none, and the lines that lead there."""

    place: Jurisdiction
    here: bool
    tone: Tone
    headline: str
    text: str = ""
    amount: Decimal | None = None
    pack: Pack[Any] | None = None
    steps: tuple[Step, ...] = ()

    @property
    def failed(self) -> int:
        return sum(step.passed is False for step in self.steps)

    @property
    def passed(self) -> int:
        return sum(step.passed is True for step in self.steps)


def answers(asked: Asked) -> list[Answer]:
    """The asker's own place first; the others as if it lay there."""
    near = None if asked.region == ELSEWHERE else library().jurisdiction_of(region_path(asked.region))
    ordered = sorted(library().jurisdictions.values(), key=lambda place: place != near)
    return [_answer(place, asked, here=place == near) for place in ordered]


def _answer(place: Jurisdiction, asked: Asked, *, here: bool) -> Answer:
    region = asked.region if here else place.region
    for subject, told in ((USER_SUBSIDY, _subsidy), (VOUCHER, _voucher)):
        if not library().packs(place.code, subject.name):
            continue
        try:
            pack: Pack[Any] = library().pack(place.code, subject.name, asked.on)
        except NoPack:
            return Answer(place, here, "none", _("这一天没有生效的规定"), _("平台收录的当地文件不适用于这个日期。"))
        tone, headline, text, verdicts = told(pack, asked, region)
        amount = verdicts[-1].amount if tone == "good" else None
        steps = tuple(step for verdict in verdicts for step in verdict.steps)
        return Answer(place, here, tone, headline, text, amount, pack, steps)
    return Answer(place, here, "none", _("没有补助或创新券"), _("平台收录的当地文件没有规定用户补助或创新券。"))


Told = tuple[Tone, str, str, list[Verdict]]


def _subsidy(pack: Pack[Any], asked: Asked, region: str) -> Told:
    del region  # the law asks only whose instrument it is; the platform pays where the user lies
    facts = OrderFacts(asked.user, asked.price, asked.on, asked.on.year, asked.purpose, disqualified=asked.dishonest)
    order = ORDER.ask(pack, facts, on=asked.on)
    if order.decision != "counts":
        return "no", _("不符合条件"), _unmet(order), [order]
    earned = (Earned("—", order.amount or ZERO),)
    year = YEAR.ask(pack, YearFacts(earned, asked.received), on=asked.on)
    if not year.amount:
        return "no", _("今年的限额已用完"), _("明年可以再申请。"), [order, year]
    return "good", _("用户补助"), _("先付清费用，再凭已结算的预约单申请。"), [order, year]


def _voucher(pack: Pack[VoucherRules], asked: Asked, region: str) -> Told:
    user: dict[str, Any] = {
        "region": region, "kind": KINDS[asked.user], "headcount": asked.headcount, "last_year_revenue": asked.revenue,
        "applied": asked.applied, "high_tech": asked.high_tech, "technology_sme": asked.technology_sme,
        "dishonest": asked.dishonest, "abnormal": asked.abnormal,
    }  # fmt: skip
    level = pack.values.levels.value[0]
    use = EligibilityFacts(**user, purpose=asked.purpose, other_subsidy=asked.other_subsidy, level=level)
    eligible = ELIGIBILITY.ask(pack, use, on=asked.on)
    if eligible.decision != "eligible":
        return "no", _("不符合条件"), _unmet(eligible), [eligible]
    pays = _pays(pack, asked, user)
    if pays[-1].decision == "unset":
        told = _("比例和限额由当地计划设定；知道的话，填写后可以算出。")
        return "open", _("符合条件，金额未定"), told, [eligible, *pays]
    if not pays[-1].amount:
        return "no", _("今年的限额已用完"), _("明年可以再申请。"), [eligible, *pays]
    if pack.values.used_at.value == "agreement":
        return "good", _("创新券"), _("先领取，议价达成时抵扣。"), [eligible, *pays]
    return "good", _("创新券"), _("结算时选择使用，材料自动提交审核。"), [eligible, *pays]


def _pays(pack: Pack[VoucherRules], asked: Asked, user: dict[str, Any]) -> list[Verdict]:
    """Where vouchers are claimed first: what may still be claimed, then what of it this price takes."""
    settings = Settings(asked.rate, asked.order_ceiling, asked.year_ceiling)
    if not pack.values.limits.value:
        return [AMOUNT.ask(pack, AmountFacts(asked.price, asked.received, settings=settings), on=asked.on)]
    limit = ENTITLEMENT.ask(pack, EntitlementFacts(**user, claimed=asked.received), on=asked.on)
    told = tuple(step for step in limit.steps if step.rule == "limits")  # who may use one has been told already
    return [replace(limit, steps=told), AMOUNT.ask(pack, AmountFacts(asked.price, claimed=limit.amount), on=asked.on)]


def _unmet(verdict: Verdict) -> str:
    """What it is about, in the words of the facts; a choice of several conditions has only its sentence."""
    named = dict.fromkeys(step.label or step.because.rstrip("。") for step in verdict.failed)
    return _("没有满足：%(what)s。") % {"what": "、".join(named)}
