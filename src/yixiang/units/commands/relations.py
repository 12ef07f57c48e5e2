"""关联单位: declared by the unit, ended but never erased, because old money is judged by it."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from yixiang.kernel import credit_code
from yixiang.kernel.errors import Invalid
from yixiang.people.models import Person
from yixiang.units.commands.writing import lock_unit, record, require_edit
from yixiang.units.models import Relation, Unit


@transaction.atomic
def declare(
    unit: Unit,
    *,
    actor: Person,
    name: str,
    code: str,
    nature: str,
    now: datetime,
    since: date | None = None,
    note: str = "",
) -> Relation:
    """A unit of the platform is recognised by its code; any other is kept by name."""
    unit = lock_unit(unit.pk)
    require_edit(unit, actor)
    checked = credit_code.check(code) if code.strip() else None
    if checked and not checked.valid:
        raise Invalid.field("code", checked.message)
    known = Unit.objects.claiming(checked.code).first() if checked else None
    _refuse(unit, known, name, nature)
    relation = Relation(
        unit=unit,
        other=known,
        other_name=known.name if known else name.strip()[:120],
        other_code=checked.code if checked else "",
        nature=nature,
        since=since,
        note=note.strip()[:200],
        declared_by=actor,
        declared_at=now,
    )
    try:
        with transaction.atomic():
            relation.save()
    except IntegrityError as clash:
        raise Invalid.field("code", "这个关联单位已经登记。", code="relation-exists") from clash
    what = f"登记关联单位“{relation.other_name}”"
    record(unit, "relate", what, actor=actor, now=now, thing="relation", thing_id=relation.pk)
    return relation


def _refuse(unit: Unit, known: Unit | None, name: str, nature: str) -> None:
    if known and known.pk == unit.pk:
        raise Invalid.field("code", "这是本单位的信用代码，请填写关联单位的。")
    if not known and not name.strip():
        raise Invalid.field("name", "请填写关联单位名称。")
    if nature not in Relation.Nature.values:
        raise Invalid.field("nature", "请选择关联关系。")


@transaction.atomic
def end(relation: Relation, *, actor: Person, now: datetime) -> None:
    unit = lock_unit(relation.unit_id)
    require_edit(unit, actor)
    if unit.relations.filter(pk=relation.pk, ended_at=None).update(ended_at=now):
        what = f"解除与“{relation.other_name}”的关联登记"
        record(unit, "unrelate", what, actor=actor, now=now, thing="relation", thing_id=relation.pk)
