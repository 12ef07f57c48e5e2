"""What booking an instrument asks beyond its hours: qualification, limits, cancelling. A row only where it differs."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from yixiang.kernel.recording import Recorded


class Terms(models.Model):
    LEVELS: ClassVar[dict[str, str]] = {"": "不要求", "assisted": "在指导下", "working": "工作时间", "any": "任何时间"}

    instrument = models.OneToOneField("catalogue.Instrument", models.CASCADE, related_name="booking_terms")
    level = models.CharField("自己操作需要的资格", max_length=10, blank=True, choices=list(LEVELS.items()))
    person_hours = models.PositiveSmallIntegerField("每人每周最多（小时）", null=True, blank=True)
    group_hours = models.PositiveSmallIntegerField("每单位每周最多（小时）", null=True, blank=True)
    cancel_hours = models.PositiveSmallIntegerField("免责取消须提前（小时）", default=24)
    auto_accept = models.BooleanField("符合条件的机时预约自动受理", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "预约条件"
        constraints = [
            models.CheckConstraint(condition=Q(level__in=["", "assisted", "working", "any"]), name="terms_level")
        ]
        triggers = [Recorded()]
