"""Changing a joined unit: most facts at once, those the law names only after review, all of them confirmed yearly."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from yixiang.kernel.errors import Invalid, WrongState
from yixiang.people.models import Person
from yixiang.reviews.commands import Fact, Opening, Outcome, open_case, resubmit, withdraw
from yixiang.reviews.models import Case
from yixiang.units import law, queries
from yixiang.units.commands.granting import follow_kind
from yixiang.units.commands.registering import CodeTaken
from yixiang.units.commands.telling import tell_deciders, tell_unit
from yixiang.units.commands.writing import lock_unit, record, require_edit, seen_outside
from yixiang.units.models import Unit, UnitChange
from yixiang.units.permissions import UnitsPermission
from yixiang.units.rules import details
from yixiang.units.states import CHANGE

COMMITMENT = "commitment_version"


@dataclass(frozen=True, slots=True)
class Edited:
    """What became of an edit: fields in force now, and the change that waits, if any."""

    unit: Unit
    applied: tuple[str, ...]
    change: UnitChange | None


@transaction.atomic
def edit(
    unit: Unit,
    *,
    actor: Person,
    values: Mapping[str, Any],
    now: datetime,
    reason: str = "",
    version: int | None = None,
) -> Edited:
    """`values` may be typed text or ready values; only the fields given are looked at."""
    unit = lock_unit(unit.pk)
    require_edit(unit, actor)
    if unit.state != "joined":
        raise WrongState("单位还没有入网，请在入网登记中修改。")
    if version is not None and version != unit.version:
        raise WrongState("另一位同事刚刚修改过单位信息，您的修改没有保存。请刷新后核对。", code="edited-already")
    after = _checked(unit, values, now)
    differing = details.changed(queries.facts_of(unit), after)
    reviewed = law.reopening_fields(unit, on=timezone.localdate(now))
    at_once = {name: pair for name, pair in differing.items() if name not in reviewed}
    _apply(unit, {name: new for name, (_old, new) in at_once.items()}, now)
    if at_once:
        labels = "、".join(queries.label_of(name) for name in at_once)
        record(unit, "edit", f"修改{labels}", actor=actor, now=now, note=_wording(at_once))
    waiting = {name: pair for name, pair in differing.items() if name in reviewed}
    change = _ask_review(unit, waiting, actor, reason, now) if waiting else None
    if "provides" in at_once or "kind" in at_once:
        follow_kind(unit, by=actor, now=now)
    return Edited(unit, tuple(at_once), change)


@transaction.atomic
def confirm(unit: Unit, *, actor: Person, now: datetime) -> Unit:
    """Everything still holds: the yearly clock starts again."""
    unit = lock_unit(unit.pk)
    require_edit(unit, actor)
    if unit.state != "joined":
        raise WrongState("单位还没有入网，不用确认。")
    missing = details.complete(queries.facts_of(unit), on=timezone.localdate(now))
    if missing:
        raise Invalid("确认之前，请先补全下列内容。", fields=missing)
    unit.confirmed_at = now
    unit.save(update_fields=["confirmed_at"])
    record(unit, "confirm", "确认单位信息", actor=actor, now=now)
    return unit


@transaction.atomic
def withdraw_change(change: UnitChange, *, actor: Person, now: datetime) -> UnitChange:
    unit = lock_unit(change.unit_id)
    require_edit(unit, actor)
    change = _lock_change(change.pk)
    before, change.state = change.state, CHANGE.step(change.state, "withdraw")
    change.closed_at = now
    change.save(update_fields=["state", "closed_at"])
    if change.case:
        withdraw(change.case, actor=actor, now=now)
    _moved(change, unit, "withdraw", "撤回信息变更", before, actor, now)
    return change


def apply_decision(case: Case, outcome: Outcome, *, actor: Person, note: str, now: datetime) -> None:
    """Called by deciding.decide_case, with the unit locked."""
    change = _lock_change(case.subject_id)
    unit = lock_unit(change.unit_id)
    if not outcome.final:
        _moved(change, unit, "pass_on", "变更通过本级审核，转下一级", change.state, actor, now, note=note)
        return
    before, change.state = change.state, CHANGE.step(change.state, outcome.action)
    change.closed_at = now if change.state in {"applied", "rejected"} else None
    change.save(update_fields=["state", "closed_at"])
    if change.state == "applied":
        _apply(unit, _restored(change.values), now, actor=change.asked_by)
    label = CHANGE.label(change.state)
    _moved(change, unit, outcome.action, f"信息变更：{label}", before, actor, now, note=note)
    tell_unit(
        unit,
        now=now,
        subject=f"单位信息变更{label}：{unit.name}",
        body=note or "新的内容已经生效。",
        key=f"change-{change.pk}-{case.version}",
        kind="review-returned" if change.state == "returned" else "review-decided",
    )


# --- steps


def _checked(unit: Unit, values: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    on = timezone.localdate(now)
    typed = {name: details.as_typed(value) for name, value in values.items() if name in details.BY_NAME}
    reading = details.read(typed)
    current = queries.facts_of(unit)
    after = details.settled({**current, **reading.values})
    if not law.asks_voucher(after, on=on):
        after["wants_voucher"] = False
    problems = {**details.complete(after, on=on), **reading.problems}
    if not law.covers(str(after["region"]), on=on):
        problems["region"] = ["本平台目前不受理该地区的单位，请核对所在地区。"]
    if after["account_name"] and queries.account_taken(after["account_name"], unit):
        problems["account_name"] = [f"账号 {after['account_name']} 已被使用，请换一个。"]
    if wanted := str(values.get(COMMITMENT) or ""):
        after[COMMITMENT] = wanted
        if wanted != law.commitment_version(str(after["region"]), on=on):
            problems[COMMITMENT] = ["承诺书已更新，请阅读现行版本后再接受。"]
    touched = set(typed) | {COMMITMENT}
    problems = {name: why for name, why in problems.items() if name in touched or current.get(name) != after.get(name)}
    if problems:
        raise Invalid("有内容需要更正，修改尚未保存。", fields=problems)
    return after


def _apply(unit: Unit, values: Mapping[str, Any], now: datetime, actor: Person | None = None) -> None:
    """An update of the facts counts as their confirmation."""
    for name, value in values.items():
        setattr(unit, name, value)
    if COMMITMENT in values:
        unit.commitment_at, unit.commitment_by = now, actor
    unit.typed, unit.confirmed_at, unit.version = {}, now, unit.version + 1
    code = unit.credit_code
    try:
        with transaction.atomic():
            unit.save()
    except IntegrityError as clash:
        holder = Unit.objects.claiming(code).exclude(pk=unit.pk).first()
        if holder is None:
            raise Invalid.field("account_name", "这个单位账号刚刚被使用，请换一个。") from clash
        raise CodeTaken(holder) from clash
    seen_outside(unit)


def _ask_review(
    unit: Unit, waiting: Mapping[str, tuple[Any, Any]], actor: Person, reason: str, now: datetime
) -> UnitChange:
    """The old values stay in force; a returned change is taken up again, one under review is left alone."""
    values = {name: details.as_typed(new) for name, (_old, new) in waiting.items()}
    before = {name: details.as_typed(old) for name, (old, _new) in waiting.items()}
    current = unit.changes.select_for_update().filter(state__in=["submitted", "returned"]).first()
    if current and current.state == "submitted":
        if current.values == values:
            return current
        raise WrongState("已有一项信息变更正在审核，请等待结果，或先撤回那项变更。", code="change-under-review")
    change = current or UnitChange(unit=unit)
    state = CHANGE.step(change.state, "submit") if current else CHANGE.initial
    change.values, change.before, change.reason, change.state = values, before, reason[:300], state
    change.asked_by, change.asked_at = actor, now
    change.save()
    _hand_in(change, unit, actor, now)
    labels = "、".join(queries.label_of(name) for name in waiting)
    _moved(change, unit, "submit", f"{labels}的变更提交审核", "", actor, now, note=reason)
    return change


def _hand_in(change: UnitChange, unit: Unit, actor: Person, now: datetime) -> None:
    on = timezone.localdate(now)
    rounds, facts = law.joining_rounds(unit, on=on), _facts(change, unit, on)
    if change.case and change.case.state == "returned":
        change.case = resubmit(change.case, actor=actor, rounds=rounds, facts=facts, now=now)
    else:
        opening = Opening(
            kind="unit-change",
            subject_id=change.pk,
            title=f"单位信息变更：{unit.name}",
            permission=UnitsPermission.DECIDE,
            region=unit.region,
            rounds=rounds,
            applicant_label=unit.name,
            facts=facts,
        )
        change.case = open_case(opening, applicant=actor, now=now)
    change.save(update_fields=["case"])
    tell_deciders(change.case, now=now)


def _facts(change: UnitChange, unit: Unit, on: Any) -> list[Fact]:
    article = law.reopening_article(unit, on=on)
    facts = [
        Fact(
            label=queries.label_of(name),
            value=f"{queries.shown(name, change.before.get(name))} → {queries.shown(name, new)}",
            article=article,
            because="这一项修改后须重新审核，审核通过前沿用原来的内容。",
        )
        for name, new in change.values.items()
    ]
    return [*facts, Fact("变更说明", change.reason or "未填写")]


def _restored(stored: Mapping[str, str]) -> dict[str, Any]:
    """Stored text back to values; what was readable on the way in is readable on the way out."""
    values = details.read({name: text for name, text in stored.items() if name in details.BY_NAME}).values
    return {**values, **({COMMITMENT: stored[COMMITMENT]} if COMMITMENT in stored else {})}


def _lock_change(pk: int) -> UnitChange:
    return UnitChange.objects.select_for_update(of=("self",)).select_related("case", "asked_by").get(pk=pk)


def _wording(pairs: Mapping[str, tuple[Any, Any]]) -> str:
    """Old and new of what is not personal, for the time line."""
    lines = [
        f"{queries.label_of(name)}：{details.shown(name, old)} → {details.shown(name, new)}"
        for name, (old, new) in pairs.items()
        if not details.BY_NAME[name].private
    ]
    return "\n".join(lines)


def _moved(
    change: UnitChange, unit: Unit, action: str, what: str, before: str, actor: Person, now: datetime, note: str = ""
) -> None:
    record(
        unit,
        action,
        what,
        actor=actor,
        now=now,
        thing="change",
        thing_id=change.pk,
        before=before,
        after=change.state,
        note=note,
    )
