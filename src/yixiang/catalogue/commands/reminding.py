"""Telling those who publish: the days to join run out, what is listed has not been looked at for too long."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Count, Min
from django.urls import reverse

from yixiang.catalogue import law
from yixiang.catalogue.commands.telling import tell_owner
from yixiang.catalogue.models import Instrument
from yixiang.catalogue.permissions import CataloguePermission
from yixiang.catalogue.queries import desk, facts
from yixiang.catalogue.states import PUBLIC
from yixiang.kernel.periods import local_date
from yixiang.notices.commands import tell
from yixiang.units.commands.telling import holders
from yixiang.units.models import Unit

LEFT = (10, 5, 2, 0, -1)  # working days before the last one; -1 once it has passed
A_MONTH = timedelta(days=31)


def remind_of_joining(*, now: datetime) -> int:
    """Drafts of what must join. Each by itself, so that one that fails keeps nobody waiting. How many were due."""
    rows = Instrument.objects.filter(state__in=["draft", "returned"], unit__state="joined")
    return sum(_remind(row, now) for row in rows.select_related("unit", "sub_unit", "sub_unit__unit").iterator())


@transaction.atomic
def _remind(listing: Instrument, now: datetime) -> bool:
    clock = desk.clock_of(listing, on=local_date(now))
    if clock is None or clock.left > LEFT[0]:
        return False
    step = min(step for step in LEFT if step >= max(clock.left, LEFT[-1]))
    name = facts.title_of(listing)
    words = f"“{name}”按规定应在验收后 {clock.days} 个工作日内加入平台（{clock.article}），"
    left = f"还有 {clock.left} 个工作日，到 {clock.last_day:%Y年%m月%d日} 为止。"
    tell_owner(
        listing,
        kind="resource-deadline",
        subject=f"{'已过入网期限' if clock.late else '入网期限将到'}：{name}",
        body=words + ("现在已经超过期限，请尽快提交。" if clock.late else left),
        button="继续填写",
        url=reverse("catalogue:tasks", args=[listing.code]),
        deadline=clock.last_day,
        key=f"join-{listing.pk}-{clock.last_day:%Y%m%d}-{step}",
        now=now,
    )
    return True


def remind_of_checking(*, now: datetime) -> int:
    """One notice for each unit and month, however many of its instruments nobody has looked at. How many units."""
    return sum(_remind_unit(unit, now) for unit in Unit.objects.joined().filter(provides=True).iterator())


@transaction.atomic
def _remind_unit(unit: Unit, now: datetime) -> bool:
    on = local_date(now)
    months = law.check_months(unit, on=on)
    if months is None:
        return False
    rows = Instrument.objects.filter(unit=unit, state__in=PUBLIC, confirmed_at__lt=now - months * A_MONTH)
    found = rows.aggregate(number=Count("pk"), oldest=Min("confirmed_at"))
    if not found["number"]:
        return False
    since = local_date(found["oldest"])
    tell(
        holders(CataloguePermission.EDIT, [unit.scope]),
        kind="resource-check",
        subject=f"请核对资源信息：{found['number']} 台超过{_spoken(months)}没有确认",
        body=f"最早的一台上次确认于 {since:%Y年%m月%d日}。逐台核对联系人、状态和价格，没有变化的直接确认。",
        url=f"{reverse('catalogue:mine')}?health={desk.STALE}",
        button="去核对",
        key=f"check-{unit.pk}-{_period(on, months)}",
        now=now,
    )
    return True


def _spoken(months: int) -> str:
    return "一个月" if months == 1 else f" {months} 个月"


def _period(on: date, months: int) -> str:
    """The stretch of months a day falls into, counted from the year's beginning."""
    return f"{on.year}-{(on.month - 1) // months}"
