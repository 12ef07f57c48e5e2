"""Binding a person to a unit: asked for by the person, decided by the unit; roles go when the person goes."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from yixiang.kernel.errors import Invalid, NotPermitted, Unseen, WrongState
from yixiang.people.access import may
from yixiang.people.models import Person
from yixiang.reviews.commands import Fact, Opening, Outcome, Verb, open_case, resubmit, withdraw
from yixiang.reviews.models import Case
from yixiang.units import law
from yixiang.units.commands.granting import refuse_last_admin, take_back
from yixiang.units.commands.telling import tell_deciders, tell_unit
from yixiang.units.commands.writing import lock_unit, record
from yixiang.units.models import Membership, SubUnit, Unit
from yixiang.units.permissions import UnitsPermission
from yixiang.units.states import MEMBERSHIP


@transaction.atomic
def ask_to_join(
    actor: Person,
    *,
    unit: Unit,
    now: datetime,
    sub_unit: SubUnit | None = None,
    position: str = "",
    message: str = "",
) -> Membership:
    """One request or membership at a time; a second click finds the first one."""
    unit = lock_unit(unit.pk)
    if unit.state != "joined":
        raise WrongState("这个单位尚未入网，暂时不能绑定。", code="unit-not-joined")
    if sub_unit and (sub_unit.unit_id != unit.pk or sub_unit.closed_at):
        raise Invalid.field("sub_unit", "请选择该单位的二级单位。")
    if any(grant.separation for grant in actor.grants.standing(now)):
        raise NotPermitted("系统、安全、审计管理员不能绑定单位。")
    member = Membership(
        person=actor, unit=unit, sub_unit=sub_unit, position=position[:60], message=message[:300], asked_at=now
    )
    try:
        with transaction.atomic():
            member.save()
    except IntegrityError:
        return _already_asked(actor, unit)
    _open(member, unit, actor, f"{actor.name} 申请加入 {unit.name}", now)
    record(unit, "ask", f"{actor} 申请加入", actor=actor, now=now, thing="member", thing_id=member.pk, after="asked")
    return member


def _already_asked(actor: Person, unit: Unit) -> Membership:
    current: Membership = actor.memberships.live().select_related("unit").get()
    if current.unit_id == unit.pk and current.state == "asked":
        return current
    where, state = current.unit, MEMBERSHIP.label(current.state)
    raise WrongState(
        f"您与“{where}”的绑定现在是“{state}”。一个账号同一时间只能绑定一个单位，请先解除或取消，再申请新的单位。",
        code="bound-elsewhere",
    )


@transaction.atomic
def ask_again(member: Membership, *, actor: Person, message: str, now: datetime) -> Membership:
    unit, member = _lock_own(member, actor)
    before, member.state = member.state, MEMBERSHIP.step(member.state, "resubmit")
    member.message = message[:300]
    member.save(update_fields=["state", "message"])
    _resubmit(member, unit, actor, now)
    _moved(member, unit, "resubmit", "补充后重新申请加入", before, actor, now)
    return member


@transaction.atomic
def cancel(member: Membership, *, actor: Person, now: datetime) -> Membership:
    unit, member = _lock_own(member, actor)
    before, member.state = member.state, MEMBERSHIP.step(member.state, "cancel")
    member.until = now
    member.save(update_fields=["state", "until"])
    _close_case(member, actor, now)
    _moved(member, unit, "cancel", "取消加入申请", before, actor, now)
    return member


@transaction.atomic
def ask_release(member: Membership, *, actor: Person, message: str = "", now: datetime) -> Membership:
    unit, member = _lock_own(member, actor)
    before, member.state = member.state, MEMBERSHIP.step(member.state, "ask_release")
    refuse_last_admin(unit, actor)
    member.message = message[:300]
    member.save(update_fields=["state", "message"])
    if member.case and member.case.state == "returned":
        _resubmit(member, unit, actor, now)
    else:
        _open(member, unit, actor, f"{actor.name} 申请与 {unit.name} 解除绑定", now)
    _moved(member, unit, "ask_release", "申请解除绑定", before, actor, now)
    return member


@transaction.atomic
def stay(member: Membership, *, actor: Person, now: datetime) -> Membership:
    unit, member = _lock_own(member, actor)
    before, member.state = member.state, MEMBERSHIP.step(member.state, "stay")
    member.save(update_fields=["state"])
    _close_case(member, actor, now)
    _moved(member, unit, "stay", "撤回解绑申请", before, actor, now)
    return member


@transaction.atomic
def remove(member: Membership, *, actor: Person, note: str, now: datetime) -> Membership:
    """By the unit's administrator, for those who left without asking."""
    unit, member = _lock(member)
    if not may(actor, UnitsPermission.MEMBERS, member.scopes):
        raise NotPermitted()
    if member.person_id == actor.pk:
        raise NotPermitted("不能移出自己，请由另一位管理员办理，或申请解除绑定。")
    before, member.state = member.state, MEMBERSHIP.step(member.state, "remove")
    refuse_last_admin(unit, member.person)
    _let_go(member, unit, actor, now)
    _close_case(member, actor, now)
    _moved(member, unit, "remove", f"将 {member.person} 移出单位", before, actor, now, note=note)
    _tell_person(member, unit, f"您已被移出“{unit.name}”", note or "如有疑问，请联系该单位管理员。", now)
    return member


