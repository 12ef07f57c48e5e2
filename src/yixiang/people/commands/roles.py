"""Roles: the built-in ones from the reference table, and those the security administrator composes."""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from yixiang.kernel import scopes
from yixiang.kernel.errors import Invalid, Unseen, WrongState
from yixiang.kernel.permissions import declared
from yixiang.people import rules
from yixiang.people.access import require
from yixiang.people.models import Person, Role
from yixiang.people.permissions import PeoplePermission


class BadRoles(ValueError):
    """The reference table cannot be loaded as it stands."""


@transaction.atomic
def load_roles(path: Path) -> list[Role]:
    """Bring the built-in roles to what the file says; loading it twice changes nothing."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    problems = [f"{code}: {problem}" for code, entry in table.items() for problem in _problems(entry)]
    if problems:
        raise BadRoles("\n".join(problems))
    loaded = []
    for code, entry in table.items():
        values = {
            "name": entry["name"],
            "description": entry.get("description", ""),
            "permissions": list(entry["permissions"]),
            "reaches": list(entry["reaches"]),
            "separation": entry.get("separation", ""),
            "built_in": True,
        }
        loaded.append(_put(code, values))
    return loaded


def _put(code: str, values: dict[str, Any]) -> Role:
    """Writes only what differs, so that the audit trail does not fill with changes that are none."""
    role = Role.objects.select_for_update().filter(code=code).first()
    if role is None:
        return Role.objects.create(code=code, **values)
    if any(getattr(role, name) != value for name, value in values.items()):
        for name, value in values.items():
            setattr(role, name, value)
        role.save()
    return role


def _problems(entry: Mapping[str, Any]) -> list[str]:
    return rules.role_problems(
        entry["permissions"],
        known=declared(),
        reaches=entry["reaches"],
        separation=entry.get("separation", ""),
    )


@transaction.atomic
def compose(name: str, *, actor: Person, description: str, permissions: Sequence[str], reaches: Sequence[str]) -> Role:
    """A new role of one's own."""
    require(actor, PeoplePermission.COMPOSE, [scopes.PLATFORM])
    values = _checked(name, description, permissions, reaches)
    return Role.objects.create(code=_free_code(name), built_in=False, **values)


@transaction.atomic
def recompose(
    role: Role,
    *,
    actor: Person,
    name: str,
    description: str,
    permissions: Sequence[str],
    reaches: Sequence[str],
) -> Role:
    """Changes what everybody who holds it may do from now on; built-in roles stay as delivered."""
    require(actor, PeoplePermission.COMPOSE, [scopes.PLATFORM])
    held = _own(role)
    values = _checked(name, description, permissions, reaches, but=held)
    if values["separation"] != held.separation and held.grants.standing().exists():
        raise WrongState("这个角色正有人担任，不能改变它的三员类别。请先收回授权，或另建一个角色。", code="role-held")
    for field, value in values.items():
        setattr(held, field, value)
    held.save()
    return held


@transaction.atomic
def drop(role: Role, *, actor: Person) -> None:
    """Only a role nobody ever held; otherwise its history would lose its name."""
    require(actor, PeoplePermission.COMPOSE, [scopes.PLATFORM])
    held = _own(role)
    if held.grants.exists():
        raise WrongState("这个角色已经授予过，记录里要用到它，不能删除。可以收回全部授权。", code="role-held")
    held.delete()


def _own(role: Role) -> Role:
    held = Role.objects.select_for_update().filter(pk=role.pk).first()
    if held is None:
        raise Unseen()
    if held.built_in:
        raise WrongState("这是内置角色，不能修改。可以照它另建一个自定义角色。", code="role-built-in")
    return held


def _checked(
    name: str, description: str, permissions: Sequence[str], reaches: Sequence[str], but: Role | None = None
) -> dict[str, Any]:
    wanted = list(dict.fromkeys(permissions))
    offices = rules.offices_of(wanted)
    separation = offices[0] if len(offices) == 1 else ""
    fields: dict[str, list[str]] = {}
    if problems := rules.role_problems(wanted, known=declared(), reaches=reaches, separation=separation):
        fields["permissions"] = problems
    if not wanted:
        fields["permissions"] = ["请至少选择一项权限。"]
    if not name.strip():
        fields["name"] = ["请填写角色名称。"]
    elif Role.objects.filter(name=name.strip()).exclude(pk=but.pk if but else 0).exists():
        fields["name"] = ["已有同名的角色，请换一个名称。"]
    if fields:
        raise Invalid("角色没有保存，请按提示修改。", code="role-invalid", fields=fields)
    return {
        "name": name.strip(),
        "description": description.strip(),
        "permissions": wanted,
        "reaches": list(dict.fromkeys(reaches)),
        "separation": separation,
    }


def _free_code(name: str) -> str:
    stem = slugify(name)[:40] or "role"
    taken = set(Role.objects.filter(code__startswith=stem).values_list("code", flat=True))
    return next(code for n in range(1, len(taken) + 3) if (code := f"{stem}-{n}") not in taken)
