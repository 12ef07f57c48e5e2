"""What is done to something listed: stop and restart at once; scrapping and leaving go to the authority."""

from datetime import datetime
from typing import TypeVar

from django.db import transaction

from yixiang.catalogue.commands.publishing import hand_in
from yixiang.catalogue.commands.telling import tell_owner
from yixiang.catalogue.commands.timing import settle
from yixiang.catalogue.commands.writing import lock, record, require_edit, require_run
from yixiang.catalogue.models import Listing
from yixiang.catalogue.permissions import CataloguePermission
from yixiang.catalogue.states import DECIDE, LISTING, RUN
from yixiang.kernel.errors import Invalid, Unseen
from yixiang.people.access import require
from yixiang.people.models import Person
from yixiang.reviews.commands import withdraw

L = TypeVar("L", bound=Listing)
ACTIONS = ("stop", "restart", "ask_scrap", "ask_leave", "stay", "deregister")
REMOVALS = {"ask_scrap": "报废", "ask_leave": "退出平台"}
KEEPS_NOTE = ("stop", "ask_scrap", "ask_leave", "deregister")


@transaction.atomic
def act(listing: L, action: str, *, actor: Person, now: datetime, note: str = "") -> L:
    """One move from the table; what the authority decides comes through its case, never here."""
    if action not in ACTIONS:
        raise Unseen()
    listing = lock(listing)
    _require(listing, action, actor)
    return _moved(listing, action, actor, now, note)


@transaction.atomic
def halt(listing: L, *, actor: Person, now: datetime, note: str) -> L:
    """Stopped for a fault; the room above has asked already who may report one. What is stopped stays as it is."""
    listing = lock(listing)
    return _moved(listing, "stop", actor, now, note) if listing.state == "listed" else listing


def _moved(listing: L, action: str, actor: Person, now: datetime, note: str) -> L:
    move = LISTING.move(listing.state, action)
    if move.note and not note.strip():
        raise Invalid.field("note", f"请写明{move.label}的原因。", code="reason-missing")
    before, listing.state = listing.state, move.target
    if action == "stay" and listing.case and listing.case.state in {"open", "returned"}:
        listing.case = withdraw(listing.case, actor=actor, now=now)
    listing.state_note = note.strip()[:300] if action in KEEPS_NOTE else ""
    listing.closed_at = now if action == "deregister" else None
    listing.changed_at = now
    listing.version += 1
    listing.save()
    record(listing, action, move.label, actor=actor, now=now, before=before, after=listing.state, note=note.strip())
    if action in REMOVALS:
        hand_in(listing, title=f"{REMOVALS[action]}：{listing.name}", actor=actor, now=now, removal=True)
    settle(listing, now=now)
    _tell(listing, action, actor, note.strip(), now)
    return listing


def _require(listing: Listing, action: str, actor: Person) -> None:
    who = next(move.who for move in LISTING.moves if move.action == action)
    if who == DECIDE:
        require(actor, CataloguePermission.DECIDE, listing.scopes)
    elif who == RUN:
        require_run(listing, actor)
    else:
        require_edit(listing, actor)


_TOLD = {
    "stop": ("已停用：{}", "“{}”已由{}停用：{}。停用期间不接受新的预约。"),
    "restart": ("已恢复开放：{}", "“{}”已由{}恢复开放。"),
    "deregister": ("已注销：{}", "“{}”已由{}注销：{}。不再对外展示，历史记录保留。"),
}


def _tell(listing: Listing, action: str, actor: Person, note: str, now: datetime) -> None:
    if action not in _TOLD:
        return
    subject, body = _TOLD[action]
    tell_owner(
        listing,
        subject=subject.format(listing.name),
        body=body.format(listing.name, actor.name or str(actor), note),
        key=f"{listing.kind_code}-{listing.pk}-{action}-{listing.version}",
        now=now,
        besides=actor,
    )
