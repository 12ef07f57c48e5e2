"""What belongs to one person across all rooms: their data, and what still keeps them."""

from typing import Any

from yixiang.notices.models import Notice
from yixiang.people.models import Person
from yixiang.people.queries import export_person
from yixiang.reviews.models import Case, Decision
from yixiang.units.models import Expert, Membership, Question, Unit
from yixiang.units.states import BELONGS, EXPERT, MEMBERSHIP, QUESTION


def my_data(person: Person) -> dict[str, Any]:
    """Everything kept about this person, in words, room by room."""
    memberships = Membership.objects.filter(person=person).select_related("unit", "sub_unit")
    return {
        "账号": export_person(person),
        "单位经历": [_belonging(member) for member in memberships],
        "登记的单位": list(Unit.objects.filter(created_by=person).values_list("name", flat=True)),
        "专家认证": [
            {"职称": e.title, "领域": e.field, "状态": EXPERT.label(e.state)}
            for e in Expert.objects.filter(person=person)
        ],
        "我的咨询": [
            {"问题": q.title, "状态": QUESTION.label(q.state), "时间": q.asked_at}
            for q in Question.objects.filter(asker=person)
        ],
        "我提交的审核": [
            {"事项": c.title, "状态": c.get_state_display(), "时间": c.opened_at}
            for c in Case.objects.filter(applicant=person)
        ],
        "我作出的决定": [
            {"事项": d.case.title, "决定": d.action, "时间": d.at}
            for d in Decision.objects.filter(by=person).select_related("case")
        ],
        "通知": [{"主题": n.subject, "时间": n.created_at} for n in Notice.objects.filter(person=person)],
    }


def _belonging(member: Membership) -> dict[str, Any]:
    where = {"单位": str(member.unit), "二级单位": str(member.sub_unit or ""), "状态": MEMBERSHIP.label(member.state)}
    return where | {"申请": member.asked_at, "加入": member.since, "离开": member.until}


def what_keeps(person: Person) -> list[str]:
    """What would be left without anybody if this person went now."""
    found = [
        f"您还绑定在“{m.unit}”，请先申请离开"
        for m in person.memberships.filter(state__in=BELONGS).select_related("unit")
    ]
    waiting = Case.objects.filter(applicant=person, state__in=["open", "returned"]).count()
    return found + ([f"您有 {waiting} 件申请还没有办完，请先撤回或等待结果"] if waiting else [])
