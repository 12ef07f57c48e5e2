"""All packs of all jurisdictions, read and bound once at start-up; a flaw anywhere refuses to start."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar, overload

from yixiang.policy.cases import Case, read_cases
from yixiang.policy.fields import kind_of
from yixiang.policy.packs import Jurisdiction, Pack, bind
from yixiang.policy.problems import Flaw, PacksRefused, Problem, line_of, suggestion
from yixiang.policy.subjects import Question, Subject
from yixiang.policy.verdicts import Verdict

V = TypeVar("V")
F = TypeVar("F")

_AT_LINE = re.compile(r"at line (\d+)")


class NoPack(LookupError):
    """There is no law of this jurisdiction on this subject on this day."""


@dataclass(frozen=True)
class Library:
    """Read-only; look up with `pack`, decide with `ask`."""

    jurisdictions: Mapping[str, Jurisdiction]
    subjects: Mapping[str, Subject[Any]]
    shelves: Mapping[tuple[str, str], tuple[Pack[Any], ...]]
    cases: tuple[Case, ...]

    @classmethod
    def load(cls, root: Path, subjects: Iterable[Subject[Any]]) -> "Library":
        """Everything under `root`, or `PacksRefused` with every problem found."""
        reading = _Reading({subject.name: subject for subject in subjects})
        library = reading.library(root)
        if reading.problems:
            raise PacksRefused(reading.problems)
        return library

    @overload
    def pack(self, jurisdiction: str, subject: Subject[V], on: date) -> Pack[V]: ...
    @overload
    def pack(self, jurisdiction: str, subject: str, on: date) -> Pack[Any]: ...
    def pack(self, jurisdiction: str, subject: Subject[Any] | str, on: date) -> Pack[Any]:
        """The pack in force on that day."""
        name = subject if isinstance(subject, str) else subject.name
        for pack in self.shelves.get((jurisdiction, name), ()):
            if pack.in_force(on):
                return pack
        raise NoPack(f"{jurisdiction} 在 {on.isoformat()} 没有生效的“{name}”政策包。")

    def ask(self, jurisdiction: str, question: Question[Any, F], facts: F, *, on: date) -> Verdict:
        """Decide by the pack in force on that day."""
        return question.ask(self.pack(jurisdiction, question.subject, on), facts, on=on)

    def packs(self, jurisdiction: str = "", subject: str = "") -> tuple[Pack[Any], ...]:
        """All of them, or those of one jurisdiction or subject, oldest first."""
        return tuple(
            pack
            for (place, name), shelf in sorted(self.shelves.items())
            for pack in shelf
            if jurisdiction in ("", place) and subject in ("", name)
        )

    def cases_of(self, pack: Pack[Any]) -> tuple[Case, ...]:
        """The golden cases that fall into the time of this pack."""
        return tuple(
            case
            for case in self.cases
            if case.file.parts[-4:-2] == (pack.jurisdiction, pack.subject.name) and pack.in_force(case.on)
        )

    def jurisdiction_of(self, region_path: Sequence[str]) -> Jurisdiction | None:
        """The nearest jurisdiction of a place: a city with its own platform before its province."""
        by_region = {jurisdiction.region: jurisdiction for jurisdiction in self.jurisdictions.values()}
        return next((by_region[region] for region in reversed(region_path) if region in by_region), None)


class _Reading:
    """Collects problems while reading, so that one start shows all of them."""

    def __init__(self, subjects: Mapping[str, Subject[Any]]) -> None:
        self.subjects = subjects
        self.problems: list[Problem] = []
        self.texts: dict[Path, str] = {}

    def library(self, root: Path) -> Library:
        jurisdictions: dict[str, Jurisdiction] = {}
        shelves: dict[tuple[str, str], tuple[Pack[Any], ...]] = {}
        cases: list[Case] = []
        if not root.is_dir():
            self.refuse(root, Flaw((), "政策目录不存在。", "请检查安装是否完整。"))
            return Library({}, {}, {}, ())
        for place in self.folders(root):
            if jurisdiction := self.jurisdiction(place):
                jurisdictions[jurisdiction.code] = jurisdiction
            for folder in self.folders(place, besides=("jurisdiction.toml",)):
                shelf, examples = self.shelf(folder)
                shelves[place.name, folder.name] = shelf
                cases.extend(examples)
        ordered = sorted(jurisdictions.values(), key=lambda j: (j.order, j.code))
        return Library({j.code: j for j in ordered}, dict(self.subjects), shelves, tuple(cases))

    def jurisdiction(self, place: Path) -> Jurisdiction | None:
        file = place / "jurisdiction.toml"
        flaws: list[Flaw] = []
        document = self.document(file)
        if document is None:
            return None
        found: Jurisdiction | None = kind_of(Jurisdiction).read(document, (), flaws)
        if found and found.code != place.name:
            flaws.append(Flaw(("code",), f"{found.code!r} 与目录名不符。", f"应为 {place.name!r}。"))
        self.refuse(file, *flaws)
        return found

    def shelf(self, folder: Path) -> tuple[tuple[Pack[Any], ...], list[Case]]:
        subject = self.subjects.get(folder.name)
        if subject is None:
            self.refuse(folder, Flaw((), "没有这个主题。", suggestion(folder.name, self.subjects)))
            return (), []
        files = [path for path in self.entries(folder) if path.is_file()]
        packs = [pack for file in files if (pack := self.pack(file, subject))]
        if not files:
            self.refuse(folder, Flaw((), "没有政策包。", "请加入以生效日期命名的文件，如 2026-01-01.toml。"))
        shelf = self.in_order(folder, packs)
        cases = self.cases(folder, subject)
        for pack in shelf:
            if not any(pack.in_force(case.on) for case in cases):
                mend = f"在 {folder / 'cases'} 中写至少一个 on 在其有效期内的算例。"
                self.refuse(folder / f"{pack.start}.toml", Flaw((), "没有算例。", mend))
        for case in cases:
            if shelf and not any(pack.in_force(case.on) for pack in shelf):
                flaw = Flaw((), f"算例“{case.title}”的日期 {case.on} 没有政策包，永远不会被验算。", "请改正 on。")
                self.refuse(case.file, flaw)
        return shelf, cases

    def pack(self, file: Path, subject: Subject[V]) -> Pack[V] | None:
        document = self.document(file)
        if document is None:
            return None
        flaws: list[Flaw] = []
        pack = bind(document, subject, flaws)
        if pack and pack.jurisdiction != file.parts[-3]:
            flaws.append(
                Flaw(("jurisdiction",), f"{pack.jurisdiction!r} 与所在目录不符。", f"应为 {file.parts[-3]!r}。")
            )
        if pack and file.stem != pack.start.isoformat():
            flaws.append(Flaw(("from",), f"文件名与生效日期 {pack.start} 不符。", f"把文件改名为 {pack.start}.toml。"))
        self.refuse(file, *flaws)
        return None if flaws else pack

    def in_order(self, folder: Path, packs: list[Pack[Any]]) -> tuple[Pack[Any], ...]:
        """Each pack holds until the next begins; a stated end must agree with that."""
        ordered = sorted(packs, key=lambda pack: pack.start)
        for number, (pack, following) in enumerate(pairwise(ordered)):
            file = folder / f"{pack.start}.toml"
            if pack.end and pack.end > following.start:
                problem = f"与 {following.start}.toml 的有效期重叠。"
                self.refuse(file, Flaw(("until",), problem, f"止期不得晚于 {following.start}。"))
            if pack.end and pack.end < following.start:
                problem = f"与 {following.start}.toml 之间有空档，那些日子没有政策可用。"
                self.refuse(file, Flaw(("until",), problem, f"止期应为 {following.start}，或删去 until。"))
            ordered[number] = replace(pack, end=following.start)
        return tuple(ordered)

    def cases(self, folder: Path, subject: Subject[Any]) -> list[Case]:
        examples = folder / "cases"
        if not examples.is_dir():
            self.refuse(examples, Flaw((), "没有算例目录。", "新建 cases 目录，并写入至少一个算例。"))
            return []
        found: list[Case] = []
        for file in self.entries(examples):
            document = self.document(file)
            flaws: list[Flaw] = []
            if document is not None:
                found.extend(read_cases(document, file, subject, flaws))
            self.refuse(file, *flaws)
        return found

    # --- files

    def folders(self, root: Path, besides: tuple[str, ...] = ()) -> list[Path]:
        entries = [path for path in self.entries(root) if path.name not in besides]
        for path in entries:
            if not path.is_dir():
                self.refuse(path, Flaw((), "这里只放目录。", "请移走这个文件。"))
        return [path for path in entries if path.is_dir()]

    def entries(self, root: Path) -> list[Path]:
        """What stands there, without hidden files and notes; other files are refused, not skipped."""
        visible = [path for path in sorted(root.iterdir()) if path.name[0] != "." and path.suffix != ".md"]
        for path in visible:
            if path.is_file() and path.suffix != ".toml":
                self.refuse(path, Flaw((), "不是 .toml 文件，不会被读取。", "请改正扩展名或移走。"))
        return [path for path in visible if path.is_dir() or path.suffix == ".toml"]

    def document(self, file: Path) -> dict[str, Any] | None:
        try:
            text = file.read_bytes().decode("utf-8").replace("\r\n", "\n")
            self.texts[file] = text
            return tomllib.loads(text)
        except FileNotFoundError:
            self.refuse(file, Flaw((), "缺少这个文件。", "请补上。"))
        except UnicodeDecodeError:
            self.refuse(file, Flaw((), "不是 UTF-8 编码。", "请用 UTF-8 重新保存。"))
        except tomllib.TOMLDecodeError as error:
            line = _AT_LINE.search(str(error))
            flaw = Flaw((), f"不是合格的 TOML（{error}）。", "请检查引号、括号和日期的写法。")
            self.problems.append(Problem(file, flaw, int(line[1]) if line else None))
        return None

    def refuse(self, file: Path, *flaws: Flaw) -> None:
        text = self.texts.get(file, "")
        self.problems.extend(Problem(file, flaw, line_of(text, flaw.path) if flaw.path else None) for flaw in flaws)
