"""领取: what a unit has claimed of its limit for the year. What it has used of it is a cap of the ledger."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from yixiang.kernel.recording import Recorded, append_only


class Entitlement(models.Model):
    """One row for a unit and a programme; the limit is that of its class on the day it last claimed."""

    programme = models.ForeignKey("ledger.Programme", models.PROTECT, related_name="entitlements")
    unit = models.ForeignKey("units.Unit", models.PROTECT, related_name="entitlements")
    limit = models.DecimalField("年度限额（元）", max_digits=14, decimal_places=2)
    claimed = models.DecimalField("已领取（元）", max_digits=14, decimal_places=2, default=0)

    class Meta:
        verbose_name = verbose_name_plural = "创新券额度"
        constraints = [
            models.UniqueConstraint("programme", "unit", name="entitlement_once"),
            models.CheckConstraint(
                condition=Q(claimed__gte=0, claimed__lte=F("limit")), name="entitlement_within_its_limit"
            ),
        ]
        triggers = [Recorded()]


class Claim(models.Model):
    """One time somebody claimed, with the decision. Written once."""

    entitlement = models.ForeignKey(Entitlement, models.PROTECT, related_name="claims")
    amount = models.DecimalField("领取（元）", max_digits=14, decimal_places=2)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_label = models.CharField(max_length=160)
    decision = models.JSONField()

    class Meta:
        verbose_name = verbose_name_plural = "领取记录"
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="claim_amount")]
        triggers = [append_only()]
