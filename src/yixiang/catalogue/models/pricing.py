"""收费标准: dated versions, each a list of lines by component and basis."""

from datetime import date

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import Func, Q

from yixiang.catalogue.rules.words import AUDIENCES, COMPONENTS, PRICE_BASES
from yixiang.kernel.recording import Recorded


class DateRange(Func):
    function = "DATERANGE"
    output_field = DateRangeField()


class Tariff(models.Model):
    """In force from a day, until (and with) another or for good; once its day has come only its end may change."""

    instrument = models.ForeignKey(
        "catalogue.Instrument", models.CASCADE, null=True, blank=True, related_name="tariffs"
    )
    service = models.ForeignKey("catalogue.TestService", models.CASCADE, null=True, blank=True, related_name="tariffs")
    number = models.PositiveSmallIntegerField("版本", default=1)
    valid_from = models.DateField("自")
    valid_until = models.DateField("至", null=True, blank=True)
    published_until = models.DateField(
        null=True, blank=True
    )  # the end it was published with, before another cut it short
    basis_document = models.CharField("依据文件", max_length=120, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "收费标准"
        ordering = ["-valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(instrument=None, service__isnull=False) | Q(instrument__isnull=False, service=None),
                name="tariff_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=models.F("valid_from")), name="tariff_dates"
            ),
            ExclusionConstraint(
                name="tariff_no_overlap",
                expressions=[
                    ("instrument", RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_until", RangeBoundary(True, True)), RangeOperators.OVERLAPS),
                ],
                condition=Q(instrument__isnull=False),
            ),
            ExclusionConstraint(
                name="tariff_no_overlap_service",
                expressions=[
                    ("service", RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_until", RangeBoundary(True, True)), RangeOperators.OVERLAPS),
                ],
                condition=Q(service__isnull=False),
            ),
        ]
        triggers = [Recorded()]

    def covers(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)


class TariffLine(models.Model):
    """Component × basis × price, for everyone outside or for the owner's own people."""

    tariff = models.ForeignKey(Tariff, models.CASCADE, related_name="lines")
    audience = models.CharField("适用", max_length=8, choices=list(AUDIENCES.items()), default="outside")
    component = models.CharField("构成", max_length=10, choices=list(COMPONENTS.items()))
    basis = models.CharField("计价方式", max_length=8, choices=list(PRICE_BASES.items()))
    price = models.DecimalField("单价（元）", max_digits=10, decimal_places=2)
    name = models.CharField("收费项目", max_length=60, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "收费项目"
        ordering = ["position", "pk"]
        constraints = [models.CheckConstraint(condition=Q(price__gte=0), name="tariff_line_price")]
        triggers = [Recorded()]
