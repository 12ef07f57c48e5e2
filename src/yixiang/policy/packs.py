"""A pack bound to its subject's dataclass: every value typed, every value with its article."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Annotated, Any, Generic, TypeVar, get_args, get_origin, get_type_hints

from yixiang.policy.conditions import Cited, Rule, read_condition
from yixiang.policy.fields import Label, Region, kind_of, labels_of, unknown_keys
from yixiang.policy.problems import Flaw, suggestion
from yixiang.policy.subjects import Subject
from yixiang.policy.verdicts import Basis, Json, Step
from yixiang.policy.wording import say_all

T = TypeVar("T")
V = TypeVar("V")

SETTING = "setting"
HEAD = ("jurisdiction", "subject", "title", "from", "until", "note", "sources", "values", "rules")
CITATION = ("source", "article", "note")


@dataclass(frozen=True)
class Sourced(Generic[T]):
    """A value and where it stands."""

    value: T
    cited: Cited

    def step(
        self,
        because: str,
        *,
        fact: str = "",
        label: str = "",
        found: Json = None,
        test: str = "",
        threshold: Json = None,
        passed: bool | None = None,
        value: Json = None,
    ) -> Step:
        """A line of explanation that rests on this value."""
        return Step(
            rule=self.cited.name,
            article=self.cited.article,
            source=self.cited.source,
            because=because,
            fact=fact,
            label=label,
            found=found,
            test=test,
            threshold=threshold,
            passed=passed,
            value=value,
        )


@dataclass(frozen=True)
class Source:
    """A document the pack rests on."""

    title: str
    number: str = ""
    published: date | None = None
    url: str = ""
    note: str = ""


@dataclass(frozen=True)
class Jurisdiction:
    """A province or a city with its own platform and its own law."""

    code: str
    name: str
    region: Region
    platform: str
    authority: str
    contact: "Contact"
    order: int = 100


@dataclass(frozen=True)
class Contact:
    office: str
    phone: str | None = None
    email: str | None = None
    website: str | None = None


@dataclass(frozen=True)
class Entry:
    """One value or rule of a pack as a person reads it. `document` is empty for a setting."""

    label: str
    lines: tuple[str, ...]
    cited: Cited
    document: str = ""


@dataclass(frozen=True)
class Pack(Generic[V]):
    """The law of one jurisdiction on one subject, from `start` up to but without `end`."""

    jurisdiction: str
    subject: Subject[V]
    title: str
    start: date
    end: date | None
    values: V
    sources: Mapping[str, Source]
    digest: str
    note: str
    document: Mapping[str, Any]

    @property
    def name(self) -> str:
        return f"{self.jurisdiction}/{self.subject.name}/{self.start.isoformat()}"

    def in_force(self, on: date) -> bool:
        return self.start <= on and (self.end is None or on < self.end)

    def basis(self, on: date) -> Basis:
        return Basis(self.name, on, self.digest)

    @property
    def entries(self) -> tuple["Entry", ...]:
        """Every value and rule in plain Chinese, for a page that shows the law."""
        return tuple(_entry_in_words(self, name, hint) for name, hint in value_types(type(self.values)).items())

    @property
    def cited(self) -> tuple[Cited, ...]:
        """Every value and rule with its article, in the order of the dataclass."""
        return tuple(getattr(self.values, field.name).cited for field in fields(self.values))  # type: ignore[arg-type]


def digest(document: Mapping[str, Any]) -> str:
    """SHA-256 of the content: comments, order of keys and spacing do not change it, anything else does."""
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def bind(document: Mapping[str, Any], subject: Subject[V], flaws: list[Flaw]) -> Pack[V] | None:
    """The document as a pack, or flaws. The caller has read the file; nothing here touches the disk."""
    before = len(flaws)
    flaws.extend(unknown_keys(document, dict.fromkeys(HEAD)))
    head = {key: _head_text(document, key, flaws) for key in ("jurisdiction", "subject", "title")}
    start, end = _dates(document, flaws)
    sources = _sources(document.get("sources", {}), flaws)
    values = _values(document, subject.values, sources, flaws)
    if head["subject"] and head["subject"] != subject.name:
        flaws.append(Flaw(("subject",), f"{head['subject']!r} 与所在目录不符。", f"应为 {subject.name!r}。"))
    if len(flaws) > before or start is None or values is None:
        return None
    return Pack(
        jurisdiction=head["jurisdiction"],
        subject=subject,
        title=head["title"],
        start=start,
        end=end,
        values=values,
        sources=sources,
        digest=digest(document),
        note=str(document.get("note", "")),
        document=document,
    )


def _head_text(document: Mapping[str, Any], key: str, flaws: list[Flaw]) -> str:
    if key not in document:
        flaws.append(Flaw((key,), "缺少这一项。", "请补上。"))
        return ""
    return kind_of(str).read(document[key], (key,), flaws) or ""


def _dates(document: Mapping[str, Any], flaws: list[Flaw]) -> tuple[date | None, date | None]:
    start = _date(document, "from", flaws)
    end = _date(document, "until", flaws) if "until" in document else None
    if start and end and end <= start:
        flaws.append(Flaw(("until",), "止期不晚于起期。", "until 是不再适用的第一天，须晚于 from。"))
    return start, end


def _date(document: Mapping[str, Any], key: str, flaws: list[Flaw]) -> date | None:
    value = document.get(key)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    flaws.append(
        Flaw(
            (key,),
            f"{value!r} 不是日期。" if key in document else "缺少这一项。",
            "写成 2026-01-31，不加引号。",
        )
    )
    return None


def _sources(raw: Any, flaws: list[Flaw]) -> dict[str, Source]:
    if not isinstance(raw, Mapping):
        flaws.append(Flaw(("sources",), "应写成一组 [sources.名称]。"))
        return {}
    if SETTING in raw:
        flaws.append(Flaw(("sources", SETTING), "setting 专指没有文件依据的设置，不能作文件名。"))
    read = {name: kind_of(Source).read(part, ("sources", name), flaws) for name, part in raw.items()}
    # A source with a flaw of its own is still known, so that it does not make every article look wrong.
    return {name: source or Source(title="") for name, source in read.items()}


def _values(document: Mapping[str, Any], cls: type[V], sources: Mapping[str, Source], flaws: list[Flaw]) -> V | None:
    hints = value_types(cls)
    places = {name: _place(name, hint) for name, hint in hints.items()}
    for table in ("values", "rules"):
        _strays(document.get(table, {}), table, places, flaws)
    bound = {name: _entry(document, places[name], name, hint, sources, flaws) for name, hint in hints.items()}
    shape: Any = cls
    labels = labels_of(shape)
    bound = {name: part and _labelled(part, labels[name]) for name, part in bound.items()}
    if any(part is None for part in bound.values()):
        return None
    try:
        return cls(**bound)
    except ValueError as error:  # values that are right one by one and wrong together
        flaws.append(Flaw(("values",), str(error)))
        return None


def _labelled(part: Any, label: Label) -> Any:
    return replace(part, cited=replace(part.cited, label=label.text))


def value_types(cls: type) -> dict[str, Any]:
    """The type of every field, without its label."""
    hints = get_type_hints(cls, include_extras=True)
    return {name: get_args(hint)[0] if get_origin(hint) is Annotated else hint for name, hint in hints.items()}


def _entry_in_words(pack: Pack[Any], name: str, hint: Any) -> Entry:
    shape: Any = type(pack.values)
    part, label = getattr(pack.values, name), labels_of(shape)[name]
    if isinstance(part, Rule):
        lines = part.reasons
    else:
        lines = say_all(part.value, kind_of(get_args(hint)[0]), label)
    source = pack.sources.get(part.cited.source)
    return Entry(label.text, lines, part.cited, source.title if source else "")


def _place(name: str, hint: Any) -> str:
    """Whether a field of the dataclass stands under [values] or under [rules]."""
    origin = get_origin(hint)
    if origin not in (Sourced, Rule):
        raise TypeError(f"{name}: a pack's dataclass holds only Sourced[…] and Rule[…], not {hint!r}")
    return "values" if origin is Sourced else "rules"


def _strays(raw: Any, table: str, places: Mapping[str, str], flaws: list[Flaw]) -> None:
    if not isinstance(raw, Mapping):
        flaws.append(Flaw((table,), f"应写成一组 [{table}.名称]。"))
        return
    known = [name for name, place in places.items() if place == table]
    for name in raw:
        if places.get(name, table) != table:
            flaws.append(Flaw((table, name), "放错了地方。", f"应写在 [{places[name]}.{name}]。"))
        elif name not in known:
            flaws.append(Flaw((table, name), "没有这一项。", suggestion(name, known)))


def _entry(
    document: Mapping[str, Any],
    table: str,
    name: str,
    hint: Any,
    sources: Mapping[str, Source],
    flaws: list[Flaw],
) -> Any:
    path = (table, name)
    entries = document.get(table, {})
    raw = entries.get(name) if isinstance(entries, Mapping) else None
    if not isinstance(raw, Mapping):
        flaws.append(Flaw(path, "缺少这一项。", f"请补上 [{table}.{name}]。"))
        return None
    before = len(flaws)
    cited = _cited(raw, name, path, sources, flaws)
    inner = get_args(hint)[0]
    if table == "rules":
        condition = read_condition({key: part for key, part in raw.items() if key not in CITATION}, inner, path, flaws)
        return Rule(cited, condition) if condition and len(flaws) == before else None
    flaws.extend(unknown_keys(raw, dict.fromkeys(("value", *CITATION)), path))
    if "value" not in raw:
        flaws.append(Flaw((*path, "value"), "缺少这一项。", "请补上 value = …。"))
        return None
    value = kind_of(inner).read(raw["value"], (*path, "value"), flaws)
    return Sourced(value, cited) if len(flaws) == before else None


def _cited(
    raw: Mapping[str, Any],
    name: str,
    path: tuple[str, ...],
    sources: Mapping[str, Source],
    flaws: list[Flaw],
) -> Cited:
    """Law needs an article and a document; a setting must not pretend to have them."""
    source, article, note = (raw.get(key, "") for key in CITATION)
    if not all(isinstance(text, str) for text in (source, article, note)):
        flaws.append(Flaw(path, "source、article、note 应为文字。"))
    elif source == SETTING and article:
        flaws.append(Flaw((*path, "article"), "设置没有条文依据，不能写 article。", "删去 article，或改写 source。"))
    elif source != SETTING and source not in sources:
        mend = suggestion(str(source), [*sources, SETTING])
        flaws.append(Flaw((*path, "source"), f"没有 {source!r} 这个依据。", mend))
    elif source != SETTING and not article.strip():
        flaws.append(Flaw((*path, "article"), "缺少条文。", '写明第几条，如 article = "第十四条"。'))
    return Cited(name, str(article), str(source), str(note))


def _plain(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
