"""Parts of a unit and the people in it."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from yixiang.kernel import scopes
from yixiang.kernel.recording import Recorded
from yixiang.kernel.reference import disciplines, instrument_class
from yixiang.units.models.unit import Unit, combined_reach, within
from yixiang.units.permissions import UnitsPermission
from yixiang.units.states import BELONGS, EXPERT, LIVE, MEMBERSHIP


class SubUnits(models.QuerySet["SubUnit"]):
    def standing(self) -> "SubUnits":
        return self.filter(closed_at=None)

    def below(self, sub_unit: "SubUnit") -> "SubUnits":
        """The sub-unit itself and everything under it."""
        return self.filter(path__startswith=sub_unit.path)

    def visible_to(self, person: Any) -> "SubUnits":
        """The tree of every unit the person sees: it is no secret inside the unit or from its authority."""
        return self.filter(unit__in=Unit.objects.visible_to(person))


class SubUnit(models.Model):
    """院系/实验室. `path` holds the keys from the root down, so that a subtree is one prefix."""

    class Kind(models.TextChoices):
        SCHOOL = "school", "学院（系）"
        LABORATORY = "laboratory", "实验室"
        CENTRE = "centre", "中心（平台）"
        DEPARTMENT = "department", "部门"
        OTHER = "other", "其他"

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="sub_units")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    name = models.CharField("名称", max_length=80)
    kind = models.CharField("类别", max_length=12, choices=Kind.choices, default=Kind.LABORATORY)
    path = models.CharField(max_length=120, blank=True, editable=False)
    depth = models.PositiveSmallIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    closed_at = models.DateTimeField("撤销时间", null=True, blank=True)

    objects: ClassVar[Any] = SubUnits.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "二级单位"
        ordering = ["path"]
        constraints = [
            models.UniqueConstraint(
                "unit",
                "parent",
                "name",
                condition=Q(closed_at=None),
                nulls_distinct=False,
                name="sub_unit_name_once",
            ),
            models.CheckConstraint(condition=Q(depth__gte=1, depth__lte=6), name="sub_unit_depth"),
        ]
        indexes = [models.Index(fields=["unit", "path"], name="sub_unit_tree")]
        triggers = [Recorded()]

    def __str__(self) -> str:
        return self.name

    @property
    def scope(self) -> str:
        return scopes.sub_unit(self.unit_id, self.pk)

    @property
    def ancestors(self) -> list[int]:
        """Keys from the root down to this one."""
        return [int(key) for key in self.path.split("/") if key]

    @property
    def scopes(self) -> list[str]:
        """Every grant scope that covers this sub-unit: its own, those above it, and the unit's."""
        return [*self.unit.scopes, *(scopes.sub_unit(self.unit_id, key) for key in self.ancestors)]


class Memberships(models.QuerySet["Membership"]):
    def live(self) -> "Memberships":
        return self.filter(state__in=LIVE)

    def belonging(self) -> "Memberships":
        return self.filter(state__in=BELONGS)

    def visible_to(self, person: Any) -> "Memberships":
        """One's own, and those of the units (or sub-units) whose members one decides on."""
        held = combined_reach(person, UnitsPermission.MEMBERS)
        wanted = Q(person_id=person.pk) | within(held, "unit__")
        for sub in SubUnit.objects.filter(pk__in=held.sub_units):
            wanted |= Q(sub_unit__path__startswith=sub.path)
        return self.filter(wanted)


class Membership(models.Model):
    """Person × unit, asked for and approved; what has ended stays as history."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="memberships")
    sub_unit = models.ForeignKey(SubUnit, models.PROTECT, null=True, blank=True, related_name="memberships")
    state = models.CharField("状态", max_length=12, choices=MEMBERSHIP.choices, default=MEMBERSHIP.initial)
    case = models.ForeignKey("reviews.Case", models.PROTECT, null=True, blank=True, related_name="+")
    position = models.CharField("职务或身份", max_length=60, blank=True)
    message = models.CharField("申请说明", max_length=300, blank=True)
    asked_at = models.DateTimeField("申请时间")
    since = models.DateTimeField("加入时间", null=True, blank=True)
    until = models.DateTimeField("离开时间", null=True, blank=True)

    objects: ClassVar[Any] = Memberships.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "单位成员"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=MEMBERSHIP.codes), name="membership_state"),
            models.UniqueConstraint("person", condition=Q(state__in=LIVE), name="membership_one_at_a_time"),
        ]
        indexes = [models.Index(fields=["unit", "state"], name="membership_of_unit")]
        triggers = [Recorded()]

    @property
    def scopes(self) -> list[str]:
        return self.sub_unit.scopes if self.sub_unit else self.unit.scopes


class Experts(models.QuerySet["Expert"]):
    def public(self) -> "Experts":
        """Certified, and their unit still takes part: whoever asked to be found can be."""
        return self.filter(state="certified", unit__state="joined")

    def visible_to(self, person: Any) -> "Experts":
        """One's own, the certified (they asked to be found), and those one decides on."""
        held = combined_reach(person, UnitsPermission.EXPERTS, UnitsPermission.EDIT)
        return self.filter(Q(person_id=person.pk) | Q(state="certified") | within(held, "unit__"))


class Expert(models.Model):
    """仪器专家: somebody of a unit who knows certain instruments and may be asked about them."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="expertises")
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="experts")
    title = models.CharField("职称", max_length=40)
    field = models.CharField("专业领域", max_length=120)
    disciplines = ArrayField(models.CharField(max_length=6), verbose_name="学科", default=list, blank=True)
    classes = ArrayField(models.CharField(max_length=8), verbose_name="熟悉的仪器类别", default=list, blank=True)
    instruments = models.TextField("熟悉的仪器", max_length=1000, blank=True)
    introduction = models.TextField("简介", max_length=1000, blank=True)
    state = models.CharField("认证状态", max_length=12, choices=EXPERT.choices, default=EXPERT.initial)
    case = models.ForeignKey("reviews.Case", models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField("申请时间")
    certified_at = models.DateTimeField("认证日期", null=True, blank=True)

    objects: ClassVar[Any] = Experts.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "专家"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=EXPERT.codes), name="expert_state"),
            models.UniqueConstraint(
                "person", condition=Q(state__in=["submitted", "returned", "certified"]), name="expert_once"
            ),
        ]
        indexes = [
            GinIndex(fields=["classes"], name="expert_by_class"),
            GinIndex(fields=["disciplines"], name="expert_by_discipline"),
        ]
        triggers = [Recorded()]

    @property
    def discipline_names(self) -> list[str]:
        return [_(disciplines()[code].name) for code in self.disciplines if code in disciplines()]

    @property
    def class_names(self) -> list[str]:
        return [found.name for code in self.classes if (found := instrument_class(code))]
