"""预约单: one provider, one customer, one or several instruments by time or with samples; its time line."""

import secrets
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from yixiang.catalogue.models.listing import ALPHABET
from yixiang.kernel.known import knows
from yixiang.kernel.recording import Recorded, append_only
from yixiang.orders.permissions import OrdersPermission
from yixiang.orders.rules.words import HAZARDS, MODES, PURPOSES, RETURNS, SIDES, WAYS
from yixiang.orders.states import ORDER
from yixiang.people.access import Reach, reach
from yixiang.units.models import SubUnit
from yixiang.units.models.unit import within
from yixiang.units.states import BELONGS

SENT = Q(submitted_at__isnull=False)  # a draft is its writer's alone, until it has been submitted once


def new_number(on: date) -> str:
    """Day and chance: readable on the telephone, and silent about how many orders there are."""
    return f"{on:%y%m%d}-{''.join(secrets.choice(ALPHABET) for _ in range(7)).upper()}"


def _held(person: Any, permission: OrdersPermission) -> Reach:
    return reach(person, permission)


class Orders(models.QuerySet["Order"]):
    def served_by(self, person: Any) -> "Orders":
        """What a person serves: by a grant over the provider or a sub-unit, or as keeper of an instrument on it."""
        held = _held(person, OrdersPermission.SERVE)
        wanted = Q(pk__in=Line.objects.filter(_kept_by(person)).values("order"))
        if held:
            wanted |= within(held, "provider__")
            for path in SubUnit.objects.filter(pk__in=held.sub_units).values_list("path", flat=True):
                below = Line.objects.filter(instrument__sub_unit__path__startswith=path)
                wanted |= Q(pk__in=below.values("order"))
        return self.filter(wanted & SENT)

    def placed_by(self, person: Any) -> "Orders":
        """One's own, and those of the unit whose orders one may see."""
        held = _held(person, OrdersPermission.SEE)
        return self.filter(Q(person_id=person.pk) | (Q(customer__in=held.units) & SENT))

    def visible_to(self, person: Any) -> "Orders":
        """Both sides, and the offices above them; a draft is its writer's alone."""
        if not getattr(person, "is_authenticated", False):
            return self.none()
        held = _held(person, OrdersPermission.SEE)
        wanted = Q(person_id=person.pk)
        if held:
            wanted |= within(held, "provider__") & SENT
            wanted |= within(held, "customer__") & SENT
        return self.filter(wanted | Q(pk__in=self.model.objects.served_by(person).values("pk")))


def _kept_by(person: Any) -> Q:
    return Q(instrument__in=kept_by(person))


def kept_by(person: Any) -> models.QuerySet[Any, Any]:
    """Keys of instruments. A keeper who has left the unit keeps nothing, nor does a token without the permission."""
    keeps = person.keeps.filter(
        removed_at=None,
        instrument__unit_id__in=person.memberships.filter(state__in=BELONGS).values("unit_id"),
    )
    within_token = getattr(person, "token_permissions", None)
    if within_token is not None and OrdersPermission.SERVE not in within_token:
        keeps = keeps.none()
    found: models.QuerySet[Any, Any] = keeps.values("instrument")
    return found


