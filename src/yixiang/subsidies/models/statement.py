"""净收入: what open sharing brought a unit in a year after its costs, and how the running costs were apportioned."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from yixiang.kernel.recording import Recorded
from yixiang.people.access import Reach, reach
from yixiang.subsidies.permissions import SubsidiesPermission
from yixiang.subsidies.states import STATEMENT
from yixiang.units.models.unit import within


class Statements(models.QuerySet["Statement"]):
    def visible_to(self, person: Any) -> "Statements":
        """The unit's own, and what it has filed to the offices above it."""
        if not getattr(person, "is_authenticated", False):
            return self.none()
        own = reach(person, SubsidiesPermission.ACCOUNT)
        office = Reach(
            reach(person, SubsidiesPermission.SEE).scopes | reach(person, SubsidiesPermission.CALCULATE).scopes
        )
        wanted = Q(pk__in=[])
        if own:
            wanted |= within(own, "unit__")
        if office:
            wanted |= within(office, "unit__") & Q(state="filed")
        return self.filter(wanted)


class Statement(models.Model):
    """`result` is what the law's own function answered on filing, complete with basis; the columns are its figures."""

    unit = models.ForeignKey("units.Unit", models.PROTECT, verbose_name="单位", related_name="statements")
    year = models.PositiveSmallIntegerField("年度")
    state = models.CharField("状态", max_length=8, choices=STATEMENT.choices, default=STATEMENT.initial)
    income = models.DecimalField("开放共享服务总收入（元）", max_digits=14, decimal_places=2, default=0)
    material = models.DecimalField("材料消耗费（元）", max_digits=14, decimal_places=2, default=0)
    running_total = models.DecimalField("全年水电等运行费总额（元）", max_digits=14, decimal_places=2, default=0)
    other_minutes = models.PositiveBigIntegerField("平台以外登记的使用（分钟）", default=0)
    open_minutes = models.PositiveBigIntegerField("开放共享使用（分钟）", default=0)
    all_minutes = models.PositiveBigIntegerField("全年使用（分钟）", default=0)
    running = models.DecimalField("分摊的运行费（元）", max_digits=14, decimal_places=2, default=0)
    rows = models.JSONField(default=list)  # by instrument, as apportioned
    result = models.JSONField(default=dict)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    filed_at = models.DateTimeField("申报时间", null=True)
    note = models.CharField("更正说明", max_length=300, blank=True)

    objects: ClassVar[Any] = Statements.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "净收入申报"
        ordering = ["-year", "unit__name"]
        constraints = [
            models.UniqueConstraint("unit", "year", name="statement_one_a_year"),
            models.CheckConstraint(condition=Q(state__in=STATEMENT.codes), name="statement_state"),
            models.CheckConstraint(
                condition=Q(income__gte=0, material__gte=0, running__gte=0, running__lte=F("running_total")),
                name="statement_sane",
            ),
            models.CheckConstraint(condition=Q(open_minutes__lte=F("all_minutes")), name="statement_share"),
        ]
        triggers = [Recorded()]

    @property
    def costs(self) -> Any:
        return self.material + self.running
