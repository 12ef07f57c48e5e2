"""When an instrument is open, when it is not, and which of its time is taken."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, IntegerRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now

from yixiang.catalogue.rules.words import HOLDS
from yixiang.kernel.recording import Recorded


class MinuteRange(Func):
    function = "INT4RANGE"
    output_field = IntegerRangeField()


class OpeningHours(models.Model):
    """One stretch of one weekday (0 = Monday), in minutes after midnight, Asia/Shanghai."""

    instrument = models.ForeignKey("catalogue.Instrument", models.CASCADE, related_name="opening_hours")
    weekday = models.PositiveSmallIntegerField("星期")
    opens = models.PositiveSmallIntegerField("开始（分钟）")
    closes = models.PositiveSmallIntegerField("结束（分钟）")

    class Meta:
        verbose_name = verbose_name_plural = "开放时间"
        ordering = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday__lte=6, opens__lt=F("closes"), closes__lte=1440), name="opening_hours_sane"
            ),
            ExclusionConstraint(
                name="opening_hours_no_overlap",
                expressions=[
                    ("instrument", RangeOperators.EQUAL),
                    ("weekday", RangeOperators.EQUAL),
                    (MinuteRange("opens", "closes"), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        triggers = [Recorded()]


class OpeningException(models.Model):
    """A day that differs: closed for some minutes, or open where it otherwise is not. Open wins over closed."""

    instrument = models.ForeignKey("catalogue.Instrument", models.CASCADE, related_name="opening_exceptions")
    first_day = models.DateField("自")
    last_day = models.DateField("至")
    opens = models.PositiveSmallIntegerField("开始（分钟）", default=0)
    closes = models.PositiveSmallIntegerField("结束（分钟）", default=1440)
    is_open = models.BooleanField("加开", default=False)
    note = models.CharField("原因", max_length=100, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "开放时间例外"
        ordering = ["first_day", "opens"]
        constraints = [
            models.CheckConstraint(
                condition=Q(first_day__lte=F("last_day"), opens__lt=F("closes"), closes__lte=1440),
                name="opening_exception_sane",
            ),
        ]
        triggers = [Recorded()]


class Hold(models.Model):
    """Time of an instrument that is taken. `span` includes the buffers; two spans of one instrument never overlap.

    Every door that takes time writes a row here, so the one constraint below meets them all. Giving time back deletes
    the row in the same transaction.
    """

    instrument = models.ForeignKey("catalogue.Instrument", models.PROTECT, related_name="holds")
    span = DateTimeRangeField("占用（含缓冲）")
    starts = models.DateTimeField("开始")
    ends = models.DateTimeField("结束")
    kind = models.CharField("原因", max_length=10, choices=list(HOLDS.items()))
    note = models.CharField("说明", max_length=200, blank=True)
    reference = models.BigIntegerField(null=True)  # the row above this floor that took the time, for kind booking
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "占用"
        ordering = ["starts"]
        constraints = [
            models.CheckConstraint(condition=Q(starts__lt=F("ends")), name="hold_forward"),
            ExclusionConstraint(
                name="hold_no_overlap",
                expressions=[("instrument", RangeOperators.EQUAL), ("span", RangeOperators.OVERLAPS)],
            ),
            models.UniqueConstraint("reference", condition=Q(kind="booking"), name="hold_once_per_booking"),
        ]
        triggers = [Recorded()]