class Order(models.Model):
    number = models.CharField("预约单号", max_length=16, unique=True)
    provider = models.ForeignKey("units.Unit", models.PROTECT, verbose_name="供给方", related_name="orders_served")
    customer = models.ForeignKey("units.Unit", models.PROTECT, verbose_name="使用方", related_name="orders_placed")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="预约人", related_name="orders")
    internal = models.BooleanField("本单位使用", default=False)
    contact_name = models.CharField("联系人", max_length=40, blank=True)
    contact_phone = models.CharField("联系电话", max_length=20, blank=True)
    contact_email = models.EmailField("电子邮箱", max_length=80, blank=True)

    purpose = models.CharField("服务类型", max_length=12, choices=list(PURPOSES.items()), default="research")
    content = models.TextField("测试目的与要求", max_length=500, blank=True)
    project_name = models.CharField("项目名称", max_length=200, blank=True)
    project_number = models.CharField("项目编号", max_length=60, blank=True)
    project_funds = ArrayField(models.CharField(max_length=4), verbose_name="经费来源", default=list, blank=True)
    disciplines = ArrayField(models.CharField(max_length=6), verbose_name="学科领域", default=list, blank=True)
    other_subsidy = models.BooleanField("已有其他财政资金补助", default=False)
    note = models.TextField("备注", max_length=500, blank=True)

    customer_facts = models.JSONField(default=dict, blank=True)  # what the customer was on the day of the agreement

    state = models.CharField("状态", max_length=12, choices=ORDER.choices, default=ORDER.initial)
    reason = models.CharField("原因", max_length=12, blank=True)  # of a refusal, from the list
    state_note = models.CharField("说明", max_length=300, blank=True)
    substitute = models.ForeignKey("catalogue.Instrument", models.SET_NULL, null=True, blank=True, related_name="+")
    quoted_total = models.DecimalField("估价（元）", max_digits=12, decimal_places=2, null=True)
    agreed_total = models.DecimalField("约定价（元）", max_digits=12, decimal_places=2, null=True)
    final_total = models.DecimalField("结算金额（元）", max_digits=12, decimal_places=2, null=True)

    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    answer_by = models.DateField("答复期限", null=True, blank=True)
    escalated_at = models.DateTimeField("转单位管理员时间", null=True, blank=True)
    accepted_at = models.DateTimeField("受理时间", null=True, blank=True)
    recorded_at = models.DateTimeField("登记时间", null=True, blank=True)
    settle_by = models.DateField("结算期限", null=True, blank=True)
    paid_on = models.DateField("付款日期", null=True, blank=True)
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    changed_at = models.DateTimeField(db_default=Now())
    demo = models.BooleanField(default=False, editable=False)

    objects: ClassVar[Any] = Orders.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "预约单"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ORDER.codes), name="order_state"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "cancelled"]) | Q(submitted_at__isnull=False), name="order_submitted"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["recorded", "disputed", "completed"]) | Q(final_total__gte=0),
                name="order_has_a_final_total",
            ),
            models.CheckConstraint(condition=Q(internal=False) | Q(provider=F("customer")), name="order_internal"),
        ]
        indexes = [
            models.Index(fields=["provider", "state", "-id"], name="order_of_provider"),
            models.Index(fields=["customer", "state", "-id"], name="order_of_customer"),
            models.Index(fields=["person", "-id"], name="order_of_person"),
            models.Index(fields=["answer_by"], condition=Q(state="submitted"), name="order_to_answer"),
            models.Index(fields=["settle_by"], condition=Q(state="recorded"), name="order_to_settle"),
        ]
        triggers = [Recorded(without=["contact_phone", "contact_email"])]

    def __str__(self) -> str:
        return self.number

    def serves(self, person: Any) -> bool:
        """What `served_by` says of this one, asked more cheaply."""
        if self.submitted_at is None:
            return False
        held = _held(person, OrdersPermission.SERVE)
        if held.covers(self.provider.scopes):
            return True
        at_hand = {line.instrument_id for line in self.lines.all()} if knows(self, "lines") else None
        wanted = self.lines.values("instrument") if at_hand is None else at_hand
        if kept_by(person).filter(instrument__in=wanted).exists():
            return True
        paths = SubUnit.objects.filter(pk__in=held.sub_units).values_list("path", flat=True) if held.sub_units else ()
        return any(self.lines.filter(instrument__sub_unit__path__startswith=path).exists() for path in paths)

    @property
    def ticket(self) -> str:
        """The row and what somebody saw of it: lists post this, so that a stale page decides nothing."""
        return f"{self.pk}:{self.version}"

    @property
    def total(self) -> Decimal | None:
        """What it costs as far as is known: billed, agreed, or estimated from the price list."""
        return next(
            (sum_ for sum_ in (self.final_total, self.agreed_total, self.quoted_total) if sum_ is not None), None
        )


