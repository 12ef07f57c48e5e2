"""What is wrong with a pack, said so that whoever wrote it can mend it: file, line, key, problem, mend."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

Path_ = tuple[str | int, ...]

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?")
_KEY = re.compile(r"^\s*([A-Za-z0-9_\-.\"]+)\s*=")


@dataclass(frozen=True)
class Flaw:
    """One thing wrong at one place inside a document."""

    path: Path_
    problem: str
    mend: str = ""

    @property
    def key(self) -> str:
        return ".".join(str(part) for part in self.path)


@dataclass(frozen=True)
class Problem:
    """A flaw and the file it stands in."""

    file: Path
    flaw: Flaw
    line: int | None = None

    def __str__(self) -> str:
        place = f"{self.file}" + (f" 第 {self.line} 行" if self.line else "")
        key = f"，键 {self.flaw.key}" if self.flaw.path else ""
        mend = f"改正办法：{self.flaw.mend}" if self.flaw.mend else ""
        return f"{place}{key}：{self.flaw.problem}{mend}"


class PacksRefused(Exception):
    """The law could not be read whole, so nothing starts: half a law decides wrongly, unnoticed."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        listed = "\n".join(f"  {number}. {problem}" for number, problem in enumerate(self.problems, start=1))
        super().__init__(f"政策包有 {len(self.problems)} 处错误，系统不予启动：\n{listed}")


class FactsRefused(ValueError):
    """The facts given to a decision are not of the form the question asks for."""

    def __init__(self, flaws: Sequence[Flaw]) -> None:
        self.flaws = tuple(flaws)
        super().__init__("；".join(f"{flaw.key}：{flaw.problem}{flaw.mend}" for flaw in flaws))

    @property
    def fields(self) -> dict[str, list[str]]:
        """For a form or problem+json: the fact, and what is wrong with it."""
        messages: dict[str, list[str]] = {}
        for flaw in self.flaws:
            messages.setdefault(flaw.key, []).append(f"{flaw.problem}{flaw.mend}")
        return messages


def suggestion(word: str, known: Iterable[str]) -> str:
    """The mend for a misspelt name."""
    names = sorted(known)
    close = get_close_matches(word, names, n=1)
    return f"是否应为 {close[0]}？" if close else f"可用的有：{'、'.join(names) or '（无）'}。"


def line_of(text: str, path: Path_) -> int | None:
    """The line of TOML text on which `path`, or the nearest thing above it, is written."""
    best, best_length = None, 0
    for number, written in _written(text):
        length = len(written)
        if length > best_length and path[:length] == written:
            best, best_length = number, length
    return best


def _written(text: str) -> Iterable[tuple[int, Path_]]:
    header: Path_ = ()
    seen: dict[Path_, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if match := _HEADER.match(line):
            header = _parts(match[2])
            if match[1] == "[[":
                seen[header] = seen.get(header, -1) + 1
                header = (*header, seen[header])
            yield number, header
        elif match := _KEY.match(line):
            yield number, (*header, *_parts(match[1]))


def _parts(dotted: str) -> Path_:
    return tuple(part.strip().strip('"') for part in dotted.split("."))
