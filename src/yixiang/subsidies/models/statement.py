"""净收入报表: what a unit earned by open service in a year, what of it is cost, what may feed performance pay."""

from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from yixiang.kernel.money import ZERO
from yixiang.kernel.recording import Recorded, append_only
from yixiang.people.access import Reach, reach
from yixiang.subsidies.permissions import SubsidiesPermission
from yixiang.subsidies.states import STATEMENT
from yixiang.units.models.unit import within

Money: Any = models.DecimalField
PAPERS = {
    "meter": "水电表计与账单",
    "apportionment": "运行费分摊计算表",
    "wages": "人力成本（工资）证明",
    "use": "使用时间的记录",
}
TYPED = {  # what the unit types, in the words of the form
    "material": "材料消耗费成本",
    "fiscal_wages": "人力成本服务费中的财政工资",
    "planned": "拟作为绩效工资来源",
}
JUDGED = ("submitted", "accepted")


class Statements(models.QuerySet["Statement"]):
    def visible_to(self, person: Any) -> "Statements":
        """The unit's own, and for the offices above it those that were handed in."""
        if not getattr(person, "is_authenticated", False):
            return self.none()
        own = Q(unit__in=reach(person, SubsidiesPermission.STATE).units)
        wanted = (SubsidiesPermission.ACCEPT, SubsidiesPermission.SEE)
        held = Reach(frozenset(scope for one in wanted for scope in reach(person, one).scopes))
        return self.filter(own | (within(held, "unit__") & Q(submitted_at__isnull=False)) if held else own)


class Statement(models.Model):
    """One for a unit and a year. What was counted and typed stays whatever happens; the decision is that of the
    last submission."""

    unit = models.ForeignKey("units.Unit", models.PROTECT, verbose_name="管理单位", related_name="statements")
    year = models.PositiveSmallIntegerField("年度")
    state = models.CharField("状态", max_length=10, choices=STATEMENT.choices, default=STATEMENT.initial)
    note = models.CharField("退回原因", max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)

    counted_at = models.DateTimeField("统计时间")
    orders = models.PositiveIntegerField("已结算订单", default=0)
    income_material = Money("材料消耗费收入（元）", max_digits=14, decimal_places=2, default=0)
    income_running = Money("水电等运行费收入（元）", max_digits=14, decimal_places=2, default=0)
    income_labour = Money("人力成本服务费收入（元）", max_digits=14, decimal_places=2, default=0)

    material = Money("材料消耗费成本（元）", max_digits=14, decimal_places=2, null=True)
    fiscal_wages = Money("人力成本服务费中的财政工资（元）", max_digits=14, decimal_places=2, null=True)
    planned = Money("拟作为绩效工资来源（元）", max_digits=14, decimal_places=2, null=True)
    runs_normally = models.BooleanField("已确保设施和仪器正常运转", default=False)

    running = Money("水电等运行费成本（元）", max_digits=14, decimal_places=2, null=True)
    net = Money("净收入（元）", max_digits=14, decimal_places=2, null=True)
    pay_ceiling = Money("绩效工资来源上限（元）", max_digits=14, decimal_places=2, null=True)
    verdict = models.JSONField(default=dict)
    submitted_at = models.DateTimeField("提交时间", null=True)  # empty: nobody outside the unit sees it

    objects: ClassVar[Any] = Statements.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "净收入报表"
        ordering = ["-year", "-pk"]
        constraints = [
            models.UniqueConstraint("unit", "year", name="statement_once_a_year"),
            models.CheckConstraint(condition=Q(state__in=STATEMENT.codes), name="statement_state"),
            models.CheckConstraint(
                condition=~Q(state__in=JUDGED)
                | Q(submitted_at__isnull=False, running__isnull=False, net__isnull=False, planned__isnull=False)
                & Q(pay_ceiling__isnull=False, planned__lte=F("pay_ceiling")),
                name="statement_judged",
            ),
            models.CheckConstraint(
                condition=(Q(material=None) | Q(material__gte=0))
                & (Q(fiscal_wages=None) | Q(fiscal_wages__gte=0))
                & (Q(planned=None) | Q(planned__gte=0)),
                name="statement_typed_sane",
            ),
        ]
        triggers = [Recorded()]

    def __str__(self) -> str:
        return f"{self.unit.name} {self.year} 年度净收入报表"

    @property
    def income(self) -> Decimal:
        return Decimal(self.income_material + self.income_running + self.income_labour)

    @property
    def costs(self) -> Decimal | None:
        """Once it has been judged."""
        return None if self.running is None else (self.material or ZERO) + self.running


