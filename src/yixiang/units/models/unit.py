"""The legal entity (or student team) that provides or uses instruments, and changes of it under review."""

from datetime import date, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now

from yixiang.kernel import scopes
from yixiang.kernel.recording import Recorded
from yixiang.kernel.reference import region_name, stem
from yixiang.people.access import Reach, reach
from yixiang.units.permissions import UnitsPermission
from yixiang.units.rules.words import AFFILIATIONS, KINDS, NATURES
from yixiang.units.states import BELONGS, CHANGE, CLAIMED, JOINING


def combined_reach(person: Any, *permissions: UnitsPermission) -> Reach:
    """Where a person holds any of these (without any given: any permission of this room)."""
    wanted = permissions or tuple(UnitsPermission)
    return Reach(frozenset(scope for permission in wanted for scope in reach(person, permission).scopes))


def within(held: Reach, unit: str = "") -> Q:
    """The units a reach covers; `unit` is the look-up prefix when another row points to its unit."""
    if held.platform:
        return Q()
    wanted = Q(**{f"{unit}pk__in": held.units})
    for scope in held.scopes:
        if code := scopes.region_code(scope):
            wanted |= Q(**{f"{unit}region__startswith": stem(code)})
    return wanted


class Units(models.QuerySet["Unit"]):
    def visible_to(self, person: Any) -> "Units":
        """One's own drafts, the units one belongs to, and what one's grants cover; never another's first draft."""
        if not getattr(person, "is_authenticated", False):
            return self.none()
        held = combined_reach(person)
        own = Q(created_by_id=person.pk, state__in=["draft", "submitted", "returned", "rejected"])
        own |= Q(pk__in=person.memberships.filter(state__in=BELONGS).values("unit_id"))
        own |= Q(pk__in=held.units) | Q(pk__in=_units_of_subs(held.sub_units))
        if not held:
            return self.filter(own)
        return self.filter(own | (within(held) & ~Q(state="draft", joined_at=None)))

    def joined(self) -> "Units":
        return self.filter(state="joined")

    def claiming(self, credit_code: str) -> "Units":
        """The unit that holds this code, if any."""
        return self.filter(credit_code=credit_code, state__in=CLAIMED).exclude(credit_code="")


def _units_of_subs(sub_units: list[int]) -> models.QuerySet[Any, Any]:
    from yixiang.units.models.belonging import SubUnit  # the tree points here

    return SubUnit.objects.filter(pk__in=sub_units).values("unit_id")


