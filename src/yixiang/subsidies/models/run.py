"""核算: one year of a programme, every line of every settled order, or every voucher a provider has collected, with the
reason it counts or not, and what follows.

Lines are endless: no foreign key is checked by the database except that of the run, and they are written set by set.
"""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from yixiang.kernel.recording import Recorded, append_only
from yixiang.ledger.models.programme import in_reach
from yixiang.people.access import Reach, reach
from yixiang.subsidies.permissions import SubsidiesPermission
from yixiang.subsidies.states import AWARD, CONTEST, OBJECTION, RUN
from yixiang.units.models.unit import within

Money: Any = models.DecimalField
SHOWN = ("checking", "frozen", "published", "confirmed", "paid")
PUBLIC = ("published", "confirmed", "paid")


def offices(person: Any) -> Reach:
    """Where somebody sees what is calculated for others."""
    wanted = (SubsidiesPermission.SEE, SubsidiesPermission.CALCULATE)
    return Reach(frozenset(scope for one in wanted for scope in reach(person, one).scopes))


def of_units(person: Any, prefix: str, run: str) -> Q:
    """What concerns units in one's reach: an office sees it from the first figure, a unit once it is asked to check."""
    held, own, wanted = offices(person), reach(person, SubsidiesPermission.ACCOUNT), Q(pk__in=[])
    if held:
        wanted |= within(held, prefix)
    if own:
        wanted |= within(own, prefix) & Q(**{f"{run}state__in": SHOWN})
    return wanted


class Runs(models.QuerySet["Run"]):
    def visible_to(self, person: Any) -> "Runs":
        """The offices of its region and the cities below, and every unit in it once it is asked to check."""
        if not getattr(person, "is_authenticated", False):
            return self.none()
        mine = Award.objects.filter(of_units(person, "unit__", "run__"))
        inside = Line.objects.filter(unit_id__in=reach(person, SubsidiesPermission.ACCOUNT).units)
        held = offices(person)
        if held.platform:
            return self
        wanted = Q(pk__in=mine.values("run")) | Q(pk__in=inside.values("run"), state__in=SHOWN)
        return self.filter(wanted | in_reach(held, "programme__"))

    def public(self) -> "Runs":
        """What stands or stood on the notice board."""
        return self.filter(state__in=PUBLIC)


class Run(models.Model):
    programme = models.ForeignKey("ledger.Programme", models.PROTECT, related_name="runs")
    year = models.PositiveSmallIntegerField("核算年度")
    state = models.CharField("状态", max_length=10, choices=RUN.choices, default=RUN.initial)
    version = models.PositiveIntegerField(default=1)
    pack = models.CharField("政策包", max_length=80, blank=True)
    pack_digest = models.CharField(max_length=64, blank=True)
    decided_on = models.DateField("适用日期", null=True)
    digest = models.CharField("结果摘要", max_length=64, blank=True)
    lines_total = models.PositiveIntegerField("订单行", default=0)
    lines_counted = models.PositiveIntegerField("计入的订单行", default=0)
    income = Money("计入的收入（元）", max_digits=16, decimal_places=2, default=0)
    amount = Money("补助（元）", max_digits=14, decimal_places=2, default=0)
    asked_at = models.DateTimeField(null=True)  # a calculation waits or runs while this is later than `calculated_at`
    calculated_at = models.DateTimeField("核算时间", null=True)
    waits_for = models.CharField(max_length=10, blank=True)  # the step that was asked for and that the job will do
    waits_with = models.JSONField(default=dict)  # what was typed for it
    waits_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    check_until = models.DateField("核对截止", null=True)
    notice_from = models.DateField("公示开始", null=True)
    notice_until = models.DateField("公示截止", null=True)
    trouble = models.CharField(max_length=300, blank=True)  # why the last calculation or step was given up
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects: ClassVar[Any] = Runs.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "后补助核算"
        ordering = ["-year", "-pk"]
        constraints = [
            models.UniqueConstraint("programme", name="run_one_for_a_programme"),
            models.CheckConstraint(condition=Q(state__in=RUN.codes), name="run_state"),
            models.CheckConstraint(
                condition=~Q(state__in=PUBLIC) | Q(notice_from__isnull=False, notice_until__gte=F("notice_from")),
                name="run_notice_has_days",
            ),
        ]
        triggers = [Recorded()]

    def __str__(self) -> str:
        return self.programme.title

    @property
    def busy(self) -> bool:
        """A calculation or a step waits or runs."""
        return bool(self.waits_for) or self.calculating

    @property
    def calculating(self) -> bool:
        return self.asked_at is not None and (self.calculated_at is None or self.calculated_at < self.asked_at)


