"""管理制度: what a unit has issued about its instruments, with the file."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from yixiang.files import commands as files
from yixiang.files.kinds import SCANS
from yixiang.files.models import File
from yixiang.files.purposes import Purpose, declare
from yixiang.kernel.errors import Invalid
from yixiang.people.models import Person
from yixiang.units.commands.writing import lock_unit, record, require_edit
from yixiang.units.models import Regulation, Unit

declare(Purpose("regulation", "管理制度文件", SCANS | {"docx"}))


@transaction.atomic
def publish(
    unit: Unit,
    *,
    actor: Person,
    name: str,
    number: str,
    issued_on: date,
    effective_on: date,
    file: File,
    now: datetime,
) -> Regulation:
    unit = lock_unit(unit.pk)
    require_edit(unit, actor)
    if not name.strip():
        raise Invalid.field("name", "请填写制度名称。")
    if effective_on < issued_on:
        raise Invalid.field("effective_on", "实施日期不能早于发布日期。")
    files.attach(file, by=actor, holder_kind="unit", holder_id=unit.pk, scope=unit.scope, now=now)
    regulation = Regulation(
        unit=unit,
        name=name.strip()[:120],
        number=number.strip()[:60],
        issued_on=issued_on,
        effective_on=effective_on,
        file=file,
        added_by=actor,
        added_at=now,
    )
    try:
        with transaction.atomic():
            regulation.save()
    except IntegrityError as clash:
        message = "已有同名同编号的制度。如需更新，请先废止旧的。"
        raise Invalid.field("name", message, code="regulation-exists") from clash
    what = f"发布管理制度《{regulation.name}》"
    record(unit, "publish", what, actor=actor, now=now, thing="paper", thing_id=regulation.pk)
    return regulation


@transaction.atomic
def repeal(regulation: Regulation, *, actor: Person, now: datetime) -> None:
    unit = lock_unit(regulation.unit_id)
    require_edit(unit, actor)
    if unit.regulations.filter(pk=regulation.pk, withdrawn_at=None).update(withdrawn_at=now):
        what = f"废止管理制度《{regulation.name}》"
        record(unit, "repeal", what, actor=actor, now=now, thing="paper", thing_id=regulation.pk)
