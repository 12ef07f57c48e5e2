"""What the unit already has, by its own numbers: the other half of every comparison."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Model

from yixiang.catalogue.importing.judging import Current
from yixiang.catalogue.importing.layouts import FACILITY_FIELDS, Kind, specs_of
from yixiang.catalogue.models import ImportBatch, Instrument, Platform
from yixiang.catalogue.rules import fields
from yixiang.units.models import SubUnit

AHEAD = ("pk", "version", "state", "inner_number", "typed", "sub_unit__path")


def model_of(kind: Kind) -> type[Instrument] | type[Platform]:
    return Platform if kind == "platform" else Instrument


class Known(dict[str, Any]):
    """Number → Current, made only when asked for: rows are kept as the database gave them."""

    def __init__(self, batch: ImportBatch, kind: Kind) -> None:
        super().__init__()
        self.specs = [spec for spec in specs_of(kind) if spec.name != "picture"]
        self.columns = [spec.name for spec in self.specs if spec.name not in FACILITY_FIELDS]
        self.own = [spec.name for spec in self.specs if spec.name in FACILITY_FIELDS]
        self.path = _path_of(batch.sub_unit)
        self._load(model_of(kind), batch.unit_id)

    def _load(self, model: type[Model], unit: int) -> None:
        columns = [*AHEAD, *self.columns, *(["facility"] if self.own else [])]
        rows = model._default_manager.filter(unit_id=unit).values_list(*columns)
        for row in rows.iterator(chunk_size=2000):
            number = row[3] or str(row[4].get("inner_number", ""))
            if number:
                self[number] = row

    def get(self, number: str, default: Any = None) -> Any:
        row = super().get(number)
        if row is None:
            return default
        values = dict(zip(self.columns, row[len(AHEAD) :], strict=False))
        if self.own:
            values |= {name: row[-1].get(name, "") for name in self.own}
        if row[4]:
            values |= self._typed(row[4])
        foreign = bool(self.path) and not str(row[5] or "").startswith(self.path)
        return Current(row[0], row[1], row[2], values, foreign)

    def _typed(self, typed: dict[str, str]) -> dict[str, Any]:
        """A draft holds words; those that can be read count as what stands there."""
        table: Sequence[fields.Spec] = self.specs
        return fields.read(typed, tuple(table)).values


def _path_of(sub_unit: SubUnit | None) -> str:
    return sub_unit.path if sub_unit else ""
