"""For the desk: what is mine and what comes next, and what stands beside the facts of a case."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from yixiang.people.access import grants_of
from yixiang.reviews.models import Case
from yixiang.units import law
from yixiang.units.models import Expert, Membership, Unit, UnitChange
from yixiang.units.queries.units import home_and_membership, label_of, may_see_private, shown
from yixiang.units.rules import details, masks
from yixiang.units.states import CHANGE, EXPERT, JOINING, MEMBERSHIP


@dataclass(frozen=True, slots=True)
class Thing:
    """One line of “my things”: what it is, where it stands, and the next step if it is mine."""

    title: str
    url: str
    state: str
    tone: str
    text: str = ""
    step: str = ""
    step_url: str = ""
    urgent: bool = False


def things_of(person: Any, *, on: date | None = None) -> list[Thing]:
    """The unit somebody belongs to or registers, their binding, their certification; the yearly clock needs `on`."""
    unit, member = home_and_membership(person)
    things = [_unit_thing(unit, person, on)] if unit else []
    if member and member.state != "member":
        things.append(_member_thing(member))
    things += [_expert_thing(expert) for expert in person.expertises.exclude(state="retired").order_by("-pk")[:1]]
    if not things and not grants_of(person):
        things.append(_welcome())
    return things


def _welcome() -> Thing:
    return Thing(
        title="绑定您的单位",
        url=reverse("units:join"),
        state="未绑定",
        tone="neutral",
        text="绑定后才能以单位身份预约；单位尚未入网的，可以由您登记。",
        step="查找单位",
        step_url=reverse("units:join"),
    )


def _unit_thing(unit: Unit, person: Any, on: date | None) -> Thing:
    url = reverse("units:unit", args=[unit.pk])
    step, step_url, urgent, text = "", "", False, unit.case.holder if unit.case and unit.state == "submitted" else ""
    if unit.state in {"draft", "returned"} and unit.created_by_id == person.pk:
        step = "继续填写" if unit.state == "draft" else "修改后重新提交"
        step_url, urgent = reverse("units:register", args=[unit.pk]), unit.state == "returned"
    elif unit.state == "joined" and on:
        fresh = law.freshness_of(unit, on=on)
        if fresh.status in {"due_soon", "overdue"}:
            step, step_url, urgent = "确认单位信息", reverse("units:confirm", args=[unit.pk]), fresh.status == "overdue"
            text = "单位信息已超过一年未确认" if urgent else f"单位信息将在 {fresh.days_left} 天后到期"
    title = unit.name or unit.typed.get("name") or "未命名单位"
    return Thing(title, url, JOINING.label(unit.state), JOINING.tone(unit.state), text, step, step_url, urgent)


def _member_thing(member: Membership) -> Thing:
    tone = MEMBERSHIP.tone(member.state)
    text = f"等待{member.case.holder}" if member.case and member.case.state == "open" else ""
    step = "补充说明" if member.state == "returned" else ""
    url = reverse("units:mine")
    return Thing(f"加入 {member.unit}", url, MEMBERSHIP.label(member.state), tone, text, step, url, bool(step))


def _expert_thing(expert: Expert) -> Thing:
    url = reverse("units:expert", args=[expert.pk])
    step = "修改后重新提交" if expert.state == "returned" else ""
    return Thing(
        "专家认证", url, EXPERT.label(expert.state), EXPERT.tone(expert.state), expert.field, step, url, bool(step)
    )


# --- beside a case


def case_subject(case: Case, *, viewer: Any) -> dict[str, Any]:
    """What `units/_case_<kind>.html` shows; personal data only for those who decide or own it."""
    shows = {"unit": _unit_subject, "unit-change": _change_subject, "membership": _member_subject}
    return shows.get(case.kind, _expert_subject)(case.subject_id, viewer)


def _unit_subject(pk: int, viewer: Any) -> dict[str, Any]:
    unit = Unit.objects.get(pk=pk)
    return {
        "unit": unit,
        "rows": unit_rows(unit, private=may_see_private(viewer, unit)),
        "papers": list(unit.attachments.filter(removed_at=None).select_related("file")),
        "machine": JOINING,
    }


def unit_rows(unit: Unit, *, private: bool) -> list[tuple[str, str]]:
    """Label and value of everything stated; contacts masked for whoever has no business with them."""
    hide = {"contact_name": masks.name, "contact_phone": masks.phone, "contact_email": masks.email}
    rows = []
    for spec in details.SPECS:
        if spec.enterprise and not unit.is_enterprise:
            continue
        value = getattr(unit, spec.name)
        text = details.shown(spec.name, value)
        rows.append((spec.label, hide[spec.name](value) if spec.name in hide and value and not private else text))
    return rows


def _change_subject(pk: int, viewer: Any) -> dict[str, Any]:
    change = UnitChange.objects.select_related("unit").get(pk=pk)
    rows = [(label_of(n), shown(n, change.before.get(n)), shown(n, new)) for n, new in change.values.items()]
    return {"change": change, "unit": change.unit, "rows": rows, "machine": CHANGE}


def _member_subject(pk: int, viewer: Any) -> dict[str, Any]:
    member = Membership.objects.select_related("unit", "sub_unit", "person").get(pk=pk)
    person = member.person
    rows = [
        ("姓名", person.name),
        ("手机", masks.phone(person.phone) if person.phone else "—"),
        ("单位", member.unit.name),
        ("二级单位", member.sub_unit.name if member.sub_unit else "—"),
        ("职务或身份", member.position or "—"),
        ("申请说明", member.message or "—"),
    ]
    return {"member": member, "unit": member.unit, "rows": rows, "machine": MEMBERSHIP}


def _expert_subject(pk: int, viewer: Any) -> dict[str, Any]:
    expert = Expert.objects.select_related("unit", "person").get(pk=pk)
    rows = [
        ("姓名", expert.person.name),
        ("单位", expert.unit.name),
        ("职称", expert.title),
        ("专业领域", expert.field),
        ("学科", "、".join(expert.discipline_names) or "—"),
        ("仪器类别", "、".join(expert.class_names) or "—"),
        ("熟悉的仪器", expert.instruments or "—"),
        ("简介", expert.introduction or "—"),
    ]
    return {"expert": expert, "unit": expert.unit, "rows": rows, "machine": EXPERT}
