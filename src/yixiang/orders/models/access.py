"""Who may run an instrument alone, and what a unit remembers of who did not come."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from yixiang.kernel.recording import Recorded
from yixiang.orders.rules.words import APPEALS, LEVELS, MARKS
from yixiang.orders.states import QUALIFICATION

STANDING = ("asked", "invited", "granted")


class Qualification(models.Model):
    """上机资格: asked for, trained, granted up to a level until a day; one under way for each person and instrument."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="qualifications")
    instrument = models.ForeignKey("catalogue.Instrument", models.CASCADE, related_name="qualifications")
    state = models.CharField("状态", max_length=10, choices=QUALIFICATION.choices, default=QUALIFICATION.initial)
    level = models.CharField("级别", max_length=10, blank=True, choices=list(LEVELS.items()))
    until = models.DateField("有效期至", null=True, blank=True)
    words = models.CharField("申请说明", max_length=300, blank=True)
    training_at = models.DateTimeField("培训时间", null=True, blank=True)
    training_place = models.CharField("培训地点", max_length=100, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)
    asked_at = models.DateTimeField("申请时间")
    decided_at = models.DateTimeField("办理时间", null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    reminded_on = models.DateField(null=True, blank=True)  # of the end that comes near, once for each end

    class Meta:
        verbose_name = verbose_name_plural = "上机资格"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=QUALIFICATION.codes), name="qualification_state"),
            models.CheckConstraint(
                condition=~Q(state="granted") | Q(level__in=list(LEVELS)), name="qualification_has_a_level"
            ),
            models.UniqueConstraint(
                "person", "instrument", condition=Q(state__in=STANDING), name="qualification_once_per_person"
            ),
        ]
        indexes = [models.Index(fields=["instrument", "state"], name="qualification_of_instrument")]
        triggers = [Recorded()]


class Manners(models.Model):
    """预约信用规则 of a providing unit. Without a row nothing is counted and nothing follows; only facts are kept."""

    unit = models.OneToOneField("units.Unit", models.CASCADE, related_name="manners")
    no_show_points = models.PositiveSmallIntegerField("未到场记几分")
    late_points = models.PositiveSmallIntegerField("晚于时限取消记几分")
    fade_days = models.PositiveSmallIntegerField("几天后消除")
    limit = models.PositiveSmallIntegerField("满几分暂停预约", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "预约信用规则"
        constraints = [
            models.CheckConstraint(condition=Q(fade_days__gte=1, fade_days__lte=1000), name="manners_fade"),
            models.CheckConstraint(condition=Q(limit=None) | Q(limit__gte=1), name="manners_limit"),
        ]
        triggers = [Recorded()]


class Mark(models.Model):
    """One 未到场 or late cancellation, with the appeal against it."""

    order = models.ForeignKey("orders.Order", models.CASCADE, related_name="marks")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="marks")
    unit = models.ForeignKey("units.Unit", models.CASCADE, related_name="+")  # who provides
    kind = models.CharField("事由", max_length=8, choices=list(MARKS.items()))
    at = models.DateTimeField("时间")
    appeal = models.CharField("申诉", max_length=8, blank=True, choices=list(APPEALS.items()))
    appeal_words = models.CharField("申诉理由", max_length=500, blank=True)
    appealed_at = models.DateTimeField(null=True, blank=True)
    decision = models.CharField("处理意见", max_length=500, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "预约信用记录"
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint("order", name="mark_once_per_order"),
            models.CheckConstraint(condition=Q(kind__in=list(MARKS)), name="mark_kind"),
            models.CheckConstraint(condition=Q(appeal__in=["", *APPEALS]), name="mark_appeal"),
        ]
        indexes = [models.Index(fields=["person", "unit", "-at"], name="mark_of_person")]
        triggers = [Recorded()]
