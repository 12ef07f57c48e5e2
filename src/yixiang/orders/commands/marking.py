"""预约信用: kept where somebody did not come or cancelled late, appealed against, decided by the office of the unit."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from yixiang.kernel.errors import Invalid, Unseen, WrongState
from yixiang.notices.commands import tell
from yixiang.orders.commands.telling import instruments_said, office, tell_customer
from yixiang.orders.commands.writing import lock, record
from yixiang.orders.models import Mark, Order
from yixiang.orders.rules.words import APPEALS, MARKS
from yixiang.people.access import may
from yixiang.people.models import Person
from yixiang.units.models import Unit
from yixiang.units.permissions import UnitsPermission


def mark(order: Order, kind: str, *, now: datetime) -> Mark:
    """Within the move it belongs to; once for an order."""
    made, _new = Mark.objects.get_or_create(
        order=order, defaults={"person": order.person, "unit": order.provider, "kind": kind, "at": now}
    )
    return made


@transaction.atomic
def appeal(found: Mark, *, actor: Person, words: str, now: datetime) -> Mark:
    """By whoever it is about, once."""
    order, found = _locked(found)
    if found.person_id != actor.pk:
        raise Unseen()
    if found.appeal:
        raise WrongState(f"这条记录已经申诉过：{APPEALS[found.appeal]}。", code="appealed-already")
    if len(words.strip()) < 5:
        raise Invalid.field("words", "请写明理由，以便对方核实。")
    found.appeal, found.appeal_words, found.appealed_at = "open", words.strip()[:500], now
    found.save()
    record(order, "appeal", f"申诉：{MARKS[found.kind]}", actor=actor, now=now, note=found.appeal_words, side="")
    tell(
        office(order),
        kind="order-office",
        subject=f"预约信用申诉：{instruments_said(order)}",
        body=f"{order.contact_name or actor}：{found.appeal_words}",
        url=reverse("orders:appeals"),
        button="去处理",
        key=f"mark-{found.pk}-appeal",
        now=now,
    )
    return found


@transaction.atomic
def decide_appeal(found: Mark, *, actor: Person, upheld: bool, words: str, now: datetime) -> Mark:
    """By the office of the unit, not by the keeper who noted it."""
    order, found = _locked(found)
    if not may_decide(found.unit, actor):
        raise Unseen()
    if found.appeal != "open":
        raise WrongState("这条申诉已经处理过，请刷新后查看。")
    if not words.strip():
        raise Invalid.field("words", "请写明处理意见。")
    found.appeal, found.decision = "upheld" if upheld else "kept", words.strip()[:500]
    found.decided_at, found.decided_by = now, actor
    found.save()
    said = APPEALS[found.appeal]
    record(order, "appeal_decided", said, actor=actor, now=now, note=found.decision, side="orders:order:serve")
    tell_customer(order, f"{said}：{instruments_said(order)}", found.decision, now=now, key=f"appeal-{found.pk}")
    return found


def may_decide(unit: Unit, person: object) -> bool:
    return may(person, UnitsPermission.EDIT, [unit.scope])


def _locked(found: Mark) -> tuple[Order, Mark]:
    order = lock(found.order)
    return order, Mark.objects.select_for_update(of=("self",)).select_related("unit").get(pk=found.pk)
