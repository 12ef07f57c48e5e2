"""What a unit keeps on file: scans, regulations, relations, flags, its bank account, and everything that happened."""

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from yixiang.kernel.encryption import EncryptedText
from yixiang.kernel.recording import Recorded, append_only
from yixiang.units.models.unit import Unit
from yixiang.units.rules.words import PURPOSES


class UnitEvent(models.Model):
    """One row per thing that happened: the time line of a unit. Written once."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="events")
    at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_label = models.CharField(max_length=160, blank=True)
    thing = models.CharField(max_length=16, default="unit")  # unit, change, member, sub, expert, bank, flag, paper
    thing_id = models.BigIntegerField(null=True)
    action = models.CharField(max_length=24)
    before = models.CharField(max_length=16, blank=True)
    after = models.CharField(max_length=16, blank=True)
    what = models.CharField("事项", max_length=200)
    note = models.TextField("说明", blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["unit", "-id"], name="unit_time_line")]
        triggers = [append_only()]


class Attachment(models.Model):
    """A scan that proves something; a newer one replaces the older, which stays."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="attachments")
    purpose = models.CharField("用途", max_length=16, choices=list(PURPOSES.items()))
    file = models.ForeignKey("files.File", models.PROTECT, related_name="+")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "单位附件"
        ordering = ["purpose", "pk"]
        constraints = [
            models.UniqueConstraint(
                "unit", "purpose", condition=Q(removed_at=None) & ~Q(purpose="other"), name="attachment_one_each"
            ),
        ]
        triggers = [Recorded()]


class BankAccount(models.Model):
    """Where money for the unit goes. The number is readable only with the key, and each full look is logged."""

    unit = models.OneToOneField(Unit, models.CASCADE, related_name="bank_account")
    bank_name = models.CharField("开户银行", max_length=120)
    account_name = models.CharField("账户名称", max_length=120)
    number = EncryptedText("账号")
    tail = models.CharField(max_length=4, editable=False)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "银行账户"
        triggers = [Recorded(without=["number"])]

    @property
    def masked(self) -> str:
        return f"**** **** **** {self.tail}"


class Regulation(models.Model):
    """管理制度."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="regulations")
    name = models.CharField("制度名称", max_length=120)
    number = models.CharField("制度编号", max_length=60, blank=True)
    issued_on = models.DateField("发布日期")
    effective_on = models.DateField("实施日期")
    file = models.ForeignKey("files.File", models.PROTECT, related_name="+", verbose_name="制度文件")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField("废止时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "管理制度"
        ordering = ["-effective_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(effective_on__gte=F("issued_on")), name="regulation_issued_before_effect"
            ),
            models.UniqueConstraint(
                "unit",
                "name",
                "number",
                condition=Q(withdrawn_at=None),
                name="regulation_once",
            ),
        ]
        triggers = [Recorded()]

    def in_force(self, on: date) -> bool:
        return self.withdrawn_at is None and self.effective_on <= on


class Relation(models.Model):
    """关联单位: money between related units is judged differently, so both sides are named."""

    class Nature(models.TextChoices):
        CONTROL = "control", "控股或被控股"
        SHARES = "shares", "参股"
        SAME_PERSON = "same_person", "同一法定代表人或实际控制人"
        SUPERIOR = "superior", "上下级或举办关系"
        HOSTED = "hosted", "依托共建"
        OTHER = "other", "其他关联"

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="relations")
    other = models.ForeignKey(Unit, models.CASCADE, null=True, blank=True, related_name="related_by")
    other_name = models.CharField("关联单位名称", max_length=120)
    other_code = models.CharField("统一社会信用代码", max_length=18, blank=True)
    nature = models.CharField("关联关系", max_length=12, choices=Nature.choices)
    since = models.DateField("起始日期", null=True, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    declared_at = models.DateTimeField()
    ended_at = models.DateTimeField("解除时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "关联单位"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(other=F("unit")), name="relation_not_with_itself"),
            models.UniqueConstraint(
                "unit", "other_code", condition=Q(ended_at=None) & ~Q(other_code=""), name="relation_once"
            ),
        ]
        triggers = [Recorded()]


class Flags(models.QuerySet["IntegrityFlag"]):
    def standing(self) -> "Flags":
        return self.filter(lifted_on=None)


class IntegrityFlag(models.Model):
    """失信 or 经营异常, from when, according to whom, and when it was lifted."""

    class Kind(models.TextChoices):
        DISHONEST = "dishonest", "失信"
        ABNORMAL = "abnormal", "经营异常"

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="flags")
    kind = models.CharField("类别", max_length=12, choices=Kind.choices)
    since = models.DateField("列入日期")
    source = models.CharField("依据", max_length=200)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    noted_at = models.DateTimeField()
    lifted_on = models.DateField("移出日期", null=True, blank=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    lift_note = models.CharField("移出说明", max_length=200, blank=True)

    objects: ClassVar[Any] = Flags.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "诚信与异常标记"
        ordering = ["-since", "-pk"]
        constraints = [
            models.UniqueConstraint("unit", "kind", condition=Q(lifted_on=None), name="flag_stands_once"),
            models.CheckConstraint(
                condition=Q(lifted_on=None) | Q(lifted_on__gte=F("since")), name="flag_lifted_after_since"
            ),
        ]
        triggers = [Recorded()]


class ClaimMessage(models.Model):
    """Somebody found their credit code taken and wrote to the holder, or appealed to the authority. Written once."""

    class To(models.TextChoices):
        HOLDER = "holder", "已登记单位的管理员"
        AUTHORITY = "authority", "主管部门"

    holder = models.ForeignKey(Unit, models.CASCADE, related_name="claims")
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="+")
    to = models.CharField("发送给", max_length=12, choices=To.choices)
    text = models.TextField("内容", max_length=500)
    reply_to = models.CharField("联系方式", max_length=120)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["by", "-at"], name="claim_messages_by")]
        triggers = [append_only()]
