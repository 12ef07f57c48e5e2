"""What people may see of imports: the list, one batch, its rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from yixiang.catalogue.importing import commands
from yixiang.catalogue.importing.judging import plain_label
from yixiang.catalogue.importing.layouts import LAYOUTS, Kind, specs_of
from yixiang.catalogue.models import ImportBatch, ImportRow, Instrument, Platform
from yixiang.catalogue.models.listing import held_by
from yixiang.catalogue.permissions import CataloguePermission
from yixiang.catalogue.queries import desk
from yixiang.kernel.errors import Unseen
from yixiang.units.models import SubUnit, Unit

VERDICTS: Mapping[str, tuple[str, str]] = {
    "faulty": ("有错误", "bad"),
    "warned": ("要留意", "warm"),
    "changed": ("修改", "accent"),
    "new": ("新增", "good"),
    "same": ("不变", "neutral"),
}


def imports_of(person: Any) -> QuerySet[ImportBatch]:
    rows: QuerySet[ImportBatch] = ImportBatch.objects.visible_to(person)
    return rows.select_related("unit", "sub_unit", "file", "asked_by").order_by("-pk")


def import_for(person: Any, pk: int) -> ImportBatch:
    found = imports_of(person).select_related("pictures", "marked", "replaces").filter(pk=pk).first()
    if found is None:
        raise Unseen()
    return found


def places_for(person: Any) -> list[tuple[str, str]]:
    """Where somebody may import to, as `unit` or `unit-department`."""
    found: list[tuple[str, str]] = []
    for unit in desk.units_to_publish_for(person):
        if commands.may_import(person, unit):
            found.append((str(unit.pk), unit.name))
        for sub in desk.sub_units_to_publish_for(person, unit):
            found.append((f"{unit.pk}-{sub.pk}", f"{unit.name} · {sub.name}"))
    return found


def place_for(person: Any, key: str) -> tuple[Unit, SubUnit | None]:
    if key not in dict(places_for(person)):
        raise Unseen()
    unit, _dash, sub = key.partition("-")
    department = SubUnit.objects.select_related("unit").filter(pk=sub).first() if sub else None
    return Unit.objects.get(pk=unit), department


# --- rows


@dataclass(frozen=True, slots=True)
class Change:
    label: str
    before: str
    after: str


def rows_of(batch: ImportBatch, verdict: str = "", q: str = "") -> QuerySet[ImportRow]:
    """In the order of the sheet."""
    rows: QuerySet[ImportRow] = batch.rows.all()
    if verdict == "warned":
        rows = rows.exclude(warnings=[])
    elif verdict in VERDICTS:
        rows = rows.filter(verdict=verdict)
    if q:
        rows = rows.filter(Q(label__icontains=q) | Q(own_number__icontains=q))
    return rows.order_by("number")


def changes_of(batch: ImportBatch, row: ImportRow) -> list[Change]:
    labels = _labels(LAYOUTS[batch.layout].kind)
    return [Change(labels.get(name, name), *pair) for name, pair in row.changes.items()]


def _labels(kind: Kind) -> dict[str, str]:
    return {spec.name: plain_label(spec) for spec in specs_of(kind)}


def lacks_of(batch: ImportBatch, row: ImportRow) -> list[str]:
    labels = _labels(LAYOUTS[batch.layout].kind)
    return [labels.get(name, name) for name in row.lacks]


def counts(batch: ImportBatch) -> dict[str, int]:
    return {
        "faulty": batch.rows_faulty,
        "warned": batch.rows_warned,
        "changed": batch.rows_changed,
        "new": batch.rows_new,
        "same": batch.rows_same,
    }


def worst(batch: ImportBatch, limit: int = 6) -> list[tuple[str, int]]:
    """Which columns most errors are in; one mistake made down a whole column is then one thing to mend."""
    if not batch.rows_faulty:
        return []
    labels = _labels(LAYOUTS[batch.layout].kind)
    found: dict[str, int] = {}
    for problems in batch.rows.filter(verdict="faulty").values_list("problems", flat=True)[:5_000]:
        for one in problems:
            found[one["field"]] = found.get(one["field"], 0) + 1
    ranked = sorted(found.items(), key=lambda pair: -pair[1])[:limit]
    return [(labels.get(name, name), count) for name, count in ranked]


# --- afterwards


def standing_of(batch: ImportBatch) -> dict[str, int]:
    """Where the instruments this batch made stand now."""
    if batch.state != "done" or not batch.rows_new or LAYOUTS[batch.layout].kind == "platform":
        return {}
    numbers = batch.rows.filter(verdict="new").values("own_number")
    made = Instrument.objects.filter(unit=batch.unit_id, inner_number__in=numbers)
    return dict(made.order_by().values_list("state").annotate(Count("pk")))


def own_listings(person: Any, kind: Kind) -> Any:
    """What somebody may take out as a workbook and bring back: what they edit."""
    model = Platform if kind == "platform" else Instrument
    held = held_by(person, CataloguePermission.EDIT)
    return model.objects.inside(held) if held else model.objects.none()
