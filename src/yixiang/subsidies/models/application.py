"""用户补助申请: the settled orders of one user, what each earns and why, its review, its money, what was taken back."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from yixiang.kernel.recording import Recorded, append_only
from yixiang.people.access import Reach, reach
from yixiang.subsidies.permissions import SubsidiesPermission
from yixiang.subsidies.states import APPLICATION
from yixiang.units.models.unit import within

Money: Any = models.DecimalField
ASKING = ("submitted", "returned", "approved", "paid", "recovered")  # what an order is asked for with


class Applications(models.QuerySet["Application"]):
    def visible_to(self, person: Any) -> "Applications":
        """The user's own, and the offices above it; never a provider."""
        if not getattr(person, "is_authenticated", False):
            return self.none()
        wanted = (SubsidiesPermission.APPLY, SubsidiesPermission.DECIDE, SubsidiesPermission.SEE)
        held = Reach(frozenset(scope for one in wanted for scope in reach(person, one).scopes))
        return self.filter(within(held, "unit__")) if held else self.none()


class Application(models.Model):
    number = models.CharField("申请编号", max_length=20, unique=True)
    programme = models.ForeignKey("ledger.Programme", models.PROTECT, related_name="applications")
    unit = models.ForeignKey("units.Unit", models.PROTECT, verbose_name="申请单位", related_name="applications")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    state = models.CharField("状态", max_length=10, choices=APPLICATION.choices, default=APPLICATION.initial)
    case = models.ForeignKey("reviews.Case", models.PROTECT, null=True, related_name="+")
    hold = models.OneToOneField("ledger.Hold", models.PROTECT, null=True, related_name="+")
    earned = Money("按比例合计（元）", max_digits=14, decimal_places=2)
    amount = Money("申请金额（元）", max_digits=14, decimal_places=2)
    verdict = models.JSONField(default=dict)  # of the year's cap
    submitted_at = models.DateTimeField("提交时间")
    paid_on = models.DateField("发放日期", null=True)
    recovered = Money("已追回（元）", max_digits=14, decimal_places=2, default=0)
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[Any] = Applications.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "用户补助申请"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=APPLICATION.codes), name="application_state"),
            models.CheckConstraint(condition=Q(amount__gt=0, amount__lte=F("earned")), name="application_amount"),
            models.CheckConstraint(
                condition=Q(recovered__gte=0, recovered__lte=F("amount"))
                & (Q(recovered=0) | Q(state__in=["paid", "recovered"])),
                name="application_recovered",
            ),
        ]
        triggers = [Recorded()]

    def __str__(self) -> str:
        return f"{self.unit.name} {self.programme.year} 年度用户补助"

    @property
    def kept(self) -> Any:
        return self.amount - self.recovered


class ApplicationEvent(models.Model):
    """What happened to the money after the review, which keeps its own time line. Written once."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="events")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_label = models.CharField(max_length=160)
    action = models.CharField(max_length=16)
    before = models.CharField(max_length=10)
    after = models.CharField(max_length=10)
    what = models.CharField("事项", max_length=300)
    note = models.TextField("说明", blank=True)
    file = models.ForeignKey("files.File", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        triggers = [append_only()]


class AppliedOrder(models.Model):
    """An order is asked for once; what was withdrawn or rejected lets go of it."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="orders")
    order = models.ForeignKey("orders.Order", models.PROTECT, related_name="+")
    holds = models.BooleanField(default=True)  # false once the application has let go
    paid = Money("支付的费用（元）", max_digits=12, decimal_places=2)
    earned = Money("按比例（元）", max_digits=12, decimal_places=2)
    granted = Money("补助（元）", max_digits=12, decimal_places=2)
    verdict = models.JSONField(default=dict)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint("order", condition=Q(holds=True), name="order_applied_for_once"),
            models.CheckConstraint(condition=Q(granted__gte=0, granted__lte=F("earned")), name="applied_order_sane"),
        ]
        triggers = [Recorded()]
