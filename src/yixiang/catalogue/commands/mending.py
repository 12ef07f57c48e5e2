"""Mending many listings of a unit at once; each by itself, so that one that cannot be mended keeps nobody back."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from yixiang.catalogue.commands import editing, pricing, timing
from yixiang.catalogue.commands.health import MOST_AT_ONCE, follow
from yixiang.catalogue.commands.writing import may_run
from yixiang.catalogue.models import Instrument, ListingEvent
from yixiang.catalogue.rules.hours import Weekly
from yixiang.catalogue.rules.pricing import Line
from yixiang.catalogue.states import PUBLIC
from yixiang.kernel.errors import Invalid, NotPermitted, Refused
from yixiang.kernel.periods import local_date
from yixiang.people.models import Person


@dataclass(slots=True)
class Mended:
    """How many were done, and why the others were not."""

    done: int = 0
    refused: list[tuple[Instrument, str]] = field(default_factory=list)


@transaction.atomic
def confirm_many(instruments: Iterable[Instrument], *, actor: Person, now: datetime) -> Mended:
    """Everything still holds for all of these: the monthly look at what has not changed, in one step."""
    chosen = _few(instruments, limit=20 * MOST_AT_ONCE)
    keys = [one.pk for one in chosen]
    rows = Instrument.objects.select_for_update(of=("self",)).select_related("unit", "sub_unit").order_by("pk")
    locked = [one for one in rows.filter(pk__in=keys) if one.state in PUBLIC]
    if not all(may_run(one, actor) for one in locked):
        raise NotPermitted()
    Instrument.objects.filter(pk__in=[one.pk for one in locked]).update(confirmed_at=now)
    ListingEvent.objects.bulk_create(
        ListingEvent(
            kind="instrument", subject_id=one.pk, unit_id=one.unit_id, at=now, by=actor, by_label=str(actor),
            action="confirm", what="核对并确认信息",
        )
        for one in locked
    )  # fmt: skip
    follow([one.pk for one in locked], on=local_date(now))
    known = {one.pk for one in locked}
    return Mended(len(locked), [(one, "只有已入网的资源需要核对确认。") for one in chosen if one.pk not in known])


def set_contact(
    instruments: Iterable[Instrument], contact: Mapping[str, str], *, actor: Person, now: datetime
) -> Mended:
    """The same contact for all; whoever it was before has to be asked again."""
    typed = {name: text for name, text in contact.items() if name in {"contact_name", "contact_phone", "contact_email"}}

    def one_of(one: Instrument) -> None:
        done = editing.edit(one, actor=actor, typed=typed, now=now)
        if "contact_email" in done.changed:
            Instrument.objects.filter(pk=one.pk).update(reached_at=None)
        follow([one.pk], on=local_date(now))

    return _each(instruments, one_of)


def set_hours(
    instruments: Iterable[Instrument], stretches: Sequence[Weekly], *, actor: Person, now: datetime
) -> Mended:
    return _each(instruments, lambda one: timing.set_hours(one, actor=actor, stretches=stretches, now=now))


def publish_tariff(
    instruments: Iterable[Instrument],
    lines: Sequence[Line],
    *,
    valid_from: date,
    actor: Person,
    now: datetime,
    **more: Any,
) -> Mended:
    return _each(
        instruments,
        lambda one: pricing.publish_tariff(one, actor=actor, valid_from=valid_from, lines=lines, now=now, **more),
    )


def _few(instruments: Iterable[Instrument], limit: int = MOST_AT_ONCE) -> list[Instrument]:
    chosen = list(instruments)
    if len(chosen) > limit:
        raise Invalid(f"一次最多处理 {limit} 台，请分几次。")
    return chosen


def _each(instruments: Iterable[Instrument], act: Callable[[Instrument], object]) -> Mended:
    mended = Mended()
    for one in _few(instruments):
        try:
            with transaction.atomic():
                act(one)
        except Refused as refused:
            said = [text for texts in refused.fields.values() for text in texts] or [refused.message]
            mended.refused.append((one, "；".join(said)))
        else:
            mended.done += 1
    return mended
