"""Code tables any room may need: divisions, industries, disciplines, instrument classes, national code lists.

They are data in /reference, each file with source and caveats on top; here they become frozen rows.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal

ROOT = Path(os.environ.get("YIXIANG_REFERENCE") or Path(__file__).resolve().parents[3] / "reference")
PLACEHOLDERS = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})

Level = Literal["province", "city", "county"]


@dataclass(frozen=True)
class Division:
    """行政区划."""

    code: str
    name: str
    level: Level
    parent: str = ""
    note: str = ""

    @property
    def placeholder(self) -> bool:
        """A step of the numbering that is not a place, such as 市辖区."""
        return self.name in PLACEHOLDERS

    @property
    def statutory(self) -> bool:
        return self.note != "statistical"


@dataclass(frozen=True)
class Term:
    """One row of a plain list: a code and its name."""

    code: str
    name: str


@dataclass(frozen=True)
class Country:
    """A country or region by its two letters; `also` are other names in use."""

    code: str
    name: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class InstrumentClass:
    """大型科学仪器设备分类. Only a leaf may be given to an instrument; store scheme and code together."""

    scheme: str
    code: str
    name: str
    level: int
    parent: str = ""
    leaf: bool = False
    caveat: str = ""


@dataclass(frozen=True)
class CodeList:
    """One code list of the national data standard, under our name for it."""

    name: str
    wire: str
    label: str
    codes: Mapping[str, str]
    caveat: str = ""
    withdrawn: frozenset[str] = frozenset()
    meanings: Mapping[str, str] = field(default_factory=dict)

    @property
    def offered(self) -> dict[str, str]:
        """What a form may offer; withdrawn codes are still read."""
        return {code: name for code, name in self.codes.items() if code not in self.withdrawn}

    def code_of(self, name: str) -> str | None:
        return next((code for code, own in self.codes.items() if own == name.strip()), None)


# --- divisions


@cache
def divisions() -> Mapping[str, Division]:
    rows = _rows("divisions")
    return MappingProxyType(
        {r["code"]: Division(r["code"], r["name"], _level(r["level"]), r["parent"], r["note"]) for r in rows}
    )


def division(code: str) -> Division | None:
    return divisions().get(code)


def province_of(code: str) -> str:
    """The province's code, from the digits alone, so that it also answers for a county not in the table."""
    return f"{_six_digits(code)[:2]}0000"


def city_of(code: str) -> str:
    """The prefecture's code, or "" for a province."""
    return "" if code == province_of(code) else f"{code[:4]}00"


def stem(code: str) -> str:
    """`430000` → `43`, `430100` → `4301`: what every division, or every instrument class, inside begins with."""
    return code.removesuffix("00").removesuffix("00")


def region_path(code: str) -> list[str]:
    """From the province down: 430102 becomes 430000, 430100, 430102."""
    steps = [province_of(code), city_of(code), code]
    return [step for place, step in enumerate(steps) if step and step not in steps[:place]]


def in_region(code: str, region: str) -> bool:
    """Whether `code` is that region or lies in it."""
    return region in region_path(code)


def region_name(code: str) -> str:
    """The written address of a division, without the placeholders: 湖南省长沙市芙蓉区."""
    known = [division(step) for step in region_path(code)]
    return "".join(step.name for step in known if step and not step.placeholder)


@cache
def children(code: str = "") -> tuple[Division, ...]:
    """The divisions directly below; without a code, the provinces."""
    return tuple(row for row in divisions().values() if row.parent == code)


@lru_cache(maxsize=1024)
def search_divisions(text: str, limit: int = 20) -> tuple[Division, ...]:
    """By name or part of one, or by the beginning of a code; exact and higher ones first."""
    wanted = text.strip()
    if not wanted:
        return ()
    found = [
        row
        for row in divisions().values()
        if not row.placeholder and (wanted in row.name or (wanted.isdigit() and row.code.startswith(wanted)))
    ]
    order = ("province", "city", "county")
    found.sort(key=lambda row: (not row.name.startswith(wanted), order.index(row.level), row.code))
    return tuple(found[:limit])


# --- plain lists


@cache
def industries() -> Mapping[str, Term]:
    return _terms("industries")


@cache
def disciplines() -> Mapping[str, Term]:
    return _terms("disciplines")


# --- countries


@cache
def countries() -> Mapping[str, Country]:
    rows = (Country(r["code"], r["name"], tuple(filter(None, r["also"].split("|")))) for r in _rows("countries"))
    return MappingProxyType({row.code: row for row in rows})


@cache
def country_names() -> Mapping[str, str]:
    """Every way of naming a country, in capitals where it is Latin, → its short Chinese name."""
    return MappingProxyType(
        {word.upper(): row.name for row in countries().values() for word in (row.code, row.name, *row.also)}
    )


# --- instrument classes


@cache
def instrument_classes() -> Mapping[str, InstrumentClass]:
    rows = (
        InstrumentClass(
            r["scheme"], r["code"], r["name"], int(r["level"]), r["parent"], r["leaf"] == "yes", r["caveat"]
        )
        for r in _rows("instrument_classes")
    )
    return MappingProxyType({row.code: row for row in rows})


def instrument_class(code: str) -> InstrumentClass | None:
    return instrument_classes().get(code)


@cache
def class_children(code: str = "") -> tuple[InstrumentClass, ...]:
    return tuple(row for row in instrument_classes().values() if row.parent == code)


def class_path(code: str) -> list[InstrumentClass]:
    """From the main class down to this one; empty when the code is not known."""
    path: list[InstrumentClass] = []
    while row := instrument_class(code):
        path.insert(0, row)
        code = row.parent
    return path


# --- code lists of the national data standard


@cache
def code_lists() -> Mapping[str, CodeList]:
    with (ROOT / "nrii_codes.toml").open("rb") as file:
        tables = tomllib.load(file)
    return MappingProxyType({name: _code_list(name, table) for name, table in tables.items()})


def code_list(name: str) -> CodeList:
    return code_lists()[name]


def _code_list(name: str, table: dict[str, object]) -> CodeList:
    def texts(key: str) -> Mapping[str, str]:
        part = table.get(key, {})
        return MappingProxyType({str(k): str(v) for k, v in part.items()} if isinstance(part, dict) else {})

    withdrawn = table.get("withdrawn", [])
    return CodeList(
        name=name,
        wire=str(table["wire"]),
        label=str(table["label"]),
        codes=texts("codes"),
        caveat=str(table.get("caveat", "")),
        withdrawn=frozenset(map(str, withdrawn)) if isinstance(withdrawn, list) else frozenset(),
        meanings=texts("meanings"),
    )


# --- reading


def _rows(name: str) -> list[dict[str, str]]:
    """Our own tab-separated form: comment lines with `#`, a header, rows with exactly as many columns."""
    text = (ROOT / f"{name}.tsv").read_text(encoding="utf-8")
    lines = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    header, *rows = lines
    return [dict(zip(header, row, strict=True)) for row in rows]


def _terms(name: str) -> Mapping[str, Term]:
    return MappingProxyType({row["code"]: Term(row["code"], row["name"]) for row in _rows(name)})


def _level(text: str) -> Level:
    levels: dict[str, Level] = {"province": "province", "city": "city", "county": "county"}
    return levels[text]


def _six_digits(code: str) -> str:
    if len(code) != 6 or not (code.isascii() and code.isdigit()):
        raise ValueError(f"{code!r} is not a division code of six digits")
    return code
