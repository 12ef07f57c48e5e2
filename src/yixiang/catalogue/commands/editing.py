"""Changing what is listed: at once and without review, each change kept with what stood there before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from yixiang.catalogue.commands.publishing import require_version, save_once, write_values
from yixiang.catalogue.commands.timing import settle
from yixiang.catalogue.commands.writing import lock, record, require_edit, require_run
from yixiang.catalogue.models import Listing
from yixiang.catalogue.queries import facts
from yixiang.catalogue.rules.fields import Spec
from yixiang.catalogue.rules.wording import shown
from yixiang.catalogue.states import PUBLIC
from yixiang.kernel.errors import Invalid, WrongState
from yixiang.people.models import Person

PERSONAL = ("contact_phone", "contact_email", "chief_phone", "chief_email", "runner_phone", "runner_email")
FIXED = ("kind",)  # an instrument does not become a facility once it is listed
FOLLOWS = {"below_reason": "worth", "share_mode": "funds", "max_minutes": "min_minutes"}  # judged with another field


@dataclass(frozen=True, slots=True)
class Edited:
    """The listing as it is now, and which fields are different from before."""

    listing: Listing
    changed: tuple[str, ...]


@transaction.atomic
def edit(
    listing: Listing, *, actor: Person, typed: Mapping[str, str], now: datetime, version: int | None = None
) -> Edited:
    """Only the fields given are looked at; all of them are right, or nothing is changed."""
    listing = lock(listing)
    require_edit(listing, actor)
    if listing.state not in PUBLIC:
        raise WrongState("现在的状态不能直接修改。草稿请在填报页面修改；已提交的请先撤回。")
    require_version(listing, version)
    before = facts.values_of(listing)
    after = _checked(listing, typed, timezone.localdate(now))
    differing = {name: (before[name], value) for name, value in after.items() if not _same(before[name], value)}
    write_values(listing, {name: new for name, (_old, new) in differing.items()})
    listing.typed = {}
    listing.confirmed_at = now
    if differing:
        listing.changed_at = now
        listing.version += 1
    save_once(listing)
    if differing:
        _record(listing, differing, actor, now)
    settle(listing, now=now)
    return Edited(listing, tuple(differing))


@transaction.atomic
def confirm(listing: Listing, *, actor: Person, now: datetime) -> Listing:
    """Everything still holds."""
    listing = lock(listing)
    require_run(listing, actor)
    if listing.state not in PUBLIC:
        raise WrongState("只有已入网的资源需要核对确认。")
    listing.confirmed_at = now
    listing.save(update_fields=["confirmed_at"])
    record(listing, "confirm", "核对并确认信息", actor=actor, now=now)
    settle(listing, now=now)
    return listing


def _checked(listing: Listing, typed: Mapping[str, str], on: date) -> dict[str, Any]:
    """The values of the given fields, or `Invalid` with a word beside each that is wrong."""
    specs = {spec.name: spec for spec in facts.specs_of(listing) if spec.name not in FIXED}
    given = {name: str(text) for name, text in typed.items() if name in specs}
    listing.typed = given
    seen = facts.look(listing, on=on)
    problems = {name: why for name, why in seen.problems.items() if name in given or FOLLOWS.get(name) in given}
    if problems:
        raise Invalid("有内容需要更正，修改尚未保存。", fields=problems)
    return {name: seen.values[name] for name in given}


def _same(old: Any, new: Any) -> bool:
    return old == new or (old in (None, "", []) and new in (None, "", []))


def _record(listing: Listing, differing: Mapping[str, tuple[Any, Any]], actor: Person, now: datetime) -> None:
    specs = {spec.name: spec for spec in facts.specs_of(listing)}
    labels = "、".join(specs[name].label.split("（")[0] for name in differing)
    changes = {specs[name].label: _pair(specs[name], *pair) for name, pair in differing.items()}
    record(listing, "edit", f"修改{labels}", actor=actor, now=now, changes=changes)


def _pair(spec: Spec, old: Any, new: Any) -> list[str]:
    """Before and after as people read them; personal data only as changed."""
    if spec.name in PERSONAL or spec.private:
        return ["（已隐去）", "（已更换）" if new else "（已清除）"]
    return [shown(spec, old), shown(spec, new)]
