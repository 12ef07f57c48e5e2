"""What a provider sets: the terms of an instrument, and what follows from not coming."""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from yixiang.catalogue.commands.writing import lock, refuse_closed, require_run
from yixiang.catalogue.commands.writing import record as note_down
from yixiang.catalogue.models import Instrument
from yixiang.kernel.errors import Invalid
from yixiang.orders.models import Manners, Terms
from yixiang.orders.queries.checking import terms_of
from yixiang.orders.rules.words import ASKED
from yixiang.people.access import require
from yixiang.people.models import Person
from yixiang.units.models import Unit
from yixiang.units.permissions import UnitsPermission

WEEK = 7 * 24
YEAR = 366 * 24


@dataclass(frozen=True, slots=True)
class Wanted:
    """The terms as a whole; what is left out is set back."""

    level: str = ""
    person_hours: int | None = None
    group_hours: int | None = None
    cancel_hours: int = 24
    staffed_from: int = 8 * 60
    staffed_to: int = 18 * 60
    queue: bool = True
    offer_hours: int = 4
    auto_accept: bool = False


@transaction.atomic
def set_terms(instrument: Instrument, wanted: Wanted, *, actor: Person, now: datetime) -> Terms:
    """By whoever runs it. What is booked already stays as it is; the next booking meets the new terms."""
    instrument = lock(instrument)
    require_run(instrument, actor)
    refuse_closed(instrument)
    _check(wanted)
    terms, values = terms_of(instrument), asdict(wanted)
    changes = {name: [getattr(terms, name), value] for name, value in values.items() if getattr(terms, name) != value}
    if not changes:
        return terms
    for name, value in values.items():
        setattr(terms, name, value)
    terms.save()
    words = "、".join(str(Terms._meta.get_field(name).verbose_name) for name in changes)  # type: ignore[union-attr]
    note_down(instrument, "terms", f"预约条件：{words}", actor=actor, now=now, changes=changes)
    return terms


def _check(wanted: Wanted) -> None:
    wrong: dict[str, list[str]] = {}
    if wanted.level not in ASKED:
        wrong["level"] = ["请从列出的资格要求里选择。"]
    for name in ("person_hours", "group_hours"):
        value = getattr(wanted, name)
        if value is not None and not 1 <= value <= WEEK:
            wrong[name] = [f"每周 1 至 {WEEK} 小时；不限就空着。"]
    if wanted.person_hours and wanted.group_hours and wanted.person_hours > wanted.group_hours:
        wrong["group_hours"] = ["单位的上限不能低于个人的上限。"]
    if not 0 <= wanted.cancel_hours <= YEAR:
        wrong["cancel_hours"] = ["0 小时表示开始前都可以取消；最多一年。"]
    if not 0 <= wanted.staffed_from < wanted.staffed_to <= 1440:
        wrong["staffed_to"] = ["下班须晚于上班，都在 0:00 至 24:00 之间。"]
    if not 1 <= wanted.offer_hours <= WEEK:
        wrong["offer_hours"] = [f"1 至 {WEEK} 小时。"]
    if wrong:
        raise Invalid("预约条件没有保存，请检查标出的项目。", fields=wrong)


@transaction.atomic
def set_manners(
    unit: Unit,
    *,
    no_show_points: int,
    late_points: int,
    fade_days: int,
    limit: int | None,
    actor: Person,
) -> Manners:
    """By the office of the unit. It counts what was kept before too: facts stay, only their weight changes."""
    require(actor, UnitsPermission.EDIT, [unit.scope])
    wrong: dict[str, list[str]] = {}
    for name, value in (("no_show_points", no_show_points), ("late_points", late_points)):
        if not 0 <= value <= 100:
            wrong[name] = ["0 至 100 分。"]
    if not 1 <= fade_days <= 1000:
        wrong["fade_days"] = ["1 至 1000 天。"]
    if limit is not None and not 1 <= limit <= 1000:
        wrong["limit"] = ["1 至 1000 分；不暂停就空着。"]
    if wrong:
        raise Invalid("预约信用规则没有保存，请检查标出的项目。", fields=wrong)
    values = {"no_show_points": no_show_points, "late_points": late_points, "fade_days": fade_days, "limit": limit}
    made, _new = Manners.objects.update_or_create(unit=unit, defaults=values)
    return made
