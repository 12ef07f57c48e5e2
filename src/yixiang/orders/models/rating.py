"""What people say afterwards: a rating with one reply, a complaint and how it was dealt with."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from yixiang.kernel.recording import Recorded
from yixiang.orders.models.order import Order
from yixiang.orders.rules.words import STEPS


class Rating(models.Model):
    """评价: five steps as the national list has them, words, one reply of the provider."""

    order = models.OneToOneField(Order, models.CASCADE, related_name="rating")
    step = models.PositiveSmallIntegerField("满意度", choices=list(STEPS.items()))
    words = models.TextField("评价", max_length=500, blank=True)
    at = models.DateTimeField("评价时间")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    reply = models.TextField("答复", max_length=500, blank=True)
    replied_at = models.DateTimeField("答复时间", null=True, blank=True)
    replied_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "评价"
        constraints = [models.CheckConstraint(condition=Q(step__gte=1, step__lte=5), name="rating_step")]
        triggers = [Recorded()]


class Complaints(models.QuerySet["Complaint"]):
    def visible_to(self, person: Any) -> "Complaints":
        """Whoever sees the order sees what was complained of."""
        return self.filter(order__in=Order.objects.visible_to(person))


class Complaint(models.Model):
    """投诉: the provider answers; whoever is not content takes it to the authority."""

    STATES: ClassVar[Any] = {"open": "待处理", "answered": "已答复", "escalated": "已转主管部门", "closed": "已办结"}

    order = models.ForeignKey(Order, models.CASCADE, related_name="complaints")
    state = models.CharField(max_length=10, choices=list(STATES.items()), default="open")
    words = models.TextField("投诉内容", max_length=1000)
    at = models.DateTimeField("投诉时间")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    answer = models.TextField("答复", max_length=1000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    ruling = models.TextField("处理意见", max_length=1000, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = Complaints.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "投诉"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["open", "answered", "escalated", "closed"]), name="complaint_state"
            ),
            models.UniqueConstraint("order", condition=~Q(state="closed"), name="complaint_one_under_way"),
        ]
        triggers = [Recorded()]
