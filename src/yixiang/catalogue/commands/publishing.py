"""Publishing: a draft that keeps whatever is typed, handing it in for review, taking it back, applying again."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypeVar, cast

from django.db import IntegrityError, transaction
from django.utils import timezone

from yixiang.catalogue import law
from yixiang.catalogue.commands.telling import tell_deciders
from yixiang.catalogue.commands.writing import lock, record, require_edit
from yixiang.catalogue.models import Instrument, Listing
from yixiang.catalogue.permissions import CataloguePermission
from yixiang.catalogue.queries import facts
from yixiang.catalogue.queries.beside import case_facts
from yixiang.catalogue.rules.fields import Spec, read
from yixiang.catalogue.search import indexing
from yixiang.catalogue.states import LISTING
from yixiang.kernel.errors import Invalid, NotPermitted, Refused, WrongState
from yixiang.people.access import require
from yixiang.people.models import Person
from yixiang.reviews.commands import Opening, open_case, resubmit, withdraw
from yixiang.units.models import SubUnit, Unit
from yixiang.units.queries import may_start_new

L = TypeVar("L", bound=Listing)
TYPED_LIMIT = 4000  # characters kept of one field; far more than any column takes
WORDS = {"instrument": "资源", "platform": "平台", "service": "检测服务"}
OPEN = ("draft", "returned")  # what is typed has not been judged yet
MIRRORED = ("kind", "name", "english_name", "model", "category", "worth", "level")  # by which a draft is found again


def start(
    unit: Unit, *, actor: Person, now: datetime, kind: str = "instrument", sub_unit: SubUnit | None = None
) -> Instrument:
    """A new instrument or facility of a joined unit that provides."""
    return start_listing(Instrument, unit, actor=actor, now=now, sub_unit=sub_unit, kind=kind)


@transaction.atomic
def start_listing(
    model: type[L], unit: Unit, *, actor: Person, now: datetime, sub_unit: SubUnit | None = None, **first: Any
) -> L:
    """A new draft of any kind of listing; `first` are column values it begins with."""
    if sub_unit and sub_unit.unit_id != unit.pk:
        raise Invalid.field("sub_unit", "请选择本单位的部门。")
    require(actor, CataloguePermission.EDIT, sub_unit.scopes if sub_unit else unit.scopes)
    require_ready(unit, on=timezone.localdate(now))
    begun: L = cast(Any, model).objects.create(
        unit=unit, sub_unit=sub_unit, created_by=actor, typed_at=now, changed_at=now, **first
    )
    if unit.region:
        begun.typed = {"region": unit.region} if hasattr(begun, "region") else {}
        begun.save(update_fields=["typed"])
    record(begun, "start", f"开始填报{WORDS[begun.kind_code]}", actor=actor, now=now, after="draft")
    changed(begun)
    return begun


def require_ready(unit: Unit, *, on: date) -> None:
    """Only a joined unit that provides, with facts still fresh, publishes something new."""
    verdict = may_start_new(unit, on=on)
    if not verdict.allowed:
        raise WrongState("".join(verdict.reasons), code=verdict.code)
    if not unit.provides:
        raise WrongState(
            "本单位登记为只使用仪器，不能发布资源。请先在“我的单位”中勾选“提供仪器设备共享”。",
            code="unit-does-not-provide",
        )


def changed(listing: Listing) -> None:
    """What is searchable follows in the same transaction."""
    if isinstance(listing, Instrument):
        indexing.refresh([listing.pk])


@transaction.atomic
def save_draft(listing: L, *, actor: Person, typed: Mapping[str, str], now: datetime, version: int | None = None) -> L:
    """Keeps the words as typed, right or wrong; fields not sent stay as they were."""
    listing = lock(listing)
    require_edit(listing, actor)
    if listing.state in {"submitted", "scrapping", "leaving"}:
        raise WrongState("已提交主管部门，暂不能修改。如需修改，请先撤回。")
    require_version(listing, version)
    known = {spec.name: spec for spec in facts.specs_of(listing)}
    if "kind" in typed and isinstance(listing, Instrument) and listing.state in OPEN:
        listing.kind = typed["kind"] if typed["kind"] in {"instrument", "facility"} else listing.kind
        known |= {spec.name: spec for spec in facts.specs_of(listing)}
    kept = {name: str(text)[:TYPED_LIMIT] for name, text in typed.items() if name in known}
    listing.typed, listing.typed_at = {**listing.typed, **kept}, now
    listing.version += 1
    if listing.state in OPEN:
        _mirror(listing, known)
    listing.save()
    changed(listing)
    return listing


def require_version(listing: Listing, version: int | None) -> None:
    """Two windows: the later one learns that the other has saved, and loses nothing of what it shows."""
    if version is not None and version != listing.version:
        raise Refused(
            "version-changed",
            "另一个窗口或另一位同事刚刚保存过这份资料，您这一页的内容没有写入。请核对后再保存。",
            status=412,
            extra={"version": listing.version},
        )


def _mirror(listing: Listing, known: Mapping[str, Spec]) -> None:
    """Nothing of a draft is in force; these few columns only help to find it again."""
    for name in MIRRORED:
        if name in known and name in listing.typed:
            value = read({name: listing.typed[name]}, (known[name],)).values.get(name)
            if value is not None:
                setattr(listing, name, value)


@transaction.atomic
def submit(listing: L, *, actor: Person, now: datetime) -> L:
    """Reads what was typed, and either says everything that is wrong or hands it in whole."""
    listing = lock(listing)
    require_edit(listing, actor)
    before, listing.state = listing.state, LISTING.step(listing.state, "submit")
    require_ready(listing.unit, on=timezone.localdate(now))
    seen = facts.look(listing, on=timezone.localdate(now))
    if seen.problems:
        raise Invalid("还有内容需要补充或更正，已填写的内容都已保存。", fields=seen.problems)
    write_values(listing, seen.values)
    listing.submitted_at, listing.typed, listing.changed_at = now, {}, now
    listing.version += 1
    save_once(listing)
    record(listing, "submit", "提交入网审核", actor=actor, now=now, before=before, after=listing.state)
    hand_in(listing, title=f"入网：{listing.name}", actor=actor, now=now)
    changed(listing)
    return listing


def write_values(listing: Listing, values: Mapping[str, Any]) -> None:
    """Each value where it is kept: its column, or the facility's own fields. Does not save."""
    for spec in facts.specs_of(listing):
        if spec.name not in values:
            continue
        value = values[spec.name]
        if spec.in_json:
            keep = cast(Instrument, listing).facility
            keep.pop(spec.name, None)
            if value not in (None, ""):
                keep[spec.name] = value
            continue
        column: Any = listing._meta.get_field(spec.name)
        if value in (None, "") and not column.null:
            value = column.get_default()
        setattr(listing, spec.name, value)
    if isinstance(listing, Instrument) and not listing.is_facility:
        listing.facility = {}


