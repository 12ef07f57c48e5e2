"""The types a value or a fact may have: how each is read, written, described. Nothing else can be in a pack.

Every type reads strictly: money and rates are strings, since a number in TOML or JSON may be a float.
"""

import re
import types
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from yixiang.kernel.money import NotMoney, yuan
from yixiang.policy.problems import Flaw, Path_, suggestion

_RATE = re.compile(r"(0|1)(\.\d{1,6})?")


@dataclass(frozen=True)
class Label:
    """The Chinese name of a fact, with unit and help: `Annotated[int, Label("人数", unit="人")]`."""

    text: str
    unit: str = ""
    help: str = ""
    options: tuple[tuple[str, str], ...] = ()  # the Chinese words for the codes of a closed choice


@dataclass(frozen=True)
class _Marker:
    name: Literal["yuan", "rate", "region"]


Yuan = Annotated[Decimal, _Marker("yuan")]
Rate = Annotated[Decimal, _Marker("rate")]
Region = Annotated[str, _Marker("region")]


class Kind(ABC):
    """One type of value."""

    ordered = False

    @abstractmethod
    def read(self, raw: Any, path: Path_, flaws: list[Flaw]) -> Any:
        """The value, or a flaw added to the list."""

    @abstractmethod
    def schema(self) -> dict[str, Any]:
        """As JSON Schema."""

    def dump(self, value: Any) -> Any:
        """As JSON, such that `read` gives the same value back."""
        return value

    def refuse(self, raw: Any, path: Path_, flaws: list[Flaw], mend: str) -> None:
        flaws.append(Flaw(path, f"值 {_shown(raw)} 的类型或写法不对。", mend))


class Text(Kind):
    def read(self, raw: Any, path: Path_, flaws: list[Flaw]) -> Any:
        if isinstance(raw, str) and raw.strip():
            return raw
        return self.refuse(raw, path, flaws, '应写成非空文字，如 "……"。')

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "minLength": 1}


class Place(Kind):
    """A division code. Whether the place exists is not asked: divisions are renumbered."""

    def read(self, raw: Any, path: Path_, flaws: list[Flaw]) -> Any:
        if isinstance(raw, str) and len(raw) == 6 and raw.isascii() and raw.isdigit():
            return raw
        return self.refuse(raw, path, flaws, '应写成六位行政区划码，如 "430100"。')

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^\d{6}$"}


class Whole(Kind):
    ordered = True

    def read(self, raw: Any, path: Path_, flaws: list[Flaw]) -> Any:
        if isinstance(raw, int) and not isinstance(raw, bool):
            return raw
        return self.refuse(raw, path, flaws, "应写成整数，不加引号。")

    def schema(self) -> dict[str, Any]:
        return {"type": "integer"}


class Flag(Kind):
    def read(self, raw: Any, path: Path_, flaws: list[Flaw]) -> Any:
        if isinstance(raw, bool):
            return raw
        return self.refuse(raw, path, flaws, "应写成 true 或 false。")

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}


class Day(Kind):
    ordered = True

    def read(self, raw: Any, path: Path_, flaws: list[Flaw]) -> Any:
        if isinstance(raw, date) and not isinstance(raw, datetime):
            return raw
        try:
            return date.fromisoformat(raw) if isinstance(raw, str) and len(raw) == 10 else self._no(raw, path, flaws)
        except ValueError:
            return self._no(raw, path, flaws)

    def _no(self, raw: Any, path: Path_, flaws: list[Flaw]) -> None:
        self.refuse(raw, path, flaws, "应写成存在的日期，如 2026-01-31。")

    def dump(self, value: Any) -> Any:
        return value.isoformat()

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date"}


class Money(Kind):
    ordered = True

    def read(self, raw: Any, path: Path_, flaws: list[Flaw]) -> Any:
        try:
            amount = yuan(raw) if isinstance(raw, str) else None
        except NotMoney:
            amount = None
        if amount is None or amount < 0:
            return self.refuse(raw, path, flaws, '金额应写成带引号的元，至多两位小数，如 "300000.00"。')
        return amount

    def dump(self, value: Any) -> Any:
        return f"{value:.2f}"

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^\d{1,16}(\.\d{1,2})?$", "description": "元，字符串"}


class Share(Kind):
    ordered = True

    def read(self, raw: Any, path: Path_, flaws: list[Flaw]) -> Any:
        text = raw if isinstance(raw, str) else ""
        if _RATE.fullmatch(text) and Decimal(text) <= 1:
            return Decimal(text)
        return self.refuse(raw, path, flaws, '比例应写成带引号的 0 至 1 之间的小数，如 50% 写 "0.50"。')

    def dump(self, value: Any) -> Any:
        return str(value)

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^(0(\.\d{1,6})?|1(\.0{1,6})?)$", "description": "比例，0 至 1"}


@dataclass(frozen=True)
class Choice(Kind):
    options: tuple[str, ...]

    def read(self, raw: Any, path: Path_, flaws: list[Flaw]) -> Any:
        if raw in self.options and isinstance(raw, str):
            return raw
        return self.refuse(raw, path, flaws, suggestion(str(raw), self.options))

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.options)}


