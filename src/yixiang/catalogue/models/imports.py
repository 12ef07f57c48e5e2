"""A workbook on its way into the catalogue, and what was found in each of its rows."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from yixiang.catalogue.models.listing import held_by
from yixiang.catalogue.permissions import CataloguePermission
from yixiang.catalogue.states import IMPORT
from yixiang.kernel.recording import Recorded
from yixiang.units.models.unit import within


class ImportBatches(models.QuerySet["ImportBatch"]):
    def visible_to(self, person: Any) -> "ImportBatches":
        """The imports of the units one edits for."""
        held = held_by(person, CataloguePermission.EDIT)
        return self.filter(within(held, "unit__") | Q(sub_unit__in=held.sub_units)) if held else self.none()


class ImportBatch(models.Model):
    """One upload: read, judged row by row, confirmed whole or not at all."""

    unit = models.ForeignKey("units.Unit", models.CASCADE, related_name="imports")
    sub_unit = models.ForeignKey("units.SubUnit", models.SET_NULL, null=True, blank=True, related_name="+")
    file = models.ForeignKey("files.File", models.PROTECT, related_name="+")
    pictures = models.ForeignKey("files.File", models.PROTECT, null=True, blank=True, related_name="+")
    marked = models.ForeignKey(
        "files.File", models.SET_NULL, null=True, blank=True, related_name="+"
    )  # with the errors
    layout = models.CharField(
        "模板", max_length=16, blank=True
    )  # yixiang, nrii-equipment, nrii-facility, nrii-centre …
    replaces = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="replaced_by")
    sheet = models.CharField("工作表", max_length=100, blank=True)
    columns = models.JSONField(default=list, blank=True)  # [{"letter", "header", "field", "label"}], field "" if unread
    notes = models.JSONField(default=list, blank=True)  # about the sheet as a whole, in words
    picture_notes = models.JSONField(default=list, blank=True)  # [{"entry", "row", "message", "ok"}]
    state = models.CharField("状态", max_length=12, choices=IMPORT.choices, default=IMPORT.initial)
    phase = models.CharField("正在做", max_length=40, blank=True)
    beat_at = models.DateTimeField("最近进展", null=True, blank=True)
    problem = models.CharField("失败原因", max_length=300, blank=True)
    rows_total = models.PositiveIntegerField(default=0)
    rows_read = models.PositiveIntegerField(default=0)
    rows_new = models.PositiveIntegerField(default=0)
    rows_changed = models.PositiveIntegerField(default=0)
    rows_same = models.PositiveIntegerField(default=0)
    rows_faulty = models.PositiveIntegerField(default=0)
    rows_warned = models.PositiveIntegerField(default=0)
    rows_written = models.PositiveIntegerField(default=0)
    pictures_total = models.PositiveIntegerField(default=0)
    pictures_done = models.PositiveIntegerField(default=0)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = ImportBatches.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "批量导入"
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=Q(state__in=IMPORT.codes), name="import_state")]
        indexes = [models.Index(fields=["unit", "-id"], name="import_of_unit")]
        triggers = [Recorded()]

    @property
    def scopes(self) -> list[str]:
        return self.sub_unit.scopes if self.sub_unit else self.unit.scopes


class ImportRow(models.Model):
    """One row of the sheet with its verdict. Endless in number: neither recorded nor kept long after the batch."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()  # as Excel counts
    verdict = models.CharField(max_length=8)  # new, changed, same, faulty
    label = models.CharField(max_length=150, blank=True)
    own_number = models.CharField(max_length=150, blank=True)  # the unit's own number, by which rows are matched
    instrument_id = models.BigIntegerField(null=True)  # what it changes; of a platform for a list of centres
    version = models.PositiveIntegerField(null=True)  # of that listing when it was judged
    picture = models.CharField(max_length=200, blank=True)  # the file's name as written in the sheet
    values = models.JSONField(default=dict)
    changes = models.JSONField(default=dict)  # field → [before, after]
    problems = models.JSONField(default=list)  # [{"cell": "H17", "field": "worth", "message": …}]
    warnings = models.JSONField(default=list)
    lacks = models.JSONField(default=list)  # fields still to be filled in before it can be handed in

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint("batch", "number", name="import_row_once")]
        indexes = [models.Index(fields=["batch", "verdict", "number"], name="import_rows_by_verdict")]
