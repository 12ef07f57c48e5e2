"""仪器专家: a member asks to be certified, the authority decides, and only then others find them."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from yixiang.kernel.errors import Invalid, NotPermitted, Unseen, WrongState
from yixiang.people.access import may
from yixiang.people.models import Person
from yixiang.reviews.commands import Fact, Opening, Outcome, open_case, resubmit, withdraw
from yixiang.reviews.models import Case
from yixiang.units import law
from yixiang.units.commands.telling import tell_deciders, tell_unit
from yixiang.units.commands.writing import lock_unit, record
from yixiang.units.models import Expert, Unit
from yixiang.units.permissions import UnitsPermission
from yixiang.units.rules.consulting import knowledge_problems
from yixiang.units.states import EXPERT


@transaction.atomic
def apply(
    actor: Person,
    *,
    unit: Unit,
    title: str,
    field: str,
    now: datetime,
    instruments: str = "",
    introduction: str = "",
    disciplines: Sequence[str] = (),
    classes: Sequence[str] = (),
) -> Expert:
    """Also takes up a returned application again."""
    unit = lock_unit(unit.pk)
    if unit.state != "joined" or not unit.memberships.belonging().filter(person=actor).exists():
        raise NotPermitted("只有已入网单位的在职人员可以申请专家认证，请先绑定单位。")
    _refuse_empty(title, field, knowledge_problems(disciplines, classes))
    expert = Expert.objects.select_for_update(of=("self",)).filter(person=actor, state="returned").first()
    before = expert.state if expert else ""
    if expert:
        expert.state = EXPERT.step(expert.state, "submit")
    else:
        expert = Expert(person=actor)
    expert.unit, expert.title, expert.field = unit, title.strip()[:40], field.strip()[:120]
    expert.instruments, expert.introduction = instruments.strip()[:1000], introduction.strip()[:1000]
    expert.disciplines, expert.classes = list(disciplines), list(classes)
    expert.asked_at = now
    _save_once(expert)
    _hand_in(expert, actor, now)
    _moved(expert, unit, "submit", f"{actor} 申请专家认证", before, actor, now)
    return expert


@transaction.atomic
def update(
    expert: Expert,
    *,
    actor: Person,
    instruments: str,
    introduction: str,
    now: datetime,
    disciplines: Sequence[str] | None = None,
    classes: Sequence[str] | None = None,
) -> Expert:
    """What a certified expert says about instruments changes with practice and needs no new review."""
    unit, expert = _lock(expert)
    if expert.person_id != actor.pk:
        raise Unseen()
    expert.instruments, expert.introduction = instruments.strip()[:1000], introduction.strip()[:1000]
    expert.disciplines = list(expert.disciplines if disciplines is None else disciplines)
    expert.classes = list(expert.classes if classes is None else classes)
    if problems := knowledge_problems(expert.disciplines, expert.classes):
        raise Invalid("请修改标出的内容。", fields=problems)
    expert.save(update_fields=["instruments", "introduction", "disciplines", "classes"])
    _moved(expert, unit, "edit", f"{actor} 更新专家信息", expert.state, actor, now)
    return expert


@transaction.atomic
def retire(expert: Expert, *, actor: Person, now: datetime) -> Expert:
    """By the expert, or by the authority."""
    unit, expert = _lock(expert)
    if expert.person_id != actor.pk and not may(actor, UnitsPermission.EXPERTS, unit.scopes):
        raise NotPermitted()
    before, expert.state = expert.state, EXPERT.step(expert.state, "retire")
    expert.save(update_fields=["state"])
    if expert.case and expert.case.state in {"open", "returned"}:
        withdraw(expert.case, actor=actor, now=now)
    _moved(expert, unit, "retire", f"{expert.person} 退出专家库", before, actor, now)
    return expert


def apply_decision(case: Case, outcome: Outcome, *, actor: Person, note: str, now: datetime) -> None:
    unit, expert = _lock(Expert.objects.get(pk=case.subject_id))
    if not outcome.final:
        return
    before, expert.state = expert.state, EXPERT.step(expert.state, outcome.action)
    if expert.state == "certified":
        expert.certified_at = now
    expert.save(update_fields=["state", "certified_at"])
    label = EXPERT.label(expert.state)
    _moved(expert, unit, outcome.action, f"{expert.person} 专家认证：{label}", before, actor, now, note=note)
    tell_unit(
        unit,
        now=now,
        subject=f"专家认证：{label}",
        body=note or "请在“专家认证”中查看。",
        key=f"expert-{expert.pk}-{case.version}",
        people=[expert.person],
        kind="review-returned" if expert.state == "returned" else "review-decided",
        url=reverse("units:expert", args=[expert.pk]),
    )


def _refuse_empty(title: str, field: str, fields: dict[str, list[str]]) -> None:
    if not title.strip():
        fields["title"] = ["请填写职称。"]
    if not field.strip():
        fields["field"] = ["请填写专业领域。"]
    if fields:
        raise Invalid("请补充下列内容。", fields=fields)


def _save_once(expert: Expert) -> None:
    try:
        with transaction.atomic():
            expert.save()
    except IntegrityError as clash:
        raise WrongState("您已申请过专家认证，请查看办理进度。", code="expert-exists") from clash


def _hand_in(expert: Expert, actor: Person, now: datetime) -> None:
    rounds = law.expert_rounds(expert.unit, on=timezone.localdate(now))
    facts = [
        Fact("所在单位", expert.unit.name, True),
        Fact("职称", expert.title),
        Fact("专业领域", expert.field),
        Fact("熟悉的仪器", "、".join([*expert.class_names, expert.instruments]).strip("、") or "未填写"),
    ]
    if expert.case and expert.case.state == "returned":
        expert.case = resubmit(expert.case, actor=actor, rounds=rounds, facts=facts, now=now)
    else:
        opening = Opening(
            kind="expert",
            subject_id=expert.pk,
            title=f"专家认证：{actor.name}（{expert.unit.name}）",
            permission=UnitsPermission.EXPERTS,
            region=expert.unit.region,
            rounds=rounds,
            applicant_label=f"{actor.name} · {expert.unit.name}",
            facts=facts,
        )
        expert.case = open_case(opening, applicant=actor, now=now)
    expert.save(update_fields=["case"])
    tell_deciders(expert.case, now=now)


def _lock(expert: Expert) -> tuple[Unit, Expert]:
    unit = lock_unit(expert.unit_id)
    rows = Expert.objects.select_for_update(of=("self",)).select_related("unit", "person", "case")
    return unit, rows.get(pk=expert.pk)


def _moved(
    expert: Expert, unit: Unit, action: str, what: str, before: str, actor: Person, now: datetime, note: str = ""
) -> None:
    record(
        unit,
        action,
        what,
        actor=actor,
        now=now,
        thing="expert",
        thing_id=expert.pk,
        before=before,
        after=expert.state,
        note=note,
    )
