"""Double entry: accounts and caps are sums of entries, kept by the database; postings and entries are written once."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from yixiang.kernel.recording import Recorded, append_only
from yixiang.ledger import triggers as guard
from yixiang.ledger.models.programme import Programme, in_reach, offices
from yixiang.ledger.states import DIMENSIONS, HOLD, MOVES, STAGES

Money: Any = models.DecimalField


class Account(models.Model):
    """One stage money of a programme can stand in."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="accounts")
    stage = models.CharField(max_length=12, choices=list(STAGES.items()))
    balance = Money("余额（元）", max_digits=14, decimal_places=2, default=0, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "账户"
        constraints = [
            models.UniqueConstraint("programme", "stage", name="account_once"),
            models.CheckConstraint(condition=Q(stage__in=list(STAGES)), name="account_stage"),
            models.CheckConstraint(
                condition=Q(stage="appropriated", balance__lte=0) | (~Q(stage="appropriated") & Q(balance__gte=0)),
                name="account_never_overdrawn",
            ),
        ]
        triggers = [
            guard.begins_at_nothing(),
            guard.not_by_hand("programme_id", "stage", "balance"),
            guard.never_deleted(),
        ]


class Cap(models.Model):
    """The most one user, instrument or unit gets from a programme, and how much of it is used."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="caps")
    dimension = models.CharField(max_length=14, choices=list(DIMENSIONS.items()))
    key = models.CharField(max_length=40)
    ceiling = Money("上限（元）", max_digits=14, decimal_places=2)
    used = Money("已用（元）", max_digits=14, decimal_places=2, default=0, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "限额"
        constraints = [
            models.UniqueConstraint("programme", "dimension", "key", name="cap_once"),
            models.CheckConstraint(condition=Q(dimension__in=list(DIMENSIONS)), name="cap_dimension"),
            models.CheckConstraint(condition=Q(used__gte=0, used__lte=F("ceiling")), name="cap_never_exceeded"),
        ]
        triggers = [
            guard.begins_at_its_sum(),
            guard.not_by_hand("programme_id", "dimension", "key", "used"),
            guard.never_deleted(),
            Recorded(),
        ]


class Hold(models.Model):
    """One reservation, from held to paid or released; `reference` is what it is for, and is held for once."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="holds")
    reference_kind = models.CharField(max_length=20)
    reference_key = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=HOLD.choices, default=HOLD.initial)
    amount = Money("金额（元）", max_digits=14, decimal_places=2)
    recovered = Money("已追回（元）", max_digits=14, decimal_places=2, default=0)

    class Meta:
        verbose_name = verbose_name_plural = "预留"
        constraints = [
            models.UniqueConstraint("reference_kind", "reference_key", name="hold_reference_once"),
            models.CheckConstraint(condition=Q(state__in=HOLD.codes), name="hold_state"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="hold_amount"),
            models.CheckConstraint(
                condition=Q(recovered__gte=0, recovered__lte=F("amount"))
                & (Q(recovered=0) | Q(state__in=["paid", "recovered"])),
                name="hold_recovered",
            ),
        ]
        triggers = [Recorded()]

    @property
    def kept(self) -> Any:
        """What the receiver keeps of it."""
        return self.amount - self.recovered


class Postings(models.QuerySet["Posting"]):
    def visible_to(self, person: Any) -> "Postings":
        """The offices of the programme's region, and both units' own finance people."""
        held = offices(person)
        if not held:
            return self.none()
        wanted = in_reach(held, "programme__")
        if held.units:
            own = Entry.objects.filter(Q(customer__in=held.units) | Q(provider__in=held.units))
            wanted |= Q(pk__in=own.values("posting"))
        return self.filter(wanted)


class Posting(models.Model):
    """One move of money with everything that explains it. Written once."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="postings")
    hold = models.ForeignKey(Hold, models.PROTECT, null=True, related_name="postings")
    move = models.CharField("事项", max_length=8, choices=list(MOVES.items()))
    amount = Money("金额（元）", max_digits=14, decimal_places=2)
    at = models.DateTimeField("时间")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_label = models.CharField("经办人", max_length=160)
    reason = models.CharField("说明", max_length=300, blank=True)
    order_number = models.CharField("预约单", max_length=16, blank=True)
    invoices = ArrayField(models.CharField(max_length=40), verbose_name="发票", default=list, blank=True)
    pack = models.CharField("政策包", max_length=80, blank=True)
    decided_on = models.DateField("适用日期", null=True)
    digest = models.CharField(max_length=64, blank=True)
    article = models.CharField("条款", max_length=200, blank=True)
    decision = models.JSONField("裁决", default=dict, blank=True)  # a verdict, or several by name

    objects: ClassVar[Any] = Postings.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "账目"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(move__in=list(MOVES)), name="posting_move"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="posting_amount"),
            models.CheckConstraint(condition=Q(move="fund") ^ Q(hold__isnull=False), name="posting_has_its_hold"),
        ]
        indexes = [
            models.Index(fields=["programme", "-id"], name="posting_of_programme"),
            models.Index(fields=["order_number"], condition=~Q(order_number=""), name="posting_of_order"),
        ]
        triggers = [append_only(), guard.balanced_posting()]


class Entry(models.Model):
    """One side of a posting, with whom and what it counts for. Written once."""

    posting = models.ForeignKey(Posting, models.PROTECT, related_name="entries")
    account = models.ForeignKey(Account, models.PROTECT, related_name="entries")
    amount = Money("金额（元）", max_digits=14, decimal_places=2)
    customer = models.ForeignKey("units.Unit", models.PROTECT, null=True, related_name="+")
    provider = models.ForeignKey("units.Unit", models.PROTECT, null=True, related_name="+")
    instrument = models.ForeignKey("catalogue.Instrument", models.PROTECT, null=True, related_name="+")
    apart = models.CharField("单独计算", max_length=40, blank=True)  # what is counted by itself and not for its unit

    class Meta:
        verbose_name = verbose_name_plural = "分录"
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="entry_of_something")]
        triggers = [append_only(), guard.adds_up(), guard.balanced_entries()]
