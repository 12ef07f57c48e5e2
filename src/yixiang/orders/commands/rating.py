"""After the order: a rating, one reply, a complaint and its way to the authority."""

from datetime import datetime

from django.db import IntegrityError, transaction

from yixiang.kernel.errors import Invalid, NotPermitted, Unseen, WrongState
from yixiang.kernel.freshness import public_data_changed
from yixiang.orders.commands.counting import count_rating
from yixiang.orders.commands.telling import instruments_said, judges, office, tell_customer, tell_provider
from yixiang.orders.commands.writing import lock, record, require_side
from yixiang.orders.models import Complaint, Order, Rating
from yixiang.orders.permissions import OrdersPermission
from yixiang.orders.rules.words import STEPS
from yixiang.orders.states import PLACE, SERVE
from yixiang.people.access import may, require
from yixiang.people.models import Person


@transaction.atomic
def rate(order: Order, *, actor: Person, step: int, now: datetime, words: str = "") -> Rating:
    """By whoever placed it, once, when it is complete. Own use is not rated: nobody judges themselves."""
    order = lock(order)
    require_side(order, actor, PLACE)
    if order.state != "completed":
        raise WrongState("结算完成后才能评价。", code="not-completed")
    if order.internal:
        raise NotPermitted("本单位自己的使用不参与评价。")
    if step not in STEPS:
        raise Invalid.field("step", f"请选择{'、'.join(STEPS.values())}之一。")
    if Rating.objects.filter(order=order).exists():
        raise WrongState("这张预约单已经评价过，每张只评一次。", code="rated-already")
    made = Rating.objects.create(order=order, step=step, words=words.strip()[:500], at=now, by=actor)
    record(order, "rate", f"评价：{STEPS[step]}", actor=actor, now=now, note=made.words)
    count_rating(order)
    subject = f"收到评价：{STEPS[step]}"
    tell_provider(order, subject, made.words or instruments_said(order), button="答复", now=now, key="rate")
    return made


@transaction.atomic
def reply(order: Order, *, actor: Person, words: str, now: datetime) -> Rating:
    """One answer of the provider, in public beside the rating."""
    order = lock(order)
    require_side(order, actor, SERVE)
    found: Rating | None = Rating.objects.select_for_update().filter(order=order).first()
    if found is None:
        raise Unseen("还没有评价。")
    if found.replied_at:
        raise WrongState("已经答复过，每条评价只答复一次。", code="replied-already")
    if not words.strip():
        raise Invalid.field("words", "请写下答复。")
    found.reply, found.replied_at, found.replied_by = words.strip()[:500], now, actor
    found.save()
    public_data_changed()  # it stands beside the rating on the page of the instrument
    record(order, "reply", "答复评价", actor=actor, now=now, note=found.reply)
    tell_customer(order, "您的评价有了答复", found.reply, now=now, key="reply")
    return found


# --- complaints


@transaction.atomic
def complain(order: Order, *, actor: Person, words: str, now: datetime) -> Complaint:
    """One at a time. The unit's office hears of it, not only whoever it is about."""
    order = lock(order)
    require_side(order, actor, PLACE)
    if order.state == "draft":
        raise WrongState("没有提交过的预约单不能投诉。")
    if len(words.strip()) < 5:
        raise Invalid.field("words", "请写明发生了什么，以便对方核实。")
    try:
        with transaction.atomic():
            made = Complaint.objects.create(order=order, words=words.strip()[:1000], at=now, by=actor)
    except IntegrityError:
        raise WrongState("这张预约单已有一件投诉在处理，办结后才能再提。", code="complaint-under-way") from None
    record(order, "complain", "投诉", actor=actor, now=now, note=made.words)
    tell_provider(
        order, f"投诉：{instruments_said(order)}", made.words, kind="order-office", button="去答复", now=now,
        people=office(order), key=f"complaint-{made.pk}",
    )  # fmt: skip
    return made


@transaction.atomic
def answer_complaint(complaint: Complaint, *, actor: Person, words: str, now: datetime) -> Complaint:
    order, complaint = _locked(complaint)
    require_side(order, actor, SERVE)
    _move(complaint, "open", "answered")
    complaint.answer, complaint.answered_at = _said(words), now
    complaint.save()
    record(order, "answer_complaint", "答复投诉", actor=actor, now=now, note=complaint.answer)
    tell_customer(
        order,
        "投诉有了答复",
        f"{complaint.answer}。同意请关闭；不同意可以转主管部门。",
        now=now,
        key=f"ca-{complaint.pk}",
    )
    return complaint


@transaction.atomic
def close_complaint(complaint: Complaint, *, actor: Person, now: datetime) -> Complaint:
    """By whoever complained: content, or no longer worth it."""
    order, complaint = _locked(complaint)
    require_side(order, actor, PLACE)
    _move(complaint, ("open", "answered"), "closed")
    complaint.closed_at = now
    complaint.save()
    record(order, "close_complaint", "投诉办结", actor=actor, now=now)
    return complaint


@transaction.atomic
def escalate_complaint(complaint: Complaint, *, actor: Person, now: datetime) -> Complaint:
    order, complaint = _locked(complaint)
    require_side(order, actor, PLACE)
    _move(complaint, ("open", "answered"), "escalated")
    complaint.save()
    record(order, "escalate_complaint", "投诉转主管部门", actor=actor, now=now)
    tell_provider(
        order, f"投诉转到主管部门：{instruments_said(order)}", complaint.words, kind="order-office", button="看投诉",
        now=now, people=judges(order) + office(order), key=f"ce-{complaint.pk}",
    )  # fmt: skip
    return complaint


@transaction.atomic
def rule_on_complaint(complaint: Complaint, *, actor: Person, words: str, now: datetime) -> Complaint:
    """By the authority over the provider."""
    order, complaint = _locked(complaint)
    if not may(actor, OrdersPermission.JUDGE, order.provider.scopes):
        if not Order.objects.visible_to(actor).filter(pk=order.pk).exists():
            raise Unseen()
        require(actor, OrdersPermission.JUDGE, order.provider.scopes)
    _move(complaint, "escalated", "closed")
    complaint.ruling, complaint.closed_at = _said(words), now
    complaint.save()
    record(order, "rule_complaint", "主管部门处理投诉", actor=actor, now=now, note=complaint.ruling)
    tell_customer(order, "主管部门已处理投诉", complaint.ruling, now=now, key=f"cr-{complaint.pk}")
    tell_provider(order, "主管部门已处理投诉", complaint.ruling, now=now, key=f"cr-{complaint.pk}")
    return complaint


def _locked(complaint: Complaint) -> tuple[Order, Complaint]:
    order = lock(complaint.order)
    return order, Complaint.objects.select_for_update().get(pk=complaint.pk)


def _move(complaint: Complaint, sources: str | tuple[str, ...], target: str) -> None:
    allowed = (sources,) if isinstance(sources, str) else sources
    if complaint.state not in allowed:
        raise WrongState(f"这件投诉现在是“{Complaint.STATES[complaint.state]}”，不能办理这一步。请刷新后查看。")
    complaint.state = target


def _said(words: str) -> str:
    if not words.strip():
        raise Invalid.field("words", "请写明处理意见。")
    return words.strip()[:1000]