@transaction.atomic
def move_to_sub_unit(member: Membership, *, actor: Person, sub_unit: SubUnit | None, now: datetime) -> Membership:
    unit, member = _lock(member)
    if not may(actor, UnitsPermission.MEMBERS, unit.scopes):
        raise NotPermitted()
    if sub_unit and (sub_unit.unit_id != unit.pk or sub_unit.closed_at):
        raise Invalid.field("sub_unit", "请选择本单位的二级单位。")
    member.sub_unit = sub_unit
    member.save(update_fields=["sub_unit"])
    where = sub_unit.name if sub_unit else unit.name
    _moved(member, unit, "assign", f"{member.person} 归属到“{where}”", member.state, actor, now)
    return member


# --- what the unit decides, called by deciding.decide_case


_STEP: dict[tuple[str, str], str] = {
    ("asked", "approve"): "approve",
    ("asked", "return"): "return",
    ("asked", "reject"): "reject",
    ("leaving", "approve"): "release",
    ("leaving", "return"): "keep",
    ("leaving", "reject"): "keep",
}
_SAID = {
    "approve": "批准加入",
    "return": "退回补充",
    "reject": "未批准加入",
    "release": "同意解除绑定",
    "keep": "暂不同意解除绑定",
}


def apply_decision(case: Case, outcome: Outcome, *, actor: Person, note: str, now: datetime) -> None:
    unit, member = _lock(Membership.objects.get(pk=case.subject_id))
    action: Verb | str = outcome.action
    step = _STEP.get((member.state, action), action)
    before, member.state = member.state, MEMBERSHIP.step(member.state, step)
    if step == "approve":
        member.since = now
    if step == "reject":
        member.until = now
    if step == "release":
        refuse_last_admin(unit, member.person)
        _let_go(member, unit, actor, now)
    else:
        member.save(update_fields=["state", "since", "until"])
    _moved(member, unit, step, f"{member.person}：{_SAID[step]}", before, actor, now, note=note)
    _tell_person(member, unit, f"{unit.name}：{_SAID[step]}", note or "请在“我的单位”中查看。", now)


def _let_go(member: Membership, unit: Unit, actor: Person, now: datetime) -> None:
    take_back(unit, member.person, by=actor, now=now)
    member.state, member.until = "released", now
    member.save(update_fields=["state", "until"])


# --- shared


def _lock(member: Membership) -> tuple[Unit, Membership]:
    unit = lock_unit(member.unit_id)
    own = Membership.objects.select_for_update(of=("self",)).select_related("person", "case", "sub_unit", "unit")
    return unit, own.get(pk=member.pk)


def _lock_own(member: Membership, actor: Person) -> tuple[Unit, Membership]:
    unit, member = _lock(member)
    if member.person_id != actor.pk:
        raise Unseen()
    return unit, member


def _opening(member: Membership, unit: Unit, title: str, now: datetime) -> Opening:
    scopes = [unit.scope]
    if member.sub_unit:
        scopes += [scope for scope in member.sub_unit.scopes if "/sub/" in scope]
    return Opening(
        kind="membership",
        subject_id=member.pk,
        title=title,
        permission=UnitsPermission.MEMBERS,
        region=unit.region,
        rounds=[law.member_round(unit, scopes, on=timezone.localdate(now))],
        applicant_label=str(member.person),
        facts=_facts(member),
    )


def _facts(member: Membership) -> list[Fact]:
    former = member.person.memberships.filter(state="released").select_related("unit").order_by("-until")[:3]
    before = "；".join(str(one.unit) for one in former) or "没有"
    verified = member.person.phone_verified
    return [
        Fact("职务或身份", member.position or "未填写"),
        Fact("申请说明", member.message or "未填写"),
        Fact("手机已验证", "是" if verified else "否", verified),
        Fact("曾绑定的单位", before),
    ]


def _open(member: Membership, unit: Unit, actor: Person, title: str, now: datetime) -> None:
    opening = _opening(member, unit, title, now)
    member.case = open_case(opening, applicant=actor, now=now)
    member.save(update_fields=["case"])
    tell_deciders(member.case, now=now)


def _resubmit(member: Membership, unit: Unit, actor: Person, now: datetime) -> None:
    opening = _opening(member, unit, "", now)
    assert member.case is not None
    case = resubmit(member.case, actor=actor, rounds=opening.rounds, facts=opening.facts, now=now)
    tell_deciders(case, now=now)


def _close_case(member: Membership, actor: Person, now: datetime) -> None:
    if member.case and member.case.state in {"open", "returned"}:
        withdraw(member.case, actor=actor, now=now)


def _moved(
    member: Membership, unit: Unit, action: str, what: str, before: str, actor: Person, now: datetime, note: str = ""
) -> None:
    record(
        unit,
        action,
        what,
        actor=actor,
        now=now,
        thing="member",
        thing_id=member.pk,
        before=before,
        after=member.state,
        note=note,
    )


def _tell_person(member: Membership, unit: Unit, subject: str, body: str, now: datetime) -> None:
    tell_unit(
        unit,
        now=now,
        subject=subject,
        body=body,
        key=f"member-{member.pk}-{member.state}-{now:%Y%m%d%H%M%S}",
        people=[member.person],
        kind="review-decided",
        url=reverse("units:mine"),
    )
