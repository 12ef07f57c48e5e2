"""Reports, data and proofs that belong to an order or to one line of it."""

from django.conf import settings
from django.db import models

from yixiang.kernel.recording import Recorded
from yixiang.orders.models.order import Line, Order
from yixiang.orders.rules.words import PAPERS


class Paper(models.Model):
    order = models.ForeignKey(Order, models.CASCADE, related_name="papers")
    line = models.ForeignKey(Line, models.CASCADE, null=True, blank=True, related_name="papers")
    kind = models.CharField("种类", max_length=12, choices=list(PAPERS.items()))
    file = models.OneToOneField("files.File", models.PROTECT, related_name="+")
    side = models.CharField(max_length=8)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "材料"
        ordering = ["pk"]
        triggers = [Recorded()]
