"""补助项目: who gives which money in which year, from which budget, by which settings."""

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from yixiang.kernel import scopes
from yixiang.kernel.recording import Recorded, append_only
from yixiang.kernel.reference import region_name, stem
from yixiang.ledger.permissions import LedgerPermission
from yixiang.ledger.states import PROGRAMME
from yixiang.people.access import Reach, reach

LEVELS = {"province": "省级", "city": "市级"}


def offices(person: Any) -> Reach:
    """Where somebody sees programmes and their books."""
    held = (reach(person, permission).scopes for permission in LedgerPermission)
    return Reach(frozenset(scope for found in held for scope in found))


def in_reach(held: Reach, prefix: str = "") -> Q:
    """Programmes whose region a reach covers; a unit covers none."""
    if held.platform:
        return Q()
    wanted = Q(pk__in=[])
    for scope in held.scopes:
        if code := scopes.region_code(scope):
            wanted |= Q(**{f"{prefix}region__startswith": stem(code)})
    return wanted


class Programmes(models.QuerySet["Programme"]):
    def visible_to(self, person: Any) -> "Programmes":
        """The offices of its region and those above; what is not yet open is nobody else's."""
        held = offices(person)
        return self.filter(in_reach(held)) if held else self.none()


class Programme(models.Model):
    """The only one of its subject, region and year once it was opened; its caps are therefore yearly."""

    code = models.CharField("项目代码", max_length=40, unique=True)
    jurisdiction = models.CharField("适用政策", max_length=20)
    subject = models.CharField("类别", max_length=20)  # the folder of the pack: voucher, user-subsidy, provider-subsidy
    level = models.CharField("级别", max_length=10, choices=list(LEVELS.items()))
    region = models.CharField("地区", max_length=6)
    year = models.PositiveSmallIntegerField("年度")
    title = models.CharField("名称", max_length=80)
    budget = models.DecimalField("预算（元）", max_digits=14, decimal_places=2)
    opens_on = models.DateField("开始日期")
    closes_on = models.DateField("截止日期")
    settings = models.JSONField("标准", default=dict, blank=True)  # name → text; only what the pack leaves open
    state = models.CharField("状态", max_length=10, choices=PROGRAMME.choices, default=PROGRAMME.initial)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    demo = models.BooleanField(default=False, editable=False)

    objects: ClassVar[Any] = Programmes.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "补助项目"
        ordering = ["-year", "region", "subject", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=PROGRAMME.codes), name="programme_state"),
            models.CheckConstraint(condition=Q(budget__gt=0), name="programme_budget"),
            models.CheckConstraint(condition=Q(opens_on__lte=F("closes_on")), name="programme_forward"),
            models.UniqueConstraint(
                "subject", "region", "year", condition=~Q(state="draft"), name="programme_once_a_year"
            ),
        ]  # fmt: skip
        triggers = [Recorded()]

    def __str__(self) -> str:
        return self.title

    @property
    def scopes(self) -> list[str]:
        """Whose money it is decides: a province plans no city's programme, and a city none of its province."""
        return [scopes.PLATFORM, scopes.region(self.region)]

    @property
    def region_name(self) -> str:
        return region_name(self.region)

    def takes(self, on: date) -> bool:
        """Whether something new may be reserved on this day; the last day counts."""
        return self.state == "open" and self.opens_on <= on <= self.closes_on


class ProgrammeEvent(models.Model):
    """One row for everything that happened to a programme. Written once."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="events")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_label = models.CharField(max_length=160)
    action = models.CharField(max_length=16)
    before = models.CharField(max_length=10, blank=True)
    after = models.CharField(max_length=10, blank=True)
    what = models.CharField("事项", max_length=200)
    note = models.TextField("说明", blank=True)

    class Meta:
        ordering = ["pk"]
        triggers = [append_only()]