class StatementPaper(models.Model):
    """What proves a figure."""

    statement = models.ForeignKey(Statement, models.CASCADE, related_name="papers")
    kind = models.CharField("用途", max_length=16, choices=list(PAPERS.items()))
    file = models.OneToOneField("files.File", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "净收入报表材料"
        ordering = ["kind", "pk"]
        triggers = [Recorded()]


class Running(models.Model):
    """One instrument: its running cost of the year and how much of its use was open service, as the platform counted
    it and, where not all use passes the platform, as the unit corrects it."""

    statement = models.ForeignKey(Statement, models.CASCADE, related_name="rows")
    instrument = models.ForeignKey("catalogue.Instrument", models.PROTECT, related_name="+")
    total = Money("年度水电等运行费总额（元）", max_digits=14, decimal_places=2, null=True)
    open_counted = models.PositiveIntegerField("开放共享使用（分钟）", default=0)
    all_counted = models.PositiveIntegerField("全部使用（分钟）", default=0)
    untimed = models.PositiveIntegerField("没有登记机时的订单", default=0)  # samples, mostly
    open_stated = models.PositiveIntegerField("更正后的开放共享使用（分钟）", null=True)
    all_stated = models.PositiveIntegerField("更正后的全部使用（分钟）", null=True)
    reason = models.CharField("更正原因", max_length=300, blank=True)
    paper = models.ForeignKey(StatementPaper, models.PROTECT, null=True, related_name="+")
    cost = Money("核定的运行费成本（元）", max_digits=14, decimal_places=2, null=True)
    verdict = models.JSONField(default=dict)

    class Meta:
        verbose_name = verbose_name_plural = "运行费分摊"
        ordering = ["-open_counted", "instrument"]
        constraints = [
            models.UniqueConstraint("statement", "instrument", name="running_once"),
            models.CheckConstraint(condition=Q(open_counted__lte=F("all_counted")), name="running_counted_sane"),
            models.CheckConstraint(
                condition=Q(open_stated=None, all_stated=None, reason="", paper=None)
                | Q(open_stated__isnull=False, all_stated__isnull=False, open_stated__lte=F("all_stated"))
                & Q(paper__isnull=False)
                & ~Q(reason=""),
                name="running_corrected_with_paper",
            ),
            models.CheckConstraint(condition=Q(total=None) | Q(total__gte=0), name="running_total_sane"),
        ]
        triggers = [Recorded()]

    @property
    def corrected(self) -> bool:
        return self.all_stated is not None

    @property
    def open_minutes(self) -> int:
        return self.open_counted if self.open_stated is None else self.open_stated

    @property
    def all_minutes(self) -> int:
        return self.all_counted if self.all_stated is None else self.all_stated


class StatementEvent(models.Model):
    """One row for every step. Written once."""

    statement = models.ForeignKey(Statement, models.CASCADE, related_name="events")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_label = models.CharField(max_length=160)
    action = models.CharField(max_length=16)
    before = models.CharField(max_length=10, blank=True)
    after = models.CharField(max_length=10)
    what = models.CharField("事项", max_length=300)
    note = models.TextField("说明", blank=True)

    class Meta:
        ordering = ["pk"]
        triggers = [append_only()]
