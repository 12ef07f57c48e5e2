"""A second instrument of the same model: everything of the first but what names the single piece."""

from datetime import datetime

from django.db import transaction

from yixiang.catalogue.commands.publishing import changed, start
from yixiang.catalogue.commands.writing import record, require_edit
from yixiang.catalogue.models import Instrument
from yixiang.catalogue.queries import facts
from yixiang.people.models import Person

OWN = (
    "inner_number", "asset_number", "bought_on", "accepted_on", "booked_on", "room", "run_hours", "service_hours",
    "supervised", "declaration_number", "declaration_item", "released_on", "declared_name", "device_number",
    "below_reason", "achievement",
)  # fmt: skip


@transaction.atomic
def copy(source: Instrument, *, actor: Person, now: datetime) -> Instrument:
    """A draft in the same unit and branch, with the keepers and the opening hours of the first."""
    require_edit(source, actor)
    made = start(source.unit, actor=actor, kind=source.kind, sub_unit=source.sub_unit, now=now)
    made.typed = {name: text for name, text in facts.typed_of(source).items() if name not in OWN and text}
    for name in ("name", "english_name", "model", "category"):
        setattr(made, name, getattr(source, name))
    made.platform = source.platform
    made.save()
    for row in source.keepers.filter(removed_at=None):
        row.pk, row.instrument, row.added_at = None, made, now
        row.save(force_insert=True)
    for hours in source.opening_hours.all():
        hours.pk, hours.instrument = None, made
        hours.save(force_insert=True)
    record(made, "copy", f"按“{source.name}”（{source.code}）新建", actor=actor, now=now)
    changed(made)
    return made
