"""疑点: what looks unusual in a year's settled orders, with the records it was found in. It decides nothing."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from yixiang.kernel.recording import Recorded
from yixiang.people.access import Reach, reach
from yixiang.subsidies.permissions import SubsidiesPermission
from yixiang.subsidies.states import FLAG
from yixiang.units.models.unit import within

KINDS = {
    "declared": "已申报的关联单位",
    "related": "可能的关联单位",
    "invoice": "重复的发票",
    "file": "相同的材料",
    "hours": "计费机时偏多",
    "mutual": "互相下单",
    "year_end": "年末集中结算",
    "split": "拆分订单",
}
SETTINGS = {
    "hours": ("slack_minutes",),
    "year_end": ("peak_share",),
    "split": ("split_amount", "split_days", "split_count"),
}


class Watch(models.Model):
    """The thresholds one office looks by. No document states them: what is not set is not looked for."""

    jurisdiction = models.CharField("地区", max_length=20, unique=True)
    slack_minutes = models.PositiveSmallIntegerField("计费机时超过实测多少分钟算偏多", null=True, blank=True)
    peak_share = models.DecimalField("12 月结算占全年多少算集中", max_digits=3, decimal_places=2, null=True, blank=True)
    split_amount = models.DecimalField("拆分前的金额界线（元）", max_digits=12, decimal_places=2, null=True, blank=True)
    split_days = models.PositiveSmallIntegerField("几天以内", null=True, blank=True)
    split_count = models.PositiveSmallIntegerField("至少几单", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "疑点条件"
        constraints = [
            models.CheckConstraint(
                condition=Q(peak_share=None) | Q(peak_share__gt=0, peak_share__lte=1), name="watch_peak_is_a_share"
            ),
            models.CheckConstraint(condition=Q(split_amount=None) | Q(split_amount__gt=0), name="watch_split_amount"),
            models.CheckConstraint(condition=Q(split_count=None) | Q(split_count__gte=2), name="watch_split_count"),
        ]
        triggers = [Recorded()]

    def missing(self, kind: str) -> list[str]:
        """Labels of what must be set before this kind is looked for."""
        names = [name for name in SETTINGS.get(kind, ()) if getattr(self, name) is None]
        return [str(self._meta.get_field(name).verbose_name) for name in names]  # type: ignore[union-attr]


class Flags(models.QuerySet["Flag"]):
    def visible_to(self, person: Any) -> "Flags":
        """The offices above the provider, and the provider; never the other side of the orders."""
        if not getattr(person, "is_authenticated", False):
            return self.none()
        wanted = (SubsidiesPermission.WATCH, SubsidiesPermission.SEE, SubsidiesPermission.ACCOUNT)
        held = Reach(frozenset(scope for one in wanted for scope in reach(person, one).scopes))
        return self.filter(within(held, "unit__")) if held else self.none()


class Flag(models.Model):
    """`records` are the rows it was found in, as they are shown: kind, number, words. `key` keeps a second search from
    making a second row."""

    kind = models.CharField("类别", max_length=10, choices=list(KINDS.items()))
    year = models.PositiveSmallIntegerField("年度")
    unit = models.ForeignKey("units.Unit", models.PROTECT, verbose_name="管理单位", related_name="flags_of_money")
    other = models.ForeignKey("units.Unit", models.PROTECT, null=True, verbose_name="对方", related_name="+")
    key = models.CharField(max_length=80)
    summary = models.CharField("说明", max_length=300)
    facts = models.JSONField(default=list)  # [[label, value]]
    records = models.JSONField(default=list)  # [{"number", "words"}]
    state = models.CharField("状态", max_length=10, choices=FLAG.choices, default=FLAG.initial)
    found_at = models.DateTimeField("发现时间")
    answer = models.TextField("单位说明", max_length=1000, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    finding = models.TextField("核查结论", max_length=1000, blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects: ClassVar[Any] = Flags.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "疑点"
        ordering = ["-found_at", "-pk"]
        constraints = [
            models.UniqueConstraint("kind", "year", "unit", "key", name="flag_found_once"),
            models.CheckConstraint(condition=Q(state__in=FLAG.codes), name="flag_state"),
            models.CheckConstraint(condition=Q(kind__in=list(KINDS)), name="flag_kind"),
            models.CheckConstraint(
                condition=~Q(state__in=["cleared", "confirmed"]) | ~Q(finding=""), name="flag_closed_with_words"
            ),
        ]
        indexes = [models.Index(fields=["unit", "year"], name="flag_of_unit")]
        triggers = [Recorded()]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.unit}"
