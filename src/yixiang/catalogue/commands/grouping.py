"""Platforms and test services: begun like any listing, and the instruments that belong to them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from yixiang.catalogue.commands.publishing import start_listing
from yixiang.catalogue.commands.writing import lock, record, refuse_closed, require_edit
from yixiang.catalogue.models import Instrument, Platform, TestService
from yixiang.catalogue.models.listing import held_by
from yixiang.catalogue.permissions import CataloguePermission
from yixiang.catalogue.queries.grouping import GROUPS
from yixiang.catalogue.search import indexing
from yixiang.kernel.errors import Invalid, Unseen
from yixiang.people.models import Person
from yixiang.units.models import SubUnit, Unit

MOST_OF_A_SERVICE = 50


def start(kind_code: str, unit: Unit, *, actor: Person, now: datetime, sub_unit: SubUnit | None = None) -> Any:
    model: Any = GROUPS.get(kind_code)
    if model is None:
        raise Unseen()
    return start_listing(model, unit, actor=actor, now=now, sub_unit=sub_unit)


@transaction.atomic
def set_instruments(group: Platform | TestService, ids: Iterable[int], *, actor: Person, now: datetime) -> int:
    """Exactly these from now on; says how many came or went. An instrument stands in one platform at a time."""
    group = lock(group)
    require_edit(group, actor)
    refuse_closed(group)
    wanted, standing = set(ids), set(group.instruments.values_list("pk", flat=True))
    came, gone = wanted - standing, standing - wanted
    _check(group, came, gone, len(wanted), actor)
    if isinstance(group, TestService):
        group.instruments.set(wanted)
    else:
        moved = Instrument.objects.select_for_update().filter(pk__in=came | gone).order_by("pk")
        for one in moved:
            Instrument.objects.filter(pk=one.pk).update(platform=group if one.pk in came else None)
        indexing.refresh(came | gone)
    if came or gone:
        record(group, "instruments", _said(came, gone), actor=actor, now=now)
    return len(came) + len(gone)


def _check(group: Platform | TestService, came: set[int], gone: set[int], count: int, actor: Person) -> None:
    """Of the same unit, and each one this person may edit: a platform is no way into another laboratory's things."""
    if isinstance(group, TestService) and count > MOST_OF_A_SERVICE:
        raise Invalid(f"一个检测项目最多关联 {MOST_OF_A_SERVICE} 台仪器。")
    own = Instrument.objects.inside(held_by(actor, CataloguePermission.EDIT)).filter(unit_id=group.unit_id)
    known = set(own.filter(pk__in=came | gone).values_list("pk", flat=True))
    if strange := (came | gone) - known:
        names = list(Instrument.objects.visible_to(actor).filter(pk__in=strange).values_list("name", flat=True)[:3])
        said = "、".join(names) or "所选仪器"
        raise Invalid.field(
            "instruments", f"“{said}”不属于{group.unit.name}，或者不归您管理，不能加入或移出。", code="not-of-this-unit"
        )


@transaction.atomic
def set_platform(service: TestService, platform: Platform | None, *, actor: Person, now: datetime) -> TestService:
    """The platform under whose name the test is offered."""
    service = lock(service)
    require_edit(service, actor)
    refuse_closed(service)
    if platform is not None and platform.unit_id != service.unit_id:
        raise Invalid.field("platform", f"请选择{service.unit.name}的平台。", code="not-of-this-unit")
    if service.platform_id == (platform.pk if platform else None):
        return service
    service.platform = platform
    service.save(update_fields=["platform"])
    record(service, "platform", f"所属平台：{platform.name if platform else '无'}", actor=actor, now=now)
    return service


def _said(came: set[int], gone: set[int]) -> str:
    names = dict(Instrument.objects.filter(pk__in=came | gone).values_list("pk", "name"))
    parts = [
        f"{word}{'、'.join(names[pk] for pk in sorted(keys)[:5])}{f'等 {len(keys)} 台' if len(keys) > 5 else ''}"
        for word, keys in (("加入", came), ("移出", gone))
        if keys
    ]
    return "；".join(parts)
