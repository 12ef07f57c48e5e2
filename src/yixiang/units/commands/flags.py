"""失信 and 经营异常: put on and lifted by the authority, with the source named; the unit is told."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from yixiang.kernel.errors import Invalid, WrongState
from yixiang.people.models import Person
from yixiang.units.commands.telling import tell_unit
from yixiang.units.commands.writing import lock_unit, record, require_over
from yixiang.units.models import IntegrityFlag, Unit
from yixiang.units.permissions import UnitsPermission


@transaction.atomic
def put(unit: Unit, *, actor: Person, kind: str, since: date, source: str, now: datetime) -> IntegrityFlag:
    unit = lock_unit(unit.pk)
    require_over(unit, actor, UnitsPermission.FLAG)
    if kind not in IntegrityFlag.Kind.values:
        raise Invalid.field("kind", "请选择标记的类别。")
    if not source.strip():
        raise Invalid.field("source", "请写明依据，例如公示名单或文号。")
    if since > timezone.localdate(now):
        raise Invalid.field("since", "列入日期不能晚于今天。")
    flag = IntegrityFlag(unit=unit, kind=kind, since=since, source=source.strip()[:200], noted_by=actor, noted_at=now)
    try:
        with transaction.atomic():
            flag.save()
    except IntegrityError as clash:
        raise WrongState("该单位已有这个标记，未解除前不能重复登记。", code="flag-stands") from clash
    _moved(unit, flag, "flag", f"被标记为{flag.get_kind_display()}", flag.source, actor, now)
    return flag


@transaction.atomic
def lift(flag: IntegrityFlag, *, actor: Person, note: str, now: datetime) -> IntegrityFlag:
    unit = lock_unit(flag.unit_id)
    require_over(unit, actor, UnitsPermission.FLAG)
    flag = IntegrityFlag.objects.select_for_update(of=("self",)).get(pk=flag.pk)
    if flag.lifted_on:
        raise WrongState("这个标记已经解除。", code="flag-lifted")
    flag.lifted_on, flag.lifted_by, flag.lift_note = timezone.localdate(now), actor, note.strip()[:200]
    flag.save(update_fields=["lifted_on", "lifted_by", "lift_note"])
    _moved(unit, flag, "unflag", f"解除{flag.get_kind_display()}标记", flag.lift_note, actor, now)
    return flag


def _moved(unit: Unit, flag: IntegrityFlag, action: str, what: str, note: str, actor: Person, now: datetime) -> None:
    record(unit, action, what, actor=actor, now=now, thing="flag", thing_id=flag.pk, note=note)
    body = note or "如有疑问，请联系主管部门。"
    key = f"flag-{flag.pk}-{action}"
    tell_unit(unit, now=now, subject=f"{unit.name}{what}", body=body, key=key)
