"""The instrument or facility with every fact of the national data standard and what booking needs."""

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from yixiang.catalogue.models.listing import Listing, Listings
from yixiang.catalogue.rules.words import BOOKING_MODES, FUNDS, KINDS, ORIGINS, PRICE_BASES, SHARE_MODES, USES
from yixiang.catalogue.states import LISTING, LIVE
from yixiang.kernel import reference
from yixiang.kernel.recording import Recorded, recorded_in_bulk

SUPERVISED_YEARS = 3  # customs supervision of duty-free instruments, from release
FISCAL = frozenset({"central", "local"})


class Instrument(Listing):
    kind_code = "instrument"

    kind = models.CharField("类型", max_length=10, choices=list(KINDS.items()), default="instrument")
    inner_number = models.CharField("所在单位仪器编号", max_length=150, blank=True)
    asset_number = models.CharField("固定资产编号", max_length=60, blank=True)
    national_number = models.CharField("国家平台仪器编号", max_length=60, blank=True)
    english_name = models.CharField("英文名称", max_length=100, blank=True)
    model = models.CharField("规格型号", max_length=100, blank=True)
    manufacturer = models.CharField("生产制造商", max_length=100, blank=True)
    country = models.CharField("产地国别", max_length=40, blank=True)
    category_scheme = models.CharField(max_length=24, default="GB/T 32847-2016")
    category = models.CharField("仪器分类", max_length=6, blank=True)
    origin = models.CharField("仪器来源", max_length=10, choices=list(ORIGINS.items()), blank=True)
    use = models.CharField("仪器类别", max_length=10, choices=list(USES.items()), blank=True)
    disciplines = ArrayField(models.CharField(max_length=6), verbose_name="主要学科领域", default=list, blank=True)
    funds = ArrayField(
        models.CharField(max_length=10, choices=list(FUNDS.items())),
        verbose_name="主要购置经费来源",
        default=list,
        blank=True,
    )
    worth = models.DecimalField("原值（元）", max_digits=14, decimal_places=2, null=True, blank=True)
    bought_on = models.DateField("购置日期", null=True, blank=True)
    accepted_on = models.DateField("验收日期", null=True, blank=True)
    booked_on = models.DateField("建账日期", null=True, blank=True)
    condition = models.CharField("运行状态", max_length=2, default="1")  # equipment_status / facility_status
    share_mode = models.CharField("共享模式", max_length=10, choices=list(SHARE_MODES.items()), default="outside")
    below_reason = models.CharField("低于门槛仍申请入网的理由", max_length=300, blank=True)

    carrier_type = models.CharField("所属资源载体类型", max_length=2, default="4")  # belongs_to of the national lists
    carrier_number = models.CharField("所属资源载体内部编号", max_length=150, blank=True)
    carrier_name = models.CharField("隶属资源载体名称", max_length=150, blank=True)
    platform = models.ForeignKey(
        "catalogue.Platform",
        models.SET_NULL,
        null=True,
        blank=True,
        verbose_name="所属平台",
        related_name="instruments",
    )
    department = models.CharField("所属单位内部门", max_length=80, blank=True)

    region = models.CharField("安放地区", max_length=6, blank=True)
    street = models.CharField("安放地址（街道、门牌）", max_length=100, blank=True)
    room = models.CharField("房间", max_length=60, blank=True)

    technical = models.TextField("主要技术指标", max_length=500, blank=True)
    function = models.TextField("主要功能", max_length=300, blank=True)
    service_content = models.TextField("服务内容", max_length=200, blank=True)
    requirement = models.TextField("用户须知", max_length=500, blank=True)
    fee_note = models.TextField("参考收费标准", max_length=500, blank=True)
    achievement = models.TextField("服务的典型成果", max_length=500, blank=True)
    booking_url = models.URLField("预约服务网址", max_length=150, blank=True)
    run_hours = models.DecimalField("年总运行机时", max_digits=7, decimal_places=1, null=True, blank=True)
    service_hours = models.DecimalField("年对外服务机时", max_digits=7, decimal_places=1, null=True, blank=True)

    contact_name = models.CharField("联系人", max_length=20, blank=True)
    contact_phone = models.CharField("联系电话", max_length=20, blank=True)
    contact_email = models.EmailField("电子邮箱", max_length=50, blank=True)
    address = models.CharField("通讯地址", max_length=100, blank=True)
    postcode = models.CharField("邮政编码", max_length=6, blank=True)

    supervised = models.BooleanField("在海关监管年限内", default=False)
    declaration_number = models.CharField("进口报关单编号", max_length=18, blank=True)
    declaration_item = models.CharField("进口报关单项号", max_length=2, blank=True)
    released_on = models.DateField("海关放行日期", null=True, blank=True)
    declared_name = models.CharField("报关单上的名称", max_length=30, blank=True)

    device_number = models.CharField("物联网设备编号", max_length=60, blank=True)

    booking_mode = models.CharField("预约方式", max_length=8, choices=list(BOOKING_MODES.items()), default="both")
    slot_minutes = models.PositiveSmallIntegerField("预约步长（分钟）", default=30)
    min_minutes = models.PositiveIntegerField("单次最短（分钟）", default=60)
    max_minutes = models.PositiveIntegerField("单次最长（分钟）", default=480)
    notice_hours = models.PositiveSmallIntegerField("至少提前（小时）", default=24)
    horizon_days = models.PositiveSmallIntegerField("最多提前（天）", default=60)
    buffer_before = models.PositiveSmallIntegerField("前置准备（分钟）", default=0)
    buffer_after = models.PositiveSmallIntegerField("后置清理（分钟）", default=0)
    keeps_holidays = models.BooleanField("法定节假日不开放", default=True)

    facility = models.JSONField(
        "设施专有信息", default=dict, blank=True
    )  # the fields of rules.fields with part facility

    # Maintained by commands, never typed.
    price_from = models.DecimalField("起价（元）", max_digits=10, decimal_places=2, null=True, blank=True)
    price_basis = models.CharField("起价计价方式", max_length=8, choices=list(PRICE_BASES.items()), blank=True)
    first_free = models.DateTimeField("最早可约", null=True, blank=True)
    service_count = models.PositiveIntegerField("服务次数", default=0)
    rating = models.DecimalField("平均评分", max_digits=3, decimal_places=2, null=True, blank=True)
    rating_count = models.PositiveIntegerField("评价数", default=0)
    health = models.PositiveSmallIntegerField("完善度", default=0)
    losses = ArrayField(models.CharField(max_length=24), verbose_name="失分项", default=list, blank=True)
    reached_at = models.DateTimeField("联系人确认时间", null=True, blank=True)

    objects: ClassVar[Any] = Listings.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "仪器"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=LISTING.codes), name="instrument_state"),
            models.UniqueConstraint(
                "unit", "inner_number", condition=~Q(inner_number=""), name="instrument_inner_number_once"
            ),
            models.CheckConstraint(condition=Q(worth=None) | Q(worth__gt=0), name="instrument_worth_positive"),
            models.CheckConstraint(condition=Q(health__lte=100), name="instrument_health_range"),
            models.CheckConstraint(
                condition=Q(slot_minutes__gte=5, min_minutes__gte=1) & Q(max_minutes__gte=models.F("min_minutes")),
                name="instrument_lengths",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=LIVE) | (~Q(name="") & ~Q(category="") & Q(worth__isnull=False)),
                name="instrument_whole_once_submitted",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["listed", "stopped"]) | Q(listed_at__isnull=False),
                name="instrument_listed_dated",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "state"], name="instrument_of_unit"),
            models.Index(fields=["platform"], condition=Q(platform__isnull=False), name="instrument_of_platform"),
            models.Index(fields=["first_free"], condition=Q(state="listed"), name="instrument_first_free"),
        ]
        triggers = recorded_in_bulk(without=["typed", "contact_phone", "contact_email"])

    @property
    def is_facility(self) -> bool:
        return self.kind == "facility"

    @property
    def is_fiscal(self) -> bool:
        """Bought wholly or partly with fiscal money."""
        return not FISCAL.isdisjoint(self.funds)

    @property
    def category_name(self) -> str:
        row = reference.instrument_class(self.category)
        return row.name if row else ""

    @property
    def place(self) -> str:
        """Where it stands, in words."""
        region = reference.region_name(self.region) if self.region else ""
        return f"{region}{self.street}{self.room}"

    @property
    def supervised_until(self) -> date | None:
        """The last day of customs supervision."""
        if not (self.supervised and self.released_on):
            return None
        start = self.released_on
        day = 28 if (start.month, start.day) == (2, 29) else start.day
        return date(start.year + SUPERVISED_YEARS, start.month, day)

    @property
    def worth_wan(self) -> Decimal | None:
        return self.worth / 10_000 if self.worth is not None else None


