"""The voucher law of the place where a user lies, asked about one user and one order."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from yixiang.kernel.money import yuan
from yixiang.kernel.reference import city_of, province_of, region_path
from yixiang.ledger.models import Programme
from yixiang.ledger.queries.books import open_programme
from yixiang.policy import Pack, Verdict, library
from yixiang.policy.library import NoPack
from yixiang.reviews.commands import Round, authority_round
from yixiang.vouchers import laws
from yixiang.vouchers.facts import OrderFacts
from yixiang.vouchers.laws import VOUCHER, Settings, VoucherRules

SUBJECT = "voucher"


@dataclass(frozen=True, slots=True)
class Law:
    """The pack that counts for a user on a day."""

    pack: Pack[VoucherRules]
    region: str
    on: date

    @property
    def rules(self) -> VoucherRules:
        return self.pack.values

    @property
    def at_settlement(self) -> bool:
        return self.rules.used_at.value == "settlement"

    @property
    def claims(self) -> bool:
        """Whether vouchers are claimed first and used later."""
        return bool(self.rules.limits.value)

    def programme(self, level: str, *, today: date) -> Programme | None:
        """Of the year of the order, as long as it still takes something new today."""
        code = province_of(self.region) if level == "province" else city_of(self.region)
        return open_programme(SUBJECT, code, on=today, year=self.on.year)

    def programmes(self, *, today: date) -> dict[str, Programme]:
        found = {level: self.programme(level, today=today) for level in self.rules.levels.value}
        return {level: one for level, one in found.items() if one}

    # --- questions

    def sections(self, order: OrderFacts, open_levels: tuple[str, ...], city: Programme | None) -> Verdict:
        settings = settings_of(city)
        facts = laws.SectionsFacts(
            **_use(order), open_levels=open_levels, conditions=_conditions(settings), settings=settings  # type: ignore[arg-type]
        )  # fmt: skip
        return laws.SECTIONS.ask(self.pack, facts, on=self.on)

    def eligibility(self, order: OrderFacts, level: str, city: Programme | None) -> Verdict:
        settings = settings_of(city)
        facts = laws.EligibilityFacts(
            **_use(order), level=level, conditions=_conditions(settings), settings=settings  # type: ignore[arg-type]
        )  # fmt: skip
        return laws.ELIGIBILITY.ask(self.pack, facts, on=self.on)

    def amount(self, price: Decimal, programme: Programme, *, used: Decimal, claimed: Decimal | None) -> Verdict:
        facts = laws.AmountFacts(price, used, claimed, settings_of(programme))
        return laws.AMOUNT.ask(self.pack, facts, on=self.on)

    def papers(self, present: tuple[str, ...]) -> Verdict:
        """All that is done on this platform is testing and analysis, which asks for the proof of relevance too."""
        return laws.PAPERS.ask(self.pack, laws.PapersFacts(present, testing=True), on=self.on)  # type: ignore[arg-type]

    def entitlement(
        self, standing: Mapping[str, Any], programme: Programme, *, claimed: Decimal, wanted: Decimal | None
    ) -> Verdict:
        facts = laws.EntitlementFacts(
            **_user(standing), claimed=claimed, wanted=wanted, settings=settings_of(programme)
        )  # fmt: skip
        return laws.ENTITLEMENT.ask(self.pack, facts, on=self.on)

    def rounds(self, level: str) -> list[Round]:
        planned = self.rules.review_of(level).value  # type: ignore[arg-type]
        return [authority_round(stage.level, self.region, stage.working_days) for stage in planned]

    def document(self, source: str) -> str:
        found = self.pack.sources.get(source)
        return f"《{found.title}》" if found else ""


def law_for(region: str, *, on: date) -> Law | None:
    """None where this installation knows no vouchers."""
    place = library().jurisdiction_of(region_path(region)) if len(region) == 6 else None
    try:
        return Law(library().pack(place.code, VOUCHER, on), region, on) if place else None
    except NoPack:
        return None


def settings_of(programme: Programme | None) -> Settings:
    """What the authority has set; nothing where it has not."""
    typed: Mapping[str, str] = programme.settings if programme else {}
    readers: dict[str, Any] = {"rate": Decimal, "headcount_below": int}
    return Settings(**{name: readers.get(name, yuan)(text) for name, text in typed.items()})


def _conditions(settings: Settings) -> str:
    """A city that sets no condition of its own has the province's."""
    return "same" if settings.headcount_below is None and settings.revenue_below is None else "own"


def _user(standing: Mapping[str, Any]) -> dict[str, Any]:
    revenue = standing.get("last_year_revenue")
    return {
        "region": standing["region"],
        "kind": standing["kind"],
        "headcount": standing.get("headcount"),
        "last_year_revenue": None if revenue is None else yuan(revenue),
        "applied": bool(standing.get("wants_voucher")),
        "high_tech": bool(standing.get("high_tech")),
        "technology_sme": bool(standing.get("technology_sme")),
        "registered": bool(standing.get("joined")),
        "dishonest": bool(standing.get("dishonest")),
        "abnormal": bool(standing.get("abnormal")),
    }


def _use(order: OrderFacts) -> dict[str, Any]:
    return {**_user(order.standing), "purpose": order.purpose, "other_subsidy": order.other_subsidy}


def articles_of(law: Law, *verdicts: Verdict) -> str:
    """Every document a decision rests on with its articles, each once: 《…》 四、1.1.1 注；四、3.3.1."""
    said: dict[str, dict[str, None]] = {}
    for step in (step for verdict in verdicts for step in verdict.steps if step.article):
        said.setdefault(law.document(step.source), {}).update(dict.fromkeys(step.article.split("；")))
    return "；".join(f"{document} {'；'.join(articles)}".strip() for document, articles in said.items())[:200]
