"""候补 and 抽签: who waits for a time that may come free, and who asked for a time that is drawn by lot."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from yixiang.kernel.recording import Recorded
from yixiang.orders.rules.words import OUTCOMES, WAYS
from yixiang.orders.states import DRAW, WAITING

IN_LINE = ("waiting", "offered")


class Waiting(models.Model):
    """A place in the queue of one instrument: so many minutes, somewhere between two moments."""

    instrument = models.ForeignKey("catalogue.Instrument", models.CASCADE, related_name="waitings")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="waitings")
    customer = models.ForeignKey("units.Unit", models.CASCADE, related_name="+")
    state = models.CharField("状态", max_length=10, choices=WAITING.choices, default=WAITING.initial)
    earliest = models.DateTimeField("最早")
    latest = models.DateTimeField("最晚")
    minutes = models.PositiveIntegerField("时长（分钟）")
    way = models.CharField("服务方式", max_length=10, choices=list(WAYS.items()), default="entrusted")
    content = models.CharField("测试目的与要求", max_length=500)
    contact_phone = models.CharField("联系电话", max_length=20, blank=True)
    joined_at = models.DateTimeField("加入时间")
    starts = models.DateTimeField("邀约开始", null=True, blank=True)
    ends = models.DateTimeField("邀约结束", null=True, blank=True)
    until = models.DateTimeField("邀约有效至", null=True, blank=True)
    order = models.ForeignKey("orders.Order", models.SET_NULL, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "候补"
        ordering = ["joined_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=WAITING.codes), name="waiting_state"),
            models.CheckConstraint(condition=Q(earliest__lt=F("latest"), minutes__gte=1), name="waiting_sane"),
            models.CheckConstraint(
                condition=~Q(state="offered") | Q(starts__isnull=False, ends__isnull=False, until__isnull=False),
                name="waiting_offer_has_a_time",
            ),
            models.UniqueConstraint(
                "person", "instrument", condition=Q(state__in=IN_LINE), name="waiting_once_per_person"
            ),
        ]
        indexes = [
            models.Index(fields=["instrument", "joined_at"], condition=Q(state="waiting"), name="waiting_in_line"),
            models.Index(fields=["until"], condition=Q(state="offered"), name="waiting_offered"),
        ]
        triggers = [Recorded(without=["contact_phone"])]


class Draw(models.Model):
    """A stretch of time that is allotted by lot. The digest of the seed is public from the beginning, the seed after
    the draw, so that everybody can compute the order of the lots again."""

    code = models.CharField("编号", max_length=16, unique=True)
    instrument = models.ForeignKey("catalogue.Instrument", models.PROTECT, related_name="draws")
    state = models.CharField("状态", max_length=10, choices=DRAW.choices, default=DRAW.initial)
    starts = models.DateTimeField("时段开始")
    ends = models.DateTimeField("时段结束")
    closes_at = models.DateTimeField("报名截止")
    most_minutes = models.PositiveIntegerField("每人最多（分钟）")
    seed = models.CharField(max_length=64)
    commitment = models.CharField("种子摘要", max_length=64)
    entries = models.CharField("名单摘要", max_length=64, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "抽签"
        ordering = ["-starts"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=DRAW.codes), name="draw_state"),
            models.CheckConstraint(condition=Q(starts__lt=F("ends"), closes_at__lt=F("starts")), name="draw_forward"),
        ]
        indexes = [models.Index(fields=["closes_at"], condition=Q(state="open"), name="draw_open")]
        triggers = [Recorded(without=["seed"])]


class Lot(models.Model):
    """One person's request in a draw: a first wish and perhaps a second one."""

    draw = models.ForeignKey(Draw, models.CASCADE, related_name="lots")
    number = models.PositiveIntegerField("签号")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="lots")
    customer = models.ForeignKey("units.Unit", models.CASCADE, related_name="+")
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    second_starts = models.DateTimeField(null=True, blank=True)
    second_ends = models.DateTimeField(null=True, blank=True)
    way = models.CharField("服务方式", max_length=10, choices=list(WAYS.items()), default="entrusted")
    content = models.CharField("测试目的与要求", max_length=500)
    contact_phone = models.CharField("联系电话", max_length=20, blank=True)
    asked_at = models.DateTimeField()
    rank = models.PositiveIntegerField("名次", null=True, blank=True)
    outcome = models.CharField("结果", max_length=8, blank=True, choices=list(OUTCOMES.items()))
    why = models.CharField("说明", max_length=200, blank=True)
    order = models.ForeignKey("orders.Order", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "抽签报名"
        ordering = ["draw", "rank", "number"]
        constraints = [
            models.UniqueConstraint("draw", "person", name="lot_once_per_person"),
            models.UniqueConstraint("draw", "number", name="lot_number"),
            models.CheckConstraint(condition=Q(starts__lt=F("ends")), name="lot_forward"),
            models.CheckConstraint(
                condition=Q(second_starts=None, second_ends=None) | Q(second_starts__lt=F("second_ends")),
                name="lot_second_forward",
            ),
            models.CheckConstraint(condition=Q(outcome__in=["", *OUTCOMES]), name="lot_outcome"),
        ]
        triggers = [Recorded(without=["contact_phone"])]
