"""Platforms and testing institutions that group instruments, and the tests they offer by name."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from yixiang.catalogue.models.listing import Listing, Listings
from yixiang.catalogue.rules.words import LEVELS, PLATFORM_KINDS, PRICE_BASES
from yixiang.catalogue.states import LISTING
from yixiang.kernel.recording import Recorded


class Platform(Listing):
    """创新平台 / 检测机构 / 仪器中心, with the national standard's fields of a centre."""

    kind_code = "platform"

    kind = models.CharField("类型", max_length=24, choices=list(PLATFORM_KINDS.items()), blank=True)
    level = models.CharField("级别", max_length=2, choices=list(LEVELS.items()), blank=True)
    inner_number = models.CharField("所在单位中心编号", max_length=150, blank=True)
    english_name = models.CharField("英文名称", max_length=100, blank=True)
    established_on = models.DateField("成立日期", null=True, blank=True)
    area = models.DecimalField("科研用房面积（㎡）", max_digits=9, decimal_places=1, null=True, blank=True)
    stated_worth = models.DecimalField("仪器总原值（元）", max_digits=15, decimal_places=2, null=True, blank=True)
    stated_count = models.PositiveIntegerField("大型科研仪器数量", null=True, blank=True)
    accredited = models.BooleanField("取得实验室认证认可", default=False)
    accreditations = models.CharField("认证认可", max_length=200, blank=True)
    disciplines = ArrayField(models.CharField(max_length=6), verbose_name="主要学科领域", default=list, blank=True)
    introduction = models.TextField("简介", max_length=200, blank=True)
    description = models.TextField("详细介绍", max_length=3000, blank=True)
    region = models.CharField("所在地区", max_length=6, blank=True)
    url = models.URLField("网址", max_length=100, blank=True)
    contact_name = models.CharField("联系人", max_length=20, blank=True)
    contact_phone = models.CharField("联系电话", max_length=20, blank=True)
    contact_email = models.EmailField("电子邮箱", max_length=50, blank=True)
    address = models.CharField("通讯地址", max_length=100, blank=True)
    postcode = models.CharField("邮政编码", max_length=6, blank=True)

    objects: ClassVar[Any] = Listings.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "创新平台与检测机构"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=LISTING.codes), name="platform_state"),
            models.UniqueConstraint(
                "unit", "inner_number", condition=~Q(inner_number=""), name="platform_inner_number_once"
            ),
        ]
        indexes = [models.Index(fields=["unit", "state"], name="platform_of_unit")]
        triggers = [Recorded(without=["typed", "contact_phone", "contact_email"])]


class TestService(Listing):
    """检测项目: a named test with its method, price and turnaround, done on one or several instruments."""

    __test__ = False  # not a test of ours
    kind_code = "service"

    category = models.CharField("分类", max_length=6, blank=True)  # an instrument class, branch or leaf
    platform = models.ForeignKey(
        Platform, models.SET_NULL, null=True, blank=True, verbose_name="所属平台", related_name="services"
    )
    instruments = models.ManyToManyField("catalogue.Instrument", blank=True, related_name="services")
    method = models.CharField("检测方法", max_length=200, blank=True)
    standard = models.CharField("依据标准", max_length=200, blank=True)
    sample_note = models.TextField("样品要求", max_length=500, blank=True)
    description = models.TextField("项目说明", max_length=1000, blank=True)
    turnaround_days = models.PositiveSmallIntegerField("出具结果（工作日）", null=True, blank=True)
    accredited = models.BooleanField("可出具 CMA/CNAS 报告", default=False)
    contact_name = models.CharField("联系人", max_length=20, blank=True)
    contact_phone = models.CharField("联系电话", max_length=20, blank=True)
    contact_email = models.EmailField("电子邮箱", max_length=50, blank=True)
    price_from = models.DecimalField("起价（元）", max_digits=10, decimal_places=2, null=True, blank=True)
    price_basis = models.CharField("计价方式", max_length=8, choices=list(PRICE_BASES.items()), blank=True)
    service_count = models.PositiveIntegerField("服务次数", default=0)

    objects: ClassVar[Any] = Listings.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "检测服务"
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=Q(state__in=LISTING.codes), name="service_state")]
        indexes = [models.Index(fields=["unit", "state"], name="service_of_unit")]
        triggers = [Recorded(without=["typed", "contact_phone", "contact_email"])]


class Picture(models.Model):
    """A picture of an instrument or a platform; the first one leads the card."""

    instrument = models.ForeignKey(
        "catalogue.Instrument", models.CASCADE, null=True, blank=True, related_name="pictures"
    )
    platform = models.ForeignKey(Platform, models.CASCADE, null=True, blank=True, related_name="pictures")
    file = models.ForeignKey("files.File", models.PROTECT, related_name="+")
    caption = models.CharField("说明", max_length=80, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "图片"
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(instrument=None, platform__isnull=False) | Q(instrument__isnull=False, platform=None),
                name="picture_of_one_thing",
            ),
        ]
        triggers = [Recorded()]
