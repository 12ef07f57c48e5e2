"""The tree of schools and laboratories inside a unit."""

from datetime import datetime

from django.db import IntegrityError, transaction

from yixiang.kernel.errors import Invalid, NotPermitted, Unseen, WrongState
from yixiang.people.commands.grants import withdraw
from yixiang.people.models import Grant, Person
from yixiang.units.commands.writing import is_own_application, lock_unit, record, require_over
from yixiang.units.models import SubUnit, Unit
from yixiang.units.permissions import UnitsPermission

DEEPEST = 6  # what the stored path has room for


@transaction.atomic
def add(
    unit: Unit,
    *,
    actor: Person,
    name: str,
    now: datetime,
    kind: str = "laboratory",
    parent: SubUnit | None = None,
) -> SubUnit:
    unit = _locked(unit, actor)
    sub = SubUnit(unit=unit, parent=_parent(unit, parent), name=_name(name), kind=_kind(kind))
    _save_once(sub)
    _place(sub)
    record(unit, "add_sub", f"新增二级单位“{sub.name}”", actor=actor, now=now, thing="sub", thing_id=sub.pk)
    return sub


@transaction.atomic
def change(sub_unit: SubUnit, *, actor: Person, name: str, kind: str, parent: SubUnit | None, now: datetime) -> SubUnit:
    """Rename, and move with everything below it."""
    unit = _locked(sub_unit.unit, actor)
    sub = _lock(sub_unit.pk)
    old_path, old_name, old_parent = sub.path, sub.name, sub.parent_id
    new_parent = _parent(unit, parent)
    if new_parent and new_parent.path.startswith(old_path):
        raise Invalid.field("parent", "不能移到自己或自己的下级下面。")
    sub.name, sub.kind, sub.parent = _name(name), _kind(kind), new_parent
    _save_once(sub)
    if sub.parent_id != old_parent:
        _move(sub, old_path)
    what = f"修改二级单位“{old_name}”" if old_name == sub.name else f"二级单位“{old_name}”更名为“{sub.name}”"
    record(unit, "change_sub", what, actor=actor, now=now, thing="sub", thing_id=sub.pk)
    return sub


@transaction.atomic
def close(sub_unit: SubUnit, *, actor: Person, now: datetime) -> SubUnit:
    """Only an empty one: people and lower sub-units are moved first, so that nobody hangs in the air."""
    unit = _locked(sub_unit.unit, actor)
    sub = _lock(sub_unit.pk)
    if sub.closed_at:
        return sub
    if SubUnit.objects.below(sub).standing().exclude(pk=sub.pk).exists():
        raise WrongState("下面还有二级单位，请先移走或撤销它们。", code="sub-unit-not-empty")
    if sub.memberships.live().exists():
        raise WrongState("这里还有成员，请先把他们归属到别处。", code="sub-unit-not-empty")
    sub.closed_at = now
    sub.save(update_fields=["closed_at"])
    for grant in Grant.objects.filter(scope=sub.scope, ended_at=None):
        withdraw(grant, by=actor, now=now)
    record(unit, "close_sub", f"撤销二级单位“{sub.name}”", actor=actor, now=now, thing="sub", thing_id=sub.pk)
    return sub


def _locked(unit: Unit, actor: Person) -> Unit:
    unit = lock_unit(unit.pk)
    if is_own_application(unit, actor):
        raise NotPermitted("单位入网后才能设置二级单位。")
    require_over(unit, actor, UnitsPermission.SUBS)
    if unit.state != "joined":
        raise WrongState("单位入网后才能设置二级单位。")
    return unit


def _lock(pk: int) -> SubUnit:
    sub: SubUnit | None = SubUnit.objects.select_for_update(of=("self",)).select_related("unit").filter(pk=pk).first()
    if sub is None:
        raise Unseen()
    return sub


def _parent(unit: Unit, parent: SubUnit | None) -> SubUnit | None:
    if parent is None:
        return None
    current = _lock(parent.pk)
    if current.unit_id != unit.pk or current.closed_at:
        raise Invalid.field("parent", "请选择本单位现有的二级单位。")
    if current.depth >= DEEPEST:
        raise Invalid.field("parent", f"二级单位最多 {DEEPEST} 层。")
    return current


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name:
        raise Invalid.field("name", "请填写二级单位名称。")
    if len(name) > 80:
        raise Invalid.field("name", "名称最多 80 个字。")
    return name


def _kind(code: str) -> str:
    if code not in SubUnit.Kind.values:
        raise Invalid.field("kind", "请选择类别。")
    return code


def _save_once(sub: SubUnit) -> None:
    try:
        with transaction.atomic():
            sub.save()
    except IntegrityError as clash:
        raise Invalid.field("name", f"同一级已有“{sub.name}”，请换一个名称。", code="sub-unit-name-taken") from clash


def _place(sub: SubUnit) -> None:
    above = sub.parent.path if sub.parent else "/"
    sub.path = f"{above}{sub.pk}/"
    sub.depth = sub.path.count("/") - 1
    sub.save(update_fields=["path", "depth"])


def _move(sub: SubUnit, old_path: str) -> None:
    """The whole subtree takes the new path, or nothing moves."""
    below = list(SubUnit.objects.filter(path__startswith=old_path).exclude(pk=sub.pk))
    _place(sub)
    for one in below:
        one.path = sub.path + one.path.removeprefix(old_path)
        one.depth = one.path.count("/") - 1
        if one.depth > DEEPEST:
            raise Invalid.field("parent", f"移动后超过 {DEEPEST} 层，请选择更高一级。")
    SubUnit.objects.bulk_update(below, ["path", "depth"])
