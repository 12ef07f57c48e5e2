"""The answers that are kept so that a request sent twice acts once."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class IdempotentAnswer(models.Model):
    """Committed with the effects it answers for: after a crash there is either both or neither.

    A request that is still running has no row; it holds an advisory lock instead, which a dead process cannot keep.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    method = models.CharField(max_length=8)
    path = models.TextField()
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = verbose_name_plural = "已给出的接口回答"
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="answer_once_per_key")]
        indexes = [models.Index(fields=["created_at"], name="answer_by_age")]

    def __str__(self) -> str:
        return f"{self.method} {self.path} → {self.status}"
