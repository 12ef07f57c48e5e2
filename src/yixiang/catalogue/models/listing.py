"""What an instrument, a platform and a test service have in common: an owner, a public address, a state, a draft."""

import secrets
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from yixiang.catalogue.permissions import CataloguePermission
from yixiang.catalogue.states import LISTING, PUBLIC
from yixiang.kernel import scopes
from yixiang.kernel.recording import append_only
from yixiang.people.access import Reach, reach
from yixiang.units.models import SubUnit
from yixiang.units.models.unit import within

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # no letter that is read as another one on a plate


def new_code() -> str:
    """The stable public address of one thing; says nothing about how many there are."""
    return "".join(secrets.choice(ALPHABET) for _ in range(9))


def held_by(person: Any, *permissions: CataloguePermission) -> Reach:
    """Where a person holds any of these (without any given: any permission of this room)."""
    wanted = permissions or tuple(CataloguePermission)
    return Reach(frozenset(scope for permission in wanted for scope in reach(person, permission).scopes))


class Listings(models.QuerySet[Any]):
    def public(self) -> "Listings":
        return self.filter(state__in=PUBLIC, unit__state="joined")

    def listed(self) -> "Listings":
        return self.filter(state="listed", unit__state="joined")

    def inside(self, held: Reach) -> "Listings":
        """What a reach covers: region, unit, or a sub-unit with everything below it."""
        wanted = within(held, "unit__")
        for path in SubUnit.objects.filter(pk__in=held.sub_units).values_list("path", flat=True):
            wanted |= Q(sub_unit__path__startswith=path)
        return self.filter(wanted)

    def manageable_by(self, person: Any) -> "Listings":
        """What a person edits or runs."""
        held = held_by(person, CataloguePermission.EDIT, CataloguePermission.RUN)
        return self.inside(held) if held else self.none()

    def visible_to(self, person: Any) -> "Listings":
        """Everything public, and what one's grants cover; an authority never sees another's draft."""
        public = Q(state__in=PUBLIC, unit__state="joined")
        if not getattr(person, "is_authenticated", False):
            return self.filter(public)
        own = held_by(person, CataloguePermission.EDIT, CataloguePermission.RUN)
        seen = held_by(person, CataloguePermission.DECIDE, CataloguePermission.SEE)
        wanted = public
        if own:
            wanted |= Q(pk__in=self.model.objects.inside(own).values("pk"))
        if seen:
            wanted |= Q(pk__in=self.model.objects.inside(seen).exclude(state="draft").values("pk"))
        return self.filter(wanted)


class Listing(models.Model):
    """Abstract: `typed` holds the words of a draft as typed, right or wrong; the columns hold what is in force."""

    kind_code: ClassVar[str] = ""  # instrument, platform, service: how events, files and cases name this kind of thing

    unit = models.ForeignKey("units.Unit", models.PROTECT, verbose_name="管理单位", related_name="%(class)ss")
    sub_unit = models.ForeignKey(
        "units.SubUnit", models.PROTECT, null=True, blank=True, verbose_name="所属部门", related_name="%(class)ss"
    )
    code = models.CharField("编号", max_length=12, unique=True, default=new_code, editable=False)
    name = models.CharField("名称", max_length=100, blank=True)
    state = models.CharField("状态", max_length=12, choices=LISTING.choices, default=LISTING.initial)
    case = models.ForeignKey("reviews.Case", models.PROTECT, null=True, blank=True, related_name="+")
    state_note = models.CharField("状态说明", max_length=300, blank=True)
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    listed_at = models.DateTimeField("入网日期", null=True, blank=True)
    closed_at = models.DateTimeField("退出日期", null=True, blank=True)
    confirmed_at = models.DateTimeField("信息确认时间", null=True, blank=True)
    typed = models.JSONField(default=dict, blank=True)
    typed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    changed_at = models.DateTimeField("更新时间", db_default=Now())
    demo = models.BooleanField(default=False, editable=False)

    objects: ClassVar[Any] = Listings.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name or "未命名"

    @property
    def scopes(self) -> list[str]:
        """Every grant scope that covers this thing."""
        return self.sub_unit.scopes if self.sub_unit else self.unit.scopes

    @property
    def scope(self) -> str:
        return scopes.unit(self.unit_id)

    @property
    def is_public(self) -> bool:
        return self.state in PUBLIC

    @property
    def is_listed(self) -> bool:
        return self.state == "listed"


class ListingEvent(models.Model):
    """One row per thing that happened to a listing: its time line. Written once."""

    kind = models.CharField(max_length=12)  # instrument, platform, service
    subject_id = models.BigIntegerField()
    unit = models.ForeignKey("units.Unit", models.CASCADE, related_name="+")
    at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_label = models.CharField(max_length=160, blank=True)
    action = models.CharField(max_length=24)
    before = models.CharField(max_length=16, blank=True)
    after = models.CharField(max_length=16, blank=True)
    what = models.CharField("事项", max_length=200)
    note = models.TextField("说明", blank=True)
    changes = models.JSONField(default=dict, blank=True)  # field → [before, after], as shown

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["kind", "subject_id", "-id"], name="listing_time_line")]
        triggers = [append_only()]
