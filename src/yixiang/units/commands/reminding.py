"""Telling a unit that its facts must be confirmed: on the day the notice begins, twice after, and on the last day."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from yixiang.kernel.periods import local_date
from yixiang.units import law
from yixiang.units.commands.telling import tell_unit
from yixiang.units.models import Unit
from yixiang.units.rules.clock import reminder_due


def remind_of_confirmation(*, now: datetime) -> int:
    """Each unit by itself, so that one that fails does not keep the rest waiting. Returns how many were due."""
    due = 0
    for unit in Unit.objects.joined().order_by("confirmed_at").iterator():
        due += _remind(unit, now)
    return due


@transaction.atomic
def _remind(unit: Unit, now: datetime) -> bool:
    on = timezone.localdate(now)
    fresh, days = law.freshness_of(unit, on=on), law.clock_days(unit, on=on)
    if days is None or fresh.confirmed_on is None or fresh.last_day is None:
        return False
    valid_days, notice_days = days
    step = reminder_due(fresh.confirmed_on, on=on, valid_days=valid_days, notice_days=notice_days)
    if step is None:
        return False
    overdue = fresh.status == "overdue"
    body = (
        "单位信息已超过期限未确认，暂不能新发布仪器或新提交预约；已在办理的不受影响。"
        if overdue
        else f"请在 {fresh.last_day:%Y年%m月%d日} 前核对并确认单位信息，逾期后暂不能新发布仪器或新提交预约。"
    )
    tell_unit(
        unit,
        now=now,
        subject=f"请确认单位信息：{unit.name}",
        body=body,
        button="核对并确认",
        deadline=fresh.last_day,
        key=f"unit-{unit.pk}-confirm-{local_date(unit.confirmed_at or now):%Y%m%d}-{step}",
        kind="unit-confirmation",
        url=reverse("units:confirm", args=[unit.pk]),
    )
    return True
