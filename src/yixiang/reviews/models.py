"""One submit–review–decide conversation for everything reviewed; the consequence belongs to the subject's room."""

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from yixiang.kernel import scopes
from yixiang.kernel.recording import Recorded, append_only
from yixiang.people.access import grants_of, powers
from yixiang.reviews.permissions import ReviewsPermission
from yixiang.reviews.states import CASE


class Authority(models.Model):
    """The office that reviews for a region: 长沙市科学技术局, 湖南省科学技术厅."""

    class Level(models.TextChoices):
        CITY = "city", "市级"
        PROVINCE = "province", "省级"

    region = models.CharField("行政区划", max_length=6, unique=True)
    level = models.CharField("级别", max_length=10, choices=Level.choices)
    name = models.CharField("名称", max_length=80)
    phone = models.CharField("电话", max_length=40, blank=True)
    email = models.EmailField("邮箱", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "主管部门"
        ordering = ["region"]
        triggers = [Recorded()]

    def __str__(self) -> str:
        return self.name


class Cases(models.QuerySet["Case"]):
    def decidable_by(self, person: Any) -> "Cases":
        """Open cases whose present round lies within one of the person's grants for that kind of case."""
        wanted = Q(pk__in=[])
        for scope, names in powers(person):
            wanted |= Q(permission__in=names, decided_in__contains=[scope])
        return self.filter(wanted, state="open").exclude(applicant_id=person.pk)

    def visible_to(self, person: Any) -> "Cases":
        """Whose own it is, who decides in any of its rounds, and who may look on within the same scopes."""
        wanted = Q(applicant_id=person.pk)
        for grant in grants_of(person):  # a reading token sees what its owner sees
            looks_on = ReviewsPermission.SEE in grant.role.permissions
            deciding = Q() if looks_on else Q(permission__in=grant.role.permissions)
            wanted |= deciding & Q(seen_in__contains=[grant.scope])
        return self.filter(wanted)


class Case(models.Model):
    """`rounds` is what the pack said on the day it opened: who, with which label, in how many working days."""

    kind = models.CharField("类别", max_length=40)
    title = models.CharField("事项", max_length=160)
    subject_id = models.BigIntegerField()  # the subject points here; this only finds the way back
    region = models.CharField(max_length=6, blank=True)
    applicant = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="cases")
    applicant_label = models.CharField("申请方", max_length=160, blank=True)
    state = models.CharField("状态", max_length=12, choices=CASE.choices, default=CASE.initial)
    permission = models.CharField(max_length=60)
    rounds = models.JSONField(default=list)
    round = models.PositiveSmallIntegerField(default=0)
    decided_in = ArrayField(models.CharField(max_length=80), default=list)  # scopes of the present round
    seen_in = ArrayField(models.CharField(max_length=80), default=list)  # scopes of every round
    facts = models.JSONField(default=list)
    opened_at = models.DateTimeField()
    due_on = models.DateField("办理期限", null=True)
    closed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)  # a decision names the version it was made on

    objects: ClassVar[Any] = Cases.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "审核事项"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CASE.codes), name="case_state"),
            models.UniqueConstraint(
                "kind", "subject_id", condition=Q(state__in=["open", "returned"]), name="case_one_under_way"
            ),
        ]
        indexes = [
            models.Index(fields=["due_on", "id"], condition=Q(state="open"), name="case_inbox"),
            models.Index(fields=["kind", "subject_id"], name="case_of_subject"),
        ]
        triggers = [Recorded()]

    def __str__(self) -> str:
        return self.title

    @property
    def holder(self) -> str:
        """Who holds the ball."""
        if self.state == "open":
            return str(self.rounds[self.round]["label"])
        return self.applicant_label if self.state == "returned" else ""

    @property
    def is_last_round(self) -> bool:
        return self.round + 1 >= len(self.rounds)

    def is_overdue(self, on: date) -> bool:
        return self.state == "open" and self.due_on is not None and self.due_on < on


class Decision(models.Model):
    """What was said, by whom, in which round. Written once."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="decisions")
    round = models.PositiveSmallIntegerField()
    action = models.CharField(max_length=12)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_label = models.CharField(max_length=160)
    at = models.DateTimeField(db_default=Now())
    note = models.TextField("意见", blank=True)
    reasons = models.JSONField(default=list)

    class Meta:
        ordering = ["pk"]
        triggers = [append_only()]


def scopes_of_round(level: str, region: str) -> list[str]:
    """A city round is decided by the city's grant, a provincial round by the province's; never by the other."""
    code = region[:4] + "00" if level == "city" else region[:2] + "0000"
    return [scopes.region(code)]
