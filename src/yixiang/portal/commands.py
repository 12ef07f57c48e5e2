"""The few writes that belong to no single room below."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from yixiang.kernel import scopes
from yixiang.kernel.errors import Invalid
from yixiang.kernel.models import CalendarDay
from yixiang.people.access import require
from yixiang.people.models import Person
from yixiang.people.permissions import PeoplePermission


@transaction.atomic
def keep_day(day: Mapping[str, Any], *, actor: Person) -> CalendarDay:
    """A day entered again replaces what was said of it before."""
    require(actor, PeoplePermission.CONFIGURE, [scopes.PLATFORM])
    rest = {name: value for name, value in day.items() if name != "date"}
    kept, _created = CalendarDay.objects.update_or_create(date=day["date"], defaults=rest)
    return kept


@transaction.atomic
def remove_day(on: str, *, actor: Person) -> None:
    require(actor, PeoplePermission.CONFIGURE, [scopes.PLATFORM])
    try:
        CalendarDay.objects.filter(date=date.fromisoformat(on)).delete()
    except ValueError as wrong:
        raise Invalid.field("date", "日期不正确，没有删除任何内容。") from wrong
