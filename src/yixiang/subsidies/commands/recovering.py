"""What a user got by false data is taken back, with the evidence; a record is kept which later eligibility reads."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.urls import reverse

from yixiang.files.commands import attach
from yixiang.kernel.errors import Invalid, WrongState
from yixiang.kernel.money import ZERO
from yixiang.ledger.commands import moving as ledger
from yixiang.people.access import require
from yixiang.people.models import Person
from yixiang.subsidies.commands.applying import lock_application, record_event
from yixiang.subsidies.commands.checking import Evidence
from yixiang.subsidies.commands.paying import keep_record
from yixiang.subsidies.commands.telling import tell_unit
from yixiang.subsidies.models import Application
from yixiang.subsidies.permissions import SubsidiesPermission
from yixiang.subsidies.states import APPLICATION
from yixiang.units.commands.telling import holders
from yixiang.units.models import Unit


@transaction.atomic
def recover(
    found: Application, *, actor: Person, amount: Decimal, evidence: Evidence, now: datetime,
    version: int | None = None,
) -> Application:  # fmt: skip
    """All that was paid, or a part that leaves the rest paid. By the office whose money it is."""
    Unit.objects.select_for_update(of=("self",)).get(pk=found.unit_id)  # before the accounts, like whoever applies
    found = lock_application(found.pk)
    require(actor, SubsidiesPermission.DECIDE, found.programme.scopes)
    if version not in {None, found.version}:
        raise WrongState("这件申请刚刚有了变化，没有登记追回。请刷新后再办理。", code="application-changed")
    before, target, words = found.state, APPLICATION.step(found.state, "recover"), evidence.words.strip()
    if len(words) < 5:
        raise Invalid.field("words", "请写明查实了什么，依据是什么。")
    if evidence.file is None:
        raise Invalid.field("upload", "请附上查实的材料。")
    assert found.hold
    hold = ledger.recover(found.hold, amount, actor=actor, now=now, reason=words[:300])
    found.recovered, found.version = hold.recovered, found.version + 1
    found.state = target if hold.kept == ZERO else before
    found.save(update_fields=["recovered", "state", "version"])
    _keep_event(found, evidence, f"追回 {amount:,} 元，还剩 {hold.kept:,} 元", before, actor=actor, now=now)
    keep_record(found.unit, f"{found}追回：{words}", actor=actor, now=now)
    tell_unit(
        found.unit, f"追回用户补助 {amount:,} 元", words, url=reverse("subsidies:application", args=[found.number]),
        key=f"application-{found.pk}-back-{found.version}", now=now,
        people={found.person, *holders(SubsidiesPermission.APPLY, [found.unit.scope])},
    )  # fmt: skip
    return found


def _keep_event(
    found: Application, evidence: Evidence, what: str, before: str, *, actor: Person, now: datetime
) -> None:
    assert evidence.file
    made = record_event(
        found, "recover", what, actor=actor, now=now, before=before, note=evidence.words, file=evidence.file
    )
    attach(evidence.file, by=actor, holder_kind="application-event", holder_id=made.pk, now=now)