class Keeper(models.Model):
    """机组人员: who runs an instrument, with title and practice; `person` when they have an account of the unit."""

    class Level(models.TextChoices):
        NONE = "none", "无职称"
        JUNIOR = "junior", "初级"
        MIDDLE = "middle", "中级"
        ASSOCIATE = "associate", "副高级"
        SENIOR = "senior", "正高级"

    instrument = models.ForeignKey(Instrument, models.CASCADE, related_name="keepers")
    person = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, blank=True, verbose_name="账号", related_name="keeps"
    )
    name = models.CharField("姓名", max_length=40)
    title = models.CharField("职称", max_length=40, blank=True)
    level = models.CharField("职称级别", max_length=10, choices=Level.choices, default=Level.NONE)
    since = models.DateField("从业起始", null=True, blank=True)
    phone = models.CharField("电话", max_length=20, blank=True)
    email = models.EmailField("邮箱", blank=True)
    main = models.BooleanField("负责人", default=False)
    public = models.BooleanField("公开联系方式", default=False)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "机组人员"
        ordering = ["-main", "pk"]
        constraints = [
            models.UniqueConstraint(
                "instrument",
                "person",
                condition=Q(removed_at=None, person__isnull=False),
                name="keeper_once_per_instrument",
            ),
            models.UniqueConstraint("instrument", condition=Q(removed_at=None, main=True), name="keeper_one_main"),
        ]
        triggers = [Recorded(without=["phone", "email"])]

    def __str__(self) -> str:
        return self.name

    def years(self, on: date) -> int | None:
        """Whole years of practice."""
        if self.since is None:
            return None
        return max(0, on.year - self.since.year - ((on.month, on.day) < (self.since.month, self.since.day)))