class Unit(models.Model):
    """What is in force. What somebody is still typing lives in `typed`, what waits for review in `UnitChange`."""

    class Kind(models.TextChoices):
        UNIVERSITY = "university", KINDS["university"]
        INSTITUTE = "institute", KINDS["institute"]
        ENTERPRISE = "enterprise", KINDS["enterprise"]
        PUBLIC_INSTITUTION = "public_institution", KINDS["public_institution"]
        TESTING = "testing", KINDS["testing"]
        MEDICAL = "medical", KINDS["medical"]
        NEW_RD_INSTITUTION = "new_rd_institution", KINDS["new_rd_institution"]
        TEAM = "team", KINDS["team"]
        OTHER = "other", KINDS["other"]

    name = models.CharField("单位名称", max_length=120, blank=True)
    credit_code = models.CharField("统一社会信用代码", max_length=18, blank=True)
    account_name = models.CharField("单位账号", max_length=40, blank=True)
    kind = models.CharField("单位类型", max_length=20, choices=Kind.choices, blank=True)
    affiliation = models.CharField("隶属", max_length=12, choices=list(AFFILIATIONS.items()), blank=True)
    region = models.CharField("所在地区", max_length=6, blank=True)
    provides = models.BooleanField("提供仪器设备共享", default=False)
    uses = models.BooleanField("使用仪器设备", default=False)
    address = models.CharField("详细地址", max_length=200, blank=True)
    legal_representative = models.CharField("法定代表人", max_length=60, blank=True)
    contact_name = models.CharField("协作共用联络员", max_length=60, blank=True)
    contact_phone = models.CharField("联络员手机", max_length=20, blank=True)
    contact_email = models.EmailField("联络员邮箱", blank=True)
    founded = models.DateField("成立日期", null=True, blank=True)
    industry = models.CharField("所属行业", max_length=8, blank=True)
    nature = models.CharField("单位性质", max_length=12, choices=list(NATURES.items()), blank=True)
    introduction = models.TextField("单位简介", max_length=2000, blank=True)

    headcount = models.PositiveIntegerField("企业人数", null=True, blank=True)
    last_year_revenue = models.DecimalField(
        "上年营业收入（元）", max_digits=18, decimal_places=2, null=True, blank=True
    )
    high_tech = models.BooleanField("高新技术企业", default=False)
    high_tech_until = models.DateField("高新技术企业证书有效期至", null=True, blank=True)
    technology_sme = models.BooleanField("科技型中小企业", default=False)
    technology_sme_year = models.PositiveSmallIntegerField("科技型中小企业入库年度", null=True, blank=True)
    student_startup = models.BooleanField("大学生创业企业", default=False)
    wants_voucher = models.BooleanField("申请创新券", default=False)

    commitment_version = models.CharField("承诺书版本", max_length=20, blank=True)
    commitment_at = models.DateTimeField("承诺时间", null=True, blank=True)
    commitment_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    state = models.CharField("入网状态", max_length=12, choices=JOINING.choices, default=JOINING.initial)
    case = models.ForeignKey("reviews.Case", models.PROTECT, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    joined_at = models.DateTimeField("入网日期", null=True, blank=True)
    left_at = models.DateTimeField("退网日期", null=True, blank=True)
    confirmed_at = models.DateTimeField("信息确认时间", null=True, blank=True)
    typed = models.JSONField(default=dict, blank=True)  # as typed, unread: a draft may hold what is not yet right
    typed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    demo = models.BooleanField(default=False, editable=False)

    objects: ClassVar[Any] = Units.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "单位"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=JOINING.codes), name="unit_state"),
            models.UniqueConstraint(
                "credit_code", condition=Q(state__in=CLAIMED) & ~Q(credit_code=""), name="unit_code_once"
            ),
            models.UniqueConstraint(
                "created_by", condition=Q(state="draft", joined_at=None), name="unit_one_first_draft_each"
            ),
            models.UniqueConstraint(Lower("account_name"), condition=~Q(account_name=""), name="unit_account_once"),
            models.CheckConstraint(
                condition=~Q(state__in=CLAIMED) | ~Q(credit_code="") | Q(kind="team"), name="unit_code_unless_team"
            ),
            models.CheckConstraint(
                condition=~Q(state="joined") | Q(joined_at__isnull=False, confirmed_at__isnull=False),
                name="unit_joined_is_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=CLAIMED) | Q(provides=True) | Q(uses=True), name="unit_provides_or_uses"
            ),
        ]
        indexes = [
            models.Index(fields=["region", "state"], name="unit_by_region"),
            models.Index(fields=["confirmed_at"], condition=Q(state="joined"), name="unit_confirmations"),
        ]
        triggers = [Recorded(without=["typed", "contact_phone", "contact_email"])]

    def __str__(self) -> str:
        return self.name or "未命名单位"

    @property
    def scope(self) -> str:
        return scopes.unit(self.pk)

    @property
    def scopes(self) -> list[str]:
        """Every grant scope that covers this unit."""
        above = scopes.region_and_above(self.region) if self.region else [scopes.PLATFORM]
        return [*above, self.scope]

    @property
    def region_name(self) -> str:
        return region_name(self.region) if self.region else ""

    @property
    def is_enterprise(self) -> bool:
        return self.kind == self.Kind.ENTERPRISE

    def confirm_by(self, valid_days: int) -> date | None:
        """The last day on which the facts count as fresh."""
        return self.confirmed_at.date() + timedelta(days=valid_days) if self.confirmed_at else None


class UnitChange(models.Model):
    """Edits that need review. The unit keeps its values until the change is applied."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="changes")
    values = models.JSONField()  # field → new value, as stored text
    before = models.JSONField()  # field → the value it replaces, for the reviewer and for history
    reason = models.CharField("变更说明", max_length=300, blank=True)
    state = models.CharField("状态", max_length=12, choices=CHANGE.choices, default=CHANGE.initial)
    case = models.ForeignKey("reviews.Case", models.PROTECT, null=True, blank=True, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "单位信息变更"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CHANGE.codes), name="unit_change_state"),
            models.UniqueConstraint(
                "unit", condition=Q(state__in=["submitted", "returned"]), name="unit_change_one_under_way"
            ),
        ]
        triggers = [Recorded()]