class RunEvent(models.Model):
    """One row for every move of a run. Written once."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="events")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_label = models.CharField(max_length=160)
    action = models.CharField(max_length=16)
    before = models.CharField(max_length=10)
    after = models.CharField(max_length=10)
    what = models.CharField("事项", max_length=300)
    note = models.TextField("说明", blank=True)

    class Meta:
        ordering = ["pk"]
        triggers = [append_only()]


class Reason(models.Model):
    """One combination of facts that occurred, judged once by the law: every line points to the one that fits it."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="reasons")
    code = models.CharField(max_length=20, blank=True)  # the rule that does not hold; empty when the line counts
    facts = models.JSONField()
    counts = models.BooleanField("计入")
    words = models.CharField("理由", max_length=300)
    article = models.CharField("条款", max_length=200, blank=True)
    contest = models.BigIntegerField(default=0)  # the accepted contest by which it counts

    class Meta:
        constraints = [models.UniqueConstraint("run", "code", "facts", name="reason_once")]


class Lines(models.QuerySet["Line"]):
    def visible_to(self, person: Any) -> "Lines":
        if not getattr(person, "is_authenticated", False):
            return self.none()
        return self.filter(of_units(person, "unit__", "run__"))


class Line(models.Model):
    run = models.ForeignKey(Run, models.CASCADE, related_name="lines", db_index=False)
    reason = models.ForeignKey(Reason, models.CASCADE, related_name="lines", db_index=False, db_constraint=False)
    order_line = models.BigIntegerField()
    number = models.CharField("预约单", max_length=16)
    unit = models.ForeignKey(
        "units.Unit", models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )  # fmt: skip
    instrument = models.ForeignKey(
        "catalogue.Instrument", models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    customer = models.ForeignKey(
        "units.Unit", models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )  # fmt: skip
    settled_on = models.DateField("结算日期")
    worth = Money("原值（元）", max_digits=14, decimal_places=2, null=True)  # as it was judged
    income = Money("收入（元）", max_digits=12, decimal_places=2)  # what the pack reckons by
    fees = Money("服务费用（元）", max_digits=12, decimal_places=2, null=True)  # where that is something else
    voucher = models.ForeignKey(
        "vouchers.Redemption", models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False
    )
    earned = Money("对应补助（元）", max_digits=12, decimal_places=2, default=0)

    objects: ClassVar[Any] = Lines.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "核算明细"
        constraints = [models.UniqueConstraint("run", "unit", "instrument", "order_line", name="run_line_once")]


class Share(models.Model):
    """One instrument: income that counts × rate, within the cap of an instrument, then within that of its unit."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="shares")
    unit = models.ForeignKey("units.Unit", models.PROTECT, related_name="+")
    instrument = models.ForeignKey("catalogue.Instrument", models.PROTECT, related_name="+")
    apart = models.CharField("单独计算", max_length=40, blank=True)
    rate = Money("比例", max_digits=5, decimal_places=4)
    income = Money("计入的收入（元）", max_digits=14, decimal_places=2)
    award = Money("单台补助（元）", max_digits=12, decimal_places=2)
    final = Money("实际补助（元）", max_digits=12, decimal_places=2)

    class Meta:
        verbose_name = verbose_name_plural = "单台补助"
        ordering = ["-final", "instrument"]
        constraints = [
            models.UniqueConstraint("run", "instrument", name="share_once"),
            models.CheckConstraint(condition=Q(final__gte=0, final__lte=F("award")), name="share_within_its_award"),
        ]


class Awards(models.QuerySet["Award"]):
    def visible_to(self, person: Any) -> "Awards":
        if not getattr(person, "is_authenticated", False):
            return self.none()
        return self.filter(of_units(person, "unit__", "run__"))


class Award(models.Model):
    """What one unit gets, or what is counted apart from it. Its money is a hold of the ledger."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="awards")
    unit = models.ForeignKey("units.Unit", models.PROTECT, related_name="awards")
    apart = models.CharField("单独计算", max_length=40, blank=True)
    grade = models.CharField("等次", max_length=10, blank=True)
    rate = Money("比例", max_digits=5, decimal_places=4, default=0)
    income = Money("计入的收入（元）", max_digits=16, decimal_places=2)
    before = Money("单台合计（元）", max_digits=14, decimal_places=2)
    amount = Money("补助（元）", max_digits=14, decimal_places=2)
    words = models.CharField("说明", max_length=300, blank=True)  # why there is nothing
    state = models.CharField("状态", max_length=10, choices=AWARD.choices, default=AWARD.initial)
    hold = models.OneToOneField("ledger.Hold", models.PROTECT, null=True, related_name="+")
    paid_on = models.DateField("发放日期", null=True)
    recovered = Money("已追回（元）", max_digits=14, decimal_places=2, default=0)
    recover_note = models.CharField("追回原因", max_length=300, blank=True)

    objects: ClassVar[Any] = Awards.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "后补助"
        ordering = ["-amount", "unit"]
        constraints = [
            models.UniqueConstraint("run", "unit", "apart", name="award_once"),
            models.CheckConstraint(condition=Q(state__in=AWARD.codes), name="award_state"),
            models.CheckConstraint(
                condition=Q(amount__gte=0, amount__lte=F("before"), recovered__lte=F("amount")), name="award_sane"
            ),
        ]
        triggers = [Recorded()]

    @property
    def kept(self) -> Any:
        return self.amount - self.recovered

    @property
    def name(self) -> str:
        return f"{self.unit.name}（省实验室、省重大科技基础设施）" if self.apart else self.unit.name


class Contests(models.QuerySet["Contest"]):
    def visible_to(self, person: Any) -> "Contests":
        if not getattr(person, "is_authenticated", False):
            return self.none()
        return self.filter(of_units(person, "unit__", "run__"))


class Contest(models.Model):
    """A unit does not agree with how one line was judged. What is accepted counts in the next calculation."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="contests")
    unit = models.ForeignKey("units.Unit", models.PROTECT, related_name="+")
    order_line = models.BigIntegerField()
    number = models.CharField("预约单", max_length=16)
    words = models.TextField("异议", max_length=1000)
    file = models.ForeignKey("files.File", models.PROTECT, null=True, related_name="+")
    state = models.CharField("状态", max_length=10, choices=CONTEST.choices, default=CONTEST.initial)
    at = models.DateTimeField("提出时间")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    answer = models.TextField("答复", max_length=1000, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects: ClassVar[Any] = Contests.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "核对异议"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint("run", "order_line", name="contest_once_for_a_line"),
            models.CheckConstraint(condition=Q(state__in=CONTEST.codes), name="contest_state"),
        ]
        triggers = [Recorded()]


class Objections(models.QuerySet["Objection"]):
    def visible_to(self, person: Any) -> "Objections":
        """One's own, and those to runs of one's office; the unit it is about does not learn who objected."""
        if not getattr(person, "is_authenticated", False):
            return self.none()
        held, wanted = reach(person, SubsidiesPermission.CALCULATE), Q(by_id=person.pk)
        if held.platform:
            return self
        for scope in held.scopes:
            if scope.startswith("region/"):
                wanted |= Q(run__programme__region=scope.rsplit("/", 1)[-1])
        return self.filter(wanted)


class Objection(models.Model):
    """公示异议: by anybody signed in, while the notice stands."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="objections")
    award = models.ForeignKey(Award, models.CASCADE, null=True, related_name="objections")
    words = models.TextField("异议", max_length=1000)
    contact = models.CharField("联系方式", max_length=80, blank=True)
    state = models.CharField("状态", max_length=10, choices=OBJECTION.choices, default=OBJECTION.initial)
    at = models.DateTimeField("提出时间")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answer = models.TextField("处理结果", max_length=1000, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects: ClassVar[Any] = Objections.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "公示异议"
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=Q(state__in=OBJECTION.codes), name="objection_state")]
        triggers = [Recorded(without=["contact"])]
