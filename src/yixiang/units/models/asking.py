"""Questions to experts: who asked whom, every turn of the conversation, and what of it the public may read."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from yixiang.kernel.recording import Recorded, append_only
from yixiang.kernel.reference import instrument_class
from yixiang.units.models.belonging import Expert
from yixiang.units.models.unit import combined_reach, within
from yixiang.units.permissions import UnitsPermission
from yixiang.units.states import QUESTION, SHARING


class Questions(models.QuerySet["Question"]):
    def visible_to(self, person: Any) -> "Questions":
        """The one who asked, the one who is asked now, and the authority that certifies experts there."""
        if not getattr(person, "is_authenticated", False):
            return self.none()
        held = combined_reach(person, UnitsPermission.EXPERTS)
        return self.filter(Q(asker_id=person.pk) | Q(expert__person_id=person.pk) | within(held, "expert__unit__"))

    def public(self) -> "Questions":
        """What both sides agreed to show; the asker is never part of it."""
        return self.filter(sharing="public")


class Question(models.Model):
    """One conversation. When it is forwarded the former expert no longer sees it."""

    asker = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="questions")
    expert = models.ForeignKey(Expert, models.PROTECT, related_name="questions")
    title = models.CharField("标题", max_length=80)
    category = models.CharField("仪器类别", max_length=8, blank=True)
    state = models.CharField("状态", max_length=10, choices=QUESTION.choices, default=QUESTION.initial)
    may_share = models.BooleanField("同意隐去身份后公开", default=False)
    sharing = models.CharField("公开", max_length=10, choices=SHARING.choices, default=SHARING.initial)
    shared_question = models.TextField("公开的问题", max_length=2000, blank=True)
    shared_answer = models.TextField("公开的答复", max_length=5000, blank=True)
    asked_at = models.DateTimeField("提问时间")
    answered_at = models.DateTimeField("首次答复", null=True, blank=True)
    changed_at = models.DateTimeField("最近往来")

    objects: ClassVar[Any] = Questions.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "专家咨询"
        ordering = ["-changed_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=QUESTION.codes), name="question_state"),
            models.CheckConstraint(condition=Q(sharing__in=SHARING.codes), name="question_sharing"),
            models.CheckConstraint(
                condition=Q(sharing="private") | (~Q(shared_question="") & ~Q(shared_answer="")),
                name="question_shared_is_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["asker", "-asked_at"], name="question_of_asker"),
            models.Index(fields=["expert", "state"], name="question_to_expert"),
        ]
        triggers = [Recorded()]

    def __str__(self) -> str:
        return self.title

    @property
    def category_name(self) -> str:
        found = instrument_class(self.category) if self.category else None
        return found.name if found else ""


class QuestionTurn(models.Model):
    """One thing somebody said or did. Written once."""

    class Kind(models.TextChoices):
        ASK = "ask", "提问"
        ANSWER = "answer", "答复"
        ADD = "add", "补充答复"
        AGAIN = "ask_again", "追问"
        FORWARD = "forward", "转给其他专家"
        DECLINE = "decline", "不便答复"
        CLOSE = "close", "结束咨询"

    question = models.ForeignKey(Question, models.CASCADE, related_name="turns")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_label = models.CharField(max_length=160)
    text = models.TextField(blank=True)
    file = models.ForeignKey("files.File", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "咨询往来"
        ordering = ["pk"]
        triggers = [append_only()]
