"""考核等次: one unit, one year, one grade in force; a correction is a further row that replaces the one before."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from yixiang.assessment.permissions import AssessmentPermission
from yixiang.kernel.recording import append_only
from yixiang.people.access import Reach, reach
from yixiang.units.models.unit import within

GRADES = {"excellent": "优秀", "good": "良好", "qualified": "合格", "poor": "较差"}


class Grades(models.QuerySet["Grade"]):
    def in_force(self) -> "Grades":
        """What nothing has replaced."""
        return self.filter(replaced_by=None)

    def visible_to(self, person: Any) -> "Grades":
        """The offices above a unit, and the unit itself."""
        if not getattr(person, "is_authenticated", False):
            return self.none()
        held = Reach(frozenset(s for p in AssessmentPermission for s in reach(person, p).scopes))
        return self.filter(within(held, "unit__")) if held else self.none()


class Grade(models.Model):
    unit = models.ForeignKey("units.Unit", models.PROTECT, verbose_name="单位", related_name="grades")
    year = models.PositiveSmallIntegerField("考核年度")
    grade = models.CharField("等次", max_length=10, choices=list(GRADES.items()))
    decided_on = models.DateField("认定日期")
    document = models.CharField("依据文件", max_length=120)
    file = models.ForeignKey("files.File", models.PROTECT, null=True, blank=True, related_name="+")
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    reason = models.CharField("更正理由", max_length=300, blank=True)
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_label = models.CharField("登记人", max_length=160)

    objects: ClassVar[Any] = Grades.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "考核等次"
        ordering = ["-year", "unit__name", "-pk"]
        constraints = [
            models.UniqueConstraint("unit", "year", condition=Q(replaces=None), name="grade_one_in_a_year"),
            models.CheckConstraint(condition=Q(grade__in=list(GRADES)), name="grade_known"),
            models.CheckConstraint(condition=Q(replaces=None) | ~Q(reason=""), name="grade_correction_has_a_reason"),
            models.CheckConstraint(condition=Q(decided_on__year__gt=F("year")), name="grade_after_its_year"),
        ]
        indexes = [models.Index(fields=["year", "unit"], name="grade_of_year")]
        triggers = [append_only()]

    def __str__(self) -> str:
        return f"{self.unit} {self.year} {self.get_grade_display()}"
