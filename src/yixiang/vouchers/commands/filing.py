"""A redemption goes to its reviewers, with the facts beside it."""

from collections.abc import Iterator
from datetime import datetime

from yixiang.kernel.periods import local_date
from yixiang.ledger.queries.explaining import found_in
from yixiang.people.models import Person
from yixiang.policy import Verdict
from yixiang.reviews import commands as reviews
from yixiang.reviews.commands import Fact, Opening, Round
from yixiang.units.commands.telling import tell_deciders
from yixiang.vouchers.facts import PAPERS
from yixiang.vouchers.law import law_for
from yixiang.vouchers.models import Redemption
from yixiang.vouchers.permissions import VouchersPermission

KIND = "redemption"


def file_case(made: Redemption, *, actor: Person, now: datetime) -> Redemption:
    """The rounds are those of the law of the order's day."""
    opening = Opening(
        kind=KIND, subject_id=made.pk, title=f"创新券兑付 {made.amount:,} 元 · {made.unit.name}",
        permission=VouchersPermission.DECIDE, region=made.unit.region, rounds=rounds_of(made),
        applicant_label=made.unit.name, facts=list(facts_of(made)),
    )  # fmt: skip
    made.case = reviews.open_case(opening, applicant=actor, now=now)
    made.filed_at = now
    made.save(update_fields=["case", "filed_at"])
    tell_deciders(made.case, now=now)
    return made


def rounds_of(made: Redemption) -> list[Round]:
    law = law_for(str(made.snapshot["standing"]["region"]), on=made.day)
    assert law is not None, "there was law when it was used"
    return law.rounds(str(made.snapshot["level"]))


def facts_of(made: Redemption) -> Iterator[Fact]:
    """What the law asked, what it found, and which papers lie beside it."""
    for raw in made.decision["verdicts"]:
        for step in Verdict.from_json(raw).steps:
            found = found_in(step)
            yield Fact(
                label=step.label if found and step.label else step.because, value=found,
                passed=True if step.passed is None else step.passed, threshold=step.threshold_text,
                article=step.article, because=step.because,
            )  # fmt: skip
    kinds = set(made.papers.values_list("kind", flat=True))
    for code, label in PAPERS.items():
        if code in kinds:
            yield Fact(label=label, value="已提供", passed=True)
    standing = made.snapshot["standing"]
    if standing.get("technology_sme") and standing.get("technology_sme_year"):
        yield Fact(label="科技型中小企业入库年度", value=str(standing["technology_sme_year"]))
    yield _interval(made)


def _interval(made: Redemption) -> Fact:
    filed = local_date(made.filed_at or made.used_at)
    return Fact(label="约定日期", value=f"{made.day}（按这一天的单位情况和政策判断），{filed} 提交", passed=None)