class Line(models.Model):
    """One instrument of an order: a stretch of its time, or samples for it. The price list is frozen on submitting."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(default=0)
    instrument = models.ForeignKey("catalogue.Instrument", models.PROTECT, related_name="order_lines")
    mode = models.CharField("方式", max_length=8, choices=list(MODES.items()))
    way = models.CharField("服务方式", max_length=10, choices=list(WAYS.items()), default="entrusted")
    starts = models.DateTimeField("开始", null=True, blank=True)
    ends = models.DateTimeField("结束", null=True, blank=True)
    items = ArrayField(models.CharField(max_length=60), verbose_name="收费项目", default=list, blank=True)
    tariff = models.ForeignKey("catalogue.Tariff", models.PROTECT, null=True, blank=True, related_name="+")

    started_at = models.DateTimeField("上机时间", null=True, blank=True)
    stopped_at = models.DateTimeField("下机时间", null=True, blank=True)
    used_minutes = models.PositiveIntegerField("实际机时（分钟）", null=True, blank=True)
    used_samples = models.PositiveIntegerField("实际样品数", null=True, blank=True)
    result = models.TextField("测试结果", max_length=1000, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "预约的仪器"
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(starts=None) | Q(starts__lt=F("ends")), name="order_line_forward"),
            models.CheckConstraint(
                condition=Q(started_at=None, stopped_at=None)
                | Q(started_at__isnull=False, stopped_at=None)
                | Q(started_at__lte=F("stopped_at")),
                name="order_line_used_forward",
            ),
        ]
        indexes = [models.Index(fields=["instrument", "starts"], name="order_line_of_instrument")]
        triggers = [Recorded()]

    @property
    def by_time(self) -> bool:
        return self.mode == "time"

    @property
    def minutes(self) -> int:
        return int((self.ends - self.starts).total_seconds()) // 60 if self.starts and self.ends else 0

    @property
    def measured_minutes(self) -> int | None:
        """From check-in and check-out."""
        if self.started_at is None or self.stopped_at is None:
            return None
        return -(-int((self.stopped_at - self.started_at).total_seconds()) // 60)

    @property
    def sample_count(self) -> int:
        return sum(sample.count for sample in self.samples.all())


class Sample(models.Model):
    line = models.ForeignKey(Line, models.CASCADE, related_name="samples")
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField("样品名称", max_length=80)
    count = models.PositiveSmallIntegerField("数量", default=1)
    form = models.CharField("形态与规格", max_length=80, blank=True)
    hazard = models.CharField("危险性", max_length=12, choices=list(HAZARDS.items()), default="none")
    hazard_note = models.CharField("危险性说明", max_length=200, blank=True)
    afterwards = models.CharField("测试后", max_length=10, choices=list(RETURNS.items()), default="discard")

    class Meta:
        verbose_name = verbose_name_plural = "样品"
        ordering = ["position", "pk"]
        constraints = [models.CheckConstraint(condition=Q(count__gte=1, count__lte=1000), name="sample_count")]

    @property
    def label(self) -> str:
        """On the sticker of the sample: order, line and place in it."""
        return f"{self.line.order.number}-{self.line.position + 1}{self.position + 1:02d}"


class OrderEvent(models.Model):
    """One row per move: the time line of an order. Written once."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="events")
    provider_id = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_label = models.CharField(max_length=160, blank=True)
    side = models.CharField(max_length=8, choices=list(SIDES.items()))
    action = models.CharField(max_length=24)
    before = models.CharField(max_length=12, blank=True)
    after = models.CharField(max_length=12, blank=True)
    what = models.CharField("事项", max_length=200)
    note = models.TextField("说明", blank=True)
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["order", "id"], name="order_time_line")]
        triggers = [append_only()]
