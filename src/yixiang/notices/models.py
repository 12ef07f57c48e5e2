"""What people are told, how they want to be told, and the messages on their way out."""

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from yixiang.notices.kinds import label_of
from yixiang.notices.states import OUTBOX


class Notices(models.QuerySet["Notice"]):
    def visible_to(self, person: Any) -> "Notices":
        return self.filter(person_id=person.pk)

    def unread(self) -> "Notices":
        return self.filter(read_at=None)


class Notice(models.Model):
    """One thing one person is told; it names the thing, the deadline and one button."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    kind = models.CharField(_("类别"), max_length=40)
    subject = models.CharField(_("标题"), max_length=200)
    body = models.TextField(_("内容"), blank=True, default="")
    url = models.CharField(max_length=500, blank=True, default="")
    button = models.CharField(max_length=40, blank=True, default="")
    deadline = models.DateField(_("期限"), null=True)
    urgent = models.BooleanField(default=False)
    key = models.CharField(max_length=120)
    digest_due = models.BooleanField(default=False)
    created_at = models.DateTimeField(_("时间"), db_default=Now())
    read_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = Notices.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("通知")
        constraints = [models.UniqueConstraint("person", "key", name="notice_told_once")]
        indexes = [
            models.Index(fields=["person", "-created_at"], name="notice_of_person"),
            models.Index(fields=["person"], condition=Q(read_at=None), name="notice_unread"),
            models.Index(fields=["person"], condition=Q(digest_due=True), name="notice_for_digest"),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def kind_label(self) -> str:
        return label_of(self.kind)


class Preference(models.Model):
    """What a person chose for one kind on one channel; without a row the default of the kind counts."""

    class Channel(models.TextChoices):
        EMAIL = "email", _("邮件")
        SMS = "sms", _("短信")

    class Mode(models.TextChoices):
        OFF = "off", _("不发")
        DIGEST = "digest", _("每天汇总")
        NOW = "now", _("立即")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notice_preferences")
    kind = models.CharField(max_length=40)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    mode = models.CharField(max_length=10, choices=Mode.choices)

    class Meta:
        verbose_name = verbose_name_plural = _("通知偏好")
        constraints = [
            models.UniqueConstraint("person", "kind", "channel", name="preference_once"),
            models.CheckConstraint(
                condition=Q(channel="email", mode__in=["off", "digest", "now"])
                | Q(channel="sms", mode__in=["off", "now"]),
                name="preference_possible",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.channel} {self.mode}"


class Outbox(models.Model):
    """One message to one address. `key` makes it leave once; `content` is emptied when it has left."""

    channel = models.CharField(max_length=10, choices=Preference.Channel.choices)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    address = models.CharField(max_length=254)
    subject = models.CharField(max_length=200, blank=True, default="")
    content = models.JSONField(default=dict)  # what the templates need, or {"text"} as it is
    key = models.CharField(max_length=160, unique=True)
    state = models.CharField(max_length=10, choices=OUTBOX.choices, default=OUTBOX.initial)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)
    provider_id = models.CharField(max_length=200, blank=True, default="")
    last_error = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = _("待发消息")
        constraints = [models.CheckConstraint(condition=Q(state__in=OUTBOX.codes), name="outbox_state")]
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(state="queued"), name="outbox_waiting"),
            models.Index(fields=["channel", "address", "-sent_at"], name="outbox_sent_to"),
            models.Index(fields=["channel", "-sent_at"], name="outbox_sent"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.key} {self.state}"

    def is_due(self, now: datetime) -> bool:
        return self.state == "queued" and (self.next_try_at is None or self.next_try_at <= now)
