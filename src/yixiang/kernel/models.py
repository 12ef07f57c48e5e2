"""The only rows the kernel keeps: days on which the published calendar is wrong, early or silent."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from yixiang.kernel.recording import Recorded


class CalendarDay(models.Model):
    """Wins over the published calendar: a local holiday or a late announcement moves legal deadlines."""

    date = models.DateField(_("日期"), primary_key=True)
    working = models.BooleanField(_("是工作日"))
    name = models.CharField(_("名称"), max_length=40, blank=True)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    source = models.CharField(_("依据"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("工作日调整")
        verbose_name_plural = _("工作日调整")
        ordering = ["date"]
        triggers = [Recorded()]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {_('上班') if self.working else _('休息')}"
