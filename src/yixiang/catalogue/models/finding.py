"""What people keep while looking: their shortlist, and the wish that found nothing."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class Shortlisted(models.Model):
    """预选清单: an instrument a person put aside."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="shortlist")
    instrument = models.ForeignKey("catalogue.Instrument", models.CASCADE, related_name="+")
    note = models.CharField("备注", max_length=100, blank=True)
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = verbose_name_plural = "预选清单"
        ordering = ["-added_at"]
        constraints = [models.UniqueConstraint("person", "instrument", name="shortlisted_once")]


class Wish(models.Model):
    """A search that found nothing, left as a demand in one click; the market takes it up."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="wishes")
    words = models.CharField("找什么", max_length=200)
    filters = models.JSONField(default=dict, blank=True)
    note = models.CharField("补充说明", max_length=500, blank=True)
    region = models.CharField("地区", max_length=6, blank=True)
    made_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "未找到的需求"
        ordering = ["-made_at"]
