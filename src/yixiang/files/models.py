"""Uploaded files: what they are, whose they are, and the object they belong to."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from yixiang.files.kinds import KINDS, Kind
from yixiang.kernel.recording import Recorded


class Files(models.QuerySet["File"]):
    def waiting(self) -> "Files":
        """Uploaded and not yet part of anything."""
        return self.filter(holder_kind="")

    def visible_to(self, person: Any) -> "Files":
        """Only one's own waiting files; an attached file is shown by the room of the object it belongs to."""
        return self.waiting().filter(uploader_id=person.pk)


class File(models.Model):
    """The bytes lie in the default storage under their own digest; many rows may point to the same bytes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    uploader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("上传人")
    )
    scope = models.CharField(_("归属范围"), max_length=80, blank=True, default="")
    name = models.CharField(_("文件名"), max_length=160)
    kind = models.CharField(_("类型"), max_length=10, choices=[(k.code, k.label) for k in KINDS.values()])
    size = models.PositiveBigIntegerField(_("大小"))
    sha256 = models.CharField(_("摘要"), max_length=64)
    purpose = models.CharField(_("用途"), max_length=40, blank=True, default="")
    created_at = models.DateTimeField(_("上传时间"), db_default=Now())
    holder_kind = models.CharField(_("所属对象"), max_length=40, blank=True, default="")
    holder_id = models.BigIntegerField(_("所属对象编号"), null=True)
    attached_at = models.DateTimeField(_("归入时间"), null=True)

    objects: ClassVar[Any] = Files.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("文件")
        constraints = [
            models.CheckConstraint(
                condition=Q(holder_kind="", holder_id=None) | ~Q(holder_kind="") & Q(holder_id__isnull=False),
                name="file_holder_whole",
            ),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="file_sha256"),
        ]
        indexes = [
            models.Index(fields=["uploader", "created_at"], condition=Q(holder_kind=""), name="file_waiting"),
            models.Index(fields=["holder_kind", "holder_id"], name="file_of_holder"),
            models.Index(fields=["sha256"], name="file_by_content"),
        ]
        triggers = [Recorded()]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        """Where the bytes lie in the storage."""
        return path_of(self.sha256)

    @property
    def what(self) -> Kind:
        return KINDS[self.kind]

    @property
    def is_attached(self) -> bool:
        return bool(self.holder_kind)


def path_of(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}"
