"""What booking an instrument asks beyond its hours: qualification, limits, cancelling. A row only where it differs."""

from django.db import models
from django.db.models import F, Q

from yixiang.kernel.recording import Recorded
from yixiang.orders.rules.words import ASKED


class Terms(models.Model):
    instrument = models.OneToOneField("catalogue.Instrument", models.CASCADE, related_name="booking_terms")
    level = models.CharField("自己操作要什么资格", max_length=10, blank=True, choices=list(ASKED.items()))
    person_hours = models.PositiveSmallIntegerField("每人每周最多（小时）", null=True, blank=True)
    group_hours = models.PositiveSmallIntegerField("每单位每周最多（小时）", null=True, blank=True)
    cancel_hours = models.PositiveSmallIntegerField("免责取消须提前（小时）", default=24)
    staffed_from = models.PositiveSmallIntegerField("机组上班（分钟）", default=8 * 60)
    staffed_to = models.PositiveSmallIntegerField("机组下班（分钟）", default=18 * 60)
    queue = models.BooleanField("接受候补", default=True)
    offer_hours = models.PositiveSmallIntegerField("候补邀约几小时内有效", default=4)
    auto_accept = models.BooleanField("符合条件的机时预约自动受理", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "预约条件"
        constraints = [
            models.CheckConstraint(condition=Q(level__in=list(ASKED)), name="terms_level"),
            models.CheckConstraint(
                condition=Q(staffed_from__lt=F("staffed_to"), staffed_to__lte=1440, offer_hours__gte=1),
                name="terms_sane",
            ),
        ]
        triggers = [Recorded()]
