"""What happened: every changed row (written by trigger) and every event that changes none; never edited."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from yixiang.kernel.recording import append_only


class Trace(models.Model):
    """Who, when, from where. The actor is a number without foreign key: the trace outlives the account."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(_("时间"), db_default=Now())
    actor = models.BigIntegerField(_("操作人编号"), null=True)
    actor_name = models.TextField(_("操作人"), default="", db_default="")
    ip = models.TextField(_("来源地址"), default="", db_default="")
    door = models.TextField(_("入口"), default="", db_default="")
    request = models.TextField(_("请求编号"), default="", db_default="")

    class Meta:
        abstract = True


class Change(Trace):
    """One row inserted, updated or deleted, whoever did it and through whatever door."""

    class Op(models.TextChoices):
        INSERT = "INSERT", _("新增")
        UPDATE = "UPDATE", _("修改")
        DELETE = "DELETE", _("删除")

    table_name = models.TextField(_("数据表"))
    row_id = models.TextField(_("记录编号"), default="", db_default="")
    op = models.CharField(_("动作"), max_length=6, choices=Op.choices)
    before = models.JSONField(_("修改前"), null=True)
    after = models.JSONField(_("修改后"), null=True)
    changed = ArrayField(models.TextField(), verbose_name=_("变更项"), default=list, db_default=[])

    class Meta:
        db_table = "audit_change"
        verbose_name = verbose_name_plural = _("数据变更")
        indexes = [
            models.Index(fields=["-at", "-id"], name="change_by_time"),
            models.Index(fields=["table_name", "row_id", "-at"], name="change_of_row"),
            models.Index(fields=["actor", "-at"], name="change_by_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.op} {self.table_name} {self.row_id}"


class Event(Trace):
    """Worth knowing though it changes no row: a sign-in, a refusal, a look at personal data, an export."""

    class Kind(models.TextChoices):
        SIGNED_IN = "signed-in", _("登录成功")
        SIGN_IN_FAILED = "sign-in-failed", _("登录失败")
        SIGNED_OUT = "signed-out", _("退出登录")
        REFUSED = "refused", _("越权被拒")
        PERSONAL_DATA = "personal-data", _("查看个人信息")
        EXPORTED = "exported", _("导出数据")
        SYSTEM = "system", _("系统事件")

    kind = models.CharField(_("类别"), max_length=20, choices=Kind.choices)
    subject = models.TextField(_("对象"), default="", db_default="")
    detail = models.JSONField(_("详情"), default=dict, db_default={})

    class Meta:
        db_table = "audit_event"
        verbose_name = verbose_name_plural = _("安全事件")
        indexes = [
            models.Index(fields=["-at", "-id"], name="event_by_time"),
            models.Index(fields=["kind", "-at"], name="event_by_kind"),
            models.Index(fields=["actor", "-at"], name="event_by_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class DaySeal(models.Model):
    """A day of the trail in one number over the number of the day before: a row taken out afterwards shows."""

    day = models.DateField(_("日期"), primary_key=True)
    changes = models.PositiveIntegerField(_("数据变更"))
    events = models.PositiveIntegerField(_("安全事件"))
    digest = models.CharField(_("摘要"), max_length=64)
    sealed_at = models.DateTimeField(_("封存时间"), db_default=Now())

    class Meta:
        db_table = "audit_day_seal"
        verbose_name = verbose_name_plural = _("每日封存")
        ordering = ["-day"]
        triggers = [append_only()]

    def __str__(self) -> str:
        return f"{self.day} {self.digest[:12]}"
