"""A price list as a small table: one row per item and basis, its components side by side; typed text in, lines out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from yixiang.catalogue.rules.pricing import MOST_LINES, Line
from yixiang.catalogue.rules.readers import price
from yixiang.catalogue.rules.words import AUDIENCES, COMPONENTS, PRICE_BASES
from yixiang.kernel.typed import Unreadable, text

COLUMNS = ("name", "audience", "basis", *COMPONENTS, "note")
TYPED = ("name", *COMPONENTS, "note")  # a row with nothing in these is empty, whatever its lists say
MOST_ROWS = 40
NAMES = {"name": "收费项目", "audience": "适用", "basis": "计价方式", **COMPONENTS, "note": "说明"}
_BASES = {**PRICE_BASES, "hour": "每小时"}


@dataclass(slots=True)
class Row:
    """One row as typed, and what is wrong in which cell."""

    typed: dict[str, str]
    problems: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, column: str) -> str:
        return self.typed.get(column, "")

    @property
    def empty(self) -> bool:
        return not any(self.typed.get(column, "").strip() for column in TYPED)


def blank() -> Row:
    return Row({"audience": "outside", "basis": "hour"})


def typed_rows(data: Mapping[str, str]) -> list[Row]:
    """`price-<column>-<number>` of a sent form, in order."""
    found = []
    for number in range(MOST_ROWS):
        typed = {column: data.get(f"price-{column}-{number}", "") for column in COLUMNS}
        if any(f"price-{column}-{number}" in data for column in COLUMNS):
            found.append(Row(typed))
    return found


def read(rows: Sequence[Row]) -> tuple[list[Line], list[str]]:
    """The lines, and a word on every cell that cannot be read, with its place as people count."""
    lines: list[Line] = []
    faults: list[str] = []
    for number, row in enumerate(rows, 1):
        if row.empty:
            continue
        lines += _lines_of(row)
        faults += [f"第 {number} 行“{NAMES[column]}”：{why}" for column, why in row.problems.items()]
    if len(lines) > MOST_LINES:
        faults.append(f"最多 {MOST_LINES} 项价格，现在有 {len(lines)} 项。请合并相近的收费项目。")
    return lines, faults


def _lines_of(row: Row) -> list[Line]:
    audience, basis = _one(row, "audience", AUDIENCES), _one(row, "basis", _BASES)
    name, note = text(row["name"]), text(row["note"])
    for column, words, limit in (("name", name, 60), ("note", note, 200)):
        if len(words) > limit:
            row.problems[column] = f"最多 {limit} 个字。"
    prices: dict[str, Decimal] = {}
    for component in COMPONENTS:
        try:
            value = price(row[component])
        except Unreadable as unreadable:
            row.problems[component] = str(unreadable)
            continue
        if value is not None:
            prices[component] = value
    if not prices and not any(component in row.problems for component in COMPONENTS):
        row.problems["running"] = "请至少填写一项价格；不收费的填 0。"
    return [Line(component, basis, value, audience, name, note) for component, value in prices.items()]


def _one(row: Row, column: str, known: Mapping[str, str]) -> str:
    """By code or by name: what is pasted from a sheet holds names."""
    wanted = text(row[column]).removeprefix("元/")
    by_name = {name: code for code, name in known.items()} | {
        name.removeprefix("每"): code for code, name in known.items()
    }
    code = wanted if wanted in known else by_name.get(wanted, "")
    if not code:
        row.problems[column] = f"请选择{'、'.join(known.values())}之一。"
    return code


def written(lines: Iterable[Line]) -> list[Row]:
    """A published list back as rows, so that the next version begins with it."""
    found: dict[tuple[str, str, str], Row] = {}
    for line in lines:
        key = (line.name, line.audience, line.basis)
        row = found.setdefault(
            key, Row({"name": line.name, "audience": line.audience, "basis": line.basis, "note": line.note})
        )
        row.typed[line.component] = f"{line.price:f}".removesuffix(".00")
    return list(found.values())
