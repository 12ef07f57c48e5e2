"""故障: reported at the instrument, stops the listing, ends when it runs again."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from yixiang.kernel.recording import Recorded


class Fault(models.Model):
    instrument = models.ForeignKey("catalogue.Instrument", models.CASCADE, related_name="faults")
    words = models.CharField("现象", max_length=500)
    at = models.DateTimeField("报告时间")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    expected = models.DateField("预计恢复", null=True, blank=True)
    told = models.PositiveIntegerField("已通知的预约", default=0)
    stopped = models.BooleanField("由此停止开放", default=False)
    mended_at = models.DateTimeField("恢复时间", null=True, blank=True)
    mended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    outcome = models.CharField("处理结果", max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "故障"
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint("instrument", condition=Q(mended_at=None), name="fault_one_at_a_time"),
            models.CheckConstraint(condition=Q(mended_at=None) | Q(mended_at__gte=F("at")), name="fault_forward"),
        ]
        triggers = [Recorded()]
