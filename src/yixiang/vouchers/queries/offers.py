"""What a voucher would do for an order: shown before the click, asked again by the command after it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from yixiang.kernel.money import ZERO
from yixiang.ledger.commands.moving import Limit
from yixiang.ledger.models import Cap, Programme
from yixiang.ledger.queries.books import books
from yixiang.policy import Verdict
from yixiang.vouchers.facts import PAPERS, OrderFacts
from yixiang.vouchers.law import Law, law_for
from yixiang.vouchers.laws import LEVELS, SETTINGS
from yixiang.vouchers.models import Entitlement, Redemption

USED_BEFORE = "这张预约单已经用过创新券。"
OWN_USE = "本单位自己使用，不能用创新券。"
FREE = "这张预约单没有费用，不用创新券。"


@dataclass(frozen=True, slots=True)
class Offer:
    """One level's voucher for one order. `why_not` is empty where it can be used."""

    level: str
    programme: Programme
    law: Law
    eligibility: Verdict
    reckoning: Verdict
    papers: Verdict
    limit: Limit
    unproven: Mapping[str, str]
    why_not: str

    @property
    def label(self) -> str:
        return LEVELS[self.level]  # type: ignore[index]

    @property
    def amount(self) -> Decimal:
        return self.reckoning.amount or ZERO

    @property
    def usable(self) -> bool:
        return not self.why_not

    @property
    def missing_papers(self) -> dict[str, str]:
        """Code → what is missing in words."""
        return {code: self.unproven.get(code, PAPERS[code]) for code in self.papers.value["missing"]}


@dataclass(frozen=True, slots=True)
class Offers:
    """What settlement or agreement shows. What the law hides, `reasons` still explains to whoever asks."""

    shown: tuple[Offer, ...] = ()
    reasons: Verdict | None = None
    note: str = ""

    def of(self, level: str) -> Offer | None:
        return next((offer for offer in self.shown if offer.level == level), None)


NONE = Offers()


def offers_for(order: OrderFacts, *, moment: str, today: date) -> Offers:
    """`moment` is what is being done now, agreement or settlement; a law uses its vouchers at one of them."""
    law = law_for(str(order.standing.get("region", "")), on=order.day)
    if law is None or law.rules.used_at.value != moment:
        return NONE
    open_now = law.programmes(today=today)
    if not open_now:
        return NONE
    if order.internal or order.customer == order.provider:
        return Offers(note=OWN_USE)
    if order.price <= ZERO:
        return Offers(note=FREE)
    city = open_now.get("city")
    judged = law.sections(order, tuple(open_now), city)
    shown = tuple(_offer(law, order, level, open_now[level], city) for level in judged.value["shown"])
    return Offers(shown, judged)


def _offer(law: Law, order: OrderFacts, level: str, programme: Programme, city: Programme | None) -> Offer:
    used = used_by(order.customer, programme)
    claimed = claimed_by(order.customer, programme) if law.claims else None
    reckoning = law.amount(order.price, programme, used=used, claimed=claimed)
    papers = law.papers(order.present)
    return Offer(
        level, programme, law, law.eligibility(order, level, city), reckoning, papers,
        _limit(law, order, programme, claimed), order.unproven, _why_not(law, order, programme, reckoning),
    )  # fmt: skip


def _limit(law: Law, order: OrderFacts, programme: Programme, claimed: Decimal | None) -> Limit:
    key = str(order.customer)
    if law.claims:
        return Limit("user", key, claimed or ZERO, "已领取的创新券")
    ceiling = Decimal(programme.settings.get("year_ceiling", "0"))
    return Limit("user", key, ceiling, SETTINGS["year_ceiling"])


def _why_not(law: Law, order: OrderFacts, programme: Programme, reckoning: Verdict) -> str:
    """In the order in which somebody could do something about it."""
    if Redemption.objects.filter(order_number=order.number).exclude(state="released").exists():
        return USED_BEFORE
    if reckoning.decision == "unset":
        names = "、".join(f"“{SETTINGS[name]}”" for name in reckoning.value["missing"])
        return f"主管部门还没有确定{names}，现在不能计算，也不能使用。"
    if reckoning.decision == "nothing":
        return "还没有领取创新券，或者已领取的都用完了。" if law.claims else "本年度的额度已经用完。"
    left = books(programme)["fund"]
    if reckoning.amount is not None and left < reckoning.amount:
        return f"“{programme.title}”的预算只剩 {left:,.2f} 元，不够这一笔。"
    return ""


def used_by(unit: int, programme: Programme) -> Decimal:
    rows = Cap.objects.filter(programme=programme, dimension="user", key=str(unit))
    return rows.values_list("used", flat=True).first() or ZERO


def claimed_by(unit: int, programme: Programme) -> Decimal:
    rows = Entitlement.objects.filter(programme=programme, unit=unit)
    return rows.values_list("claimed", flat=True).first() or ZERO
