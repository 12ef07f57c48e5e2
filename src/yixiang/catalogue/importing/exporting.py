"""What a unit has, as the workbook it can change and bring back."""

from collections.abc import Iterator
from typing import Any

from yixiang.catalogue.importing import template
from yixiang.catalogue.importing.layouts import FACILITY_FIELDS, Kind
from yixiang.catalogue.rules import fields
from yixiang.catalogue.rules.fields import Spec

AT_ONCE = 2_000


def sheet_of(kind: Kind, listings: Any) -> bytes:
    """`listings` is a queryset of instruments or platforms somebody may see whole."""
    specs = template.columns_of(kind)
    wanted = listings if kind == "platform" else listings.filter(kind=kind)
    cells = template.writer_of(specs)
    rows = (cells(values) for values in _values(wanted, specs, own=kind == "facility"))
    return template.filled(kind, rows, room=wanted.count())


def _values(listings: Any, specs: list[Spec], *, own: bool) -> Iterator[dict[str, Any]]:
    """Drafts with what was typed and can be read."""
    names = [spec.name for spec in specs if spec.name not in FACILITY_FIELDS and spec.name != "picture"]
    more = ["facility"] if own else []
    table = tuple(spec for spec in specs if spec.name != "picture")
    for row in listings.order_by("pk").values_list(*names, *more, "typed").iterator(chunk_size=AT_ONCE):
        values = dict(zip(names, row, strict=False))
        if own:
            values |= row[-2]
        if row[-1]:
            values |= fields.read(row[-1], table).values
        yield values
