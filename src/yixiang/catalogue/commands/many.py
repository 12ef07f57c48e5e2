"""One act on many listings: each in a transaction of its own, with a word on every one that could not be done."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from yixiang.catalogue.commands.publishing import submit
from yixiang.catalogue.commands.standing import act
from yixiang.catalogue.models import Instrument
from yixiang.catalogue.queries import facts
from yixiang.kernel.errors import Refused
from yixiang.people.models import Person

ACTIONS = ("submit", "stop")


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one; `words` is empty where it went through."""

    listing: Instrument
    title: str
    words: tuple[str, ...] = ()


def act_on_many(
    listings: Iterable[Instrument], action: str, *, actor: Person, now: datetime, note: str = ""
) -> list[Done]:
    """`action` is one of ACTIONS."""
    return [_one(listing, action, actor, note, now) for listing in listings]


def _one(listing: Instrument, action: str, actor: Person, note: str, now: datetime) -> Done:
    title = facts.title_of(listing)
    try:
        if action == "submit":
            submit(listing, actor=actor, now=now)
        else:
            act(listing, action, actor=actor, note=note, now=now)
    except Refused as refused:
        words = [word for why in refused.fields.values() for word in why] or [refused.message]
        return Done(listing, title, tuple(words))
    return Done(listing, title)