def save_once(listing: Listing) -> None:
    """The look before found no twin; one that came meanwhile is named, not crashed on."""
    try:
        with transaction.atomic():
            listing.save()
    except IntegrityError as clash:
        if "inner_number_once" not in str(clash):
            raise
        raise Invalid.field("inner_number", "这个编号刚刚被另一份登记使用，请核对。") from clash


def hand_in(listing: Listing, *, title: str, actor: Person, now: datetime, removal: bool = False) -> None:
    """Opens the case, or takes up the returned one, and tells whoever decides first."""
    on = timezone.localdate(now)
    rounds = law.review_rounds(listing.unit, on=on, removal=removal)
    beside = case_facts(listing, on=on, removal=removal)
    if listing.case and listing.case.state == "returned":
        listing.case = resubmit(listing.case, actor=actor, rounds=rounds, facts=beside, now=now)
    else:
        opening = Opening(
            kind=listing.kind_code,
            subject_id=listing.pk,
            title=title[:160],
            permission=CataloguePermission.DECIDE,
            region=listing.unit.region,
            rounds=rounds,
            applicant_label=listing.unit.name,
            facts=beside,
        )
        listing.case = open_case(opening, applicant=actor, now=now)
    listing.save(update_fields=["case"])
    tell_deciders(listing.case, now=now)


@transaction.atomic
def withdraw_listing(listing: L, *, actor: Person, now: datetime) -> L:
    """Back to the draft, with everything in it."""
    listing = lock(listing)
    require_edit(listing, actor)
    before, listing.state = listing.state, LISTING.step(listing.state, "withdraw")
    if listing.case and listing.case.state in {"open", "returned"}:
        listing.case = withdraw(listing.case, actor=actor, now=now)
    listing.version += 1
    listing.save(update_fields=["state", "version"])
    record(listing, "withdraw", "撤回入网申请", actor=actor, now=now, before=before, after=listing.state)
    changed(listing)
    return listing


@transaction.atomic
def reopen(listing: L, *, actor: Person, now: datetime) -> L:
    """What was refused or has left applies again."""
    listing = lock(listing)
    require_edit(listing, actor)
    before, listing.state = listing.state, LISTING.step(listing.state, "reopen")
    require_ready(listing.unit, on=timezone.localdate(now))
    listing.closed_at, listing.state_note = None, ""
    listing.version += 1
    listing.save(update_fields=["state", "closed_at", "state_note", "version"])
    record(listing, "reopen", "重新申请入网", actor=actor, now=now, before=before, after=listing.state)
    changed(listing)
    return listing


@transaction.atomic
def drop_draft(listing: Listing, *, actor: Person, now: datetime) -> None:
    """A draft that never was handed in disappears; anything else keeps its history."""
    listing = lock(listing)
    require_edit(listing, actor)
    if listing.state != "draft" or listing.submitted_at:
        raise NotPermitted("只有从未提交过的草稿可以删除。")
    record(listing, "drop", f"删除草稿“{facts.title_of(listing)}”", actor=actor, now=now, before="draft")
    cast(Any, listing).delete()
