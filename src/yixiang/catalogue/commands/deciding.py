"""What a decision on a case of this room does to its subject, in the same transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from yixiang.catalogue.commands.telling import page_of, tell_deciders, tell_owner
from yixiang.catalogue.commands.timing import settle
from yixiang.catalogue.commands.writing import lock, record
from yixiang.catalogue.models import Instrument, Listing, Platform, TestService
from yixiang.catalogue.states import CLOSED, LISTING
from yixiang.kernel.errors import Unseen
from yixiang.people.models import Person
from yixiang.reviews import commands as reviews
from yixiang.reviews.commands import Outcome, Verb
from yixiang.reviews.models import Case

MODELS: dict[str, type[Listing]] = {"instrument": Instrument, "platform": Platform, "service": TestService}
LABELS = {"instrument": "仪器设施入网", "platform": "平台入网", "service": "检测服务入网"}
MOVES = {  # what a decision means where the subject stands
    "submitted": {"approve": "approve", "return": "return", "reject": "reject"},
    "scrapping": {"approve": "approve_scrap", "reject": "decline"},
    "leaving": {"approve": "approve_leave", "reject": "decline"},
}


@transaction.atomic
def decide_case(
    case: Case,
    *,
    actor: Person,
    action: Verb,
    now: datetime,
    note: str = "",
    reasons: Sequence[str] = (),
    version: int | None = None,
) -> Outcome:
    """Lock the subject, let the conversation decide, then move the subject; a refusal leaves all as it was."""
    listing = _subject(case)
    verb: Verb = action if action in MOVES.get(listing.state, {action}) else "reject"  # nothing to mend: declined
    outcome = reviews.decide(case.pk, actor=actor, action=verb, note=note, reasons=reasons, version=version, now=now)
    said = "\n".join([*reasons, note]).strip()
    if outcome.final:
        _move(listing, outcome, actor, said, now)
    else:
        record(listing, "pass_on", "通过本级审核，转下一级", actor=actor, now=now, note=said)
        tell_deciders(outcome.case, now=now)
    return outcome


def _subject(case: Case) -> Listing:
    model: Any = MODELS.get(case.kind)
    listing: Listing | None = model.objects.filter(pk=case.subject_id).first() if model else None
    if listing is None:
        raise Unseen()
    return lock(listing)


def _move(listing: Listing, outcome: Outcome, actor: Person, said: str, now: datetime) -> None:
    action = MOVES[listing.state][outcome.action]
    before, listing.state = listing.state, LISTING.step(listing.state, action)
    if listing.state == "listed":
        listing.listed_at, listing.confirmed_at = listing.listed_at or now, now
    listing.closed_at = now if listing.state in {*CLOSED, "left"} else None
    listing.state_note = said[:300] if action in {"decline", "reject", "return"} else ""
    listing.changed_at = now
    listing.version += 1
    listing.save()
    what = LISTING.move(before, action).label
    record(listing, action, what, actor=actor, now=now, before=before, after=listing.state, note=said)
    settle(listing, now=now)
    _tell_result(listing, outcome.case, action, said, now)


_RESULT = {
    "approve": ("已入网：{}", "“{}”已通过审核，现在对外展示，可以预约。", "查看", "review-decided"),
    "return": ("入网申请被退回：{}", "“{}”需要修改后重新提交：{}", "去修改", "review-returned"),
    "reject": ("未获准入网：{}", "“{}”的入网申请未获通过：{}", "查看", "review-decided"),
    "approve_scrap": ("已核准报废：{}", "“{}”已核准报废，不再对外展示，历史记录保留。", "查看", "review-decided"),
    "approve_leave": ("已核准退出：{}", "“{}”已退出平台，不再对外展示，历史记录保留。", "查看", "review-decided"),
    "decline": (
        "申请未获核准：{}",
        "“{}”的申请未获核准，现为停用状态，可以恢复开放：{}",
        "查看",
        "review-decided",
    ),
}


def _tell_result(listing: Listing, case: Case, action: str, said: str, now: datetime) -> None:
    subject, body, button, kind = _RESULT[action]
    tell_owner(
        listing,
        subject=subject.format(listing.name),
        body=body.format(listing.name, said),
        button=button,
        kind=kind,
        url=page_of(listing),
        key=f"case-{case.pk}-{case.version}-result",
        now=now,
    )
