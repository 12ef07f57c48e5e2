"""Recording the grade of a unit for a year, and correcting it by a further row."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.urls import reverse

from yixiang.assessment.models import GRADES, Grade
from yixiang.assessment.permissions import AssessmentPermission
from yixiang.assessment.queries import office_scopes
from yixiang.files.commands import attach
from yixiang.files.models import File
from yixiang.files.purposes import Purpose, declare
from yixiang.kernel.errors import Invalid, Unseen, WrongState
from yixiang.kernel.periods import local_date
from yixiang.notices.kinds import NoticeKind
from yixiang.notices.kinds import declare as declare_notice
from yixiang.people.access import require
from yixiang.people.models import Person
from yixiang.units.commands.telling import tell_unit
from yixiang.units.models import Unit

declare(Purpose("grade-document", "考核结果文件", ("pdf", "docx", "png", "jpeg")))
declare_notice(NoticeKind("grade", "考核等次", email="now"))
FIRST_YEAR = 2014  # 国发〔2014〕70号: nothing was assessed before


@dataclass(frozen=True, slots=True)
class Found:
    """What the office has decided, and where it stands written."""

    grade: str
    decided_on: date
    document: str
    file: File | None = None


@transaction.atomic
def record(unit: Unit, year: int, found: Found, *, actor: Person, now: datetime, reason: str = "") -> Grade:
    """The first of the year, or with a reason the one that replaces it."""
    unit = _lock(unit.pk)
    require(actor, AssessmentPermission.RECORD, office_scopes(unit))
    _refuse(unit, year, found, now)
    standing: Grade | None = Grade.objects.in_force().filter(unit=unit, year=year).first()
    if standing and not reason.strip():
        message = (
            f"{unit.name} {year} 年度已登记为“{standing.get_grade_display()}”，没有再记一次。确需更正，请写明理由。"
        )
        raise WrongState(message, code="grade-stands")
    made = Grade(
        unit=unit, year=year, grade=found.grade, decided_on=found.decided_on, document=found.document.strip()[:120],
        file=found.file, replaces=standing, reason=reason.strip()[:300] if standing else "", recorded_at=now,
        recorded_by=actor, recorded_label=str(actor),
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as clash:
        raise WrongState("另一位办理人刚刚登记过，请刷新后查看。", code="grade-stands") from clash
    if found.file:
        attach(found.file, by=actor, holder_kind="grade", holder_id=made.pk, now=now)
    _tell(made, now)
    return made


def _lock(pk: int) -> Unit:
    unit: Unit | None = Unit.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if unit is None:
        raise Unseen()
    return unit


def _refuse(unit: Unit, year: int, found: Found, now: datetime) -> None:
    if not unit.provides or unit.state not in {"joined", "left"}:
        raise Invalid.field("unit", "只有入网的管理单位参加考核。")
    if found.grade not in GRADES:
        raise Invalid.field("grade", f"请选择{'、'.join(GRADES.values())}之一。")
    if not FIRST_YEAR <= year < local_date(now).year:
        raise Invalid.field("year", f"考核的是已经结束的年度，{year} 年不能登记。")
    if not date(year + 1, 1, 1) <= found.decided_on <= local_date(now):
        raise Invalid.field("decided_on", "认定日期应在考核年度结束以后，不晚于今天。")
    if not found.document.strip():
        raise Invalid.field("document", "请写明依据，例如公布结果的文号。")


def _tell(made: Grade, now: datetime) -> None:
    what = "更正为" if made.replaces_id else "评定为"
    tell_unit(
        made.unit, now=now, kind="grade", key=f"grade-{made.pk}", url=reverse("assessment:grades"),
        subject=f"{made.year} 年度开放共享考核{what}“{made.get_grade_display()}”",
        body=f"依据：{made.document}。{'更正理由：' + made.reason if made.reason else ''}",
    )  # fmt: skip