@dataclass(frozen=True)
class Many(Kind):
    item: Kind

    def read(self, raw: Any, path: Path_, flaws: list[Flaw]) -> Any:
        if not isinstance(raw, list | tuple):
            return self.refuse(raw, path, flaws, "应写成列表 [ …, … ]。")
        return tuple(self.item.read(part, (*path, index), flaws) for index, part in enumerate(raw))

    def dump(self, value: Any) -> Any:
        return [self.item.dump(part) for part in value]

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": self.item.schema()}


@dataclass(frozen=True)
class Maybe(Kind):
    """None means: not known. An unknown fact never fulfils a condition."""

    item: Kind

    @property
    def ordered(self) -> bool:  # type: ignore[override]
        return self.item.ordered

    def read(self, raw: Any, path: Path_, flaws: list[Flaw]) -> Any:
        return None if raw is None else self.item.read(raw, path, flaws)

    def dump(self, value: Any) -> Any:
        return None if value is None else self.item.dump(value)

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [self.item.schema(), {"type": "null"}]}


@dataclass(frozen=True)
class Record(Kind):
    """A frozen dataclass; the same rules for its keys as for the pack itself."""

    of: type

    def read(self, raw: Any, path: Path_, flaws: list[Flaw]) -> Any:
        if not isinstance(raw, Mapping):
            return self.refuse(raw, path, flaws, "应写成一组 键 = 值。")
        before = len(flaws)
        flaws.extend(unknown_keys(raw, self.kinds(), path))
        values = {}
        for field in fields(self.of):
            if field.name in raw:
                values[field.name] = self.kinds()[field.name].read(raw[field.name], (*path, field.name), flaws)
            elif field.default is MISSING and field.default_factory is MISSING:
                flaws.append(Flaw((*path, field.name), "缺少这一项。", "请补上。"))
        if len(flaws) > before:
            return None
        try:
            return self.of(**values)
        except ValueError as error:  # parts that are right one by one and wrong together
            return flaws.append(Flaw(path, str(error)))

    def kinds(self) -> dict[str, Kind]:
        return kinds_of(self.of)

    def dump(self, value: Any) -> Any:
        return {name: kind.dump(getattr(value, name)) for name, kind in self.kinds().items()}

    def schema(self) -> dict[str, Any]:
        required = [f.name for f in fields(self.of) if f.default is MISSING and f.default_factory is MISSING]
        defaults = {f.name: f.default for f in fields(self.of) if f.default is not MISSING}
        properties = {
            name: kind.schema()
            | _described(self.of, name)
            | ({"default": kind.dump(defaults[name])} if name in defaults else {})
            for name, kind in self.kinds().items()
        }
        return {
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": False,
        }


_MARKED: dict[str, Kind] = {"yuan": Money(), "rate": Share(), "region": Place()}


def unknown_keys(raw: Mapping[str, Any], known: Mapping[str, Any], path: Path_ = ()) -> list[Flaw]:
    return [Flaw((*path, key), "没有这一项。", suggestion(key, known)) for key in raw if key not in known]


@cache
def kinds_of(cls: type) -> dict[str, Kind]:
    """The kind of every field of a frozen dataclass."""
    if not is_dataclass(cls):
        raise TypeError(f"{cls!r} is not a dataclass")
    hints = get_type_hints(cls, include_extras=True)
    return {field.name: kind_of(hints[field.name]) for field in fields(cls)}


@cache
def labels_of(cls: type) -> dict[str, Label]:
    """The label of every field; without one, its own name."""
    hints = get_type_hints(cls, include_extras=True)
    found = {name: [part for part in get_args(hint) if isinstance(part, Label)] for name, hint in hints.items()}
    return {field.name: (found[field.name] or [Label(field.name)])[0] for field in fields(cls)}


def kind_of(hint: Any) -> Kind:
    """What an annotation stands for; a type outside this list is a mistake in the program, not a pack."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        marks = [part for part in arguments[1:] if isinstance(part, _Marker)]
        return _MARKED[marks[0].name] if marks else kind_of(arguments[0])
    if origin is Literal:
        return Choice(arguments)
    if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        return Many(kind_of(arguments[0]))
    if origin in (Union, types.UnionType) and len(arguments) == 2 and type(None) in arguments:
        return Maybe(kind_of(next(part for part in arguments if part is not type(None))))
    if isinstance(hint, type) and is_dataclass(hint):
        return Record(hint)
    simple: dict[Any, type[Kind]] = {str: Text, int: Whole, bool: Flag, date: Day}
    if hint in simple:
        return simple[hint]()
    raise TypeError(f"{hint!r} cannot be in a pack or a fact")


def _described(cls: type, name: str) -> dict[str, str]:
    label = labels_of(cls)[name]
    described = {"title": label.text + (f"（{label.unit}）" if label.unit else "")}
    words = "、".join(f"{code} {word}" for code, word in label.options)
    help_ = "；".join(part for part in (label.help.rstrip("。"), words) if part)
    return described | ({"description": help_} if help_ else {})


def _shown(raw: Any) -> str:
    text = str(raw).lower() if isinstance(raw, bool) else repr(raw)
    return text if len(text) <= 60 else f"{text[:57]}…"
