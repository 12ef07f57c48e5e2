"""日历订阅: a secret address under which a calendar program reads the times of a person, an instrument or a unit."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from yixiang.kernel.recording import Recorded
from yixiang.orders.rules.words import FEEDS


class Feed(models.Model):
    """Only the digest of the secret is kept; what the feed tells is asked anew with its owner's rights of today."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feeds")
    kind = models.CharField("内容", max_length=12, choices=list(FEEDS.items()))
    instrument = models.ForeignKey("catalogue.Instrument", models.CASCADE, null=True, blank=True, related_name="+")
    unit = models.ForeignKey("units.Unit", models.CASCADE, null=True, blank=True, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(db_default=Now())
    last_used_at = models.DateTimeField("最近读取", null=True, blank=True)
    revoked_at = models.DateTimeField("停用时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "日历订阅"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                "person", "kind", "instrument", "unit",
                condition=Q(revoked_at=None), nulls_distinct=False, name="feed_one_standing",
            ),
            models.CheckConstraint(
                condition=Q(kind="person", instrument=None, unit=None)
                | Q(kind="instrument", instrument__isnull=False, unit=None)
                | Q(kind="unit", instrument=None, unit__isnull=False),
                name="feed_of_one_thing",
            ),
        ]  # fmt: skip
        triggers = [Recorded(without=["digest"])]

    @property
    def title(self) -> str:
        if self.instrument:
            return f"{self.instrument} 的预约"
        return f"{self.unit} 的预约" if self.unit else "我的预约"
