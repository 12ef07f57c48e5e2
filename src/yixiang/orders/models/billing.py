"""What an order costs: charges line by line, offers back and forth, the contract, the invoice."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from yixiang.catalogue.rules.words import COMPONENTS, PRICE_BASES
from yixiang.kernel.recording import Recorded, append_only
from yixiang.orders.models.order import Line, Order
from yixiang.orders.rules.words import INVOICES


class Charge(models.Model):
    """One amount of one line. `quoted` from the price list, `agreed` from an offer, `final` on the bill."""

    STAGES: ClassVar[dict[str, str]] = {"quoted": "估价", "agreed": "约定", "final": "结算"}

    line = models.ForeignKey(Line, models.CASCADE, related_name="charges")
    stage = models.CharField(max_length=8, choices=list(STAGES.items()))
    component = models.CharField("构成", max_length=10, choices=list(COMPONENTS.items()))
    basis = models.CharField("计价方式", max_length=8, choices=list(PRICE_BASES.items()), blank=True)
    name = models.CharField("收费项目", max_length=60, blank=True)
    price = models.DecimalField("单价（元）", max_digits=10, decimal_places=2, null=True)
    quantity = models.DecimalField("数量", max_digits=10, decimal_places=4, null=True)
    amount = models.DecimalField("金额（元）", max_digits=12, decimal_places=2)
    why = models.CharField("说明", max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "费用"
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="charge_amount"),
            models.CheckConstraint(condition=Q(stage__in=["quoted", "agreed", "final"]), name="charge_stage"),
        ]
        triggers = [Recorded()]


class Quote(models.Model):
    """An offer of the provider or an answer of the customer; the newest counts. Written once."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="quotes")
    side = models.CharField(max_length=8)
    at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    amounts = models.JSONField(default=dict)  # line → component → amount as text
    total = models.DecimalField("总价（元）", max_digits=12, decimal_places=2)
    valid_until = models.DateField("有效期至", null=True)
    note = models.CharField("说明", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "报价"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(total__gte=0), name="quote_total"),
            models.CheckConstraint(condition=Q(side__in=["customer", "provider"]), name="quote_side"),
        ]
        triggers = [append_only()]


class Contract(models.Model):
    """服务合同: the clauses as they stood when it was made; each side confirms with time and person."""

    order = models.OneToOneField(Order, models.CASCADE, related_name="contract")
    clauses = models.JSONField()  # [{"title", "text"}]
    digest = models.CharField(max_length=64)
    basis = models.JSONField(default=dict)  # the pack that names the clauses
    made_at = models.DateTimeField()
    provider_at = models.DateTimeField("供给方确认时间", null=True, blank=True)
    provider_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    provider_label = models.CharField(max_length=160, blank=True)
    customer_at = models.DateTimeField("使用方确认时间", null=True, blank=True)
    customer_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    customer_label = models.CharField(max_length=160, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "服务合同"
        triggers = [Recorded()]

    @property
    def confirmed(self) -> bool:
        return self.provider_at is not None and self.customer_at is not None


class Invoice(models.Model):
    """发票: its number is used once on the whole platform."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="invoices")
    kind = models.CharField("票种", max_length=8, choices=list(INVOICES.items()))
    code = models.CharField("发票代码", max_length=12, blank=True)
    number = models.CharField("发票号码", max_length=20)
    amount = models.DecimalField("价税合计（元）", max_digits=12, decimal_places=2)
    issued_on = models.DateField("开票日期")
    file = models.ForeignKey("files.File", models.PROTECT, null=True, blank=True, related_name="+")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "发票"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint("code", "number", name="invoice_used_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="invoice_amount"),
            models.CheckConstraint(
                condition=Q(kind="digital", code="", number__regex=r"^\d{20}$")
                | Q(kind="older", code__regex=r"^\d{10}(\d{2})?$", number__regex=r"^\d{8}$"),
                name="invoice_well_formed",
            ),
        ]
        triggers = [Recorded()]
