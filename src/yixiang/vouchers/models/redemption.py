"""兑付: one voucher used for one order, from the use to the payment, with its papers and its time line."""

import secrets
from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from yixiang.catalogue.models.listing import ALPHABET
from yixiang.kernel.recording import Recorded, append_only
from yixiang.ledger.models.programme import in_reach, offices
from yixiang.people.access import Reach, reach
from yixiang.units.models.unit import within
from yixiang.vouchers.facts import PAPERS
from yixiang.vouchers.permissions import VouchersPermission
from yixiang.vouchers.states import REDEMPTION, STANDING


def new_number(on: date) -> str:
    """Day and chance, like the number of an order, with a letter before it."""
    return f"V{on:%y%m%d}-{''.join(secrets.choice(ALPHABET) for _ in range(7)).upper()}"


def new_code() -> str:
    """What the printed voucher carries: nobody guesses it, and it says nothing."""
    return "".join(secrets.choice(ALPHABET) for _ in range(16))


def _held(person: Any) -> Reach:
    found = (reach(person, permission).scopes for permission in VouchersPermission)
    return Reach(frozenset(scope for scopes in found for scope in scopes))


class Redemptions(models.QuerySet["Redemption"]):
    def visible_to(self, person: Any) -> "Redemptions":
        """Whose order it was, both units' own people, the offices of the user's region and of the programme's money."""
        if not getattr(person, "is_authenticated", False):
            return self.none()
        held, money = _held(person), offices(person)
        wanted = Q(person_id=person.pk)
        if held:
            wanted |= within(held, "unit__") | Q(provider__in=held.units)
        if money:
            wanted |= in_reach(money, "programme__") | Q(unit__in=money.units) | Q(provider__in=money.units)
        return self.filter(wanted)


class Redemption(models.Model):
    """`snapshot` and `decision` are as they were when it was used; later changes of unit or law do not reach them."""

    number = models.CharField("创新券编号", max_length=20, unique=True)
    code = models.CharField(max_length=20, unique=True, default=new_code, editable=False)
    programme = models.ForeignKey("ledger.Programme", models.PROTECT, related_name="redemptions")
    unit = models.ForeignKey("units.Unit", models.PROTECT, verbose_name="使用单位", related_name="redemptions")
    provider = models.ForeignKey(
        "units.Unit", models.PROTECT, verbose_name="供给单位", related_name="redemptions_received"
    )
    payee = models.ForeignKey("units.Unit", models.PROTECT, verbose_name="收款单位", related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    order_number = models.CharField("预约单号", max_length=16)
    day = models.DateField("约定日期")
    price = models.DecimalField("服务价格（元）", max_digits=14, decimal_places=2)
    amount = models.DecimalField("创新券金额（元）", max_digits=14, decimal_places=2)
    state = models.CharField("状态", max_length=10, choices=REDEMPTION.choices, default=REDEMPTION.initial)
    state_note = models.CharField("说明", max_length=300, blank=True)
    hold = models.OneToOneField("ledger.Hold", models.PROTECT, related_name="+")
    case = models.ForeignKey("reviews.Case", models.PROTECT, null=True, blank=True, related_name="+")
    snapshot = models.JSONField(default=dict)  # what of the order and the user the decision rests on
    decision = models.JSONField(default=dict)  # verdicts by what was asked
    article = models.CharField("条款", max_length=200, blank=True)
    invoices = ArrayField(models.CharField(max_length=40), verbose_name="发票", default=list, blank=True)
    used_at = models.DateTimeField("使用时间")
    filed_at = models.DateTimeField("提交时间", null=True, blank=True)
    approved_at = models.DateTimeField("核定时间", null=True, blank=True)
    paid_on = models.DateField("拨付日期", null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(db_default=Now())
    demo = models.BooleanField(default=False, editable=False)

    objects: ClassVar[Any] = Redemptions.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "创新券兑付"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=REDEMPTION.codes), name="redemption_state"),
            models.CheckConstraint(condition=Q(amount__gt=0, price__gt=0), name="redemption_amount"),
            models.CheckConstraint(condition=Q(amount__lte=models.F("price")), name="redemption_within_the_price"),
            models.CheckConstraint(condition=~Q(state="paid") | Q(paid_on__isnull=False), name="redemption_paid_on"),
            models.UniqueConstraint(
                "order_number",
                condition=Q(state__in=[*STANDING, "withdrawn", "rejected"]),
                name="redemption_one_for_an_order",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "-id"], name="redemption_of_unit"),
            models.Index(fields=["programme", "state", "-id"], name="redemption_of_programme"),
        ]
        triggers = [Recorded()]

    def __str__(self) -> str:
        return self.number

    @property
    def ticket(self) -> str:
        """The row and what somebody saw of it, so that a stale list pays nothing."""
        return f"{self.pk}:{self.version}"


class Paper(models.Model):
    """A paper of a redemption: taken from the order when it was filed, or added since. A later one stands beside it."""

    redemption = models.ForeignKey(Redemption, models.CASCADE, related_name="papers")
    kind = models.CharField("种类", max_length=12, choices=list(PAPERS.items()))
    label = models.CharField("名称", max_length=160)
    file = models.ForeignKey("files.File", models.PROTECT, null=True, blank=True, related_name="+")
    digest = models.CharField(max_length=64, blank=True)  # of what the platform keeps itself, such as the contract
    from_order = models.BooleanField(default=False)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "兑付材料"
        ordering = ["pk"]
        triggers = [Recorded()]


class RedemptionEvent(models.Model):
    """One row per move. Written once."""

    redemption = models.ForeignKey(Redemption, models.CASCADE, related_name="events")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_label = models.CharField(max_length=160)
    action = models.CharField(max_length=12)
    before = models.CharField(max_length=10, blank=True)
    after = models.CharField(max_length=10, blank=True)
    what = models.CharField("事项", max_length=200)
    note = models.TextField("说明", blank=True)

    class Meta:
        ordering = ["pk"]
        triggers = [append_only()]
